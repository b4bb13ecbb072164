//! The folder of backups and what lies in it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::name::{BackupKind, Name};
use super::rotation::outdated;
use super::{BackupError, archive};
use crate::durable;
use crate::home::{Home, make_private};
use crate::id::VaultId;
use crate::settings::BackupSettings;

/// In the vault's folder: where backups go when no other folder was chosen, and where safety backups always go.
pub(crate) const SAFETY_FOLDER: &str = "backups";
/// How many safety backups are kept, however old they are.
const KEPT_SAFETY: usize = 5;
/// How long every safety backup is kept, however many there are: it may be the only one that holds what an upgrade or
/// a restore replaced, and that is perhaps noticed late.
const SAFETY_KEPT_MS: i64 = 30 * 24 * 3600 * 1000;
/// Ends the name of a backup that is being written.
const UNFINISHED: &str = ".tmp";
/// No backup takes longer to write.
const WRITING_TAKES: Duration = Duration::from_secs(3600);
const LOCK: &str = "vault.backups-lock";

/// A backup's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// When it was made, Unix time, ms, whole seconds.
    pub made_ms: i64,
    /// Why it was made.
    pub kind: BackupKind,
    /// How large it is, bytes.
    pub bytes: u64,
}

impl Backup {
    /// Its file's name.
    pub fn name(&self) -> String {
        self.path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    }
}

/// Orders the programs that write and remove backups of a vault.
pub(crate) struct BackupLock {
    _file: File,
}

impl BackupLock {
    /// Waits for another program. Blocks.
    pub(crate) fn hold(home: &Home) -> io::Result<Self> {
        let file = durable::open_private(&home.file(LOCK))?;
        file.lock()?;
        Ok(Self { _file: file })
    }
}

/// The backups in a folder, of whatever vaults, the newest first. For a vault that does not open any more, and
/// so does not tell where its backups are.
///
/// # Errors
/// [`BackupError::FolderMissing`], [`BackupError::FolderUnusable`].
pub fn find_backups(folder: &Path) -> Result<Vec<Backup>, BackupError> {
    list(folder, |_| true)
}

/// The backups of one vault in a folder, the newest first.
pub(super) fn backups_of(vault: VaultId, folder: &Path) -> Result<Vec<Backup>, BackupError> {
    list(folder, |name| name.is_of(vault))
}

/// The newest safety backup of a vault in a folder.
pub(super) fn newest_safety(vault: VaultId, folder: &Path) -> Option<Backup> {
    let mut backups = backups_of(vault, folder).ok()?.into_iter();
    backups.find(|backup| backup.kind == BackupKind::Safety)
}

/// When the newest automatic one was made, Unix time, ms.
pub(crate) fn newest_automatic(backups: &[Backup]) -> Option<i64> {
    backups
        .iter()
        .filter(|backup| backup.kind == BackupKind::Automatic)
        .map(|backup| backup.made_ms)
        .max()
}

fn list(folder: &Path, wanted: impl Fn(&Name) -> bool) -> Result<Vec<Backup>, BackupError> {
    let failed = |error: io::Error| unusable(folder, error);
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).map_err(failed)? {
        let file = file.map_err(failed)?;
        let name = file.file_name();
        let Some(name) = name.to_str().and_then(Name::parse).filter(&wanted) else {
            continue;
        };
        // Not through a link: what it names is not ours.
        let Ok(metadata) = file.metadata() else {
            continue;
        };
        if metadata.is_file() {
            found.push(Backup {
                path: file.path(),
                made_ms: name.made_ms,
                kind: name.kind,
                bytes: metadata.len(),
            });
        }
    }
    found.sort_by(|left, right| (right.made_ms, &right.path).cmp(&(left.made_ms, &left.path)));
    Ok(found)
}

/// The folder that backups of this kind go to, made where it is the vault's own.
pub(super) fn folder_for(
    home: &Home,
    settings: &BackupSettings,
    kind: BackupKind,
) -> Result<PathBuf, BackupError> {
    match &settings.folder {
        Some(folder) if kind != BackupKind::Safety => {
            if folder.is_dir() {
                Ok(folder.clone())
            } else {
                Err(unusable(
                    folder,
                    match folder.symlink_metadata() {
                        Ok(_) => io::ErrorKind::NotADirectory.into(),
                        Err(error) => error,
                    },
                ))
            }
        }
        _ => own_folder(home),
    }
}

pub(super) fn own_folder(home: &Home) -> Result<PathBuf, BackupError> {
    let folder = home.file(SAFETY_FOLDER);
    make_private(&folder).map_err(|error| BackupError::in_folder(&folder, error))?;
    Ok(folder)
}

fn unusable(folder: &Path, error: io::Error) -> BackupError {
    if error.kind() == io::ErrorKind::NotFound {
        BackupError::FolderMissing {
            path: folder.to_owned(),
        }
    } else {
        BackupError::in_folder(folder, error)
    }
}

/// A name that is free in the folder: a second later for each that is taken.
pub(super) fn free_name(folder: &Path, vault: VaultId, made_ms: i64, kind: BackupKind) -> Name {
    (0..)
        .map(|second: i64| Name::new(vault, made_ms.saturating_add(second * 1000), kind))
        .find(|name| !folder.join(name.file_name()).exists())
        .unwrap_or_else(|| Name::new(vault, made_ms, kind))
}

pub(super) fn unfinished(folder: &Path, name: &Name) -> PathBuf {
    folder.join(name.file_name() + UNFINISHED)
}

/// Whether a file name is that of a backup which was never finished.
pub(crate) fn is_leftover(file_name: &str) -> bool {
    file_name
        .strip_suffix(UNFINISHED)
        .is_some_and(|name| Name::parse(name).is_some())
}

/// Removes what a crash left of backups of this vault. In a folder that was chosen it may be what another copy of the
/// vault is writing just now, and goes later. The caller holds the [`BackupLock`].
pub(super) fn remove_unfinished(home: &Home, vault: VaultId, folder: &Path) {
    let own = folder == home.file(SAFETY_FOLDER);
    let Ok(files) = std::fs::read_dir(folder) else {
        return;
    };
    let was_left = |path: &Path| {
        let written = path.metadata().and_then(|metadata| metadata.modified());
        written.is_ok_and(|at| at.elapsed().is_ok_and(|since| since > WRITING_TAKES))
    };
    for path in files.flatten().map(|file| file.path()) {
        let name = path.file_name().and_then(|name| name.to_str());
        let ours = name
            .and_then(|name| name.strip_suffix(UNFINISHED))
            .and_then(Name::parse)
            .is_some_and(|name| name.is_of(vault));
        if ours && (own || was_left(&path)) {
            remove(&path);
        }
    }
}

/// Removes what is not kept any more, of the automatic ones only those named in `own`: another copy of the vault, on
/// another computer, may back up to the same folder. The caller holds the [`BackupLock`].
pub(super) fn rotate(
    vault: VaultId,
    folder: &Path,
    made: &Backup,
    own: &[String],
    settings: &BackupSettings,
    now_ms: i64,
) {
    let Ok(mut backups) = backups_of(vault, folder) else {
        return;
    };
    backups.retain(|backup| backup.kind == made.kind && backup.path != made.path);
    match made.kind {
        BackupKind::Manual => {}
        BackupKind::Safety => {
            let is_old = |old: &&Backup| now_ms.saturating_sub(old.made_ms) > SAFETY_KEPT_MS;
            for old in backups.iter().skip(KEPT_SAFETY - 1).filter(is_old) {
                remove(&old.path);
            }
        }
        BackupKind::Automatic => {
            backups.retain(|backup| own.contains(&backup.name()));
            backups.insert(0, made.clone());
            let times: Vec<i64> = backups.iter().map(|backup| backup.made_ms).collect();
            let gone = outdated(
                &times,
                now_ms.max(made.made_ms),
                settings.keep_days,
                settings.keep_months,
            );
            for index in gone.into_iter().filter(|index| *index != 0) {
                remove(&backups[index].path);
            }
        }
    }
}

/// An old backup that stays is told and does no harm.
fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::warn!(%error, "an old backup was not removed");
    }
}

/// Refuses before anything is written what could not be read back.
pub(super) fn check_size(bytes: u64) -> Result<(), BackupError> {
    if bytes > archive::MAX_BYTES {
        Err(BackupError::TooLarge {
            max_bytes: archive::MAX_BYTES,
        })
    } else {
        Ok(())
    }
}
