//! Backups: one file each, a zip of the header and an encrypted copy of the database, opened again and compared
//! before it gets its name.

mod archive;
mod difference;
mod error;
mod folder;
mod make;
mod name;
mod open;
mod readme;
mod restore;
mod rotation;
mod scratch;
mod write;

pub use difference::{Changed, Difference, Label};
pub use error::BackupError;
pub use folder::{Backup, find_backups};
pub use name::BackupKind;
pub use open::{BackupUnlock, OpenBackup};

pub(crate) use folder::{BackupLock, SAFETY_FOLDER, is_leftover, newest_automatic};
pub(crate) use scratch::{FOLDER as SCRATCH_FOLDER, sweep};
pub(crate) use write::{Source, safety_copy};

#[cfg(test)]
mod tests;
