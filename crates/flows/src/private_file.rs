//! Files that hold secrets: for their owner alone, and whole or not there.

mod unnamed;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Writes `bytes` to `path`, mode 0600 where the system has modes. A crash leaves what was there before and, where the
/// system can write a file that has no name yet, nothing besides. Blocks.
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
    match unnamed::create(folder)? {
        Some(mut file) => {
            fill(&mut file, bytes)?;
            unnamed::name(&file, path, folder, replace)?;
        }
        None => named_at_once(path, folder, bytes, replace)?,
    }
    sync(folder)
}

fn fill(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// Under another name first, which a crash leaves behind.
fn named_at_once(path: &Path, folder: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    // Its mode is 0600 from the start.
    let mut file = tempfile::Builder::new()
        .prefix(".deskfob-")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    fill(file.as_file_mut(), bytes)?;
    let named = if replace {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    named.map(|_| ()).map_err(|refused| refused.error)
}

#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be synced.
#[cfg(not(unix))]
fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn both_ways_of_writing_keep_the_promises() {
        type Way = fn(&Path, &[u8], bool) -> io::Result<()>;
        let ways: [(&str, Way); 2] = [
            ("as it is done here", write_private),
            ("with a name at once", |path, bytes, replace| {
                named_at_once(path, path.parent().unwrap(), bytes, replace)
            }),
        ];
        for (way, write) in ways {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("export");
            write(&path, b"first", false).unwrap();
            let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{way}: for its owner alone");
            let refused = write(&path, b"second", false).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists, "{way}");
            assert_eq!(std::fs::read(&path).unwrap(), b"first", "{way}");
            write(&path, b"second", true).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), b"second", "{way}");
            assert_eq!(names(folder.path()), ["export"], "{way}: nothing besides");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_is_not_whole_yet_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let Some(mut file) = unnamed::create(folder.path()).unwrap() else {
            // This file system has no such files.
            return;
        };
        fill(&mut file, b"half of it").unwrap();
        assert!(names(folder.path()).is_empty(), "a kill leaves nothing");
        drop(file);
        assert!(names(folder.path()).is_empty());
    }
}
