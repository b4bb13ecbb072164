//! An open vault with the way out to the platforms.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use deskfob_platform::Http;
use deskfob_vault::Vault;
use tokio::sync::Mutex;

use crate::SandboxHost;

/// An open vault with the way out to the platforms. Every job is a method; see the module of its name.
#[derive(Clone)]
pub struct Desk {
    pub(crate) vault: Vault,
    pub(crate) http: Http,
    pub(crate) sandbox: Arc<SandboxHost>,
    /// The folder of all state.
    pub(crate) home: PathBuf,
    /// Held while tokens are refreshed, so that two processes never spend one refresh token twice.
    pub(crate) refresh_lock: PathBuf,
    /// Held from spending a refresh token until its successor is kept.
    pub(crate) renewing: Arc<Mutex<()>>,
}

/// How long locking waits for a session that is being renewed.
const RENEWAL_WAIT: Duration = Duration::from_secs(5);

impl Desk {
    /// Joins an open vault (kept in `home`) with the network client and the embedded platform.
    pub fn new(vault: Vault, home: PathBuf, http: Http, sandbox: Arc<SandboxHost>) -> Self {
        Self {
            vault,
            http,
            sandbox,
            refresh_lock: home.join("refresh.lock"),
            home,
            renewing: Arc::default(),
        }
    }

    /// Closes the vault. A session that is being renewed gets a moment to be kept: its old refresh token is spent.
    pub async fn lock(self) {
        let renewed = tokio::time::timeout(RENEWAL_WAIT, self.renewing.lock()).await;
        if renewed.is_err() {
            tracing::warn!("locked while a session was being renewed");
        }
        self.vault.clone().lock().await;
    }

    /// The open vault.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }
}
