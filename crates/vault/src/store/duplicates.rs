//! Entries that are there already.

use deskfob_otp::Entry;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::StoreError;
use super::listing::{read_stored, select_entries};
use crate::id::EntryId;
use crate::vault::Vault;

/// An entry of the vault that another one looks the same as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Names the entry.
    pub id: EntryId,
    /// Its issuer.
    pub issuer: String,
    /// Its account.
    pub account: String,
    /// Both make the same codes. Otherwise only the names are the same, or the key is and the settings are not.
    pub same_codes: bool,
}

impl Vault {
    /// The entries, not in the trash, with the same issuer and account (whatever their case) or the same seed; those that
    /// make the same codes first. Two entries without any name do not look the same.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn find_duplicates(&self, entry: &Entry) -> Result<Vec<Duplicate>, StoreError> {
        duplicates(&mut *self.connection().await?, entry).await
    }
}

/// The same, inside the transaction that `connection` may be in.
pub(super) async fn duplicates(
    connection: &mut SqliteConnection,
    entry: &Entry,
) -> Result<Vec<Duplicate>, StoreError> {
    // Two lookups by index. The seed is compared by SQLite: how long that takes tells only this process.
    let rows = sqlx::query(select_entries!(
        "deleted_ms IS NULL AND rowid IN \
             (SELECT rowid FROM entries WHERE label_key = ?1 AND label_key <> ?2 \
              UNION SELECT rowid FROM entries WHERE seed = ?3) ORDER BY position, id"
    ))
    .bind(label_key(&entry.issuer, &entry.account))
    .bind(label_key("", ""))
    .bind(entry.seed.expose_bytes())
    .fetch_all(connection)
    .await?;
    let mut found: Vec<Duplicate> = rows
        .iter()
        .filter_map(|row| duplicate(row, entry))
        .collect();
    found.sort_by_key(|one| !one.same_codes);
    Ok(found)
}

fn duplicate(row: &SqliteRow, entry: &Entry) -> Option<Duplicate> {
    // One that this version cannot read is nothing to be shown or replaced.
    let stored = read_stored(row).ok()?;
    Some(Duplicate {
        id: stored.id,
        same_codes: stored.entry.makes_same_codes(entry),
        issuer: stored.entry.issuer,
        account: stored.entry.account,
    })
}

/// Issuer and account as they are compared: without case and surrounding space.
pub(super) fn label_key(issuer: &str, account: &str) -> String {
    format!(
        "{}\u{1f}{}",
        issuer.trim().to_lowercase(),
        account.trim().to_lowercase()
    )
}
