//! When an open vault locks. Pure: what happens and when it happens are passed in, and the answer is
//! whether to lock now.
//!
//! ```
//! use std::time::Duration;
//! use deskfob_lock::{Event, Machine, Now, Policy, Reason};
//!
//! let at = |seconds| Now {
//!     monotonic: Duration::from_secs(seconds),
//!     wall: Duration::from_secs(1_700_000_000 + seconds),
//! };
//! let policy = Policy { idle: Some(Duration::from_secs(60)), ..Policy::default() };
//! let mut machine = Machine::new(policy);
//! assert_eq!(machine.handle(Event::Unlocked, at(0)), None);
//! for second in 1..60 {
//!     assert_eq!(machine.handle(Event::Tick, at(second)), None);
//! }
//! assert_eq!(machine.handle(Event::Tick, at(60)), Some(Reason::Idle));
//! ```
#![forbid(unsafe_code)]

mod machine;

pub use machine::{FROZEN_AFTER, Machine, SLEPT_AFTER, TICK};

use std::time::Duration;

/// When an open vault is to be locked without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// After so long without activity; `None` is never.
    pub idle: Option<Duration>,
    /// When the machine is suspended.
    pub on_suspend: bool,
    /// When the screen is locked.
    pub on_screen_lock: bool,
}

impl Default for Policy {
    /// 15 minutes, and both notices of the system.
    fn default() -> Self {
        Self {
            idle: Some(Duration::from_secs(15 * 60)),
            on_suspend: true,
            on_screen_lock: true,
        }
    }
}

impl Policy {
    /// Why `event` locks an open vault, whatever the time; `None` when it does not.
    pub fn reason_for(&self, event: Event) -> Option<Reason> {
        match event {
            Event::Asked(Asker::Person) => Some(Reason::Person),
            Event::Asked(Asker::OtherProgram) => Some(Reason::OtherProgram),
            Event::Suspending if self.on_suspend => Some(Reason::Suspend),
            Event::ScreenLocked if self.on_screen_lock => Some(Reason::ScreenLock),
            _ => None,
        }
    }
}

/// One reading of both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Since any fixed point. Does not run backwards; may stand still while the machine is suspended.
    pub monotonic: Duration,
    /// Since the Unix epoch. May jump either way when the clock is set.
    pub wall: Duration,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The vault was opened.
    Unlocked,
    /// The vault was locked by somebody else than this machine's answer.
    Locked,
    /// The person typed, clicked, moved or turned to the window.
    Activity,
    /// Time passed; see [`Machine::next_tick`].
    Tick,
    /// The system is about to suspend.
    Suspending,
    /// The screen was locked.
    ScreenLocked,
    /// Somebody wants the vault locked.
    Asked(Asker),
    /// The person chose otherwise.
    PolicyChanged(Policy),
}

/// Who wants the vault locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// The person, in the window or the tray.
    Person,
    /// Another program that has to do with the vault, as `fob vault lock`.
    OtherProgram,
}

/// Why the vault is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The person wanted it.
    Person,
    /// Nothing was done for as long as [`Policy::idle`] says.
    Idle,
    /// The machine was, or is about to be, suspended.
    Suspend,
    /// The screen was locked.
    ScreenLock,
    /// Another program wanted it.
    OtherProgram,
}
