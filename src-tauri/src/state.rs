//! What the running app holds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use deskfob_flows::{Desk, SandboxHost, SmtpServer};
use deskfob_platform::Http;
use deskfob_vault::{AccountId, Home, Vault};
use tokio::sync::{RwLock, oneshot};

use crate::clipboard::Clipboard;
use crate::drafts::Drafts;
use crate::error::CommandError;
use crate::window::OpenUrl;

/// What the running app holds.
pub(crate) struct AppState {
    pub(crate) home: Home,
    pub(crate) clipboard: Clipboard,
    open_url: Arc<OpenUrl>,
    http: Http,
    sandbox: Arc<SandboxHost>,
    open: RwLock<Option<Arc<Open>>>,
}

/// An open vault and all that came from it. Locking takes it away as a whole: a command that is late
/// writes into something that nobody reads any more.
pub(crate) struct Open {
    pub(crate) desk: Desk,
    drafts: Mutex<Drafts>,
    /// The platform's last word on each account's MFA.
    mfa: Mutex<HashMap<AccountId, Option<bool>>>,
    /// When the person gave the vault's password to see an account's recovery codes.
    revealed: Mutex<HashMap<AccountId, Instant>>,
    /// Ends the sign-in that waits for the browser.
    sign_in: Mutex<SignIn>,
}

enum SignIn {
    None,
    Waiting(oneshot::Sender<()>),
    /// The vault is being locked: no sign-in begins.
    Over,
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
            open: RwLock::new(None),
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

    /// The open vault and what came from it.
    pub(crate) async fn opened(&self) -> Result<Arc<Open>, CommandError> {
        self.open
            .read()
            .await
            .clone()
            .ok_or_else(CommandError::locked)
    }

    /// The open vault.
    pub(crate) async fn desk(&self) -> Result<Desk, CommandError> {
        Ok(self.opened().await?.desk.clone())
    }

    pub(crate) async fn is_open(&self) -> bool {
        self.open.read().await.is_some()
    }

    pub(crate) async fn open(&self, vault: Vault) {
        let home = self.home.path().to_owned();
        let open = Open {
            desk: Desk::new(vault, home, self.http.clone(), Arc::clone(&self.sandbox)),
            drafts: Mutex::default(),
            mfa: Mutex::default(),
            revealed: Mutex::default(),
            sign_in: Mutex::new(SignIn::None),
        };
        *self.open.write().await = Some(Arc::new(open));
    }

    /// Closes the vault and drops all that came from it. True when it was open.
    pub(crate) async fn lock(&self) -> bool {
        let Some(open) = self.open.write().await.take() else {
            return false;
        };
        open.end_sign_ins();
        open.drafts().clear();
        open.desk.clone().lock().await;
        // Last, because the clipboard's owner may be slow to answer.
        self.clear_clipboard().await;
        true
    }

    /// Takes a copied code off the clipboard.
    pub(crate) async fn clear_clipboard(&self) {
        let clipboard = self.clipboard.clone();
        if tokio::task::spawn_blocking(move || clipboard.clear_if_ours())
            .await
            .is_err()
        {
            tracing::warn!("the clipboard was not cleared");
        }
    }

    pub(crate) fn sandbox(&self) -> &SandboxHost {
        &self.sandbox
    }
}

impl Open {
    pub(crate) fn drafts(&self) -> MutexGuard<'_, Drafts> {
        guard(&self.drafts)
    }

    pub(crate) fn mfa(&self) -> MutexGuard<'_, HashMap<AccountId, Option<bool>>> {
        guard(&self.mfa)
    }

    pub(crate) fn revealed(&self) -> MutexGuard<'_, HashMap<AccountId, Instant>> {
        guard(&self.revealed)
    }

    /// A new waiting sign-in; an earlier one ends.
    pub(crate) fn begin_sign_in(&self) -> Result<oneshot::Receiver<()>, CommandError> {
        let mut sign_in = guard(&self.sign_in);
        if matches!(*sign_in, SignIn::Over) {
            return Err(CommandError::locked());
        }
        let (cancel, cancelled) = oneshot::channel();
        std::mem::replace(&mut *sign_in, SignIn::Waiting(cancel)).end();
        Ok(cancelled)
    }

    pub(crate) fn cancel_sign_in(&self) {
        let mut sign_in = guard(&self.sign_in);
        if matches!(*sign_in, SignIn::Waiting(_)) {
            std::mem::replace(&mut *sign_in, SignIn::None).end();
        }
    }

    fn end_sign_ins(&self) {
        std::mem::replace(&mut *guard(&self.sign_in), SignIn::Over).end();
    }
}

impl SignIn {
    fn end(self) {
        if let Self::Waiting(cancel) = self {
            // Its waiting side may be gone already.
            let _ = cancel.send(());
        }
    }
}

/// A panic elsewhere leaves nothing half-done in these values.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
