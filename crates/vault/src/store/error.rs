use super::EntryProblem;
use crate::database::DatabaseError;
use crate::vault::Locked;

/// Why a record was not read or written. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The vault was locked.
    #[error("the vault is locked")]
    Locked,
    /// There is no record of this id.
    #[error("the record is no longer there")]
    NotFound,
    /// The record is there and holds something that this version cannot use.
    #[error("the record cannot be read: {0}")]
    Unreadable(#[from] EntryProblem),
    /// Only a counter-based entry has a counter to advance.
    #[error("the entry's codes do not come from a counter")]
    NotCounterBased,
    /// The account has no enrolment in progress.
    #[error("no enrolment is in progress for this account")]
    NoEnrolment,
    /// The account's enrolment was sent to the platform and never answered: its secret may be the one in use.
    #[error("an earlier enrolment may have been accepted by the platform")]
    EnrolmentUnresolved,
    /// Another secret than the expected one is proposed for the account now.
    #[error("another secret was proposed for this account meanwhile")]
    EnrolmentReplaced,
    /// The account's MFA is not being turned off.
    #[error("MFA of this account is not being turned off")]
    NoWithdrawal,
    /// A text or a list is longer than it may be.
    #[error("the {field} is longer than {max}")]
    TooLong {
        /// Which one.
        field: &'static str,
        /// Most characters, or most of them in a list.
        max: usize,
    },
    /// A name is not Unicode text.
    #[error("the {field} is not Unicode text")]
    NotText {
        /// Which one.
        field: &'static str,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Self::NotFound,
            // The only references are to accounts and entries: the one that was named is not there.
            sqlx::Error::Database(cause) if cause.is_foreign_key_violation() => Self::NotFound,
            other => Self::Database(other.into()),
        }
    }
}

impl From<Locked> for StoreError {
    fn from(_: Locked) -> Self {
        Self::Locked
    }
}

impl StoreError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked => "vault_locked",
            Self::NotFound => "not_found",
            Self::Unreadable(_) => "record_unreadable",
            Self::NotCounterBased => "not_counter_based",
            Self::NoEnrolment => "no_enrolment",
            Self::EnrolmentUnresolved => "enrolment_unresolved",
            Self::EnrolmentReplaced => "enrolment_replaced",
            Self::NoWithdrawal => "no_withdrawal",
            Self::TooLong { .. } => "too_long",
            Self::NotText { .. } => "not_text",
            Self::Database(error) => error.code(),
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Locked => Some("unlock the vault first"),
            Self::NotFound => Some("look at the list again"),
            Self::Unreadable(_) => Some("update Deskfob; the record is kept as it is until then"),
            Self::NotCounterBased => None,
            Self::NoEnrolment => Some("start protecting the account again"),
            Self::EnrolmentUnresolved => Some("ask the platform what became of it first"),
            Self::EnrolmentReplaced => Some("go on with the secret that is proposed now"),
            Self::NoWithdrawal => Some("look at the account again"),
            Self::TooLong { .. } => Some("shorten it"),
            Self::NotText { .. } => Some("choose another name"),
            Self::Database(error) => error.hint(),
        }
    }
}
