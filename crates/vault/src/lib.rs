//! The encrypted store: a SQLCipher database under a random key, and beside it a header whose slots
//! each wrap that key. The files are described byte for byte in docs/vault-format.md.
//!
//! A [`Vault`] is a cheap handle to an open vault. Locking one closes it for all its clones.

#![deny(unsafe_code)]

mod attempts;
mod clock;
mod database;
mod durable;
mod header;
mod home;
mod id;
mod kdf;
mod key;
mod keyring;
mod open;
mod presence;
mod slots;
mod store;
mod task;
mod vault;

pub use attempts::retry_after_ms;
pub use database::DatabaseError;
pub use header::{HeaderError, SlotInfo, SlotKind, read_slots};
pub use home::{Home, HomeError};
pub use id::{AccountId, EntryId, IdError, SlotId, VaultId};
pub use kdf::{CostError, KdfCost};
pub use keyring::{KEYRING_SERVICE, KeyringError};
pub use open::{CreateError, PASSWORD_MIN_CHARS, UnlockError};
pub use presence::{Damage, Presence, presence};
pub use slots::SlotError;
pub use store::{
    EntryProblem, NewAccount, PendingEnrolment, RecoveryCode, ReminderRecord, Stage, StoreError,
    StoredAccount, StoredEntry, StoredTokens, TrashedEntry, UnreadableEntry,
};
pub use vault::Vault;
