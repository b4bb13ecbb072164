use std::io;

use crate::database::DatabaseError;
use crate::header::HeaderError;
use crate::kdf::CostError;
use crate::open::UnlockError;
use crate::store::StoreError;
use crate::swap::SwapError;
use crate::vault::Locked;

/// Why the vault has no new key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RekeyError {
    /// The vault was locked.
    #[error("the vault is locked")]
    Locked,
    /// A password opens no slot, so that the one it was meant for would be dropped.
    #[error("{}", wrong_password(*position, *given))]
    WrongPassword {
        /// Which one it is of those that were given, from 1.
        position: usize,
        /// How many were given.
        given: usize,
        /// How long the next try has to wait, ms.
        retry_after_ms: u64,
    },
    /// It is too soon after a wrong password; nothing was tried.
    #[error("too soon after a wrong password")]
    Wait {
        /// How long to wait yet, ms.
        retry_after_ms: u64,
    },
    /// The cost is below the floor or above the ceiling.
    #[error(transparent)]
    Cost(CostError),
    /// The machine does not give the memory that the cost asks for.
    #[error("{} MiB of memory for deriving the key are not there", m_kib / 1024)]
    OutOfMemory {
        /// Memory asked for, KiB.
        m_kib: u32,
    },
    /// Another program has the vault open and did not lock it.
    #[error("another program still had the vault open after {seconds} s")]
    InUse {
        /// How long was waited.
        seconds: u64,
    },
    /// The new database was read back and is not what the old one is.
    #[error("the newly encrypted database is not the same as the old one")]
    NotVerified,
    /// The vault has its new key, and the next opening finishes what is left to do.
    #[error("the vault has its new key, and its database could not be put in place yet: {0}")]
    Unfinished(#[source] io::Error),
    /// The vault has its new key and did not open by it just now.
    #[error("the vault has its new key and could not be opened: {0}")]
    NotOpened(#[source] UnlockError),
    /// The key file.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The note about the new recovery kit, which nobody was shown yet.
    #[error(transparent)]
    Note(StoreError),
    /// The record of wrong passwords cannot be kept.
    #[error("the record of wrong passwords cannot be written: {0}")]
    Attempts(#[source] io::Error),
    /// The folder.
    #[error("the vault's folder cannot be written: {0}")]
    Io(#[from] io::Error),
}

impl From<Locked> for RekeyError {
    fn from(_: Locked) -> Self {
        Self::Locked
    }
}

impl From<SwapError> for RekeyError {
    fn from(error: SwapError) -> Self {
        match error {
            SwapError::Header(error) => Self::Header(error),
            SwapError::Unfinished(error) => Self::Unfinished(error),
        }
    }
}

fn wrong_password(position: usize, given: usize) -> String {
    match given {
        0 | 1 => "the password opens nothing of this vault".to_owned(),
        _ => format!("password {position} of {given} opens nothing of this vault"),
    }
}

impl RekeyError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked => "vault_locked",
            Self::WrongPassword { .. } => "wrong_password",
            Self::Wait { .. } => "unlock_wait",
            Self::Cost(_) => "kdf_cost",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::InUse { .. } => "vault_in_use",
            Self::NotVerified => "new_key_not_verified",
            Self::Unfinished(_) => "new_key_unfinished",
            Self::NotOpened(_) => "new_key_not_opened",
            Self::Header(error) => error.code(),
            Self::Database(error) => error.code(),
            Self::Note(error) => error.code(),
            Self::Attempts(_) => "attempts_io",
            Self::Io(_) => "home_unusable",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Locked => Some("unlock the vault first"),
            Self::WrongPassword { .. } => {
                Some("nothing was changed; check the keyboard layout and try again")
            }
            Self::Wait { .. } => Some("wait, then type the password again"),
            Self::Cost(_) => None,
            Self::OutOfMemory { .. } => Some("close other programs and try again"),
            Self::InUse { .. } => Some("lock the vault there, then try again"),
            Self::NotVerified => {
                Some("nothing was changed; check the disk and make a backup, then try again")
            }
            Self::Unfinished(_) | Self::NotOpened(_) => {
                Some("open the vault by its password; then make a new recovery kit")
            }
            Self::Header(error) => error.hint(),
            Self::Database(error) => error.hint(),
            Self::Note(error) => error.hint(),
            Self::Attempts(_) | Self::Io(_) => {
                Some("check the disk's free space and the folder's permissions")
            }
        }
    }

    /// How long the next try has to wait, ms.
    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::WrongPassword { retry_after_ms, .. } | Self::Wait { retry_after_ms } => {
                Some(*retry_after_ms)
            }
            _ => None,
        }
    }
}
