//! The state machine.

use std::time::Duration;

use crate::{Event, Now, Policy, Reason};

/// Longest time between two ticks while there is something to watch for.
pub const TICK: Duration = Duration::from_secs(1);

/// So much more on the wall clock than on the monotonic one between two events: the machine slept. A clock
/// that is set forward by more looks the same and locks, too.
pub const SLEPT_AFTER: Duration = Duration::from_secs(10);

/// So long without any event, when ticks come every [`TICK`]: the program did not run in between. This is how
/// a suspension shows where the monotonic clock counts it.
pub const FROZEN_AFTER: Duration = Duration::from_secs(30);

/// Knows whether the vault is open and when it has to be locked.
///
/// The answer of [`Machine::handle`] is an order: from then on the machine takes the vault for locked, so that
/// a lock is told once. No answer is given for a vault that is locked.
#[derive(Clone, Debug)]
pub struct Machine {
    policy: Policy,
    open: Option<Open>,
}

/// What is remembered while the vault is open.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// The last activity.
    active: Now,
    /// The last event of any kind.
    seen: Now,
}

impl Machine {
    /// A machine for a vault that is locked.
    pub fn new(policy: Policy) -> Self {
        Self { policy, open: None }
    }

    /// Takes notice of `event` at `now`. `Some`: lock the vault now, for this reason.
    pub fn handle(&mut self, event: Event, now: Now) -> Option<Reason> {
        match event {
            Event::Unlocked => {
                self.open = Some(Open {
                    active: now,
                    seen: now,
                });
                return None;
            }
            Event::Locked => {
                self.open = None;
                return None;
            }
            _ => {}
        }
        let reason = self.open.and_then(|open| self.reason(open, event, now));
        if let Event::PolicyChanged(policy) = event {
            self.policy = policy;
        }
        // A shorter idle time may be over already.
        let reason = reason.or_else(|| self.idle(self.open?, now));
        if reason.is_some() {
            self.open = None;
        } else if let Some(open) = &mut self.open {
            open.seen = now;
            if event == Event::Activity {
                open.active = now;
            }
        }
        reason
    }

    /// How long after `now` the next [`Event::Tick`] is due, at most [`TICK`]; `None` while there is nothing
    /// that time could bring about.
    pub fn next_tick(&self, now: Now) -> Option<Duration> {
        let open = self.open?;
        match self.policy.idle {
            Some(idle) => Some(TICK.min(idle.saturating_sub(since(open.active, now)))),
            None if self.policy.on_suspend => Some(TICK),
            None => None,
        }
    }

    fn reason(&self, open: Open, event: Event, now: Now) -> Option<Reason> {
        self.policy
            .reason_for(event)
            // Whatever else happens comes too late when the time for locking has passed unseen.
            .or_else(|| self.slept(open, now))
            .or_else(|| self.idle(open, now))
    }

    fn idle(&self, open: Open, now: Now) -> Option<Reason> {
        let over = self.policy.idle? <= since(open.active, now);
        over.then_some(Reason::Idle)
    }

    fn slept(&self, open: Open, now: Now) -> Option<Reason> {
        let awake = now.monotonic.saturating_sub(open.seen.monotonic);
        let wall = now.wall.saturating_sub(open.seen.wall);
        let slept = wall.saturating_sub(awake) > SLEPT_AFTER || awake > FROZEN_AFTER;
        (self.policy.on_suspend && slept).then_some(Reason::Suspend)
    }
}

/// From `then` to `now` by the clock that advanced further: the monotonic one may have stood still, the wall
/// clock may have been set back.
fn since(then: Now, now: Now) -> Duration {
    let monotonic = now.monotonic.saturating_sub(then.monotonic);
    monotonic.max(now.wall.saturating_sub(then.wall))
}

#[cfg(test)]
mod tests;
