//! When and how the open vault is locked: one task asks the lock machine, one function locks.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use deskfob_lock::{Event, Machine, Now, Policy, Reason};
use deskfob_vault::{IdleLock, Settings, Vault};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::{BackendEvent, IdleMinutes, LockedBecause};
use crate::webview_memory::forget_page;

/// Reads both clocks.
pub type ReadClocks = Box<dyn Fn() -> Now + Send + Sync>;

/// Most events that wait for the task. Whoever tells one more waits, too.
const WAITING: usize = 8;

/// The system's clocks.
pub fn system_clocks() -> ReadClocks {
    let start = Instant::now();
    Box::new(move || Now {
        monotonic: start.elapsed(),
        // A clock set before 1970 reads as 1970.
        wall: SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default(),
    })
}

/// How `vault` is kept. Settings that cannot be read are the strict ones of a new vault.
pub(crate) async fn settings_of(vault: &Vault) -> Settings {
    vault.settings().await.unwrap_or_else(|error| {
        tracing::warn!(code = error.code(), "the settings were not read");
        Settings::default()
    })
}

/// When a vault with these settings is to be locked unasked.
pub(crate) fn policy(settings: &Settings) -> Policy {
    Policy {
        idle: settings.idle_lock.map(IdleLock::duration),
        on_suspend: settings.lock_on_suspend,
        on_screen_lock: settings.lock_on_screen_lock,
    }
}

/// Tells the task what happened.
#[derive(Clone)]
pub(crate) struct LockWatch {
    policy: Arc<watch::Sender<Policy>>,
    activity: Arc<Notify>,
    told: mpsc::Sender<Told>,
    clocks: Arc<ReadClocks>,
}

/// The task's ends of a [`LockWatch`].
pub(crate) struct Ends {
    policy: watch::Receiver<Policy>,
    activity: Arc<Notify>,
    told: mpsc::Receiver<Told>,
    clocks: Arc<ReadClocks>,
}

struct Told {
    event: Event,
    done: oneshot::Sender<()>,
}

/// A way to tell what happened, and the ends for [`start`].
pub(crate) fn channels(clocks: ReadClocks) -> (LockWatch, Ends) {
    let clocks = Arc::new(clocks);
    let (policy, policy_changes) = watch::channel(Policy::default());
    let (tell, told) = mpsc::channel(WAITING);
    let activity = Arc::new(Notify::new());
    let watch = LockWatch {
        policy: Arc::new(policy),
        activity: Arc::clone(&activity),
        told: tell,
        clocks: Arc::clone(&clocks),
    };
    let ends = Ends {
        policy: policy_changes,
        activity,
        told,
        clocks,
    };
    (watch, ends)
}

impl LockWatch {
    /// The person did something. Any number of calls counts as one until the task has seen it.
    pub(crate) fn activity(&self) {
        self.activity.notify_one();
    }

    /// What both clocks show.
    pub(crate) fn now(&self) -> Now {
        (self.clocks)()
    }

    /// From now on, or from the next opening, this policy holds.
    pub(crate) fn set_policy(&self, policy: Policy) {
        self.policy.send_replace(policy);
    }

    /// Minutes without use after which the open vault locks itself; 0: it does not.
    fn idle_minutes(&self) -> IdleMinutes {
        let idle = self.policy.borrow().idle.unwrap_or_default();
        IdleMinutes(u32::try_from(idle.as_secs() / 60).unwrap_or_default())
    }

    /// Tells the task. Returns when everything that follows from it is done: a vault that was to be locked is
    /// closed.
    pub(crate) async fn tell(&self, event: Event) {
        let (done, finished) = oneshot::channel();
        if self.told.send(Told { event, done }).await.is_ok() {
            // The task ends only with the program.
            let _ = finished.await;
        }
    }
}

/// Starts the task.
pub(crate) fn start<R: Runtime>(app: &AppHandle<R>, ends: Ends) {
    tauri::async_runtime::spawn(watch_vault(app.clone(), ends));
}

async fn watch_vault<R: Runtime>(app: AppHandle<R>, mut ends: Ends) {
    let clocks = Arc::clone(&ends.clocks);
    let mut machine = Machine::new(*ends.policy.borrow_and_update());
    let mut opened = app.state::<AppState>().openings();
    loop {
        let tick = machine.next_tick(clocks());
        let (event, done) = tokio::select! {
            // What holds comes before what happens.
            biased;
            Ok(()) = ends.policy.changed() => {
                (Event::PolicyChanged(*ends.policy.borrow_and_update()), None)
            }
            Ok(()) = opened.changed() => {
                now_open(&mut machine, &mut opened, clocks());
                continue;
            }
            Some(told) = ends.told.recv() => (told.event, Some(told.done)),
            () = ends.activity.notified() => (Event::Activity, None),
            () = sleep(tick) => (Event::Tick, None),
            else => return,
        };
        let refused = ends.policy.borrow().reason_for(event).is_some();
        if refused {
            app.state::<AppState>().refuse_openings();
            // An opening that was a little quicker than that.
            if opened.has_changed().unwrap_or(false) {
                now_open(&mut machine, &mut opened, clocks());
            }
        }
        let reason = machine.handle(event, clocks());
        let closing = reason.map(|reason| take_away(&app, reason));
        if refused || closing.is_some() || done.is_some() {
            let app = app.clone();
            // Not waited for here: what happens next has to be seen meanwhile.
            tauri::async_runtime::spawn(async move {
                if let Some(closing) = closing {
                    closing.await;
                }
                let state = app.state::<AppState>();
                if refused && !state.is_open().await {
                    // Where the vault is damaged, a backup is open without one.
                    state.backup.close().await;
                }
                state.until_closed().await;
                if let Some(done) = done {
                    // Whoever told it may have gone.
                    let _ = done.send(());
                }
            });
        }
    }
}

/// A vault counts as open since it was opened, not since the task heard of it: the machine may have slept in
/// between.
fn now_open(machine: &mut Machine, opened: &mut watch::Receiver<Option<Arc<Open>>>, now: Now) {
    match opened.borrow_and_update().as_deref() {
        Some(open) => machine.handle(Event::Unlocked, open.since),
        None => machine.handle(Event::Locked, now),
    };
}

async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

/// Locks the vault and tells the page why. Returns when it is closed. Every lock goes through here or through
/// [`take_away`], its first half.
pub(crate) async fn lock<R: Runtime>(app: &AppHandle<R>, reason: Reason) {
    take_away(app, reason).await;
    app.state::<AppState>().until_closed().await;
}

/// Takes the open vault away from all commands and from the page at once. What is returned closes it.
fn take_away<R: Runtime>(
    app: &AppHandle<R>,
    reason: Reason,
) -> impl Future<Output = ()> + Send + use<R> {
    let taken = app.state::<AppState>().take();
    if taken.is_some() {
        tracing::debug!(?reason, "the vault is locked");
        let state = app.state::<AppState>();
        *state.locked_because() = Some(LockedBecause {
            reason: reason.into(),
            idle_minutes: state.lock_watch.idle_minutes(),
        });
        BackendEvent::Locked {
            reason: reason.into(),
        }
        .send(app);
        forget_page(app);
    }
    let app = app.clone();
    async move {
        let state = app.state::<AppState>();
        match taken {
            Some(taken) => state.close(taken).await,
            None => state.backup.close().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use deskfob_vault::{BackupKind, BackupUnlock, Home, KdfCost, OpenBackup};
    use tauri::test::mock_builder;

    use super::*;
    use crate::{Bus, Buses, Person, Surroundings, build};

    const PASSWORD: &str = "a long enough password";

    /// Where the vault is damaged, a backup is open without one, and would open the vault to whoever comes next.
    #[test]
    #[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    fn a_backup_that_is_open_without_a_vault_ends_with_every_lock() {
        let folder = tempfile::tempdir().unwrap();
        let surroundings = Surroundings {
            home: Some(folder.path().join("damaged")),
            keyring_service: None,
            smtp: None,
            open_url: Box::new(|_| Ok(())),
            buses: Buses {
                system: Bus::Absent,
                session: Bus::Absent,
            },
            clocks: system_clocks(),
            person: Person {
                home: None,
                path: std::ffi::OsString::new(),
            },
        };
        let app = build(mock_builder(), surroundings).unwrap();
        let state = app.state::<AppState>();
        tauri::async_runtime::block_on(async {
            let home = Home::at(&folder.path().join("whole")).unwrap();
            let vault = Vault::create(&home, PASSWORD.into(), KdfCost::FLOOR)
                .await
                .unwrap();
            let made = vault.back_up(BackupKind::Manual, 1).await.unwrap();
            vault.lock().await;
            let ways = [
                ("kept open", None),
                ("the screen", Some(Event::ScreenLocked)),
                ("sleep", Some(Event::Suspending)),
                ("the person", None),
            ];
            for (how, event) in ways {
                let by = BackupUnlock::Password(PASSWORD.into());
                let backup = OpenBackup::open(&made.path, &state.home, by).await.unwrap();
                let opening = state.opening();
                state.keep_backup(&opening, backup).await.unwrap();
                match (how, event) {
                    ("kept open", _) => {}
                    (_, Some(event)) => state.lock_watch.tell(event).await,
                    (_, None) => lock(app.handle(), Reason::Person).await,
                }
                let left = state.backup.take_fresh().await;
                assert_eq!(left.is_some(), how == "kept open", "{how}");
                if let Some(backup) = left {
                    backup.close().await;
                }
            }
        });
    }
}
