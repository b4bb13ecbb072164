use std::io;

use crate::header::{HeaderError, SaveError};
use crate::keyring::KeyringError;
use crate::open::CreateError;
use crate::store::StoreError;
use crate::vault::Locked;

/// Why a slot was not added, changed or removed. The slots are as they were, but for [`SlotError::Unfinished`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SlotError {
    /// The vault was locked.
    #[error("the vault is locked")]
    Locked,
    /// There is no slot of this id.
    #[error("the vault has no such slot")]
    NoSuchSlot,
    /// The slot is opened by something else than a password.
    #[error("this slot has no password to change")]
    NotAPasswordSlot,
    /// Without it no password would open the vault.
    #[error("this is the vault's last password")]
    LastPasswordSlot,
    /// The vault has a slot that this system's keyring opens.
    #[error("this keyring opens the vault already")]
    AlreadyThere,
    /// The new slot's password or cost is not acceptable.
    #[error(transparent)]
    Password(CreateError),
    /// The keyring.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The key file.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The note about a recovery kit that nobody was shown yet.
    #[error(transparent)]
    Store(StoreError),
    /// The slots are as they were to be. Until the next opening the header from before may still be beside the new
    /// one, or be what a power cut leaves.
    #[error("the change was written, and could not be finished: {0}")]
    Unfinished(#[source] io::Error),
    /// The folder cannot be locked against other processes.
    #[error("the vault's folder cannot be written: {0}")]
    Io(#[from] io::Error),
}

impl From<SaveError> for SlotError {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Header(error) => Self::Header(error),
            SaveError::Unfinished(error) => Self::Unfinished(error),
        }
    }
}

impl From<Locked> for SlotError {
    fn from(_: Locked) -> Self {
        Self::Locked
    }
}

impl SlotError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked => "vault_locked",
            Self::NoSuchSlot => "no_such_slot",
            Self::NotAPasswordSlot => "not_a_password_slot",
            Self::LastPasswordSlot => "last_password_slot",
            Self::AlreadyThere => "keyring_slot_exists",
            Self::Password(error) => error.code(),
            Self::Keyring(error) => error.code(),
            Self::Header(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Unfinished(_) => "slot_change_unfinished",
            Self::Io(_) => "home_unusable",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Locked => Some("unlock the vault first"),
            Self::NoSuchSlot => Some("look at the list of slots again"),
            Self::LastPasswordSlot => Some("add another password first"),
            Self::AlreadyThere | Self::NotAPasswordSlot => None,
            Self::Password(error) => error.hint(),
            Self::Keyring(error) => error.hint(),
            Self::Header(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Unfinished(_) => Some(
                "check the disk, then lock the vault and open it by what is to open it now: that finishes the change",
            ),
            Self::Io(_) => Some("check the folder's owner and permissions"),
        }
    }
}
