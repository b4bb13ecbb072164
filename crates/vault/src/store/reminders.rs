//! Reminders that were sent to members of an organisation.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::StoreError;
use crate::id::AccountId;
use crate::vault::Vault;

/// A reminder that was sent, with the platform's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderRecord {
    /// The account it was sent by.
    pub account: AccountId,
    /// The platform's id of the organisation.
    pub org: String,
    /// The platform's id of the user it was sent to.
    pub user_id: String,
    /// When, Unix time, ms.
    pub sent_ms: i64,
    /// The platform's answer for this person, like an HTTP status.
    pub code: u16,
    /// The platform's words.
    pub message: String,
}

impl Vault {
    /// Keeps the record of a reminder.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn record_reminder(&self, reminder: &ReminderRecord) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        sqlx::query(
            "INSERT INTO reminders (account_id, org, user_id, sent_ms, code, message) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(reminder.account.as_bytes().as_slice())
        .bind(reminder.org.as_str())
        .bind(reminder.user_id.as_str())
        .bind(reminder.sent_ms)
        .bind(reminder.code)
        .bind(reminder.message.as_str())
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// The reminders that `account` sent in an organisation, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn reminders(
        &self,
        account: AccountId,
        org: &str,
    ) -> Result<Vec<ReminderRecord>, StoreError> {
        let mut connection = self.connection().await?;
        let rows = sqlx::query(
            "SELECT org, user_id, sent_ms, code, message FROM reminders \
             WHERE account_id = ? AND org = ? ORDER BY sent_ms, id",
        )
        .bind(account.as_bytes().as_slice())
        .bind(org)
        .fetch_all(&mut *connection)
        .await?;
        let read = |row: &SqliteRow| {
            Ok(ReminderRecord {
                account,
                org: row.try_get("org")?,
                user_id: row.try_get("user_id")?,
                sent_ms: row.try_get("sent_ms")?,
                code: row.try_get("code")?,
                message: row.try_get("message")?,
            })
        };
        rows.iter().map(read).collect()
    }
}
