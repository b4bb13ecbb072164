//! Files that hold secrets: for their owner alone, and whole or not there.

use std::io::{self, Write};
use std::path::Path;

/// Writes `bytes` to `path`, mode 0600 where the system has modes. A crash leaves what was there before. Blocks.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] for a file that is there, unless `replace`; [`io::ErrorKind::IsADirectory`];
/// what the system says.
pub fn write_private(path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Its mode is 0600 from the start.
    let mut file = tempfile::Builder::new()
        .prefix(".deskfob-")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let named = if replace {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    named.map_err(|refused| refused.error)?;
    sync(folder)
}

#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be synced.
#[cfg(not(unix))]
fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}
