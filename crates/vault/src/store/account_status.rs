//! What is known of an account at its platform, and since when.

use sqlx::Row;

use super::{StoreError, found, write};
use crate::history::Action;
use crate::id::AccountId;
use crate::vault::Vault;

/// Furthest that the time of codes is corrected, s: a day.
const MAX_CORRECTION_S: i64 = 24 * 60 * 60;

/// What the platform said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountStatus {
    /// Whether MFA is on; `None` when the platform did not say.
    pub mfa: Option<bool>,
    /// When it was asked, Unix time, ms.
    pub checked_ms: i64,
    /// How far its clock was ahead of this computer's, s; `None` when its answer had no date.
    pub skew_s: Option<i64>,
}

impl Vault {
    /// What the platform said last of an account; `None` before it was asked.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn account_status(
        &self,
        account: AccountId,
    ) -> Result<Option<AccountStatus>, StoreError> {
        let mut connection = self.connection().await?;
        let row =
            sqlx::query("SELECT mfa, checked_ms, skew_s FROM account_status WHERE account_id = ?")
                .bind(account.as_bytes().as_slice())
                .fetch_optional(&mut *connection)
                .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(AccountStatus {
            mfa: row.try_get("mfa")?,
            checked_ms: row.try_get("checked_ms")?,
            skew_s: row.try_get("skew_s")?,
        }))
    }

    /// Keeps what the platform said. When MFA is off, whatever factor there will be later is another one than the
    /// account's entry, so its proof is forgotten.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn put_account_status(
        &self,
        account: AccountId,
        status: &AccountStatus,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        sqlx::query(
            "INSERT INTO account_status (account_id, mfa, checked_ms, skew_s) VALUES (?, ?, ?, ?) \
             ON CONFLICT (account_id) DO UPDATE SET mfa = excluded.mfa, checked_ms = excluded.checked_ms, \
             skew_s = coalesce(excluded.skew_s, skew_s)",
        )
        .bind(account.as_bytes().as_slice())
        .bind(status.mfa)
        .bind(status.checked_ms)
        .bind(status.skew_s)
        .execute(&mut *transaction)
        .await?;
        if status.mfa == Some(false) {
            sqlx::query(
                "UPDATE accounts SET factor_proven_ms = NULL \
                 WHERE id = ? AND factor_proven_ms IS NOT NULL",
            )
            .bind(account.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Keeps that the platform took a code of the account's entry at `now_ms`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account, or no entry makes its codes.
    pub async fn prove_factor(&self, account: AccountId, now_ms: i64) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let proven = sqlx::query(
            "UPDATE accounts SET factor_proven_ms = ? WHERE id = ? AND entry_id IS NOT NULL",
        )
        .bind(now_ms)
        .bind(account.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
        found(&proven)?;
        self.event(Action::FactorProven, now_ms)
            .about_account(&mut transaction, account)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Adds `seconds` to the time by which the account's codes are made, for a computer whose clock is wrong. 0
    /// ends it. Beyond a day it is cut.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn set_clock_correction(
        &self,
        account: AccountId,
        seconds: i64,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let set =
            sqlx::query("UPDATE accounts SET clock_correction_s = ?, updated_ms = ? WHERE id = ?")
                .bind(seconds.clamp(-MAX_CORRECTION_S, MAX_CORRECTION_S))
                .bind(now_ms)
                .bind(account.as_bytes().as_slice())
                .execute(&mut *transaction)
                .await?;
        found(&set)?;
        self.event(Action::ClockCorrected, now_ms)
            .about_account(&mut transaction, account)
            .await?;
        Ok(transaction.commit().await?)
    }
}
