//! Whose certificate which hosts are shown: the configuration that OpenSSH reads.

use std::fs;
use std::io;

use deskfob_ssh::{HostPattern, Identity, client_config};
use serde::{Deserialize, Serialize};

use super::files::{failure, read, write};
use super::{SshError, SshFolder};

/// An account whose certificate some hosts are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct InUse {
    account: String,
    hosts: Vec<String>,
}

impl SshFolder {
    /// Shows the account's certificate to its hosts and writes the configuration. Where another account has one of
    /// them, it stays with that one unless `replace`.
    pub(in crate::ssh) fn put_in_use(
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

    /// Removes all of the account: first from the configuration, then the files.
    pub(in crate::ssh) fn forget(&self, account: &str) -> Result<(), SshError> {
        let mut in_use = self.in_use();
        in_use.retain(|other| other.account != account);
        self.write_config(&in_use)?;
        let folder = self.of(account);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failure(&folder, error)),
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
        let list = self.path.join("accounts.json");
        let accounts = serde_json::to_vec(in_use).map_err(|error| failure(&list, error.into()))?;
        write(&list, &accounts)?;
        write(&self.config_file(), config.as_bytes())
    }

    /// A list that cannot be read is made anew by the next refresh.
    fn in_use(&self) -> Vec<InUse> {
        let json = read(&self.path.join("accounts.json")).unwrap_or_default();
        serde_json::from_slice(&json).unwrap_or_default()
    }
}
