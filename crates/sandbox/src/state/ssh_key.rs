//! SSH keys that people have put on their accounts.

use serde::{Deserialize, Serialize};

use super::Data;
use crate::{clock::UnixSeconds, ids::UserId};

/// SSH keys of one account.
const MOST_KEYS: usize = 100;

/// An SSH public key on an account.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SshKey {
    pub(crate) user: UserId,
    pub(crate) title: String,
    /// The line as it was given.
    pub(crate) value: String,
    pub(crate) fingerprint: String,
    pub(crate) changed_at: UnixSeconds,
}

/// Why a key was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyRefused {
    /// Some account has this key.
    Taken,
    /// The account has as many keys as it can have.
    TooMany,
}

impl Data {
    /// Puts a key on its account and gives the key's id.
    pub(crate) fn add_ssh_key(&mut self, key: SshKey) -> Result<u32, KeyRefused> {
        let taken = |kept: &SshKey| kept.fingerprint == key.fingerprint;
        if self.ssh_keys.values().any(taken) {
            return Err(KeyRefused::Taken);
        }
        let own = |kept: &&SshKey| kept.user == key.user;
        if self.ssh_keys.values().filter(own).count() >= MOST_KEYS {
            return Err(KeyRefused::TooMany);
        }
        let id = self.ssh_keys.keys().next_back().map_or(1, |last| last + 1);
        self.ssh_keys.insert(id, key);
        Ok(id)
    }
}
