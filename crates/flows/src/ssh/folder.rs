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

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use deskfob_ssh::{
    Authority, Certificate, CertificateError, HostPattern, Identity, KeyPair, MAX_KEY_AGE_SECONDS,
    client_config,
};
use serde::{Deserialize, Serialize};

use super::{SshError, UsableKey};
use crate::write_private;

const KEY: &str = "id_ed25519";
const PUBLIC: &str = "id_ed25519.pub";
const CERTIFICATE: &str = "id_ed25519-cert.pub";

/// Begins the name of a key's folder that is not whole yet.
const UNFINISHED: &str = ".new-";

/// Largest file that is read, bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

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

/// An account whose certificate some hosts are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct InUse {
    account: String,
    hosts: Vec<String>,
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
        for name in names(&self.path).map_err(|source| files(&self.path, source))? {
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
            Err(source) => return Err(files(&file, source)),
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
        let failed = |source| files(&self.path, source);
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
        let failed = |source| files(&parent, source);
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
        make_private(&folder).map_err(|source| files(&folder, source))?;
        let mut text = Vec::new();
        for key in keys {
            text.extend(line(&key.to_openssh()?));
        }
        write(&folder.join("authorities"), &text)
    }

    /// Shows the account's certificate to its hosts and writes the configuration. Where another account has one of
    /// them, it stays with that one unless `replace`.
    pub(super) fn put_in_use(
        &self,
        account: &str,
        hosts: &[HostPattern],
        replace: bool,
    ) -> Result<(), SshError> {
        let mut in_use = self.in_use();
        in_use.retain(|other| other.account != account);
        let hosts: Vec<String> = hosts.iter().map(|host| host.as_str().to_owned()).collect();
        let same = |other: &InUse| other.hosts.iter().any(|host| hosts.contains(host));
        if replace {
            in_use.retain(|other| !same(other));
        }
        if !hosts.is_empty() && !in_use.iter().any(same) {
            in_use.push(InUse {
                account: account.to_owned(),
                hosts,
            });
        }
        self.write_config(&in_use)
    }

    /// Whether the configuration names the account's certificate.
    pub fn is_in_use(&self, account: &str) -> bool {
        self.in_use().iter().any(|used| used.account == account)
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

    /// Removes all of the account: first from the configuration, then the files.
    pub(super) fn forget(&self, account: &str) -> Result<(), SshError> {
        let mut in_use = self.in_use();
        in_use.retain(|other| other.account != account);
        self.write_config(&in_use)?;
        let folder = self.of(account);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(files(&folder, error)),
            _ => Ok(()),
        }
    }

    fn write_config(&self, in_use: &[InUse]) -> Result<(), SshError> {
        let mut named = Vec::new();
        for used in in_use {
            let hosts: Vec<_> = used
                .hosts
                .iter()
                .filter_map(|host| HostPattern::new(host).ok())
                .collect();
            if let Some(credentials) = self.credentials(&used.account)? {
                named.push((
                    hosts,
                    credentials.key_file(),
                    credentials.certificate_file(),
                ));
            }
        }
        let identities: Vec<_> = named
            .iter()
            .map(|(hosts, key, certificate)| Identity {
                hosts,
                key,
                certificate,
            })
            .collect();
        let config = client_config(&identities)?;
        let accounts = serde_json::to_vec(in_use).unwrap_or_default();
        write(&self.path.join("accounts.json"), &accounts)?;
        write(&self.config_file(), config.as_bytes())
    }

    /// A list that cannot be read is made anew by the next refresh.
    fn in_use(&self) -> Vec<InUse> {
        let json = read(&self.path.join("accounts.json")).unwrap_or_default();
        serde_json::from_slice(&json).unwrap_or_default()
    }

    fn of(&self, account: &str) -> PathBuf {
        self.path.join(account)
    }

    /// The account's keys with when they were made, the oldest first.
    fn keys(&self, account: &str) -> Result<Vec<(u64, PathBuf)>, SshError> {
        let folder = self.of(account);
        let mut keys: Vec<_> = names(&folder)
            .map_err(|source| files(&folder, source))?
            .into_iter()
            .filter_map(|name| Some((name.parse().ok()?, folder.join(name))))
            .collect();
        keys.sort();
        Ok(keys)
    }
}

/// The names in a folder; none where there is no folder.
fn names(folder: &Path) -> io::Result<Vec<String>> {
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

pub(super) fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), SshError> {
    write_private(file, bytes, true).map_err(|source| files(file, source))
}

fn files(path: &Path, source: io::Error) -> SshError {
    SshError::Files {
        path: path.to_owned(),
        source,
    }
}

fn line(text: &str) -> Vec<u8> {
    [text.as_bytes(), b"\n"].concat()
}

/// A folder for its owner alone.
pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
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
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use ssh_key::certificate::Builder;
    use ssh_key::private::{Ed25519Keypair, KeypairData};
    use ssh_key::{PrivateKey, PublicKey};

    use super::*;

    const DAY: u64 = 86_400;

    fn certify(key: &KeyPair) -> Certificate {
        let key = PublicKey::from_openssh(&key.public_line().unwrap()).unwrap();
        let mut builder = Builder::new(vec![3; 16], key, 1_700_000_000, 1_700_003_600).unwrap();
        builder.key_id("ada").unwrap();
        builder.valid_principal("ada").unwrap();
        let authority = KeypairData::from(Ed25519Keypair::from_seed(&[9; 32]));
        let signed = builder
            .sign(&PrivateKey::new(authority, "ca").unwrap())
            .unwrap();
        Certificate::parse(signed.to_openssh().unwrap().as_bytes()).unwrap()
    }

    fn new_key(folder: &SshFolder, account: &str, made: u64) {
        let key = KeyPair::generate().unwrap();
        folder
            .keep_new(account, &key, &certify(&key), made)
            .unwrap();
    }

    fn hosts(names: &[&str]) -> Vec<HostPattern> {
        names
            .iter()
            .map(|name| HostPattern::new(name).unwrap())
            .collect()
    }

    /// What OpenSSH does: reads the configuration, then the files that it names.
    fn connect(folder: &SshFolder) {
        let config = fs::read_to_string(folder.config_file()).unwrap();
        let named = |option: &str| {
            let line = config
                .lines()
                .find_map(|line| line.trim().strip_prefix(option))
                .unwrap();
            PathBuf::from(line.trim().trim_matches('"'))
        };
        let (key, certificate) = (named("IdentityFile"), named("CertificateFile"));
        let certificate = Certificate::parse(&fs::read(certificate).unwrap()).unwrap();
        let key = KeyPair::parse(&fs::read(key).unwrap()).unwrap();
        assert!(
            certificate.is_for(&key),
            "a key with another key's certificate"
        );
    }

    #[test]
    fn a_connection_at_any_moment_finds_a_key_with_its_certificate() {
        let home = tempfile::tempdir().unwrap();
        let folder = SshFolder::at(home.path());
        let of_platform = hosts(&["*.platform.example"]);
        let next = |made| {
            new_key(&folder, "one", made);
            folder.put_in_use("one", &of_platform, false).unwrap();
        };
        next(0);
        let over = AtomicBool::new(false);
        std::thread::scope(|threads| {
            let reader = threads.spawn(|| {
                let mut times = 0_u32;
                while !over.load(Ordering::Relaxed) || times == 0 {
                    connect(&folder);
                    times += 1;
                }
            });
            for round in 1..20 {
                next(round * DAY);
                let key = folder.usable_key("one", round * DAY).unwrap();
                folder
                    .replace_certificate(&key.folder, &certify(&key.pair))
                    .unwrap();
            }
            over.store(true, Ordering::Relaxed);
            reader.join().unwrap();
        });
        folder.drop_old_keys("one");
        assert_eq!(folder.keys("one").unwrap().len(), KEPT_KEYS);
        connect(&folder);
    }

    #[test]
    fn a_key_is_used_for_a_day() {
        let home = tempfile::tempdir().unwrap();
        let folder = SshFolder::at(home.path());
        new_key(&folder, "one", 1_700_000_000);
        let usable = |now| folder.usable_key("one", now).is_some();
        assert!(usable(1_700_000_000) && usable(1_700_000_000 + DAY - 1));
        assert!(!usable(1_700_000_000 + DAY), "a day later");
        assert!(!usable(1_699_999_999), "made by a clock that was ahead");
        let key = folder.credentials("one").unwrap().unwrap().key_file();
        fs::write(&key, "damaged").unwrap();
        assert!(!usable(1_700_000_000), "a damaged key is replaced");
    }

    #[test]
    fn what_an_ended_process_left_is_no_key_and_goes() {
        let home = tempfile::tempdir().unwrap();
        let folder = SshFolder::at(home.path());
        let left = folder.of("one").join(".new-abc");
        fs::create_dir_all(&left).unwrap();
        fs::write(left.join(KEY), "half").unwrap();
        assert!(folder.credentials("one").unwrap().is_none());
        new_key(&folder, "one", 5);
        new_key(&folder, "one", 5);
        assert!(!left.exists());
        assert_eq!(
            folder.keys("one").unwrap().len(),
            2,
            "made in the same second"
        );
    }

    #[test]
    fn hosts_stay_with_their_account_until_another_is_chosen() {
        let home = tempfile::tempdir().unwrap();
        let folder = SshFolder::at(home.path());
        let both = hosts(&["*.platform.sh", "*.upsun.com"]);
        for account in ["one", "two"] {
            new_key(&folder, account, 7);
            folder.put_in_use(account, &both, false).unwrap();
        }
        assert!(folder.is_in_use("one") && !folder.is_in_use("two"));
        folder.put_in_use("two", &both, true).unwrap();
        assert!(!folder.is_in_use("one") && folder.is_in_use("two"));
        let config = fs::read_to_string(folder.config_file()).unwrap();
        assert_eq!(config.matches("\nHost ").count(), 1, "{config}");
        folder.forget("two").unwrap();
        assert!(!folder.is_in_use("two") && folder.credentials("two").unwrap().is_none());
        folder.forget("two").unwrap();
        assert_eq!(folder.accounts().unwrap(), ["one"]);
    }
}
