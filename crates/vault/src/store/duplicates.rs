//! Entries that are there already.

use deskfob_otp::Entry;
use sqlx::Row;

use super::StoreError;
use crate::id::EntryId;
use crate::vault::Vault;

impl Vault {
    /// The entries, not in the trash, with the same issuer and account (whatever their case) or the same seed.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn find_duplicates(&self, entry: &Entry) -> Result<Vec<EntryId>, StoreError> {
        let mut connection = self.connection().await?;
        // Two lookups by index. The seed is compared by SQLite: how long that takes tells only this process.
        let rows = sqlx::query(
            "SELECT id FROM entries WHERE deleted_ms IS NULL AND rowid IN \
             (SELECT rowid FROM entries WHERE label_key = ?1 \
              UNION SELECT rowid FROM entries WHERE seed = ?2) ORDER BY position, id",
        )
        .bind(label_key(&entry.issuer, &entry.account))
        .bind(entry.seed.expose_bytes())
        .fetch_all(&mut *connection)
        .await?;
        Ok(rows
            .iter()
            .filter_map(|row| row.try_get("id").ok().and_then(EntryId::from_slice))
            .collect())
    }
}

/// Issuer and account as they are compared: without case and surrounding space.
pub(super) fn label_key(issuer: &str, account: &str) -> String {
    format!(
        "{}\u{1f}{}",
        issuer.trim().to_lowercase(),
        account.trim().to_lowercase()
    )
}
