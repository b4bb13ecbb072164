//! The records of an open vault.
//!
//! A write is durable when its call returns. What reads before it writes runs in one `BEGIN IMMEDIATE`
//! transaction, so that another process cannot come in between.

mod account_status;
mod accounts;
mod clients;
mod confirmation;
mod counter;
mod duplicates;
mod edit;
mod enrolments;
mod entries;
mod error;
mod keep;
mod listing;
mod new_recovery_codes;
mod notes;
mod recovery_codes;
mod reminders;
mod row;
mod tokens;
mod trash;
mod withdrawals;

pub use account_status::AccountStatus;
pub use accounts::{NewAccount, StoredAccount};
pub use duplicates::Duplicate;
pub use edit::EntryEdit;
pub use enrolments::{PendingEnrolment, Stage};
pub use entries::{EntryName, StoredEntry, UnreadableEntry, corrected_window};
pub use error::StoreError;
pub use keep::{KeepError, Kept, NewEntry, OnDuplicate};
pub(crate) use listing::{insert_kept, list_live, list_unreadable};
pub use new_recovery_codes::{NewRecoveryCodes, RecoveryCodesQuestion};
pub use notes::Notes;
pub use recovery_codes::{RecoveryCode, RecoveryCodesState};
pub use reminders::ReminderRecord;
pub use row::EntryProblem;
pub use tokens::StoredTokens;
pub use trash::TrashedEntry;
pub use withdrawals::{Withdrawal, WithdrawalStage};

use sqlx::sqlite::{SqliteConnection, SqliteQueryResult};
use sqlx::{Connection, Sqlite, Transaction};

use crate::vault::Vault;

impl Vault {
    /// A number that changes when another process has written to this vault since the last call. A window that
    /// shows the vault's records reads them again then.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn data_version(&self) -> Result<i64, StoreError> {
        let mut connection = self.connection().await?;
        Ok(sqlx::query_scalar("PRAGMA data_version")
            .fetch_one(&mut *connection)
            .await?)
    }
}

/// A transaction that other writers wait for, from its first statement.
pub(crate) async fn write(
    connection: &mut SqliteConnection,
) -> Result<Transaction<'_, Sqlite>, sqlx::Error> {
    connection.begin_with("BEGIN IMMEDIATE").await
}

/// A statement that was to change one record changed none.
fn found(result: &SqliteQueryResult) -> Result<(), StoreError> {
    if result.rows_affected() == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod contract;
#[cfg(test)]
mod races;
#[cfg(test)]
mod tests;
