//! The files that OpenSSH reads: for their owner alone, and never a key without its certificate.
//!
//! ```text
//! ssh/config                        what ~/.ssh/config includes; written last, so that it is the switch
//! ssh/accounts.json                 whose certificate which hosts are shown
//! ssh/lock                          held by the process that writes
//! ssh/ACCOUNT/authorities           keys that sign certificates, as the platform names them
//! ssh/ACCOUNT/MADE/id_ed25519       and .pub and -cert.pub; MADE is Unix time in seconds
//! ```
//!
//! A key's folder gets its name when all three files are in it. A new certificate for the same key is one renamed file.

pub(super) mod files;
mod in_use;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use deskfob_ssh::{Authority, Certificate, CertificateError, KeyPair, MAX_KEY_AGE_SECONDS};
use files::{failure, line, make_private, names, read, sync, write};

use super::{SshError, UsableKey};

const KEY: &str = "id_ed25519";
const PUBLIC: &str = "id_ed25519.pub";
const CERTIFICATE: &str = "id_ed25519-cert.pub";

/// Begins the name of a key's folder that is not whole yet.
const UNFINISHED: &str = ".new-";

/// How many keys of an account are kept: a connection that is being made may have read of the one before.
const KEPT_KEYS: usize = 2;

/// Where the SSH credentials of all accounts are.
#[derive(Clone, Debug)]
pub struct SshFolder {
    path: PathBuf,
}

/// The newest key of an account with its certificate.
#[derive(Debug)]
pub struct Credentials {
    /// When the key was made, Unix time in seconds.
    pub made: u64,
    /// The certificate, or why it cannot be read.
    pub certificate: Result<Certificate, CertificateError>,
    folder: PathBuf,
}

impl Credentials {
    /// The private key's file.
    pub fn key_file(&self) -> PathBuf {
        self.folder.join(KEY)
    }

    /// The certificate's file.
    pub fn certificate_file(&self) -> PathBuf {
        self.folder.join(CERTIFICATE)
    }
}

impl SshFolder {
    /// The folder that belongs to the vault in `home`.
    pub fn at(home: &Path) -> Self {
        Self {
            path: home.join("ssh"),
        }
    }

    /// Deskfob's part of OpenSSH's configuration.
    pub fn config_file(&self) -> PathBuf {
        self.path.join("config")
    }

    /// The accounts that have credentials, by id.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn accounts(&self) -> Result<Vec<String>, SshError> {
        let mut accounts = Vec::new();
        for name in names(&self.path).map_err(|source| failure(&self.path, source))? {
            if self.path.join(&name).is_dir() {
                accounts.push(name);
            }
        }
        accounts.sort();
        Ok(accounts)
    }

    /// The account's newest key and its certificate.
    ///
    /// # Errors
    /// The files cannot be read.
    pub fn credentials(&self, account: &str) -> Result<Option<Credentials>, SshError> {
        let Some((made, folder)) = self.keys(account)?.into_iter().next_back() else {
            return Ok(None);
        };
        let file = folder.join(CERTIFICATE);
        let certificate = match read(&file) {
            Ok(text) => Certificate::parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(CertificateError::Empty),
            Err(source) => return Err(failure(&file, source)),
        };
        Ok(Some(Credentials {
            made,
            certificate,
            folder,
        }))
    }

    /// The keys of the authorities that the account's platform names. A file that cannot be read names none.
    pub fn authorities(&self, account: &str) -> Vec<Authority> {
        let text = read(&self.of(account).join("authorities")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        text.lines()
            .filter_map(|line| Authority::parse(line).ok())
            .collect()
    }

    pub(super) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Makes the folder, and holds it against other processes for as long as the answer lives.
    pub(super) async fn hold(&self) -> Result<File, SshError> {
        let path = self.path.clone();
        let failed = |source| failure(&self.path, source);
        tokio::task::spawn_blocking(move || {
            make_private(&path)?;
            let file = File::options()
                .create(true)
                .truncate(false)
                .read(true)
                .write(true)
                .open(path.join("lock"))?;
            file.lock()?;
            Ok(file)
        })
        .await
        .map_err(|error| failed(io::Error::other(error)))?
        .map_err(failed)
    }

    /// The newest key, if it may be used for another certificate.
    pub(super) fn usable_key(&self, account: &str, now: u64) -> Option<UsableKey> {
        let (made, folder) = self.keys(account).ok()?.pop()?;
        // One from the future was made by a clock that was wrong.
        let age = now.checked_sub(made)?;
        let file = zeroize::Zeroizing::new(read(&folder.join(KEY)).ok()?);
        let pair = KeyPair::parse(&file).ok()?;
        (age < MAX_KEY_AGE_SECONDS).then_some(UsableKey { pair, folder })
    }

    pub(super) fn replace_certificate(
        &self,
        folder: &Path,
        certificate: &Certificate,
    ) -> Result<(), SshError> {
        let file = folder.join(CERTIFICATE);
        write(&file, &line(&certificate.to_openssh()?))
    }

    /// Keeps a new key with its certificate: its folder is there with all of them or not at all.
    pub(super) fn keep_new(
        &self,
        account: &str,
        key: &KeyPair,
        certificate: &Certificate,
        made: u64,
    ) -> Result<(), SshError> {
        let parent = self.of(account);
        let failed = |source| failure(&parent, source);
        make_private(&parent).map_err(failed)?;
        for left in names(&parent).map_err(failed)? {
            // What a process that was ended left; nobody else writes now.
            if left.starts_with(UNFINISHED) {
                fs::remove_dir_all(parent.join(left)).map_err(failed)?;
            }
        }
        let new = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempdir_in(&parent)
            .map_err(failed)?;
        write(&new.path().join(KEY), key.private_file()?.expose_bytes())?;
        write(&new.path().join(PUBLIC), &line(&key.public_line()?))?;
        write(
            &new.path().join(CERTIFICATE),
            &line(&certificate.to_openssh()?),
        )?;
        let newest = self.keys(account)?.pop().map_or(0, |(made, _)| made);
        let name = made.max(newest + 1).to_string();
        fs::rename(new.path(), parent.join(name)).map_err(failed)?;
        // It has another name by now.
        let _ = new.keep();
        sync(&parent).map_err(failed)
    }

    pub(super) fn keep_authorities(
        &self,
        account: &str,
        keys: &[Authority],
    ) -> Result<(), SshError> {
        let folder = self.of(account);
        make_private(&folder).map_err(|source| failure(&folder, source))?;
        let mut text = Vec::new();
        for key in keys {
            text.extend(line(&key.to_openssh()?));
        }
        write(&folder.join("authorities"), &text)
    }

    /// Removes keys that no connection reads any more. What cannot be removed is tried again next time.
    pub(super) fn drop_old_keys(&self, account: &str) {
        let mut keys = self.keys(account).unwrap_or_default();
        keys.truncate(keys.len().saturating_sub(KEPT_KEYS));
        for (_, folder) in keys {
            if let Err(error) = fs::remove_dir_all(&folder) {
                tracing::warn!(%error, "an old SSH key was not removed");
            }
        }
    }

    fn of(&self, account: &str) -> PathBuf {
        self.path.join(account)
    }

    /// The account's keys with when they were made, the oldest first.
    fn keys(&self, account: &str) -> Result<Vec<(u64, PathBuf)>, SshError> {
        let folder = self.of(account);
        let mut keys: Vec<_> = names(&folder)
            .map_err(|source| failure(&folder, source))?
            .into_iter()
            .filter_map(|name| Some((name.parse().ok()?, folder.join(name))))
            .collect();
        keys.sort();
        Ok(keys)
    }
}
