//! An open vault with the way out to the platforms.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use deskfob_platform::Http;
use deskfob_vault::{AccountId, Vault};
use tokio::sync::Mutex;

use crate::{SandboxHost, SignInPrompt};

/// An open vault with the way out to the platforms. Every job is a method; see the module of its name.
#[derive(Clone)]
pub struct Desk {
    pub(crate) vault: Vault,
    pub(crate) http: Http,
    pub(crate) sandbox: Arc<SandboxHost>,
    /// The folder of all state.
    pub(crate) home: PathBuf,
    /// Held while tokens are refreshed, replaced or forgotten, so that two processes never spend one refresh token twice.
    pub(crate) refresh_lock: PathBuf,
    /// Held with it, among the tasks of this process.
    pub(crate) renewing: Arc<Mutex<()>>,
    /// Whom to ask when a call needs another sign-in.
    pub(crate) prompt: Option<Arc<dyn SignInPrompt>>,
    /// How far each account's platform was ahead at its last answer, s.
    skews: Arc<StdMutex<HashMap<AccountId, i64>>>,
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
            prompt: None,
            skews: Arc::default(),
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

    /// This desk for a job that a person waits for: a call that needs another sign-in (RFC 9470) asks them by
    /// `prompt` and goes on.
    #[must_use]
    pub fn attended(&self, prompt: Arc<dyn SignInPrompt>) -> Self {
        Self {
            prompt: Some(prompt),
            ..self.clone()
        }
    }

    pub(crate) fn note_skew(&self, account: AccountId, seconds: i64) {
        let mut skews = self.skews.lock().unwrap_or_else(PoisonError::into_inner);
        skews.insert(account, seconds);
    }

    /// How many seconds the account's platform was ahead of this computer at its last answer to this desk; `None`
    /// before the first.
    pub fn measured_skew(&self, account: AccountId) -> Option<i64> {
        let skews = self.skews.lock().unwrap_or_else(PoisonError::into_inner);
        skews.get(&account).copied()
    }

    /// The open vault.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }
}
