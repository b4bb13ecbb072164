//! An open vault, and all that lives as long as it is open.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use deskfob_capture::screen::Capture;
use deskfob_flows::Desk;
use deskfob_lock::Now;
use deskfob_vault::{AccountId, Home, SlotId, StoreError};
use secrecy::SecretString;
use tokio::sync::oneshot;

use crate::camera::CameraSlot;
use crate::commands::doctor::Visit;
use crate::drafts::Drafts;
use crate::error::CommandError;
use crate::kit::KeptKit;
use crate::shown_screen::ShownScreen;

/// An open vault and all that came from it. Locking takes it away as a whole: a command that is late
/// writes into something that nobody reads any more.
pub(crate) struct Open {
    pub(crate) desk: Desk,
    /// When it was opened.
    pub(crate) since: Now,
    /// Changes when another process has written.
    seen: AtomicI64,
    drafts: Mutex<Drafts>,
    /// When the person gave the vault's password to see an account's recovery codes.
    revealed: Mutex<HashMap<AccountId, Instant>>,
    /// Accounts whose recovery codes were made here since the vault was opened.
    issued: Mutex<HashSet<AccountId>>,
    /// When the person gave the vault's password to see the setup key of an account's enrolment, by when that began.
    keys_shown: Mutex<HashMap<(AccountId, i64), Instant>>,
    /// When the person signed in with MFA to prove an account's entry.
    proofs: Mutex<HashMap<AccountId, Instant>>,
    /// A recovery kit that was just made.
    kit: Mutex<Option<KeptKit>>,
    /// The screen while a region is marked in it.
    screen: Mutex<Shown>,
    /// The camera that is read.
    camera: Mutex<CameraSlot>,
    /// What the doctor read last.
    doctor: Mutex<Option<Visit>>,
    /// Ends the sign-in that waits for the browser.
    sign_in: Mutex<SignIn>,
    /// Hears whether the person agrees to sign in again.
    agreement: Mutex<Option<oneshot::Sender<bool>>>,
}

enum Shown {
    Nothing,
    Screen(ShownScreen),
    /// The vault is being locked: nothing is shown any more.
    Over,
}

enum SignIn {
    None,
    Waiting(oneshot::Sender<()>),
    /// The vault is being locked: no sign-in begins.
    Over,
}

impl Open {
    /// `seen` is the data version that the page will read.
    pub(crate) fn new(desk: Desk, since: Now, seen: i64) -> Self {
        Self {
            desk,
            since,
            seen: AtomicI64::new(seen),
            drafts: Mutex::default(),
            revealed: Mutex::default(),
            issued: Mutex::default(),
            keys_shown: Mutex::default(),
            proofs: Mutex::default(),
            kit: Mutex::default(),
            screen: Mutex::new(Shown::Nothing),
            camera: Mutex::default(),
            doctor: Mutex::default(),
            sign_in: Mutex::new(SignIn::None),
            agreement: Mutex::default(),
        }
    }

    pub(crate) async fn close(&self) {
        self.camera().end();
        self.end_sign_ins();
        self.drafts().clear();
        // Not noted as shown: the lock may have come before it was.
        let _ = self.forget_kit();
        *guard(&self.screen) = Shown::Over;
        *self.doctor() = None;
        self.desk.clone().lock().await;
    }

    /// Whether another process has written to the vault since this was asked last.
    pub(crate) async fn written_elsewhere(&self) -> Result<bool, StoreError> {
        let now = self.desk.vault().data_version().await?;
        Ok(self.seen.swap(now, Ordering::Relaxed) != now)
    }

    pub(crate) fn drafts(&self) -> MutexGuard<'_, Drafts> {
        guard(&self.drafts)
    }

    pub(crate) fn proofs(&self) -> MutexGuard<'_, HashMap<AccountId, Instant>> {
        guard(&self.proofs)
    }

    pub(crate) fn doctor(&self) -> MutexGuard<'_, Option<Visit>> {
        guard(&self.doctor)
    }

    pub(crate) fn revealed(&self) -> MutexGuard<'_, HashMap<AccountId, Instant>> {
        guard(&self.revealed)
    }

    pub(crate) fn issued(&self) -> MutexGuard<'_, HashSet<AccountId>> {
        guard(&self.issued)
    }

    pub(crate) fn keys_shown(&self) -> MutexGuard<'_, HashMap<(AccountId, i64), Instant>> {
        guard(&self.keys_shown)
    }

    /// The camera that is read.
    pub(crate) fn camera(&self) -> MutexGuard<'_, CameraSlot> {
        guard(&self.camera)
    }

    /// Holds a recovery kit so that it can be saved.
    pub(crate) fn keep_kit(&self, kit: KeptKit) {
        *guard(&self.kit) = Some(kit);
    }

    /// The page to keep, while the kit is held.
    pub(crate) fn kit_page(&self, home: &Home) -> Option<SecretString> {
        guard(&self.kit).as_ref()?.page(home)
    }

    /// Holds the kit no longer, and tells which it was.
    pub(crate) fn forget_kit(&self) -> Option<SlotId> {
        guard(&self.kit).take().map(|kit| kit.slot())
    }

    /// The person has the words of the kit, or was shown them and left.
    pub(crate) async fn kit_was_shown(&self, slot: SlotId) {
        if let Err(error) = self.desk.vault().recovery_kit_shown(slot).await {
            // The vault warns of it, and is right to: it cannot know.
            tracing::warn!(
                code = error.code(),
                "not kept that the recovery kit was shown"
            );
        }
    }

    /// The slot of the kit that is held.
    pub(crate) fn kit_slot(&self) -> Option<SlotId> {
        guard(&self.kit).as_ref().map(KeptKit::slot)
    }

    /// Shows a picture of the screen until it is released or the vault is locked.
    pub(crate) fn show_screen(&self, screen: ShownScreen) -> Result<(), CommandError> {
        let mut shown = guard(&self.screen);
        if matches!(*shown, Shown::Over) {
            return Err(CommandError::locked());
        }
        *shown = Shown::Screen(screen);
        Ok(())
    }

    /// The picture that is shown.
    pub(crate) fn shown_screen(&self) -> Option<Arc<Capture>> {
        match &*guard(&self.screen) {
            Shown::Screen(screen) => Some(screen.capture()),
            Shown::Nothing | Shown::Over => None,
        }
    }

    pub(crate) fn release_screen(&self) {
        let mut shown = guard(&self.screen);
        if matches!(*shown, Shown::Screen(_)) {
            *shown = Shown::Nothing;
        }
    }

    /// A new waiting sign-in; an earlier one ends. `None`: the vault is being locked.
    pub(crate) fn begin_sign_in(&self) -> Option<oneshot::Receiver<()>> {
        let mut sign_in = guard(&self.sign_in);
        if matches!(*sign_in, SignIn::Over) {
            return None;
        }
        let (cancel, cancelled) = oneshot::channel();
        std::mem::replace(&mut *sign_in, SignIn::Waiting(cancel)).end();
        Some(cancelled)
    }

    /// Waits for the person's answer to whether they will sign in again; an earlier question ends unanswered.
    /// `None`: the vault is being locked.
    pub(crate) fn await_agreement(&self) -> Option<oneshot::Receiver<bool>> {
        // Held until the question is kept, so that a lock that begins now answers it.
        let sign_in = guard(&self.sign_in);
        if matches!(*sign_in, SignIn::Over) {
            return None;
        }
        let (agree, answer) = oneshot::channel();
        *guard(&self.agreement) = Some(agree);
        Some(answer)
    }

    /// The person's answer to the question that waits, if one does.
    pub(crate) fn agree(&self, agreed: bool) {
        if let Some(agree) = guard(&self.agreement).take() {
            // Its waiting side may be gone already.
            let _ = agree.send(agreed);
        }
    }

    pub(crate) fn cancel_sign_in(&self) {
        let mut sign_in = guard(&self.sign_in);
        if matches!(*sign_in, SignIn::Waiting(_)) {
            std::mem::replace(&mut *sign_in, SignIn::None).end();
        }
    }

    fn end_sign_ins(&self) {
        std::mem::replace(&mut *guard(&self.sign_in), SignIn::Over).end();
        self.agree(false);
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
