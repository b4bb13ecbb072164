use std::io;

/// Why the database did not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// There is no database beside the key file.
    #[error("the vault's database is missing")]
    Missing,
    /// The file is not this vault's database, or its pages do not authenticate.
    #[error("the vault's database is damaged")]
    Damaged,
    /// Another process kept it busy.
    #[error("another program is using the vault")]
    Busy,
    /// No space is left.
    #[error("the disk is full")]
    DiskFull,
    /// The disk, or the way to it, failed.
    #[error("the disk failed while the vault was read or written")]
    DiskFailed,
    /// The file or folder cannot be written.
    #[error("the vault cannot be written to")]
    ReadOnly,
    /// Written by a newer version of this program.
    #[error("the vault's database has schema {found}, and this version reads up to {supported}")]
    NewerVersion {
        /// Its schema.
        found: u64,
        /// The newest schema that is read.
        supported: u64,
    },
    /// The schema could not be brought up to date.
    #[error("the vault's schema cannot be brought up to date")]
    Migration(#[source] Box<sqlx::migrate::MigrateError>),
    /// The system refused.
    #[error("the vault's files cannot be read or written: {0}")]
    Io(#[source] io::Error),
    /// Anything else that SQLite said.
    #[error("the vault's database failed: {0}")]
    Other(#[source] Box<sqlx::Error>),
}

/// SQLite's primary result codes (sqlite.org/rescode.html).
mod result_code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const NOMEM: i32 = 7;
    pub(super) const READONLY: i32 = 8;
    pub(super) const IOERR: i32 = 10;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANTOPEN: i32 = 14;
    pub(super) const NOTADB: i32 = 26;
}

impl From<io::Error> for DatabaseError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(error),
        }
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        let extended = match &error {
            sqlx::Error::Io(cause) => {
                return io::Error::new(cause.kind(), cause.to_string()).into();
            }
            sqlx::Error::Database(cause) => cause.code().and_then(|code| code.parse::<i32>().ok()),
            _ => None,
        };
        match extended.map(|code| code & 0xff) {
            Some(result_code::BUSY | result_code::LOCKED) => Self::Busy,
            Some(result_code::READONLY | result_code::CANTOPEN) => Self::ReadOnly,
            // SQLite takes a page that SQLCipher could not decipher for one that there was no memory for.
            Some(result_code::CORRUPT | result_code::NOTADB | result_code::NOMEM) => Self::Damaged,
            Some(result_code::FULL) => Self::DiskFull,
            Some(result_code::IOERR) => Self::DiskFailed,
            _ => Self::Other(Box::new(error)),
        }
    }
}

impl DatabaseError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "database_missing",
            Self::Damaged => "database_damaged",
            Self::Busy => "database_busy",
            Self::DiskFull => "disk_full",
            Self::DiskFailed => "disk_failed",
            Self::ReadOnly => "vault_read_only",
            Self::NewerVersion { .. } => "newer_version",
            Self::Migration(_) => "migration",
            Self::Io(_) => "database_io",
            Self::Other(_) => "database",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing | Self::Damaged => Some("put a backup back"),
            Self::Busy => Some("wait a moment and try again, or close the other program"),
            Self::DiskFull => Some("free some space and try again; nothing was changed"),
            Self::DiskFailed => {
                Some("check the disk and its free space; what was kept before is still there")
            }
            Self::ReadOnly | Self::Io(_) => Some("check the permissions of the vault's folder"),
            Self::NewerVersion { .. } => Some("update Deskfob, then open the vault again"),
            Self::Migration(_) | Self::Other(_) => {
                Some("try again; if it stays so, put a backup back")
            }
        }
    }
}
