//! What the running app holds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskfob_flows::{Desk, SandboxHost, SmtpServer};
use deskfob_platform::Http;
use deskfob_vault::{AccountId, Home, Vault};
use tokio::sync::{RwLock, oneshot};

use crate::clipboard::Clipboard;
use crate::drafts::Drafts;
use crate::error::CommandError;
use crate::window::OpenUrl;

/// What the running app holds. Everything of an open vault is behind `desk` and gone when it is locked.
pub(crate) struct AppState {
    pub(crate) home: Home,
    pub(crate) clipboard: Clipboard,
    open_url: Arc<OpenUrl>,
    http: Http,
    sandbox: Arc<SandboxHost>,
    desk: RwLock<Option<Desk>>,
    drafts: Mutex<Drafts>,
    /// The platform's last word on each account's MFA.
    mfa: Mutex<HashMap<AccountId, Option<bool>>>,
    /// Ends the sign-in that waits for the browser.
    sign_in: Mutex<Option<oneshot::Sender<()>>>,
}

impl AppState {
    pub(crate) fn new(home: Home, http: Http, smtp: Option<SmtpServer>, open_url: OpenUrl) -> Self {
        let sandbox = Arc::new(SandboxHost::new(home.path().join("sandbox"), smtp));
        Self {
            home,
            clipboard: Clipboard::default(),
            open_url: Arc::new(open_url),
            http,
            sandbox,
            desk: RwLock::new(None),
            drafts: Mutex::default(),
            mfa: Mutex::default(),
            sign_in: Mutex::default(),
        }
    }

    /// Opens `url` in the person's browser.
    pub(crate) async fn open_url(&self, url: String) -> Result<(), CommandError> {
        let open = Arc::clone(&self.open_url);
        // Starting a browser may wait for the desktop.
        let opened = tokio::task::spawn_blocking(move || open(&url)).await;
        if matches!(opened, Ok(Ok(()))) {
            return Ok(());
        }
        Err(CommandError::new(
            "no_browser",
            "no browser could be opened",
            Some("copy the address into a browser"),
        ))
    }

    /// The open vault.
    pub(crate) async fn desk(&self) -> Result<Desk, CommandError> {
        self.desk
            .read()
            .await
            .clone()
            .ok_or_else(CommandError::locked)
    }

    pub(crate) async fn is_open(&self) -> bool {
        self.desk.read().await.is_some()
    }

    pub(crate) async fn open(&self, vault: Vault) {
        let home = self.home.path().to_owned();
        let desk = Desk::new(vault, home, self.http.clone(), Arc::clone(&self.sandbox));
        *self.desk.write().await = Some(desk);
    }

    /// Closes the vault and drops all that came from it. True when it was open.
    pub(crate) async fn lock(&self) -> bool {
        self.cancel_sign_in();
        self.drafts().clear();
        self.mfa().clear();
        self.clipboard.clear_if_ours();
        let Some(desk) = self.desk.write().await.take() else {
            return false;
        };
        desk.vault().clone().lock().await;
        true
    }

    pub(crate) fn sandbox(&self) -> &SandboxHost {
        &self.sandbox
    }

    pub(crate) fn drafts(&self) -> MutexGuard<'_, Drafts> {
        // A panic elsewhere leaves nothing half-done in these maps.
        self.drafts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn mfa(&self) -> MutexGuard<'_, HashMap<AccountId, Option<bool>>> {
        self.mfa.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new waiting sign-in; an earlier one ends.
    pub(crate) fn begin_sign_in(&self) -> oneshot::Receiver<()> {
        let (cancel, cancelled) = oneshot::channel();
        let earlier = self
            .sign_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(cancel);
        if let Some(earlier) = earlier {
            // Its waiting side may be gone already.
            let _ = earlier.send(());
        }
        cancelled
    }

    pub(crate) fn cancel_sign_in(&self) {
        let waiting = self
            .sign_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(waiting) = waiting {
            // It may have ended by itself.
            let _ = waiting.send(());
        }
    }
}
