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

impl WithdrawalStage {
    const ALL: [Self; 2] = [Self::Asking, Self::Withdrawn];

    fn as_str(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn from_column(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }
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
    ) -> Result<Withdrawal, StoreError> {
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
        let begun = Withdrawal {
            account,
            moving,
            stage: WithdrawalStage::Asking,
            started_ms: now_ms,
        };
        put_withdrawal(&mut transaction, &begun).await?;
        self.event(Action::WithdrawalStarted, now_ms)
            .about_account(&mut transaction, account)
            .await?;
        transaction.commit().await?;
        Ok(begun)
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
        let begun = read_withdrawal(&row)?;
        let entry = linked_entry(&mut transaction, account).await?;
        self.withdrawn(&mut transaction, begun, entry, now_ms)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The same for `begun`, whose note may be gone by now, for the platform's answer counts: `entry` is the one that
    /// made the account's codes when the platform was asked. An account that got another entry meanwhile keeps that
    /// one, and its recovery codes; only `entry` goes to the trash then.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn complete_withdrawal_with(
        &self,
        begun: &Withdrawal,
        entry: Option<EntryId>,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let linked = linked_entry(&mut transaction, begun.account).await?;
        if linked.is_some() && linked != entry {
            self.trash_withdrawn(&mut transaction, entry, now_ms)
                .await?;
            self.event(Action::MfaWithdrawn, now_ms)
                .about_account(&mut transaction, begun.account)
                .await?;
        } else {
            self.withdrawn(&mut transaction, *begun, entry, now_ms)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn withdrawn(
        &self,
        transaction: &mut SqliteConnection,
        begun: Withdrawal,
        entry: Option<EntryId>,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let account = begun.account;
        self.trash_withdrawn(transaction, entry, now_ms).await?;
        sqlx::query(
            "UPDATE accounts SET entry_id = NULL, factor_proven_ms = NULL, codes_asked_ms = NULL, \
             codes_dead_ms = coalesce(codes_dead_ms, ?1), updated_ms = ?1 WHERE id = ?2",
        )
        .bind(now_ms)
        .bind(account.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
        // A later one is another program's, which knew that MFA is off.
        sqlx::query(
            "DELETE FROM enrolments WHERE account_id = ? AND stage = 'proposed' AND started_ms <= ?",
        )
        .bind(account.as_bytes().as_slice())
        .bind(begun.started_ms)
        .execute(&mut *transaction)
        .await?;
        if begun.moving {
            let off = Withdrawal {
                stage: WithdrawalStage::Withdrawn,
                ..begun
            };
            put_withdrawal(transaction, &off).await?;
        } else {
            delete_withdrawal(transaction, account).await?;
        }
        self.event(Action::MfaWithdrawn, now_ms)
            .about_account(transaction, account)
            .await
    }

    async fn trash_withdrawn(
        &self,
        transaction: &mut SqliteConnection,
        entry: Option<EntryId>,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let Some(entry) = entry else { return Ok(()) };
        let removed =
            sqlx::query("UPDATE entries SET deleted_ms = ? WHERE id = ? AND deleted_ms IS NULL")
                .bind(now_ms)
                .bind(entry.as_bytes().as_slice())
                .execute(&mut *transaction)
                .await?;
        if removed.rows_affected() > 0 {
            self.event(Action::EntryRemoved, now_ms)
                .about_entry(transaction, entry)
                .await?;
        }
        Ok(())
    }

    /// Notes that the platform did not turn MFA off when it was asked for `begun`: what was noted `before` that holds again.
    /// Where another program noted something since, nothing is changed.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub async fn refuse_withdrawal(
        &self,
        begun: &Withdrawal,
        before: Option<&Withdrawal>,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let row = select_withdrawal(&mut transaction, begun.account).await?;
        let noted = row.as_ref().map(read_withdrawal).transpose()?;
        if noted.as_ref() == Some(begun) {
            match before {
                Some(before) => put_withdrawal(&mut transaction, before).await?,
                None => {
                    delete_withdrawal(&mut transaction, begun.account).await?;
                }
            }
        }
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

/// The entry that makes the account's codes, in the trash or not.
async fn linked_entry(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<Option<EntryId>, StoreError> {
    let entry: Option<Vec<u8>> = sqlx::query("SELECT entry_id FROM accounts WHERE id = ?")
        .bind(account.as_bytes().as_slice())
        .fetch_one(connection)
        .await?
        .try_get("entry_id")?;
    Ok(entry.as_deref().and_then(EntryId::from_slice))
}

async fn put_withdrawal(
    connection: &mut SqliteConnection,
    withdrawal: &Withdrawal,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT OR REPLACE INTO withdrawals (account_id, moving, stage, started_ms) \
         VALUES (?, ?, ?, ?)",
    )
    .bind(withdrawal.account.as_bytes().as_slice())
    .bind(withdrawal.moving)
    .bind(withdrawal.stage.as_str())
    .bind(withdrawal.started_ms)
    .execute(connection)
    .await?;
    Ok(())
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
        stage: WithdrawalStage::from_column(column(row, "stage")?)
            .ok_or(EntryProblem { column: "stage" })?,
        started_ms: column(row, "started_ms")?,
    })
}
