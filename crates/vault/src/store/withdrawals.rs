//! MFA being turned off: what is needed to go on after a crash at any point.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::row::{EntryProblem, column};
use super::{StoreError, write};
use crate::clock;
use crate::history::Action;
use crate::id::{AccountId, EntryId};
use crate::vault::Vault;

/// How far turning MFA off got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithdrawalStage {
    /// The platform was, or was about to be, asked: it may or may not have turned MFA off.
    Asking,
    /// The platform turned it off; a new secret is to follow.
    Withdrawn,
}

/// MFA being turned off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The account.
    pub account: AccountId,
    /// Whether a new secret is to follow.
    pub moving: bool,
    /// How far it got.
    pub stage: WithdrawalStage,
    /// When it was begun, Unix time, ms.
    pub started_ms: i64,
}

impl Vault {
    /// Notes, durably, that the platform is about to be asked to turn MFA off. One that is under way is replaced.
    ///
    /// # Errors
    /// [`StoreError::EnrolmentUnresolved`] while a confirmation has no answer; [`StoreError::NotFound`] when there
    /// is no such account.
    pub async fn begin_withdrawal(
        &self,
        account: AccountId,
        moving: bool,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let confirming: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM enrolments WHERE account_id = ? AND stage <> 'proposed')",
        )
        .bind(account.as_bytes().as_slice())
        .fetch_one(&mut *transaction)
        .await?;
        if confirming {
            return Err(StoreError::EnrolmentUnresolved);
        }
        sqlx::query(
            "INSERT OR REPLACE INTO withdrawals (account_id, moving, stage, started_ms) \
             VALUES (?, ?, 'asking', ?)",
        )
        .bind(account.as_bytes().as_slice())
        .bind(moving)
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?;
        self.event(Action::WithdrawalStarted, now_ms)
            .about_account(&mut transaction, account)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// MFA of the account that is being turned off.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub async fn withdrawal(&self, account: AccountId) -> Result<Option<Withdrawal>, StoreError> {
        let mut connection = self.connection().await?;
        let row = select_withdrawal(&mut connection, account).await?;
        Ok(row.as_ref().map(read_withdrawal).transpose()?)
    }

    /// Keeps, all at once, that the platform turned MFA off: the account's entry goes to the trash and makes its
    /// codes no more, its recovery codes are of no use, a proposal from before is forgotten. One that moves to a
    /// new secret stays, as [`WithdrawalStage::Withdrawn`].
    ///
    /// # Errors
    /// [`StoreError::NoWithdrawal`].
    pub async fn complete_withdrawal(
        &self,
        account: AccountId,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let row = select_withdrawal(&mut transaction, account)
            .await?
            .ok_or(StoreError::NoWithdrawal)?;
        let moving = read_withdrawal(&row)?.moving;
        let entry: Option<Vec<u8>> = sqlx::query("SELECT entry_id FROM accounts WHERE id = ?")
            .bind(account.as_bytes().as_slice())
            .fetch_one(&mut *transaction)
            .await?
            .try_get("entry_id")?;
        if let Some(entry) = entry.as_deref().and_then(EntryId::from_slice) {
            let removed = sqlx::query(
                "UPDATE entries SET deleted_ms = ? WHERE id = ? AND deleted_ms IS NULL",
            )
            .bind(now_ms)
            .bind(entry.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
            if removed.rows_affected() > 0 {
                self.event(Action::EntryRemoved, now_ms)
                    .about_entry(&mut transaction, entry)
                    .await?;
            }
        }
        sqlx::query(
            "UPDATE accounts SET entry_id = NULL, factor_proven_ms = NULL, codes_asked_ms = NULL, \
             codes_dead_ms = coalesce(codes_dead_ms, ?1), updated_ms = ?1 WHERE id = ?2",
        )
        .bind(now_ms)
        .bind(account.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
        sqlx::query("DELETE FROM enrolments WHERE account_id = ? AND stage = 'proposed'")
            .bind(account.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
        if moving {
            sqlx::query("UPDATE withdrawals SET stage = 'withdrawn' WHERE account_id = ?")
                .bind(account.as_bytes().as_slice())
                .execute(&mut *transaction)
                .await?;
        } else {
            delete_withdrawal(&mut transaction, account).await?;
        }
        self.event(Action::MfaWithdrawn, now_ms)
            .about_account(&mut transaction, account)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Forgets that MFA was being turned off, or that a new secret was to follow. The account's entry and
    /// recovery codes are left as they are. None there is fine.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn end_withdrawal(&self, account: AccountId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        if delete_withdrawal(&mut transaction, account).await? {
            self.event(Action::WithdrawalEnded, clock::now_ms())
                .about_account(&mut transaction, account)
                .await?;
        }
        Ok(transaction.commit().await?)
    }
}

async fn select_withdrawal(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<Option<SqliteRow>, StoreError> {
    Ok(
        sqlx::query("SELECT * FROM withdrawals WHERE account_id = ?")
            .bind(account.as_bytes().as_slice())
            .fetch_optional(connection)
            .await?,
    )
}

pub(super) async fn delete_withdrawal(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<bool, StoreError> {
    let deleted = sqlx::query("DELETE FROM withdrawals WHERE account_id = ?")
        .bind(account.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected() > 0)
}

fn read_withdrawal(row: &SqliteRow) -> Result<Withdrawal, EntryProblem> {
    Ok(Withdrawal {
        account: AccountId::from_slice(column(row, "account_id")?).ok_or(EntryProblem {
            column: "account_id",
        })?,
        moving: column(row, "moving")?,
        stage: match column(row, "stage")? {
            "asking" => WithdrawalStage::Asking,
            "withdrawn" => WithdrawalStage::Withdrawn,
            _ => return Err(EntryProblem { column: "stage" }),
        },
        started_ms: column(row, "started_ms")?,
    })
}
