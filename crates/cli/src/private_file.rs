//! Files that hold secrets: for their owner alone, and whole or not there.

use std::io;
use std::path::Path;

use crate::error::CommandError;

/// Writes `bytes` to `path`, mode 0600. A crash leaves what was there before. Without `replace` a file that is
/// there is refused.
pub(crate) fn write(path: &Path, bytes: &[u8], replace: bool) -> Result<(), CommandError> {
    deskfob_flows::write_private(path, bytes, replace).map_err(|source| {
        let path = path.to_owned();
        if source.kind() == io::ErrorKind::AlreadyExists {
            CommandError::FileExists { path }
        } else {
            CommandError::FileUnwritable { path, source }
        }
    })
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
