//! The folder that holds a vault.

use std::io;
use std::path::{Path, PathBuf};

use crate::keyring::KEYRING_SERVICE;

/// The folder that holds one vault, checked to be writable by nobody else.
#[derive(Clone, Debug)]
pub struct Home {
    path: PathBuf,
    keyring_service: String,
    program: String,
}

/// Who writes, unless [`Home::with_program`] says otherwise.
const PROGRAM: &str = "deskfob";

/// Why a folder cannot hold a vault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HomeError {
    /// There is something else in its place.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// Another user could put files of their own into it.
    #[error("{} can be written by other users (mode {mode:04o})", path.display())]
    WritableByOthers {
        /// The folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Its owner, who could read and change what is in it, is another user.
    #[error("{} belongs to another user (id {owner})", path.display())]
    OfAnotherUser {
        /// The folder.
        path: PathBuf,
        /// The owner's user id.
        owner: u32,
    },
    /// The folder cannot be read or made.
    #[error("{} cannot be used", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
}

impl Home {
    /// Takes `path` as a vault's folder, making it (mode 0700) where it is missing. One that is there keeps its rights,
    /// as it may be used for other things, too: the vault's files are for their owner only in any case.
    ///
    /// # Errors
    /// [`HomeError`]: not a folder, of another user, writable by group or others or below a folder that everybody can
    /// write and that has no sticky bit, not readable.
    pub fn at(path: &Path) -> Result<Self, HomeError> {
        let failed = |source| HomeError::Io {
            path: path.to_owned(),
            source,
        };
        match std::fs::metadata(path) {
            Ok(metadata) if !metadata.is_dir() => {
                return Err(HomeError::NotAFolder {
                    path: path.to_owned(),
                });
            }
            Ok(metadata) => check_rights(path, &metadata)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_private(path).map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
        }
        check_way(path).map_err(failed)??;
        Ok(Self {
            path: path.to_owned(),
            keyring_service: KEYRING_SERVICE.to_owned(),
            program: PROGRAM.to_owned(),
        })
    }

    /// Keeps the keyring slot's secret under `service` in place of [`KEYRING_SERVICE`].
    #[must_use]
    pub fn with_keyring_service(mut self, service: impl Into<String>) -> Self {
        self.keyring_service = service.into();
        self
    }

    /// Names the program that writes, as "window" or "fob", for the history and for requests to lock.
    #[must_use]
    pub fn with_program(mut self, program: impl Into<String>) -> Self {
        self.program = program.into();
        self
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn keyring_service(&self) -> &str {
        &self.keyring_service
    }

    pub(crate) fn program(&self) -> &str {
        &self.program
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

#[cfg(unix)]
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

#[cfg(not(unix))]
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

#[cfg(unix)]
fn check_rights(path: &Path, metadata: &std::fs::Metadata) -> Result<(), HomeError> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(HomeError::OfAnotherUser {
            path: path.to_owned(),
            owner: metadata.uid(),
        });
    }
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o022 != 0 {
        return Err(HomeError::WritableByOthers {
            path: path.to_owned(),
            mode,
        });
    }
    Ok(())
}

/// Whoever can write a folder on the way to this one can put another in its place, unless the sticky bit leaves that
/// to owners, as in `/tmp`. Rights of a group are left alone there: many systems give each person a group of their own.
#[cfg(unix)]
fn check_way(path: &Path) -> io::Result<Result<(), HomeError>> {
    use std::os::unix::fs::PermissionsExt;
    const STICKY: u32 = 0o1000;
    const EVERYBODY: u32 = 0o002;
    let whole = path.canonicalize()?;
    for above in whole.ancestors().skip(1) {
        let mode = above.metadata()?.permissions().mode() & 0o7777;
        if mode & EVERYBODY != 0 && mode & STICKY == 0 {
            return Ok(Err(HomeError::WritableByOthers {
                path: above.to_owned(),
                mode,
            }));
        }
    }
    Ok(Ok(()))
}

/// Elsewhere a profile folder's access list decides, which the system keeps to its owner.
#[cfg(not(unix))]
fn check_rights(_path: &Path, _metadata: &std::fs::Metadata) -> Result<(), HomeError> {
    Ok(())
}

#[cfg(not(unix))]
fn check_way(_path: &Path) -> io::Result<Result<(), HomeError>> {
    Ok(Ok(()))
}

impl HomeError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAFolder { .. } => "home_not_a_folder",
            Self::WritableByOthers { .. } => "home_writable_by_others",
            Self::OfAnotherUser { .. } => "home_of_another_user",
            Self::Io { .. } => "home_unusable",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotAFolder { .. } => Some("choose another folder for the vault".into()),
            Self::WritableByOthers { path, .. } => Some(format!(
                "take that right away with: chmod go-w '{}'",
                path.display()
            )),
            Self::OfAnotherUser { .. } => Some(
                "start Deskfob as the user that the folder belongs to, or choose another folder"
                    .into(),
            ),
            Self::Io { .. } => Some("check the folder's owner and permissions".into()),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_missing_folder_is_made_for_its_owner_only() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("a/b");
        let home = Home::at(&path).unwrap();
        let mode = std::fs::metadata(home.path()).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700, "nobody else may look in");
    }

    #[test]
    fn a_folder_that_others_can_write_is_refused_with_the_fix() {
        let outer = tempfile::tempdir().unwrap();
        for (mode, accepted) in [
            (0o700, true),
            (0o750, true),
            (0o755, true),
            (0o770, false),
            (0o707, false),
            (0o777, false),
        ] {
            std::fs::set_permissions(outer.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            match Home::at(outer.path()) {
                Ok(_) => assert!(accepted, "{mode:o} lets others plant files"),
                Err(error) => {
                    assert!(!accepted, "{mode:o} is fine: {error}");
                    assert_eq!(error.code(), "home_writable_by_others");
                    assert!(
                        error.hint().unwrap().contains("chmod go-w"),
                        "the fix is named"
                    );
                }
            }
        }
    }

    #[test]
    fn a_folder_below_one_that_everybody_can_write_is_refused_with_the_fix() {
        let outer = tempfile::tempdir().unwrap();
        let open = outer.path().join("open");
        let path = open.join("vault");
        Home::at(&path).unwrap();
        for (mode, accepted) in [
            (0o1777, true),
            (0o777, false),
            (0o707, false),
            (0o775, true),
        ] {
            std::fs::set_permissions(&open, std::fs::Permissions::from_mode(mode)).unwrap();
            match Home::at(&path) {
                Ok(_) => assert!(accepted, "below {mode:o} others can replace the folder"),
                Err(error) => {
                    assert!(!accepted, "below {mode:o} is fine: {error}");
                    let fix = format!("chmod go-w '{}'", open.canonicalize().unwrap().display());
                    assert!(error.hint().unwrap().contains(&fix), "{error}");
                }
            }
        }
    }

    #[test]
    fn a_folder_of_another_user_is_refused() {
        // The system's own folder for everybody's use belongs to root; as root one is given away.
        let given = tempfile::tempdir().unwrap();
        let path = if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(given.path(), Some(12_345), None).unwrap();
            given.path()
        } else {
            Path::new("/usr")
        };
        let refused = Home::at(path).unwrap_err();
        assert_eq!(refused.code(), "home_of_another_user", "{refused}");
        assert!(refused.hint().is_some());
    }

    #[test]
    fn a_file_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(
            Home::at(file.path()).unwrap_err().code(),
            "home_not_a_folder"
        );
    }
}
