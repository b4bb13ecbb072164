//! Asking the platform for a new set of recovery codes, by several programs perhaps.

use secrecy::SecretString;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::recovery_codes::replace_codes;
use super::{StoreError, found, write};
use crate::clock;
use crate::history::Action;
use crate::id::AccountId;
use crate::vault::Vault;

/// A question to the platform for a new set of recovery codes, as it was noted before it was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryCodesQuestion {
    account: AccountId,
    /// When it was put, Unix time, ms, and later than the questions before: what tells them apart.
    asked_ms: i64,
    /// When the one was put that was open before.
    before_ms: Option<i64>,
}

/// What became of a new set of recovery codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewRecoveryCodes {
    /// It is in the place of the earlier one.
    Kept,
    /// Another program asked meanwhile as well, and which set the platform made last is not known: the vault's is as it
    /// was, and told as one that may not work.
    Doubtful,
}

impl Vault {
    /// Notes, durably, that the platform is about to be asked for a new set, which ends the one kept. What comes of it
    /// goes to [`Self::keep_new_recovery_codes`] or [`Self::end_recovery_codes_question`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn ask_new_recovery_codes(
        &self,
        account: AccountId,
        now_ms: i64,
    ) -> Result<RecoveryCodesQuestion, StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let before_ms = asked_ms(&mut transaction, account).await?;
        let question = RecoveryCodesQuestion {
            account,
            asked_ms: before_ms.map_or(now_ms, |before| now_ms.max(before.saturating_add(1))),
            before_ms,
        };
        set_asked(&mut transaction, account, Some(question.asked_ms)).await?;
        transaction.commit().await?;
        Ok(question)
    }

    /// Keeps the set that the platform made in answer to `question` in place of the earlier one, unless another program
    /// asked or got a set meanwhile. It awaits acknowledgement.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn keep_new_recovery_codes(
        &self,
        question: &RecoveryCodesQuestion,
        codes: &[SecretString],
    ) -> Result<NewRecoveryCodes, StoreError> {
        let account = question.account;
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let open = asked_ms(&mut transaction, account).await?;
        let became = if open == Some(question.asked_ms) {
            replace_codes(&mut transaction, account, codes).await?;
            self.event(Action::RecoveryCodesKept, clock::now_ms())
                .about_account(&mut transaction, account)
                .await?;
            NewRecoveryCodes::Kept
        } else {
            let asked_ms = open.unwrap_or(question.asked_ms);
            set_asked(&mut transaction, account, Some(asked_ms)).await?;
            NewRecoveryCodes::Doubtful
        };
        transaction.commit().await?;
        Ok(became)
    }

    /// Notes that the platform made no new set in answer to `question`. What an earlier one left open stays open, and so
    /// does a later one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn end_recovery_codes_question(
        &self,
        question: &RecoveryCodesQuestion,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        if asked_ms(&mut transaction, question.account).await? == Some(question.asked_ms) {
            set_asked(&mut transaction, question.account, question.before_ms).await?;
        }
        Ok(transaction.commit().await?)
    }
}

/// When the question was put that is open, Unix time, ms.
async fn asked_ms(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<Option<i64>, StoreError> {
    let row = sqlx::query("SELECT codes_asked_ms FROM accounts WHERE id = ?")
        .bind(account.as_bytes().as_slice())
        .fetch_one(connection)
        .await?;
    Ok(row.try_get("codes_asked_ms")?)
}

async fn set_asked(
    connection: &mut SqliteConnection,
    account: AccountId,
    asked_ms: Option<i64>,
) -> Result<(), StoreError> {
    let set = sqlx::query("UPDATE accounts SET codes_asked_ms = ? WHERE id = ?")
        .bind(asked_ms)
        .bind(account.as_bytes().as_slice())
        .execute(connection)
        .await?;
    found(&set)
}
