use std::io;
use std::path::PathBuf;

use crate::database::DatabaseError;
use crate::header::HeaderError;
use crate::open::UnlockError;
use crate::store::StoreError;
use crate::swap::SwapError;
use crate::vault::Locked;

/// Why a backup was not made, opened or restored. The vault is as it was, but for [`BackupError::Unfinished`] and
/// [`BackupError::Reopening`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The vault was locked.
    #[error("the vault is locked")]
    Locked,
    /// The folder that was chosen for backups is not there: a drive that is not plugged in, perhaps.
    #[error("the backup folder {} is missing", path.display())]
    FolderMissing {
        /// The folder.
        path: PathBuf,
    },
    /// The folder cannot be read or written, or is none.
    #[error("the backup folder {} cannot be used: {source}", path.display())]
    FolderUnusable {
        /// The folder.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// The file is something else, or only the beginning of a backup.
    #[error("the file is not a whole backup of Deskfob")]
    NotABackup,
    /// The file is not what was written.
    #[error("the backup is damaged: {what}")]
    Damaged {
        /// Which part is wrong.
        what: &'static str,
    },
    /// The file is larger than any backup that is read.
    #[error("the backup is larger than {} MiB", max_bytes >> 20)]
    TooLarge {
        /// Most bytes.
        max_bytes: u64,
    },
    /// The backup was just written and does not hold what the vault holds. It was removed again.
    #[error("the backup that was just written does not read back")]
    NotVerified,
    /// The password opens no slot of the backup.
    #[error("that password doesn't open this backup")]
    WrongPassword,
    /// No recovery kit of the backup is that one.
    #[error("that recovery kit doesn't open the backup")]
    WrongKit,
    /// The vault's present key does not open it: it was made before the key was changed, or of another vault.
    #[error("the backup was made under another vault key")]
    NeedsPassword,
    /// The machine does not give the memory that the slot asks for.
    #[error("{} MiB of memory for deriving the key are not there", m_kib / 1024)]
    OutOfMemory {
        /// Memory asked for, KiB.
        m_kib: u32,
    },
    /// Made by a newer version of this program.
    #[error("the backup has version {found}, and this program reads up to {supported}")]
    NewerVersion {
        /// Format of the file or the header, or schema of the database.
        found: u64,
        /// The newest that is read.
        supported: u64,
    },
    /// Another program has the vault open and did not lock it when asked.
    #[error("another program has the vault open")]
    InUse,
    /// No space is left.
    #[error("the disk is full")]
    DiskFull,
    /// The key file.
    #[error(transparent)]
    Header(HeaderError),
    /// The database.
    #[error(transparent)]
    Database(DatabaseError),
    /// The vault's records.
    #[error(transparent)]
    Store(StoreError),
    /// The backup is in the vault's place, and the next opening finishes what is left to do.
    #[error("the backup is in the vault's place, and its database could not be put there yet: {0}")]
    Unfinished(#[source] io::Error),
    /// The backup is in the vault's place and did not open just now.
    #[error("the backup is in the vault's place, and the vault could not be opened: {0}")]
    Reopening(#[source] Box<UnlockError>),
    /// The system refused.
    #[error("the backup or the vault's files cannot be read or written: {0}")]
    Io(#[source] io::Error),
}

impl From<Locked> for BackupError {
    fn from(_: Locked) -> Self {
        Self::Locked
    }
}

impl From<HeaderError> for BackupError {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::NewerVersion { found, supported } => {
                Self::NewerVersion { found, supported }
            }
            HeaderError::Io(error) => error.into(),
            other => Self::Header(other),
        }
    }
}

impl From<SwapError> for BackupError {
    fn from(error: SwapError) -> Self {
        match error {
            SwapError::Header(error) => error.into(),
            SwapError::Unfinished(error) => Self::Unfinished(error),
        }
    }
}

impl From<DatabaseError> for BackupError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::NewerVersion { found, supported } => {
                Self::NewerVersion { found, supported }
            }
            DatabaseError::DiskFull => Self::DiskFull,
            DatabaseError::Io(error) => error.into(),
            other => Self::Database(other),
        }
    }
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        DatabaseError::from(error).into()
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Locked => Self::Locked,
            StoreError::Database(error) => error.into(),
            other => Self::Store(other),
        }
    }
}

impl From<io::Error> for BackupError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(error),
        }
    }
}

impl BackupError {
    /// The error of something done in the backup folder.
    pub(super) fn in_folder(path: &std::path::Path, source: io::Error) -> Self {
        match Self::from(source) {
            Self::Io(source) => Self::FolderUnusable {
                path: path.to_owned(),
                source,
            },
            other => other,
        }
    }

    /// Whether the vault itself is damaged, so that a copy of it is worth nothing.
    pub(super) fn is_damage_of_the_vault(&self) -> bool {
        matches!(
            self,
            Self::Header(_)
                | Self::NotVerified
                | Self::Database(DatabaseError::Missing | DatabaseError::Damaged)
        )
    }

    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked => "vault_locked",
            Self::FolderMissing { .. } => "backup_folder_missing",
            Self::FolderUnusable { .. } => "backup_folder_unusable",
            Self::NotABackup => "backup_not_one",
            Self::Damaged { .. } => "backup_damaged",
            Self::TooLarge { .. } => "backup_too_large",
            Self::NotVerified => "backup_not_verified",
            Self::WrongPassword => "wrong_password",
            Self::WrongKit => "wrong_recovery_kit",
            Self::NeedsPassword => "backup_needs_password",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::NewerVersion { .. } => "newer_version",
            Self::InUse => "vault_in_use",
            Self::DiskFull => "disk_full",
            Self::Header(error) => error.code(),
            Self::Database(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Unfinished(_) => "restore_unfinished",
            Self::Reopening(_) => "restore_not_opened",
            Self::Io(_) => "backup_io",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Locked => Some("unlock the vault first"),
            Self::FolderMissing { .. } => Some("plug the drive in, or choose another folder"),
            Self::FolderUnusable { .. } => {
                Some("check the folder's permissions, or choose another folder")
            }
            Self::NotABackup => Some("choose a file whose name begins with deskfob- and ends .zip"),
            Self::Damaged { .. } | Self::TooLarge { .. } => Some("choose another backup"),
            Self::NotVerified => Some("check the disk, or choose another folder for backups"),
            Self::WrongPassword => {
                Some("type the password that the vault had when the backup was made")
            }
            Self::WrongKit => {
                Some("a kit opens only backups that are younger than it; use the password")
            }
            Self::NeedsPassword => {
                Some("open it with the password that the vault had when it was made")
            }
            Self::OutOfMemory { .. } => Some("close other programs and try again"),
            Self::NewerVersion { .. } => Some("update Deskfob, then open the backup again"),
            Self::InUse => Some("close the other program, or lock the vault there"),
            Self::DiskFull => Some("free some space and try again; nothing was changed"),
            Self::Header(error) => error.hint(),
            Self::Database(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Unfinished(_) | Self::Reopening(_) => {
                Some("check the disk, then open the vault by what opened the backup")
            }
            Self::Io(_) => Some("check the disk's free space and the permissions"),
        }
    }
}
