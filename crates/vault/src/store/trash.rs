//! Removed entries stay until they are purged.

use deskfob_otp::Entry;

use super::listing::{read_trashed, trashed_rows};
use super::{StoreError, found, write};
use crate::clock;
use crate::history::Action;
use crate::id::EntryId;
use crate::vault::Vault;

/// An entry in the trash.
#[derive(Clone, Debug)]
pub struct TrashedEntry {
    /// Names the entry.
    pub id: EntryId,
    /// Issuer, account, seed and how codes are made.
    pub entry: Entry,
    /// What its icon shows.
    pub icon: Option<String>,
    /// When it was removed, Unix time, ms.
    pub deleted_ms: i64,
}

impl Vault {
    /// Moves an entry to the trash.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_entry(&self, id: EntryId, now_ms: i64) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let removed =
            sqlx::query("UPDATE entries SET deleted_ms = ? WHERE id = ? AND deleted_ms IS NULL")
                .bind(now_ms)
                .bind(id.as_bytes().as_slice())
                .execute(&mut *transaction)
                .await?;
        found(&removed)?;
        self.event(Action::EntryRemoved, now_ms)
            .about_entry(&mut transaction, id)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Takes an entry out of the trash, to the place it had.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not in the trash.
    pub async fn restore_entry(&self, id: EntryId, now_ms: i64) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let restored = sqlx::query(
            "UPDATE entries SET deleted_ms = NULL, updated_ms = ? \
             WHERE id = ? AND deleted_ms IS NOT NULL",
        )
        .bind(now_ms)
        .bind(id.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
        found(&restored)?;
        self.event(Action::EntryRestored, now_ms)
            .about_entry(&mut transaction, id)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The entries in the trash, the last removed first. One that cannot be read is left out and told by
    /// [`Self::unreadable_entries`].
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn trash(&self) -> Result<Vec<TrashedEntry>, StoreError> {
        let mut connection = self.connection().await?;
        let rows = trashed_rows(&mut connection).await?;
        Ok(rows
            .iter()
            .filter_map(|row| read_trashed(row).ok())
            .collect())
    }

    /// Destroys an entry that is in the trash, also one that cannot be read.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not in the trash.
    pub async fn purge_entry(&self, id: EntryId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        self.event(Action::EntryPurged, clock::now_ms())
            .about_entry(&mut transaction, id)
            .await?;
        let purged = sqlx::query("DELETE FROM entries WHERE id = ? AND deleted_ms IS NOT NULL")
            .bind(id.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
        found(&purged)?;
        Ok(transaction.commit().await?)
    }

    /// Destroys all entries in the trash that [`Self::trash`] lists, and tells how many. Those that cannot be read stay:
    /// nobody has seen what they are.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn empty_trash(&self, now_ms: i64) -> Result<u32, StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let rows = trashed_rows(&mut transaction).await?;
        let mut purged: u32 = 0;
        for trashed in rows.iter().filter_map(|row| read_trashed(row).ok()) {
            sqlx::query("DELETE FROM entries WHERE id = ?")
                .bind(trashed.id.as_bytes().as_slice())
                .execute(&mut *transaction)
                .await?;
            purged = purged.saturating_add(1);
        }
        if purged > 0 {
            self.event(Action::TrashEmptied, now_ms)
                .about(&mut transaction, &format!("{purged} entries"))
                .await?;
        }
        transaction.commit().await?;
        Ok(purged)
    }
}
