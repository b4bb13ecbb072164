//! What opens the vault.

use deskfob_vault::{SlotInfo, SlotKind};
use serde::Serialize;
use ts_rs::TS;

/// What opens a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts", rename = "SlotKind")]
pub enum SlotKindView {
    /// A password.
    Password,
    /// The system's keyring.
    Keyring,
    /// Twelve printed words.
    RecoveryKit,
}

/// One thing that opens the vault.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct SlotView {
    /// Names the slot in later calls.
    pub id: String,
    /// What opens it.
    pub kind: SlotKindView,
    /// The name it was given.
    pub name: String,
    /// When it was made or its password was changed, Unix time, ms.
    #[ts(type = "number")]
    pub created_at: i64,
    /// A recovery kit whose words were perhaps never shown, as the program ended before: nobody can use it.
    pub unseen: bool,
}

/// A recovery kit that was just made: the only time its words are shown.
#[derive(Clone, Serialize, TS)]
#[ts(export_to = "types.ts")]
pub struct RecoveryKitView {
    /// Its slot.
    pub slot: SlotView,
    /// Twelve words, in their order.
    pub words: Vec<String>,
}

/// The vault has a new key.
#[derive(Clone, Serialize, TS)]
#[ts(export_to = "types.ts")]
pub struct NewKeyView {
    /// What opens the vault no longer, because its password was not given or its keyring could not be written.
    pub dropped: Vec<SlotView>,
    /// The new recovery kit; null when there was none before.
    pub kit: Option<RecoveryKitView>,
}

impl From<SlotKind> for SlotKindView {
    fn from(kind: SlotKind) -> Self {
        match kind {
            SlotKind::Password => Self::Password,
            SlotKind::Keyring => Self::Keyring,
            SlotKind::RecoveryKit => Self::RecoveryKit,
        }
    }
}

impl From<&SlotInfo> for SlotView {
    fn from(slot: &SlotInfo) -> Self {
        Self {
            id: slot.id.to_string(),
            kind: slot.kind.into(),
            name: slot.name.clone(),
            created_at: slot.created_ms,
            unseen: false,
        }
    }
}
