//! Platform accounts.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{StoreError, found, write};
use crate::clock;
use crate::history::Action;
use crate::id::{AccountId, EntryId};
use crate::vault::Vault;

/// A platform account to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// The platform it lives on, in the form that the caller reads back.
    pub deployment: String,
    /// The platform's id of the user.
    pub user_id: String,
    /// E-mail address.
    pub email: String,
    /// The person's name.
    pub display_name: String,
}

/// A platform account of the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAccount {
    /// Names the account.
    pub id: AccountId,
    /// The platform it lives on, in the form that the caller wrote.
    pub deployment: String,
    /// The platform's id of the user.
    pub user_id: String,
    /// E-mail address.
    pub email: String,
    /// The person's name.
    pub display_name: String,
    /// The entry that makes this account's codes; none while that one is in the trash.
    pub entry_id: Option<EntryId>,
    /// When the platform last took this entry's secret, Unix time, ms. `None`: it never did, or said since then
    /// that MFA is off.
    pub factor_proven_ms: Option<i64>,
    /// What is added to the time by which the account's codes are made, s.
    pub clock_correction_s: i64,
    /// When it was added, Unix time, ms.
    pub created_ms: i64,
    /// When it was written last, Unix time, ms.
    pub updated_ms: i64,
}

impl Vault {
    /// Keeps an account. The same user of the same platform keeps its id, and its recovery codes even after
    /// [`Self::remove_account`].
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn put_account(
        &self,
        account: &NewAccount,
        now_ms: i64,
    ) -> Result<AccountId, StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let listed: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM accounts WHERE deployment = ? AND user_id = ? AND removed = 0)",
        )
        .bind(account.deployment.as_str())
        .bind(account.user_id.as_str())
        .fetch_one(&mut *transaction)
        .await?;
        let row = sqlx::query(
            "INSERT INTO accounts (id, deployment, user_id, email, display_name, created_ms, updated_ms) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) \
             ON CONFLICT (deployment, user_id) DO UPDATE SET email = excluded.email, \
             display_name = excluded.display_name, updated_ms = excluded.updated_ms, removed = 0 \
             RETURNING id",
        )
        .bind(AccountId::new().as_bytes().as_slice())
        .bind(account.deployment.as_str())
        .bind(account.user_id.as_str())
        .bind(account.email.as_str())
        .bind(account.display_name.as_str())
        .bind(now_ms)
        .fetch_one(&mut *transaction)
        .await?;
        let id = account_id(&row)?;
        if !listed {
            self.event(Action::AccountAdded, now_ms)
                .about_account(&mut transaction, id)
                .await?;
        }
        transaction.commit().await?;
        Ok(id)
    }

    /// Writes another form of the platform that an account lives on. The account stays the same.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account; [`StoreError::Database`] also when another account of the
    /// same user has that form.
    pub async fn set_account_deployment(
        &self,
        account: AccountId,
        deployment: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let set = sqlx::query("UPDATE accounts SET deployment = ?, updated_ms = ? WHERE id = ?")
            .bind(deployment)
            .bind(now_ms)
            .bind(account.as_bytes().as_slice())
            .execute(&mut *self.connection().await?)
            .await?;
        found(&set)
    }

    /// All accounts, in the order they were added.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn accounts(&self) -> Result<Vec<StoredAccount>, StoreError> {
        let mut connection = self.connection().await?;
        let rows = sqlx::query(
            "SELECT accounts.*, entries.id AS live_entry_id FROM accounts \
             LEFT JOIN entries ON entries.id = accounts.entry_id AND entries.deleted_ms IS NULL \
             WHERE removed = 0 ORDER BY accounts.created_ms, accounts.id",
        )
        .fetch_all(&mut *connection)
        .await?;
        rows.iter().map(read_account).collect()
    }

    /// Takes an account out of the list and destroys its tokens. Recovery codes, an enrolment that may have been
    /// accepted and the account's entry are kept; [`Self::put_account`] brings the account back with them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_account(&self, id: AccountId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let removed = sqlx::query("UPDATE accounts SET removed = 1 WHERE id = ? AND removed = 0")
            .bind(id.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
        found(&removed)?;
        for statement in [
            "DELETE FROM tokens WHERE account_id = ?",
            "DELETE FROM enrolments WHERE account_id = ? AND stage = 'proposed'",
        ] {
            sqlx::query(statement)
                .bind(id.as_bytes().as_slice())
                .execute(&mut *transaction)
                .await?;
        }
        self.event(Action::AccountRemoved, clock::now_ms())
            .about_account(&mut transaction, id)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Says which entry makes the account's codes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account or entry.
    pub async fn set_account_entry(
        &self,
        id: AccountId,
        entry: Option<EntryId>,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let linked = sqlx::query(
            "UPDATE accounts SET factor_proven_ms = CASE WHEN entry_id IS ?1 THEN factor_proven_ms END, \
             entry_id = ?1 WHERE id = ?2",
        )
            .bind(entry.as_ref().map(|entry| entry.as_bytes().as_slice()))
            .bind(id.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
        found(&linked)?;
        self.event(Action::AccountLinked, clock::now_ms())
            .about_account(&mut transaction, id)
            .await?;
        Ok(transaction.commit().await?)
    }
}

fn read_account(row: &SqliteRow) -> Result<StoredAccount, StoreError> {
    let entry: Option<&[u8]> = row.try_get("live_entry_id")?;
    Ok(StoredAccount {
        id: account_id(row)?,
        deployment: row.try_get("deployment")?,
        user_id: row.try_get("user_id")?,
        email: row.try_get("email")?,
        display_name: row.try_get("display_name")?,
        entry_id: entry.and_then(EntryId::from_slice),
        factor_proven_ms: row.try_get("factor_proven_ms")?,
        clock_correction_s: row.try_get("clock_correction_s")?,
        created_ms: row.try_get("created_ms")?,
        updated_ms: row.try_get("updated_ms")?,
    })
}

fn account_id(row: &SqliteRow) -> Result<AccountId, StoreError> {
    let id: &[u8] = row.try_get("id")?;
    // Identifiers are only written by this crate, with 16 bytes.
    AccountId::from_slice(id).ok_or(StoreError::NotFound)
}
