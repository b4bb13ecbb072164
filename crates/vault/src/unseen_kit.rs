//! Recovery kits whose words nobody was shown yet. A crash between making a kit and showing it leaves one that nobody
//! has, where a new vault key dropped the one before; the vault tells of it then.
//!
//! What is kept is a row of the settings for each such slot. One whose slot is not there any more means nothing.

use sqlx::sqlite::SqliteConnection;

use crate::header::{SlotInfo, SlotKind};
use crate::id::SlotId;
use crate::settings;
use crate::slots::SlotError;
use crate::store::StoreError;
use crate::vault::Vault;

/// Before the slot's id.
const KEY: &str = "recovery_kit_unseen";

impl Vault {
    /// The recovery kits whose words were never shown, as far as is known. They are of no use then, and the person is to
    /// make a new one.
    ///
    /// # Errors
    /// [`SlotError::Locked`], [`SlotError::Header`], [`SlotError::Store`].
    pub async fn unseen_recovery_kits(&self) -> Result<Vec<SlotInfo>, SlotError> {
        let mut kits = self.slots()?;
        kits.retain(|slot| slot.kind == SlotKind::RecoveryKit);
        if kits.is_empty() {
            return Ok(kits);
        }
        let mut connection = self.connection().await?;
        let mut unseen = Vec::new();
        for kit in kits {
            let row = settings::value(&mut connection, &key(kit.id)).await;
            if row.map_err(SlotError::Store)?.is_some() {
                unseen.push(kit);
            }
        }
        Ok(unseen)
    }

    /// The person was shown the words of a recovery kit that [`Self::add_recovery_kit`] or [`Self::new_key`] made.
    /// Whoever shows them says so once they are shown, not before.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn recovery_kit_shown(&self, slot: SlotId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        settings::forget(&mut connection, &key(slot)).await
    }
}

/// Keeps that nobody was shown the words of this slot's kit, before there is one.
pub(crate) async fn mark(
    connection: &mut SqliteConnection,
    slot: SlotId,
) -> Result<(), StoreError> {
    settings::put(connection, &key(slot), "true").await
}

fn key(slot: SlotId) -> String {
    format!("{KEY} {slot}")
}
