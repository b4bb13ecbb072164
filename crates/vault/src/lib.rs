//! The encrypted store: a SQLCipher database under a random key, and beside it a header whose slots
//! each wrap that key. The files are described byte for byte in docs/vault-format.md.
//!
//! A [`Vault`] is a cheap handle to an open vault. Locking one closes it for all its clones.

#![deny(unsafe_code)]

mod attempts;
mod backup;
mod check;
mod clock;
mod database;
mod durable;
mod header;
mod history;
mod home;
mod id;
mod in_use;
mod kdf;
mod key;
mod keyring;
mod kit;
mod open;
mod presence;
mod rekey;
mod repair;
mod settings;
mod slots;
mod store;
mod swap;
mod task;
mod unseen_kit;
mod upgrade;
mod vault;

pub use attempts::retry_after_ms;
pub use backup::{
    Backup, BackupError, BackupKind, BackupUnlock, Changed, Difference, Label, OpenBackup,
    find_backups,
};
pub use check::{CheckReport, Finding, Level};
pub use database::DatabaseError;
pub use header::{HeaderError, SlotInfo, SlotKind, read_slots};
pub use history::{Action, HistoryRecord};
pub use home::{Home, HomeError};
pub use id::{AccountId, EntryId, IdError, SlotId, VaultId};
pub use in_use::{request_lock, wait_until_locked};
pub use kdf::{CostError, KdfCost};
pub use keyring::{KEYRING_SERVICE, KeyringError};
pub use kit::{RecoveryKit, RecoveryKitError};
pub use open::{CreateError, PASSWORD_MIN_CHARS, UnlockError};
pub use presence::{Damage, Presence, presence};
pub use rekey::{NewKey, RekeyError};
pub use repair::RepairError;
pub use settings::{BackupSettings, IdleLock, IdleLockError, Settings};
pub use slots::SlotError;
pub use store::{
    AccountStatus, Duplicate, EntryEdit, EntryName, EntryProblem, KeepError, Kept, NewAccount,
    NewEntry, NewRecoveryCodes, Notes, OnDuplicate, PendingEnrolment, RecoveryCode,
    RecoveryCodesQuestion, RecoveryCodesState, ReminderRecord, Stage, StoreError, StoredAccount,
    StoredEntry, StoredTokens, TrashedEntry, UnreadableEntry, Withdrawal, WithdrawalStage,
    corrected_window,
};
pub use vault::Vault;
