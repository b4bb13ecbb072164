//! What holds for every sequence of events and every behaviour of the clocks.

use std::time::Duration;

use deskfob_lock::{Asker, Event, Machine, Now, Policy, Reason, TICK};
use proptest::collection::vec;
use proptest::prelude::*;

fn policy() -> impl Strategy<Value = Policy> {
    let idle = proptest::option::of((1_u64..4000).prop_map(Duration::from_secs));
    (idle, any::<bool>(), any::<bool>()).prop_map(|(idle, on_suspend, on_screen_lock)| Policy {
        idle,
        on_suspend,
        on_screen_lock,
    })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => Just(Event::Unlocked),
        1 => Just(Event::Locked),
        4 => Just(Event::Activity),
        8 => Just(Event::Tick),
        1 => Just(Event::Suspending),
        1 => Just(Event::ScreenLocked),
        1 => Just(Event::Asked(Asker::Person)),
        1 => Just(Event::Asked(Asker::OtherProgram)),
        2 => policy().prop_map(Event::PolicyChanged),
    ]
}

/// How far each clock goes to the next event, ms. The wall clock is set now and then.
fn step() -> impl Strategy<Value = (u64, i64)> {
    prop_oneof![
        (0_u64..2_000).prop_map(|ms| (ms, ms.cast_signed())),
        (0_u64..2_000_000).prop_map(|ms| (ms, ms.cast_signed())),
        (0_u64..2_000, 0_i64..40_000_000),
        (0_u64..2_000, -40_000_000_i64..0),
    ]
}

fn any_clocks() -> impl Strategy<Value = Now> {
    (any::<Duration>(), any::<Duration>()).prop_map(|(monotonic, wall)| Now { monotonic, wall })
}

fn advance(now: Now, (monotonic, wall): (u64, i64)) -> Now {
    let by = Duration::from_millis(wall.unsigned_abs());
    Now {
        monotonic: now.monotonic + Duration::from_millis(monotonic),
        wall: if wall < 0 {
            now.wall.saturating_sub(by)
        } else {
            now.wall + by
        },
    }
}

const START: Now = Now {
    monotonic: Duration::from_secs(1000),
    wall: Duration::from_secs(1_700_000_000),
};

fn between(then: Now, now: Now) -> Duration {
    let wall = now.wall.saturating_sub(then.wall);
    wall.max(now.monotonic.saturating_sub(then.monotonic))
}

proptest! {
    /// What a plain reading of the rules says, beside what the machine does.
    #[test]
    fn no_event_leaves_open_what_has_been_idle_too_long(
        first in policy(),
        events in vec((event(), step()), 1..80),
    ) {
        let mut machine = Machine::new(first);
        let (mut policy, mut now, mut active) = (first, START, None::<Now>);
        for (event, step) in events {
            now = advance(now, step);
            let reason = machine.handle(event, now);
            match event {
                Event::Unlocked => active = Some(now),
                Event::Locked => active = None,
                _ => {}
            }
            let over = |policy: Policy| {
                active.zip(policy.idle).is_some_and(|(active, idle)| between(active, now) >= idle)
            };
            if over(policy) {
                prop_assert!(reason.is_some(), "{event:?} found it idle for too long");
            }
            if let Event::PolicyChanged(new) = event {
                policy = new;
                prop_assert!(reason.is_some() || !over(policy), "the new time is over");
            }
            if active.is_none() {
                prop_assert_eq!(reason, None, "nothing locks a locked vault: {:?}", event);
            }
            if event == Event::Suspending && policy.on_suspend && active.is_some() {
                prop_assert_eq!(reason, Some(Reason::Suspend));
            }
            if event == Event::ScreenLocked && policy.on_screen_lock && active.is_some() {
                prop_assert_eq!(reason, Some(Reason::ScreenLock));
            }
            if matches!(event, Event::Asked(_)) && active.is_some() {
                prop_assert!(reason.is_some(), "whoever asks is heard");
            }
            if reason.is_some() {
                active = None;
            } else if event == Event::Activity && active.is_some() {
                active = Some(now);
            }
            prop_assert_eq!(
                machine.next_tick(now).is_some(),
                active.is_some() && (policy.idle.is_some() || policy.on_suspend),
                "it is watched exactly while time can lock it"
            );
        }
    }

    /// Ticks come when they are asked for: the vault is locked at most one tick after the idle time, whatever
    /// else happens but activity, and however the wall clock is set.
    #[test]
    fn it_is_locked_one_tick_after_the_idle_time_at_the_latest(
        idle in 1_u64..200,
        late in vec(0_u64..=1000, 1..20),
        set in vec(prop_oneof![8 => Just(0_i64), 1 => -10_000_000_i64..9_000], 1..20),
    ) {
        let idle = Duration::from_secs(idle);
        let mut machine = Machine::new(Policy { idle: Some(idle), on_suspend: false, on_screen_lock: true });
        let mut now = START;
        machine.handle(Event::Unlocked, now);
        for (late, set) in late.iter().cycle().zip(set.iter().cycle()) {
            let Some(due) = machine.next_tick(now) else { break };
            prop_assert!(due <= TICK, "ticks are not further apart");
            let wait = due + Duration::from_millis(*late);
            let ms = u64::try_from(wait.as_micros().div_ceil(1000)).unwrap();
            now = advance(now, (ms, ms.cast_signed() + set));
            let before = machine.handle(Event::Tick, now);
            let open = now.monotonic - START.monotonic;
            if before.is_some() {
                break;
            }
            prop_assert!(open < idle, "still open after {open:?}");
        }
        let open = now.monotonic - START.monotonic;
        prop_assert!(open <= idle + Duration::from_millis(1001), "locked after {open:?} of {idle:?}");
    }

    /// A wall clock that only ever goes backwards counts for nothing.
    #[test]
    fn a_clock_set_back_changes_nothing(
        policy in policy(),
        steps in vec((event(), 0_u64..5_000, -40_000_000_i64..0), 1..60),
    ) {
        let (mut steady, mut set) = (Machine::new(policy), Machine::new(policy));
        let (mut now, mut back) = (START, START);
        for (event, monotonic, wall) in steps {
            now = advance(now, (monotonic, 0));
            back = advance(back, (monotonic, wall));
            prop_assert_eq!(steady.handle(event, now), set.handle(event, back), "{:?}", event);
            prop_assert_eq!(steady.next_tick(now), set.next_tick(back));
        }
    }

    /// Nobody asks, nothing is to be watched: it stays open.
    #[test]
    fn what_is_switched_off_never_locks(steps in vec((event(), step()), 1..60)) {
        let mut machine = Machine::new(Policy { idle: None, on_suspend: false, on_screen_lock: false });
        let mut now = START;
        machine.handle(Event::Unlocked, now);
        for (event, step) in steps {
            now = advance(now, step);
            if !matches!(event, Event::Asked(_) | Event::PolicyChanged(_)) {
                prop_assert_eq!(machine.handle(event, now), None, "{:?}", event);
            }
        }
    }

    /// Any clocks at all, backwards too: no panic, and a lock is told once.
    #[test]
    fn no_clock_makes_it_panic_or_tell_twice(
        policy in policy(),
        events in vec((event(), any_clocks()), 1..60),
    ) {
        let mut machine = Machine::new(policy);
        let mut open = false;
        for (event, now) in events {
            let reason = machine.handle(event, now);
            prop_assert!(open || reason.is_none(), "{event:?} locked what is locked");
            match event {
                Event::Unlocked => open = true,
                Event::Locked => open = false,
                _ => open &= reason.is_none(),
            }
            let _ = machine.next_tick(now);
        }
    }
}
