//! An open vault with the way out to the platforms.

use std::path::PathBuf;
use std::sync::Arc;

use deskfob_platform::Http;
use deskfob_vault::Vault;

use crate::SandboxHost;

/// An open vault with the way out to the platforms. Every job is a method; see the module of its name.
#[derive(Clone)]
pub struct Desk {
    pub(crate) vault: Vault,
    pub(crate) http: Http,
    pub(crate) sandbox: Arc<SandboxHost>,
    /// Held while tokens are refreshed, so that two processes never spend one refresh token twice.
    pub(crate) refresh_lock: PathBuf,
}

impl Desk {
    /// Joins an open vault (kept in `home`) with the network client and the embedded platform.
    pub fn new(vault: Vault, home: PathBuf, http: Http, sandbox: Arc<SandboxHost>) -> Self {
        Self {
            vault,
            http,
            sandbox,
            refresh_lock: home.join("refresh.lock"),
        }
    }

    /// The open vault.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }
}
