//! The system's notices that the machine goes to sleep and that the screen is locked.
//!
//! On Linux they come over D-Bus: from logind, which waits with suspending until the vault is locked, and from
//! the desktop's screensaver. On macOS and Windows no notice is heard yet: a sleep is seen afterwards, by the
//! clocks, within a second of waking up; a screen that is locked is not seen, there only the idle time counts.

#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod logind;
#[cfg(target_os = "linux")]
mod screensaver;

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

/// Where the notices come from. Only Linux has these.
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
    logind: Heard,
    screensaver: Heard,
}

#[derive(Clone, Default)]
struct Heard(Arc<AtomicBool>);

impl Heard {
    #[cfg(target_os = "linux")]
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
        self.logind.is() || self.screensaver.is()
    }

    /// Starts listening.
    #[cfg(target_os = "linux")]
    pub(crate) fn start(&self, buses: Buses, watch: &LockWatch) {
        let (own, watch_both) = (self.clone(), watch.clone());
        tauri::async_runtime::spawn(bus::follow(
            "logind",
            buses.system,
            bus::Which::System,
            own.logind,
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

    /// There is nothing to listen to.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn start(&self, _buses: Buses, _watch: &LockWatch) {}
}
