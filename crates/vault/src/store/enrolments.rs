//! Enrolments in progress: what is needed to go on after a crash at any point.

use deskfob_otp::Entry;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use subtle::ConstantTimeEq;

use super::row::{EntryProblem, bind_entry, column, read_entry};
use super::{StoreError, found, write};
use crate::clock;
use crate::history::Action;
use crate::id::AccountId;
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
    /// Another app makes the codes: confirmed, the secret is not kept here.
    pub elsewhere: bool,
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
    /// account is replaced, and that another app makes the codes counts for it no more; with the same seed that
    /// stays, and one that was being confirmed is [`Stage::Proposed`] again.
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
                 counter, account_id, stage, started_ms, elsewhere) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'proposed', ?10, \
                 coalesce((SELECT elsewhere FROM enrolments WHERE account_id = ?9 AND seed = ?3), 0))",
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
        find_enrolment(&mut connection, account).await
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

    /// Says whether another app makes the codes, so that the secret is not kept here once it is confirmed.
    ///
    /// # Errors
    /// [`StoreError::NoEnrolment`], also while a confirmation has no answer.
    pub async fn set_enrolment_elsewhere(
        &self,
        account: AccountId,
        elsewhere: bool,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let set = sqlx::query(
            "UPDATE enrolments SET elsewhere = ? WHERE account_id = ? AND stage = 'proposed'",
        )
        .bind(elsewhere)
        .bind(account.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
        found(&set).map_err(|_| StoreError::NoEnrolment)
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

pub(super) async fn find_enrolment(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<Option<PendingEnrolment>, StoreError> {
    let row = select_enrolment(connection, account).await?;
    Ok(row.as_ref().map(read_enrolment).transpose()?)
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
        elsewhere: column(row, "elsewhere")?,
        recovery_codes_unseen: column(row, "codes_unseen")?,
    })
}
