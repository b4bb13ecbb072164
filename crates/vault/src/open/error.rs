use std::io;

use crate::backup::BackupError;
use crate::database::DatabaseError;
use crate::header::{HeaderError, SlotKind};
use crate::kdf::CostError;
use crate::keyring::KeyringError;
use crate::vault::Locked;

/// Why a vault was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// The folder holds a vault, or parts of one.
    #[error("there is a vault in this folder already")]
    Exists,
    /// No password was given.
    #[error("the password is empty")]
    PasswordEmpty,
    /// The password is too short.
    #[error("the password has fewer than {min} characters")]
    PasswordTooShort {
        /// Least characters.
        min: usize,
    },
    /// The cost is below the floor or above the ceiling.
    #[error(transparent)]
    Cost(#[from] CostError),
    /// The machine does not give the memory that the cost asks for.
    #[error("{} MiB of memory for deriving the key are not there", m_kib / 1024)]
    OutOfMemory {
        /// Memory asked for, KiB.
        m_kib: u32,
    },
    /// The key file.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The folder.
    #[error("the vault's folder cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Why a vault was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnlockError {
    /// The folder holds no vault.
    #[error("there is no vault in this folder")]
    NoVault,
    /// The password opens no slot.
    #[error("that password doesn't open this vault")]
    WrongPassword {
        /// How long the next try has to wait, ms.
        retry_after_ms: u64,
    },
    /// It is too soon after a wrong password; nothing was tried.
    #[error("too soon after a wrong password")]
    Wait {
        /// How long to wait yet, ms.
        retry_after_ms: u64,
    },
    /// The words are a recovery kit, and not this vault's.
    #[error("that recovery kit doesn't open this vault")]
    WrongKit,
    /// Another program made a new vault key, or put a backup back, just while this one opened the vault.
    #[error("the vault's key was replaced just now")]
    KeyReplaced,
    /// The vault has no slot of this kind.
    #[error("the vault has no {} slot", kind_name(*kind))]
    NoSuchSlot {
        /// The kind that was asked for.
        kind: SlotKind,
    },
    /// The keyring.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The key file.
    #[error(transparent)]
    Header(HeaderError),
    /// The database.
    #[error(transparent)]
    Database(DatabaseError),
    /// Written by a newer version of this program.
    #[error("the vault has version {found}, and this program reads up to {supported}")]
    NewerVersion {
        /// Format of the header or schema of the database.
        found: u64,
        /// The newest that is read.
        supported: u64,
    },
    /// The machine does not give the memory that the slot asks for.
    #[error("{} MiB of memory for deriving the key are not there", m_kib / 1024)]
    OutOfMemory {
        /// Memory asked for, KiB.
        m_kib: u32,
    },
    /// The vault is of an older version, and is changed only after a backup. None could be made.
    #[error("no backup could be made before the vault is upgraded: {0}")]
    SafetyCopy(#[source] Box<BackupError>),
    /// The record of wrong passwords cannot be kept.
    #[error("the record of wrong passwords cannot be written: {0}")]
    Attempts(#[source] io::Error),
    /// The handle's vault was locked.
    #[error("the vault is locked")]
    Locked,
}

impl From<HeaderError> for UnlockError {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::Missing => Self::NoVault,
            HeaderError::NewerVersion { found, supported } => {
                Self::NewerVersion { found, supported }
            }
            other => Self::Header(other),
        }
    }
}

impl From<DatabaseError> for UnlockError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::NewerVersion { found, supported } => {
                Self::NewerVersion { found, supported }
            }
            other => Self::Database(other),
        }
    }
}

impl From<Locked> for UnlockError {
    fn from(_: Locked) -> Self {
        Self::Locked
    }
}

fn kind_name(kind: SlotKind) -> &'static str {
    match kind {
        SlotKind::Password => "password",
        SlotKind::Keyring => "keyring",
        SlotKind::RecoveryKit => "recovery kit",
    }
}

impl CreateError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exists => "vault_exists",
            Self::PasswordEmpty => "password_empty",
            Self::PasswordTooShort { .. } => "password_too_short",
            Self::Cost(_) => "kdf_cost",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::Header(error) => error.code(),
            Self::Database(error) => error.code(),
            Self::Io(_) => "home_unusable",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Exists => Some("open it, or choose another folder"),
            Self::PasswordEmpty | Self::PasswordTooShort { .. } => {
                Some("choose a longer one; a few unrelated words are easy to remember")
            }
            Self::Cost(_) => None,
            Self::OutOfMemory { .. } => Some("close other programs and try again"),
            Self::Header(error) => error.hint(),
            Self::Database(error) => error.hint(),
            Self::Io(_) => Some("check the folder's owner and permissions"),
        }
    }
}

impl UnlockError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoVault => "no_vault",
            Self::WrongPassword { .. } => "wrong_password",
            Self::Wait { .. } => "unlock_wait",
            Self::WrongKit => "wrong_recovery_kit",
            Self::KeyReplaced => "key_replaced",
            Self::NoSuchSlot { .. } => "no_such_slot",
            Self::Keyring(error) => error.code(),
            Self::Header(error) => error.code(),
            Self::Database(error) => error.code(),
            Self::NewerVersion { .. } => "newer_version",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::SafetyCopy(error) => error.code(),
            Self::Attempts(_) => "attempts_io",
            Self::Locked => "vault_locked",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoVault => Some("create a vault first"),
            Self::WrongPassword { .. } => Some("check the keyboard layout and try again"),
            Self::Wait { .. } => Some("wait, then type the password again"),
            Self::WrongKit => Some(
                "look for a newer kit: a new vault key ends the earlier ones; or use the password",
            ),
            Self::KeyReplaced => Some("try again"),
            Self::NoSuchSlot {
                kind: SlotKind::Keyring | SlotKind::RecoveryKit,
            } => Some("use the password"),
            Self::NoSuchSlot {
                kind: SlotKind::Password,
            } => Some("use the system keyring or the recovery kit"),
            Self::Keyring(error) => error.hint(),
            Self::Header(error) => error.hint(),
            Self::Database(error) => error.hint(),
            Self::NewerVersion { .. } => Some("update Deskfob, then open the vault again"),
            Self::OutOfMemory { .. } => Some("close other programs and try again"),
            Self::SafetyCopy(error) => error.hint(),
            Self::Attempts(_) => Some("check the permissions of the vault's folder"),
            Self::Locked => Some("unlock the vault first"),
        }
    }

    /// How long the next try has to wait, ms.
    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::WrongPassword { retry_after_ms } | Self::Wait { retry_after_ms } => {
                Some(*retry_after_ms)
            }
            _ => None,
        }
    }
}
