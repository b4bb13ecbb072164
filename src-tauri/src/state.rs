//! What the running app holds.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskfob_flows::{Desk, SandboxHost, SmtpServer};
use deskfob_platform::Http;
use deskfob_vault::{Home, OpenBackup, Vault};
use tokio::sync::watch;

use crate::backup_desk::BackupDesk;
use crate::clipboard::Clipboard;
use crate::error::CommandError;
use crate::link::WaitingLinks;
use crate::lock::{self, LockWatch};
use crate::open_vault::Open;
use crate::person::Person;
use crate::screen_signals::ScreenSignals;
use crate::view::LockedBecause;
use crate::window::OpenUrl;

/// What the running app holds.
pub(crate) struct AppState {
    pub(crate) home: Home,
    pub(crate) clipboard: Clipboard,
    pub(crate) lock_watch: LockWatch,
    pub(crate) screen_signals: ScreenSignals,
    pub(crate) backup: BackupDesk,
    pub(crate) links: WaitingLinks,
    pub(crate) person: Person,
    open_url: Arc<OpenUrl>,
    http: Http,
    sandbox: Arc<SandboxHost>,
    open: watch::Sender<Option<Arc<Open>>>,
    /// Grows whenever the vault is to be locked.
    locks: AtomicU64,
    /// Vaults that were taken away and are not closed yet.
    closing: watch::Sender<usize>,
    /// Why the vault was locked last; none once it is open again.
    locked_because: Mutex<Option<LockedBecause>>,
}

impl AppState {
    pub(crate) fn new(
        home: Home,
        http: Http,
        smtp: Option<SmtpServer>,
        open_url: OpenUrl,
        lock_watch: LockWatch,
        person: Person,
    ) -> Self {
        let sandbox = Arc::new(SandboxHost::new(home.path().join("sandbox"), smtp));
        Self {
            home,
            clipboard: Clipboard::default(),
            lock_watch,
            screen_signals: ScreenSignals::default(),
            backup: BackupDesk::default(),
            links: WaitingLinks::default(),
            person,
            open_url: Arc::new(open_url),
            http,
            sandbox,
            open: watch::Sender::new(None),
            locks: AtomicU64::new(0),
            closing: watch::Sender::new(0),
            locked_because: Mutex::default(),
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
        self.open.borrow().clone().ok_or_else(CommandError::locked)
    }

    /// The open vault.
    pub(crate) async fn desk(&self) -> Result<Desk, CommandError> {
        Ok(self.opened().await?.desk.clone())
    }

    pub(crate) async fn is_open(&self) -> bool {
        self.open.borrow().is_some()
    }

    /// To be had before the work of opening begins, and given to [`Self::open`].
    pub(crate) fn opening(&self) -> Opening {
        Opening {
            locks: self.locks.load(Ordering::SeqCst),
        }
    }

    /// Openings that have begun by now come to nothing: the machine goes to sleep, say, while a key is derived.
    pub(crate) fn refuse_openings(&self) {
        self.open.send_if_modified(|_| {
            self.locks.fetch_add(1, Ordering::SeqCst);
            false
        });
    }

    /// `vault` is the open one from now on; another that was open is closed. When it was to be locked since
    /// `opening` began, it is closed instead.
    pub(crate) async fn open(&self, opening: Opening, vault: Vault) -> Result<(), CommandError> {
        let settings = lock::settings_of(&vault).await;
        self.lock_watch.set_policy(lock::policy(&settings));
        // Before the page reads anything, so that a change after that is seen.
        let seen = vault.data_version().await.unwrap_or_default();
        let home = self.home.path().to_owned();
        let desk = Desk::new(vault, home, self.http.clone(), Arc::clone(&self.sandbox));
        let mut open = Some(Arc::new(Open::new(desk, self.lock_watch.now(), seen)));
        let opened = self.open.send_if_modified(|slot| {
            let in_time = self.locks.load(Ordering::SeqCst) == opening.locks;
            if in_time {
                std::mem::swap(slot, &mut open);
            }
            in_time
        });
        // The one that was open before, or this one when it came too late.
        if let Some(other) = open {
            other.close().await;
        }
        if opened {
            *self.locked_because() = None;
            Ok(())
        } else {
            Err(CommandError::locked())
        }
    }

    /// Why the vault was locked last; none once it is open again.
    pub(crate) fn locked_because(&self) -> MutexGuard<'_, Option<LockedBecause>> {
        self.locked_because
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of each opening and of each lock.
    pub(crate) fn openings(&self) -> watch::Receiver<Option<Arc<Open>>> {
        self.open.subscribe()
    }

    /// The vault that is open `pause` from now, or when one is opened after that.
    pub(crate) async fn once_open(&self, pause: Duration) -> Arc<Open> {
        let mut openings = self.openings();
        loop {
            tokio::time::sleep(pause).await;
            if let Ok(open) = openings.wait_for(Option::is_some).await
                && let Some(open) = open.clone()
            {
                return open;
            }
        }
    }

    /// Takes the open vault away, so that no command finds it any more. It is still to be closed.
    pub(crate) fn take(&self) -> Option<Taken> {
        self.closing.send_modify(|closing| *closing += 1);
        self.refuse_openings();
        let taken = Taken {
            open: self.open.send_replace(None),
            closing: self.closing.clone(),
        };
        taken.open.is_some().then_some(taken)
    }

    /// Closes a vault that was taken away, and drops all that came from it.
    pub(crate) async fn close(&self, mut taken: Taken) {
        if let Some(open) = taken.open.take() {
            open.close().await;
        }
        // It may hold the vault's own key.
        self.backup.close().await;
        // Last, because the clipboard's owner may be slow to answer.
        self.clear_clipboard().await;
    }

    /// Holds a backup that was opened, unless the vault was to be locked since `opening` began.
    pub(crate) async fn keep_backup(
        &self,
        opening: &Opening,
        backup: OpenBackup,
    ) -> Result<(), CommandError> {
        self.backup.keep(backup).await;
        if self.is_current(opening) {
            return Ok(());
        }
        self.backup.close().await;
        Err(CommandError::locked())
    }

    /// Whether the vault was not to be locked since `opening` began.
    pub(crate) fn is_current(&self, opening: &Opening) -> bool {
        self.locks.load(Ordering::SeqCst) == opening.locks
    }

    /// Waits until every vault that was taken away is closed.
    pub(crate) async fn until_closed(&self) {
        // The sender is this state's own.
        let _ = self
            .closing
            .subscribe()
            .wait_for(|closing| *closing == 0)
            .await;
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

/// When an opening began; see [`AppState::opening`].
pub(crate) struct Opening {
    locks: u64,
}

/// A vault that was taken away and is not closed yet.
pub(crate) struct Taken {
    open: Option<Arc<Open>>,
    closing: watch::Sender<usize>,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.closing.send_modify(|closing| *closing -= 1);
    }
}
