//! Small private files and folders.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::SshError;
use crate::write_private;

/// Largest file that is read, bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The names in a folder; none where there is no folder.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        // Deskfob's own names are ASCII.
        if let Ok(name) = entry?.file_name().into_string() {
            names.push(name);
        }
    }
    Ok(names)
}

pub(in crate::ssh) fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<(), SshError> {
    write_private(file, bytes, true).map_err(|source| failure(file, source))
}

pub(super) fn failure(path: &Path, source: io::Error) -> SshError {
    SshError::Files {
        path: path.to_owned(),
        source,
    }
}

pub(super) fn line(text: &str) -> Vec<u8> {
    [text.as_bytes(), b"\n"].concat()
}

/// A folder for its owner alone.
pub(in crate::ssh) fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(unix)]
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be synced.
#[cfg(not(unix))]
pub(super) fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}
