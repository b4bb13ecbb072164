//! Files that hold secrets: for their owner alone, and whole or not there.

use std::io::{self, Write};
use std::path::Path;

use crate::error::CommandError;

/// Writes `bytes` to `path`, mode 0600. A crash leaves what was there before. Without `replace` a file that is
/// there is refused.
pub(crate) fn write(path: &Path, bytes: &[u8], replace: bool) -> Result<(), CommandError> {
    let failed = |source| CommandError::FileUnwritable {
        path: path.to_owned(),
        source,
    };
    if path.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Its mode is 0600 from the start.
    let mut file = tempfile::Builder::new()
        .prefix(".deskfob-")
        .suffix(".tmp")
        .tempfile_in(folder)
        .map_err(failed)?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(failed)?;
    let named = if replace {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    match named {
        Ok(_) => sync(folder).map_err(failed),
        Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(CommandError::FileExists {
                path: path.to_owned(),
            })
        }
        Err(refused) => Err(failed(refused.error)),
    }
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

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_private_and_never_written_over_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export");
        write(&path, b"first", false).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "for its owner alone");
        let refused = write(&path, b"second", false).unwrap_err();
        assert_eq!(refused.code(), "file_exists");
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        write(&path, b"second", true).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");

        for (case, path) in [
            ("a folder", folder.path().to_owned()),
            ("no folder for it", folder.path().join("none/export")),
        ] {
            let refused = write(&path, b"", true).unwrap_err();
            assert_eq!(refused.code(), "file_unwritable", "{case}");
        }
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing temporary is left"
        );
    }
}
