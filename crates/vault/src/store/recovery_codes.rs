//! Recovery codes of platform accounts.

use secrecy::{ExposeSecret, SecretString};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::{StoreError, found, write};
use crate::clock;
use crate::history::Action;
use crate::id::AccountId;
use crate::vault::Vault;

/// A recovery code. Its `Debug` shows nothing of the code.
#[derive(Clone, Debug)]
pub struct RecoveryCode {
    /// Place in the set, from 1.
    pub position: u32,
    /// The code.
    pub code: SecretString,
    /// When it was marked as used, Unix time, ms.
    pub used_ms: Option<i64>,
}

/// What is known of a set of recovery codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryCodesState {
    /// The person has seen the set, or there is none.
    pub acknowledged: bool,
    /// Since when the set is known not to work, Unix time, ms: MFA was turned off, or on with another secret.
    pub dead_ms: Option<i64>,
    /// When a new set was asked for without an answer that was kept, Unix time, ms: the set may not work.
    pub asked_ms: Option<i64>,
}

impl Vault {
    /// The account's recovery codes, in the platform's order.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn recovery_codes(
        &self,
        account: AccountId,
    ) -> Result<Vec<RecoveryCode>, StoreError> {
        let mut connection = self.connection().await?;
        let rows = sqlx::query(
            "SELECT position, code, used_ms FROM recovery_codes WHERE account_id = ? ORDER BY position",
        )
        .bind(account.as_bytes().as_slice())
        .fetch_all(&mut *connection)
        .await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            Ok(RecoveryCode {
                position: row.try_get("position")?,
                code: row.try_get::<String, _>("code")?.into(),
                used_ms: row.try_get("used_ms")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Keeps a new set in place of the earlier one. It awaits acknowledgement.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn replace_recovery_codes(
        &self,
        account: AccountId,
        codes: &[SecretString],
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        replace_codes(&mut transaction, account, codes).await?;
        self.event(Action::RecoveryCodesKept, clock::now_ms())
            .about_account(&mut transaction, account)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// What is known of the account's recovery codes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn recovery_codes_state(
        &self,
        account: AccountId,
    ) -> Result<RecoveryCodesState, StoreError> {
        let mut connection = self.connection().await?;
        let row = sqlx::query(
            "SELECT codes_acknowledged_ms IS NOT NULL OR NOT EXISTS \
             (SELECT 1 FROM recovery_codes WHERE account_id = accounts.id) AS acknowledged, \
             codes_dead_ms, codes_asked_ms FROM accounts WHERE id = ?",
        )
        .bind(account.as_bytes().as_slice())
        .fetch_one(&mut *connection)
        .await?;
        Ok(RecoveryCodesState {
            acknowledged: row.try_get("acknowledged")?,
            dead_ms: row.try_get("codes_dead_ms")?,
            asked_ms: row.try_get("codes_asked_ms")?,
        })
    }

    /// Marks a code as used at `now_ms`, or as not used. One that is used already keeps its time.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the set has no such position.
    pub async fn mark_recovery_code_used(
        &self,
        account: AccountId,
        position: u32,
        used: bool,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let marked = sqlx::query(
            "UPDATE recovery_codes SET used_ms = CASE WHEN ?1 THEN coalesce(used_ms, ?2) END \
             WHERE account_id = ?3 AND position = ?4",
        )
        .bind(used)
        .bind(now_ms)
        .bind(account.as_bytes().as_slice())
        .bind(position)
        .execute(&mut *transaction)
        .await?;
        found(&marked)?;
        self.event(Action::RecoveryCodeMarked, now_ms)
            .about_account(&mut transaction, account)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Whether the person has acknowledged the account's recovery codes; true also when there are none.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn recovery_codes_acknowledged(
        &self,
        account: AccountId,
    ) -> Result<bool, StoreError> {
        Ok(self.recovery_codes_state(account).await?.acknowledged)
    }

    /// Notes that the person has seen the account's recovery codes. The first time is kept.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn acknowledge_recovery_codes(
        &self,
        account: AccountId,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let acknowledged = sqlx::query(
            "UPDATE accounts SET codes_acknowledged_ms = coalesce(codes_acknowledged_ms, ?) WHERE id = ?",
        )
        .bind(now_ms)
        .bind(account.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
        found(&acknowledged)?;
        self.event(Action::RecoveryCodesAcknowledged, now_ms)
            .about_account(&mut transaction, account)
            .await?;
        Ok(transaction.commit().await?)
    }
}

/// Whether the account has a set that is not known to be dead.
pub(super) async fn has_live_codes(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM accounts JOIN recovery_codes ON account_id = accounts.id \
         WHERE accounts.id = ? AND codes_dead_ms IS NULL)",
    )
    .bind(account.as_bytes().as_slice())
    .fetch_one(connection)
    .await?)
}

/// Puts `codes` in the place of the account's set, inside the caller's transaction.
pub(super) async fn replace_codes(
    connection: &mut SqliteConnection,
    account: AccountId,
    codes: &[SecretString],
) -> Result<(), StoreError> {
    let reset = sqlx::query(
        "UPDATE accounts SET codes_acknowledged_ms = NULL, codes_asked_ms = NULL, codes_dead_ms = NULL \
         WHERE id = ?",
    )
    .bind(account.as_bytes().as_slice())
    .execute(&mut *connection)
    .await?;
    found(&reset)?;
    sqlx::query("DELETE FROM recovery_codes WHERE account_id = ?")
        .bind(account.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    for (position, code) in (1_u32..).zip(codes) {
        sqlx::query("INSERT INTO recovery_codes (account_id, position, code) VALUES (?, ?, ?)")
            .bind(account.as_bytes().as_slice())
            .bind(position)
            .bind(code.expose_secret())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
