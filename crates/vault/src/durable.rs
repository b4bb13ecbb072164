//! Files that are either the old or the new one after a crash, and the lock that orders their writers.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::home::Home;

const LOCK: &str = "vault.lock";

/// Orders the processes that write a vault's header or schema. Let go when dropped.
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Waits for the other process, if there is one. Blocks.
    pub(crate) fn hold(home: &Home) -> io::Result<Self> {
        let file = open_private(&home.file(LOCK))?;
        file.lock()?;
        Ok(Self { _file: file })
    }
}

/// Opens a file for reading and writing, made with mode 0600 where it is missing.
pub(crate) fn open_private(path: &Path) -> io::Result<File> {
    private(
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false),
    )
    .open(path)
}

/// Makes an empty file with mode 0600.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().read(true).write(true).create_new(true)).open(path)
}

/// Puts `bytes` in the place of the file at `path`. When this returns, the new content survives a power cut;
/// until then the old one does. The caller holds the [`FolderLock`].
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Replacement::write(path, bytes)?.take_place()?;
    sync_folder_of(path)
}

/// The new content of a file, whole and durable under a temporary name. What fails for want of space has failed
/// before there is one. It is removed when it is dropped without having taken its place.
pub(crate) struct Replacement {
    path: PathBuf,
    placed: bool,
}

impl Replacement {
    /// The caller holds the [`FolderLock`] until it took its place or is dropped.
    pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let temporary = temporary_for(path);
        remove_if_there(&temporary)?;
        let mut file = create_private(&temporary)?;
        let written = Self {
            path: path.to_owned(),
            placed: false,
        };
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(written)
    }

    /// Gives it its name; [`sync_folder_of`] its path makes that durable. After an error the old content is there.
    pub(crate) fn take_place(mut self) -> io::Result<()> {
        std::fs::rename(temporary_for(&self.path), &self.path)?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.placed {
            // What matters is the failure before; the next writer removes the leftover again.
            let _ = std::fs::remove_file(temporary_for(&self.path));
        }
    }
}

/// Removes what a [`replace`] of the file at `path` left behind when it was killed. The caller holds the
/// [`FolderLock`].
pub(crate) fn sweep(path: &Path) -> io::Result<()> {
    remove_if_there(&temporary_for(path))
}

/// Gives a file that is durable already its final name.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)?;
    sync_folder_of(to)
}

pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn temporary_for(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    PathBuf::from(name)
}

/// Makes what was made, renamed and removed in the folder durable.
#[cfg(unix)]
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Elsewhere a folder cannot be synced and the file system's journal orders the rename.
#[cfg(not(unix))]
pub(crate) fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_replacement_leaves_the_old_content_and_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        replace(&path, b"old").unwrap();
        // A folder in the temporary file's place makes the write fail as a full disk would.
        std::fs::create_dir(temporary_for(&path)).unwrap();
        assert!(
            replace(&path, b"new").is_err(),
            "the temporary file cannot be made"
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        std::fs::remove_dir(temporary_for(&path)).unwrap();

        std::fs::write(temporary_for(&path), b"left by a crash").unwrap();
        replace(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "leftovers are gone"
        );
    }
}
