//! Enrolments in progress: what is needed to go on after a crash at any point.

use deskfob_otp::{Entry, SecretString};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use subtle::ConstantTimeEq;

use super::entries::insert_entry;
use super::recovery_codes::replace_codes;
use super::row::{EntryProblem, bind_entry, column, read_entry};
use super::{StoreError, found, write};
use crate::clock;
use crate::history::Action;
use crate::id::{AccountId, EntryId};
use crate::vault::Vault;

/// How far an enrolment got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The secret is kept; nothing was sent to the platform.
    Proposed,
    /// A code was, or was about to be, sent: the platform may or may not have accepted it.
    Confirming,
}

/// An enrolment in progress.
#[derive(Clone, Debug)]
pub struct PendingEnrolment {
    /// The account that is being protected.
    pub account: AccountId,
    /// The proposed entry.
    pub entry: Entry,
    /// When the proposal was made, Unix time, ms.
    pub started_ms: i64,
    /// How far it got.
    pub stage: Stage,
    /// The account has recovery codes, of an earlier enrolment, that the person has not acknowledged.
    pub recovery_codes_unseen: bool,
}

macro_rules! select_enrolments {
    ($condition:literal) => {
        concat!(
            "SELECT enrolments.*, codes_acknowledged_ms IS NULL AND EXISTS (SELECT 1 FROM recovery_codes \
             WHERE recovery_codes.account_id = enrolments.account_id) AS codes_unseen \
             FROM enrolments JOIN accounts ON accounts.id = enrolments.account_id WHERE ",
            $condition,
            " ORDER BY started_ms, enrolments.account_id"
        )
    };
}

impl Vault {
    /// Keeps the proposed entry, durably, before anything is sent to the platform. An earlier proposal of the
    /// account is replaced; with the same seed, one that was being confirmed is [`Stage::Proposed`] again.
    ///
    /// # Errors
    /// [`StoreError::EnrolmentUnresolved`] when another seed is being confirmed: it may be the one in use.
    pub async fn begin_enrolment(
        &self,
        account: AccountId,
        proposal: &Entry,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let confirming: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT seed FROM enrolments WHERE account_id = ? AND stage <> 'proposed'",
        )
        .bind(account.as_bytes().as_slice())
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some(seed) = confirming.map(zeroize::Zeroizing::new)
            && !bool::from(seed.ct_eq(proposal.seed.expose_bytes()))
        {
            return Err(StoreError::EnrolmentUnresolved);
        }
        bind_entry(
            sqlx::query(
                "INSERT OR REPLACE INTO enrolments (issuer, account, seed, algorithm, digits, kind, period_s, \
                 counter, account_id, stage, started_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'proposed', ?)",
            ),
            proposal,
        )
        .bind(account.as_bytes().as_slice())
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?;
        self.event(Action::EnrolmentStarted, now_ms)
            .about_account(&mut transaction, account)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The account's enrolment in progress.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub async fn enrolment(
        &self,
        account: AccountId,
    ) -> Result<Option<PendingEnrolment>, StoreError> {
        let mut connection = self.connection().await?;
        let row = select_enrolment(&mut connection, account).await?;
        Ok(row.as_ref().map(read_enrolment).transpose()?)
    }

    /// All enrolments in progress of the accounts in the list, the oldest first. One that cannot be read is left
    /// out; [`Self::enrolment`] tells why.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn enrolments(&self) -> Result<Vec<PendingEnrolment>, StoreError> {
        let mut connection = self.connection().await?;
        let rows = sqlx::query(select_enrolments!("removed = 0"))
            .fetch_all(&mut *connection)
            .await?;
        Ok(rows
            .iter()
            .filter_map(|row| read_enrolment(row).ok())
            .collect())
    }

    /// Notes, durably, that a code is about to be sent to the platform.
    ///
    /// # Errors
    /// [`StoreError::NoEnrolment`].
    pub async fn mark_enrolment_confirming(&self, account: AccountId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let marked = sqlx::query("UPDATE enrolments SET stage = 'confirming' WHERE account_id = ?")
            .bind(account.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
        found(&marked).map_err(|_| StoreError::NoEnrolment)
    }

    /// Ends an enrolment that the platform accepted, all at once: the entry is added and linked to the account,
    /// the recovery codes are kept and await acknowledgement, and the enrolment is gone. Without codes, those
    /// kept from before stay.
    ///
    /// # Errors
    /// [`StoreError::NoEnrolment`], also when it was completed already.
    pub async fn complete_enrolment(
        &self,
        account: AccountId,
        recovery_codes: &[SecretString],
        now_ms: i64,
    ) -> Result<EntryId, StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let row = select_enrolment(&mut transaction, account)
            .await?
            .ok_or(StoreError::NoEnrolment)?;
        let entry = insert_entry(&mut transaction, &read_entry(&row)?, now_ms).await?;
        sqlx::query("UPDATE accounts SET entry_id = ?, updated_ms = ? WHERE id = ?")
            .bind(entry.as_bytes().as_slice())
            .bind(now_ms)
            .bind(account.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
        if !recovery_codes.is_empty() {
            replace_codes(&mut transaction, account, recovery_codes).await?;
            self.event(Action::RecoveryCodesKept, now_ms)
                .about_account(&mut transaction, account)
                .await?;
        }
        delete_enrolment(&mut transaction, account).await?;
        self.event(Action::EntryAdded, now_ms)
            .about_entry(&mut transaction, entry)
            .await?;
        self.event(Action::EnrolmentCompleted, now_ms)
            .about_account(&mut transaction, account)
            .await?;
        transaction.commit().await?;
        Ok(entry)
    }

    /// Forgets an enrolment and its secret, at any stage. None there is fine.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn discard_enrolment(&self, account: AccountId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        if delete_enrolment(&mut transaction, account).await? {
            self.event(Action::EnrolmentDiscarded, clock::now_ms())
                .about_account(&mut transaction, account)
                .await?;
        }
        Ok(transaction.commit().await?)
    }
}

async fn select_enrolment(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<Option<SqliteRow>, StoreError> {
    Ok(sqlx::query(select_enrolments!("enrolments.account_id = ?"))
        .bind(account.as_bytes().as_slice())
        .fetch_optional(connection)
        .await?)
}

async fn delete_enrolment(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<bool, StoreError> {
    let deleted = sqlx::query("DELETE FROM enrolments WHERE account_id = ?")
        .bind(account.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected() > 0)
}

fn read_enrolment(row: &SqliteRow) -> Result<PendingEnrolment, EntryProblem> {
    let stage = match column(row, "stage")? {
        "proposed" => Stage::Proposed,
        "confirming" => Stage::Confirming,
        _ => return Err(EntryProblem { column: "stage" }),
    };
    Ok(PendingEnrolment {
        account: AccountId::from_slice(column(row, "account_id")?).ok_or(EntryProblem {
            column: "account_id",
        })?,
        entry: read_entry(row)?,
        started_ms: column(row, "started_ms")?,
        stage,
        recovery_codes_unseen: column(row, "codes_unseen")?,
    })
}
