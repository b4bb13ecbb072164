//! Telling OpenSSH: one marked block in the person's own `~/.ssh/config`, put in and taken out on their word.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use deskfob_ssh::{ConfigError, config_path, marked_block, with_block, without_block};

use super::SshFolder;
use super::folder::files::{make_private, read};

/// What the file before the last change is called, beside it.
const EARLIER: &str = "config.before-deskfob";

/// The person's OpenSSH configuration, and Deskfob's block in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpensshConfig {
    /// The file: where a link leads to.
    pub file: PathBuf,
    /// Whether the block is in it as it should be.
    pub present: bool,
    /// The block, as it is put in.
    pub block: String,
    /// What the person should know of the file.
    pub notices: Vec<OpensshNotice>,
}

/// What is odd about a person's configuration. Deskfob changes none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpensshNotice {
    /// Others may write it: OpenSSH refuses to read it.
    WritableByOthers,
    /// The file is a link to another place.
    Link,
}

/// Why the configuration was not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpensshConfigError {
    /// The path or the marks.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A link that leads nowhere.
    #[error("{} is a link that leads nowhere", path.display())]
    DanglingLink {
        /// The link.
        path: PathBuf,
    },
    /// Not a file.
    #[error("{} is not a file", path.display())]
    NotAFile {
        /// What is there instead.
        path: PathBuf,
    },
    /// Its owner made it read-only, or it belongs to somebody else.
    #[error("{} is not for you to change", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// Somebody changed it just now.
    #[error("{} was changed in the meantime", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// What the system says.
    #[error("{} cannot be used: {source}", path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl OpensshConfigError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Config(error) => error.code(),
            Self::DanglingLink { .. } => "ssh_config_dangling",
            Self::NotAFile { .. } => "ssh_config_no_file",
            Self::NotOurs { .. } => "ssh_config_not_ours",
            Self::Changed { .. } => "ssh_config_changed",
            Self::Io { .. } => "ssh_config_io",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Config(error) => error.hint(),
            Self::Changed { .. } => "try again",
            Self::DanglingLink { .. } | Self::NotAFile { .. } => "put a file there",
            Self::NotOurs { .. } | Self::Io { .. } => {
                "put the shown lines at the beginning of the file yourself"
            }
        })
    }
}

impl SshFolder {
    /// How the configuration in `ssh_dir` (`~/.ssh`) stands. Nothing is changed.
    ///
    /// # Errors
    /// The file cannot be read, or its marks are not one pair.
    pub fn openssh_config(&self, ssh_dir: &Path) -> Result<OpensshConfig, OpensshConfigError> {
        let block = marked_block(&config_path(&self.config_file())?);
        let found = Found::at(ssh_dir)?;
        let present = !found.text.is_empty() && with_block(&found.text, &block)? == found.text;
        Ok(OpensshConfig {
            file: found.file,
            present,
            block,
            notices: found.notices,
        })
    }

    /// Puts the block into the configuration in `ssh_dir` (`~/.ssh`), in the place of an older one or before everything.
    /// The file before the change is kept beside it.
    ///
    /// # Errors
    /// [`OpensshConfigError`]; the file is as it was.
    pub fn tell_openssh(&self, ssh_dir: &Path) -> Result<OpensshConfig, OpensshConfigError> {
        let block = marked_block(&config_path(&self.config_file())?);
        make_private(ssh_dir).map_err(|source| failed(ssh_dir, source))?;
        let found = Found::at(ssh_dir)?;
        found.replace(&with_block(&found.text, &block)?)?;
        self.openssh_config(ssh_dir)
    }

    /// Takes the block out again.
    ///
    /// # Errors
    /// [`OpensshConfigError`]; the file is as it was.
    pub fn untell_openssh(&self, ssh_dir: &Path) -> Result<OpensshConfig, OpensshConfigError> {
        let found = Found::at(ssh_dir)?;
        found.replace(&without_block(&found.text)?)?;
        self.openssh_config(ssh_dir)
    }
}

/// The configuration as it was found.
struct Found {
    file: PathBuf,
    text: Vec<u8>,
    permissions: Option<fs::Permissions>,
    notices: Vec<OpensshNotice>,
}

impl Found {
    fn at(ssh_dir: &Path) -> Result<Self, OpensshConfigError> {
        let named = ssh_dir.join("config");
        let mut notices = Vec::new();
        let file = match fs::symlink_metadata(&named) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self {
                    file: named,
                    text: Vec::new(),
                    permissions: None,
                    notices,
                });
            }
            Err(source) => return Err(failed(&named, source)),
            Ok(found) if found.is_symlink() => {
                notices.push(OpensshNotice::Link);
                fs::canonicalize(&named).map_err(|source| match source.kind() {
                    io::ErrorKind::NotFound => OpensshConfigError::DanglingLink {
                        path: named.clone(),
                    },
                    _ => failed(&named, source),
                })?
            }
            Ok(_) => named,
        };
        let metadata = fs::metadata(&file).map_err(|source| failed(&file, source))?;
        if !metadata.is_file() {
            return Err(OpensshConfigError::NotAFile { path: file });
        }
        #[cfg(unix)]
        if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o022 != 0 {
            notices.push(OpensshNotice::WritableByOthers);
        }
        let text = read(&file).map_err(|source| failed(&file, source))?;
        Ok(Self {
            file,
            text,
            permissions: Some(metadata.permissions()),
            notices,
        })
    }

    fn replace(&self, text: &[u8]) -> Result<(), OpensshConfigError> {
        if text == self.text {
            return Ok(());
        }
        if let Some(permissions) = &self.permissions {
            if permissions.readonly() || !is_own(&self.file) {
                return Err(OpensshConfigError::NotOurs {
                    path: self.file.clone(),
                });
            }
            let earlier = self.file.with_file_name(EARLIER);
            self.write(&earlier, &self.text)?;
        }
        if read(&self.file).unwrap_or_default() != self.text {
            return Err(OpensshConfigError::Changed {
                path: self.file.clone(),
            });
        }
        self.write(&self.file, text)
    }

    /// Whole or not at all, with the permissions of what was found, or else for the owner alone.
    fn write(&self, to: &Path, text: &[u8]) -> Result<(), OpensshConfigError> {
        let folder = to.parent().unwrap_or(Path::new("."));
        let write = || {
            let mut new = tempfile::Builder::new()
                .prefix(".deskfob-")
                .suffix(".tmp")
                .tempfile_in(folder)?;
            new.write_all(text)?;
            if let Some(permissions) = &self.permissions {
                new.as_file().set_permissions(permissions.clone())?;
            }
            new.as_file().sync_all()?;
            new.persist(to).map_err(|refused| refused.error)?;
            Ok(())
        };
        write().map_err(|source| failed(to, source))
    }
}

/// Whether the file belongs to who would own the one that takes its place.
#[cfg(unix)]
fn is_own(file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let owner = fs::metadata(file).map(|metadata| metadata.uid());
    let ours = tempfile::tempfile()
        .and_then(|file| file.metadata())
        .map(|metadata| metadata.uid());
    matches!((owner, ours), (Ok(owner), Ok(ours)) if owner == ours)
}

/// Elsewhere the system decides.
#[cfg(not(unix))]
fn is_own(_file: &Path) -> bool {
    true
}

fn failed(path: &Path, source: io::Error) -> OpensshConfigError {
    OpensshConfigError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn places() -> (tempfile::TempDir, SshFolder, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let ssh = folder.path().join(".ssh");
        let own = SshFolder::at(&folder.path().join("home"));
        (folder, own, ssh)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn where_there_is_nothing_a_private_file_is_made() {
        let (_folder, own, ssh) = places();
        assert!(!own.openssh_config(&ssh).unwrap().present);
        assert!(!ssh.exists(), "looking makes nothing");
        let told = own.tell_openssh(&ssh).unwrap();
        assert!(told.present && told.notices.is_empty());
        assert_eq!((mode(&ssh), mode(&ssh.join("config"))), (0o700, 0o600));
        assert!(!ssh.join(EARLIER).exists(), "there was no file before");
        assert!(!own.untell_openssh(&ssh).unwrap().present);
        assert_eq!(fs::read(ssh.join("config")).unwrap(), b"");
    }

    #[test]
    fn what_was_there_stays_and_is_kept_beside_it() {
        let (folder, own, ssh) = places();
        fs::create_dir(&ssh).unwrap();
        let real = folder.path().join("dotfiles");
        let text = b"Host a\r\n  User \xff\r\n";
        fs::write(&real, text).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("../dotfiles", ssh.join("config")).unwrap();
        let told = own.tell_openssh(&ssh).unwrap();
        assert_eq!(told.file, fs::canonicalize(&real).unwrap());
        assert_eq!(told.notices, [OpensshNotice::Link]);
        assert!(ssh.join("config").is_symlink(), "the link is a link still");
        assert!(fs::read(&real).unwrap().ends_with(text));
        assert_eq!(mode(&real), 0o640);
        assert_eq!(fs::read(folder.path().join(EARLIER)).unwrap(), text);
        assert_eq!(own.tell_openssh(&ssh).unwrap(), told, "once is enough");
        own.untell_openssh(&ssh).unwrap();
        assert_eq!(fs::read(&real).unwrap(), text);
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with(".deskfob-"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn what_is_not_for_us_to_change_is_refused() {
        let (folder, own, ssh) = places();
        fs::create_dir(&ssh).unwrap();
        let config = ssh.join("config");
        symlink(folder.path().join("nowhere"), &config).unwrap();
        assert_eq!(
            own.tell_openssh(&ssh).unwrap_err().code(),
            "ssh_config_dangling"
        );
        fs::remove_file(&config).unwrap();
        fs::create_dir(&config).unwrap();
        assert_eq!(
            own.tell_openssh(&ssh).unwrap_err().code(),
            "ssh_config_no_file"
        );
        fs::remove_dir(&config).unwrap();
        fs::write(&config, "Host a\n").unwrap();
        fs::set_permissions(&config, fs::Permissions::from_mode(0o444)).unwrap();
        assert_eq!(
            own.tell_openssh(&ssh).unwrap_err().code(),
            "ssh_config_not_ours"
        );
        fs::set_permissions(&config, fs::Permissions::from_mode(0o666)).unwrap();
        assert_eq!(
            own.openssh_config(&ssh).unwrap().notices,
            [OpensshNotice::WritableByOthers]
        );
        fs::write(&config, "# BEGIN Deskfob\nHost a\n").unwrap();
        assert_eq!(
            own.tell_openssh(&ssh).unwrap_err().code(),
            "ssh_config_marks"
        );
        assert_eq!(
            own.untell_openssh(&ssh).unwrap_err().code(),
            "ssh_config_marks"
        );
        assert_eq!(fs::read(&config).unwrap(), b"# BEGIN Deskfob\nHost a\n");
    }
}
