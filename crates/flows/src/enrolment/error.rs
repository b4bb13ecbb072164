//! Why an account could not be protected.

use deskfob_vault::StoreError;

use crate::SessionError;

/// Why an account could not be protected.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The platform says that MFA is on already.
    #[error("this account already has MFA on")]
    AlreadyOn,
    /// Confirming was tried and never answered.
    #[error("an earlier confirmation got no answer, so the platform may have accepted it")]
    Unresolved,
    /// There is nothing to confirm.
    #[error("no enrolment is in progress for this account")]
    NoneInProgress,
    /// The platform has forgotten the secret that it proposed.
    #[error("the setup has expired")]
    Expired,
    /// The typed code has the wrong form.
    #[error("a code has {digits} digits")]
    PasscodeForm {
        /// Digits of this enrolment's codes.
        digits: u8,
    },
    /// The platform refused the code.
    #[error("that code didn't match")]
    WrongCode {
        /// How far the platform's clock is ahead of the time by which the code was made, s, when it matters.
        skew_s: Option<i64>,
    },
    /// Another app makes the codes, and its code was not given.
    #[error("the code of the other app is needed")]
    OtherAppsCode,
    /// No answer came back that can be trusted; the platform may or may not have accepted the code.
    #[error("the platform gave no clear answer, so it may or may not have accepted the code")]
    Unanswered(#[source] SessionError),
    /// The platform does not say whether MFA is on.
    #[error("the platform does not say whether this account has MFA")]
    StatusUnknown,
    /// The session, the platform or the vault.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<StoreError> for EnrolError {
    fn from(error: StoreError) -> Self {
        Self::Session(error.into())
    }
}

impl EnrolError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyOn => "already_on",
            Self::Unresolved => "enrolment_unresolved",
            Self::NoneInProgress => "no_enrolment",
            Self::Expired => "enrolment_expired",
            Self::PasscodeForm { .. } => "passcode_form",
            Self::WrongCode { .. } => "wrong_code",
            Self::OtherAppsCode => "other_apps_code",
            Self::Unanswered(_) => "enrolment_unanswered",
            Self::StatusUnknown => "mfa_status_unknown",
            Self::Session(error) => error.code(),
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::AlreadyOn => Some("nothing needs doing; to move it here, turn MFA off at the platform first".into()),
            Self::Unresolved | Self::Unanswered(_) => {
                Some("ask the platform what became of it; nothing is lost until then".into())
            }
            Self::NoneInProgress => Some("start protecting the account again".into()),
            Self::Expired => {
                Some("get a new secret from the platform; the old one was never in use".into())
            }
            Self::PasscodeForm { .. } => Some("type the digits shown by the authenticator".into()),
            Self::OtherAppsCode => Some("type the code that the other app shows".into()),
            Self::WrongCode { skew_s: Some(seconds) } => Some(format!(
                "this computer's clock is {} s {} the platform's: set it right, or correct the time of this account's codes",
                seconds.unsigned_abs(),
                if *seconds > 0 { "behind" } else { "ahead of" },
            )),
            Self::WrongCode { skew_s: None } => Some(
                "codes change every 30 seconds, so try the next one; if it keeps failing, check this computer's clock".into(),
            ),
            Self::StatusUnknown => Some("look at the account's security page in the browser".into()),
            Self::Session(error) => error.hint(),
        }
    }
}
