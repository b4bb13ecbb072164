//! Confirming an enrolment: what is noted before a code is sent, and what is kept of the platform's answer.

use deskfob_otp::SecretString;
use sqlx::sqlite::SqliteConnection;

use super::enrolments::{PendingEnrolment, Stage, find_enrolment};
use super::entries::insert_entry;
use super::recovery_codes::{has_live_codes, replace_codes};
use super::withdrawals::delete_withdrawal;
use super::{StoreError, found, write};
use crate::history::Action;
use crate::id::{AccountId, EntryId};
use crate::vault::Vault;

impl Vault {
    /// Notes, durably, that a code of `pending` is about to be sent to the platform, if that is still what is
    /// proposed.
    ///
    /// # Errors
    /// [`StoreError::NoEnrolment`]; [`StoreError::EnrolmentUnresolved`] when a code was, or is being, sent already;
    /// [`StoreError::EnrolmentReplaced`].
    pub async fn mark_pending_confirming(
        &self,
        pending: &PendingEnrolment,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let now = find_enrolment(&mut transaction, pending.account)
            .await?
            .ok_or(StoreError::NoEnrolment)?;
        if now.stage != Stage::Proposed {
            return Err(StoreError::EnrolmentUnresolved);
        }
        if !now.entry.seed.ct_eq(&pending.entry.seed) {
            return Err(StoreError::EnrolmentReplaced);
        }
        sqlx::query("UPDATE enrolments SET stage = 'confirming' WHERE account_id = ?")
            .bind(pending.account.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Notes that the platform took no code of `pending`: it waits for another one. Where it is not in progress any
    /// more, as another program ended it, nothing is changed.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn mark_pending_proposed(
        &self,
        pending: &PendingEnrolment,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE enrolments SET stage = 'proposed' WHERE account_id = ? AND seed = ?")
            .bind(pending.account.as_bytes().as_slice())
            .bind(pending.entry.seed.expose_bytes())
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(())
    }

    /// Ends an enrolment that the platform accepted, all at once: the entry is added and linked to the account
    /// (unless another app makes the codes), the recovery codes are kept and await acknowledgement, and the
    /// enrolment is gone, with the withdrawal that it followed. Without codes, those kept from before stay and
    /// count as dead. `proven`: the platform itself answered that it took the secret, and gave the codes with it.
    ///
    /// `confirmed` is what the platform accepted. It is kept whatever became of the account's enrolment meanwhile: it
    /// may be gone, or another secret may be proposed, which is forgotten; one that is being confirmed itself stays. An
    /// account that has the secret already, as another program completed the same enrolment, gets no second entry.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn complete_enrolment(
        &self,
        confirmed: &PendingEnrolment,
        recovery_codes: &[SecretString],
        proven: bool,
        now_ms: i64,
    ) -> Result<Option<EntryId>, StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let entry = match linked_with(&mut transaction, confirmed).await? {
            Some(entry) => {
                self.complete_again(&mut transaction, confirmed, recovery_codes, proven, now_ms)
                    .await?;
                Some(entry)
            }
            None => {
                self.complete(&mut transaction, confirmed, recovery_codes, proven, now_ms)
                    .await?
            }
        };
        transaction.commit().await?;
        Ok(entry)
    }

    async fn complete(
        &self,
        transaction: &mut SqliteConnection,
        confirmed: &PendingEnrolment,
        recovery_codes: &[SecretString],
        proven: bool,
        now_ms: i64,
    ) -> Result<Option<EntryId>, StoreError> {
        let account = confirmed.account;
        let entry = if confirmed.elsewhere {
            None
        } else {
            Some(insert_entry(transaction, &confirmed.entry, now_ms).await?)
        };
        let linked = sqlx::query(
            "UPDATE accounts SET entry_id = ?1, factor_proven_ms = ?2, codes_asked_ms = NULL, \
             codes_dead_ms = coalesce(codes_dead_ms, ?3), updated_ms = ?3 WHERE id = ?4",
        )
        .bind(entry.as_ref().map(|entry| entry.as_bytes().as_slice()))
        .bind(entry.filter(|_| proven).map(|_| now_ms))
        .bind(now_ms)
        .bind(account.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
        found(&linked)?;
        self.keep_codes(transaction, account, recovery_codes, now_ms)
            .await?;
        end_enrolment(transaction, confirmed).await?;
        delete_withdrawal(transaction, account).await?;
        if let Some(entry) = entry {
            self.event(Action::EntryAdded, now_ms)
                .about_entry(transaction, entry)
                .await?;
        }
        self.event(Action::EnrolmentCompleted, now_ms)
            .about_account(transaction, account)
            .await?;
        Ok(entry)
    }

    /// Another program completed the same enrolment. If it had to ask for recovery codes of its own, they are the later
    /// ones and those of the first answer are dead.
    async fn complete_again(
        &self,
        transaction: &mut SqliteConnection,
        confirmed: &PendingEnrolment,
        recovery_codes: &[SecretString],
        proven: bool,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let account = confirmed.account;
        if proven {
            sqlx::query("UPDATE accounts SET factor_proven_ms = ? WHERE id = ?")
                .bind(now_ms)
                .bind(account.as_bytes().as_slice())
                .execute(&mut *transaction)
                .await?;
        }
        if !(proven && has_live_codes(transaction, account).await?) {
            self.keep_codes(transaction, account, recovery_codes, now_ms)
                .await?;
        }
        end_enrolment(transaction, confirmed).await?;
        Ok(())
    }

    async fn keep_codes(
        &self,
        transaction: &mut SqliteConnection,
        account: AccountId,
        codes: &[SecretString],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        if !codes.is_empty() {
            replace_codes(transaction, account, codes).await?;
            self.event(Action::RecoveryCodesKept, now_ms)
                .about_account(transaction, account)
                .await?;
        }
        Ok(())
    }
}

/// The account's entry, if it is not in the trash and has the confirmed secret.
async fn linked_with(
    connection: &mut SqliteConnection,
    confirmed: &PendingEnrolment,
) -> Result<Option<EntryId>, StoreError> {
    let id: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT entries.id FROM accounts JOIN entries ON entries.id = accounts.entry_id \
         WHERE accounts.id = ? AND entries.seed = ? AND entries.deleted_ms IS NULL",
    )
    .bind(confirmed.account.as_bytes().as_slice())
    .bind(confirmed.entry.seed.expose_bytes())
    .fetch_optional(connection)
    .await?;
    Ok(id.as_deref().and_then(EntryId::from_slice))
}

/// Removes the enrolment of the confirmed secret, and one that is only proposed: the platform has MFA on by now.
/// Another secret that is being confirmed may be in use as well.
async fn end_enrolment(
    connection: &mut SqliteConnection,
    confirmed: &PendingEnrolment,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM enrolments WHERE account_id = ? AND (stage = 'proposed' OR seed = ?)")
        .bind(confirmed.account.as_bytes().as_slice())
        .bind(confirmed.entry.seed.expose_bytes())
        .execute(connection)
        .await?;
    Ok(())
}
