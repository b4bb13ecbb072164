//! The vault's state.

use serde::Serialize;
use ts_rs::TS;

use super::{IdleMinutes, LockReason};
use crate::error::CommandError;

/// Whether there is a vault and whether it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum VaultState {
    /// None was created yet.
    Absent,
    /// Closed.
    Locked,
    /// Open.
    Unlocked,
    /// There is a vault whose header cannot be read.
    Damaged,
}

/// The vault's state.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct VaultStatus {
    /// Whether there is a vault and whether it is open.
    pub state: VaultState,
    /// The system keyring can open this vault.
    pub keyring_slot: bool,
    /// A recovery kit can open this vault.
    pub recovery_kit_slot: bool,
    /// How long the next password attempt must wait, ms; null when it need not.
    #[ts(type = "number | null")]
    pub retry_after_ms: Option<u64>,
    /// Where the vault is kept, for a person to read.
    pub location: String,
    /// What is wrong; null unless the state is damaged.
    pub damage: Option<VaultDamage>,
    /// Why it was locked last; null when this program did not lock it.
    pub locked_because: Option<LockedBecause>,
    /// A link was opened and waits for the vault to be open.
    pub link_waits: bool,
}

/// Why the vault was locked last.
#[derive(Clone, Copy, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct LockedBecause {
    /// Why.
    pub reason: LockReason,
    /// Minutes without use after which the vault locked itself then; 0: it did not.
    pub idle_minutes: IdleMinutes,
}

/// What is wrong with a vault that cannot be opened.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct VaultDamage {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The header before the last change is there, and may open the vault.
    pub can_repair: bool,
}

/// A vault was made and is open.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "types.ts")]
pub struct VaultCreated {
    /// Why the system keyring was not set up though it was asked for; null when it was, or was not asked for.
    pub keyring: Option<CommandError>,
}
