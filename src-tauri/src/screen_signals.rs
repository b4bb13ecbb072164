//! The system's notices that the machine goes to sleep and that the screen is locked.
//!
//! On Linux they come over D-Bus: from logind, which waits with suspending until the vault is locked, and from
//! the desktop's screensaver. On macOS and Windows the system calls back. A sleep without a notice is seen afterwards, by
//! the clocks, within a second of waking up.

#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod logind;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "linux")]
mod screensaver;
#[cfg(windows)]
mod windows;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::lock::LockWatch;

/// A D-Bus bus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Bus {
    /// Where the environment says, or where the system has it.
    #[default]
    Usual,
    /// At this D-Bus address.
    At(String),
    /// None is listened to.
    Absent,
}

/// Where the notices come from. On other systems than Linux there is no bus: the system itself is listened to where
/// `system` is [`Bus::Usual`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buses {
    /// The bus of the system: logind.
    pub system: Bus,
    /// The bus of the person's session: the screensaver.
    pub session: Bus,
}

/// Which sources are heard at the moment.
#[derive(Clone, Default)]
pub(crate) struct ScreenSignals {
    /// logind, or on other systems the system itself.
    system: Heard,
    screensaver: Heard,
}

#[derive(Clone, Default)]
struct Heard(Arc<AtomicBool>);

impl Heard {
    fn set(&self, heard: bool) {
        self.0.store(heard, Ordering::Relaxed);
    }

    fn is(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl ScreenSignals {
    /// Whether a lock of the screen is heard of.
    pub(crate) fn screen_lock_supported(&self) -> bool {
        self.system.is() || self.screensaver.is()
    }

    /// Starts listening.
    #[cfg(target_os = "linux")]
    pub(crate) fn start(&self, buses: Buses, watch: &LockWatch) {
        let (own, watch_both) = (self.clone(), watch.clone());
        tauri::async_runtime::spawn(bus::follow(
            "logind",
            buses.system,
            bus::Which::System,
            own.system,
            async move |bus: &zbus::Connection, heard: &Heard| {
                logind::follow(bus, heard, &watch_both).await
            },
        ));
        let (own, watch_both) = (self.clone(), watch.clone());
        tauri::async_runtime::spawn(bus::follow(
            "the screensaver",
            buses.session,
            bus::Which::Session,
            own.screensaver,
            async move |bus: &zbus::Connection, heard: &Heard| {
                screensaver::follow(bus, heard, &watch_both).await
            },
        ));
    }

    /// Starts listening.
    #[cfg(any(target_os = "macos", windows))]
    pub(crate) fn start(&self, buses: Buses, watch: &LockWatch) {
        if buses.system != Bus::Usual {
            return;
        }
        let watch = watch.clone();
        let told = move |notice| {
            let (send, done) = std::sync::mpsc::channel();
            let watch = watch.clone();
            tauri::async_runtime::spawn(async move {
                watch.tell(event_of(notice)).await;
                // Not everybody waits.
                let _ = send.send(());
            });
            done
        };
        #[cfg(target_os = "macos")]
        macos::listen(told);
        #[cfg(windows)]
        if let Err(error) = windows::listen(told) {
            tracing::warn!(%error, "the system does not tell of sleep and locked screens");
            return;
        }
        self.system.set(true);
    }

    /// There is nothing to listen to.
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    pub(crate) fn start(&self, _buses: Buses, _watch: &LockWatch) {
        self.system.set(false);
    }
}

/// What macOS and Windows tell.
#[cfg(any(target_os = "macos", windows))]
#[derive(Clone, Copy)]
enum Notice {
    Sleeping,
    ScreenLocked,
}

#[cfg(any(target_os = "macos", windows))]
fn event_of(notice: Notice) -> deskfob_lock::Event {
    match notice {
        Notice::Sleeping => deskfob_lock::Event::Suspending,
        Notice::ScreenLocked => deskfob_lock::Event::ScreenLocked,
    }
}
