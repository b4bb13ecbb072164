use super::*;
use crate::Asker;

const EPOCH: u64 = 1_700_000_000;
const MINUTE: u64 = 60;

/// Both clocks `seconds` after the start.
fn at(seconds: u64) -> Now {
    clocks(seconds, EPOCH + seconds)
}

fn clocks(monotonic: u64, wall: u64) -> Now {
    Now {
        monotonic: Duration::from_secs(monotonic),
        wall: Duration::from_secs(wall),
    }
}

fn policy(idle_minutes: u64, on_suspend: bool, on_screen_lock: bool) -> Policy {
    Policy {
        idle: (idle_minutes > 0).then(|| Duration::from_secs(idle_minutes * MINUTE)),
        on_suspend,
        on_screen_lock,
    }
}

/// Opens at `at(0)`, lets `events` happen, and says which of them locked, and why.
fn run(policy: Policy, events: &[(Event, Now)]) -> Vec<(usize, Reason)> {
    let mut machine = Machine::new(policy);
    assert_eq!(machine.handle(Event::Unlocked, at(0)), None, "opening");
    events
        .iter()
        .enumerate()
        .filter_map(|(index, (event, now))| Some((index, machine.handle(*event, *now)?)))
        .collect()
}

#[test]
fn each_event_locks_when_the_policy_says_so() {
    use Event::*;
    let all = policy(15, true, true);
    let none = policy(0, false, false);
    let person = Asked(Asker::Person);
    let other = Asked(Asker::OtherProgram);
    for (name, policy, event, reason) in [
        ("the person", none, person, Some(Reason::Person)),
        ("another program", none, other, Some(Reason::OtherProgram)),
        ("suspension", all, Suspending, Some(Reason::Suspend)),
        ("suspension, not wanted", none, Suspending, None),
        ("screen lock", all, ScreenLocked, Some(Reason::ScreenLock)),
        ("screen lock, not wanted", none, ScreenLocked, None),
        ("activity", all, Activity, None),
        ("a tick", all, Tick, None),
        ("another policy", all, PolicyChanged(none), None),
    ] {
        let expected: Vec<_> = reason.into_iter().map(|reason| (0, reason)).collect();
        assert_eq!(run(policy, &[(event, at(5))]), expected, "{name}");
    }
}

/// What it is, what happens, and which of that locks, and why.
type Case<'e> = (&'e str, &'e [(Event, Now)], Vec<(usize, Reason)>);

#[test]
fn idle_time_counts_from_the_last_activity_by_the_faster_clock() {
    use Event::*;
    let idle = policy(1, false, false);
    let locked_second = vec![(1, Reason::Idle)];
    let cases: &[Case] = &[
        ("not yet", &[(Tick, at(59))], vec![]),
        ("just over", &[(Tick, at(60))], vec![(0, Reason::Idle)]),
        (
            "activity starts it anew",
            &[(Activity, at(59)), (Tick, at(118)), (Tick, at(119))],
            vec![(2, Reason::Idle)],
        ),
        (
            "other events do not",
            &[(ScreenLocked, at(59)), (Tick, at(60))],
            locked_second.clone(),
        ),
        (
            "activity that comes after its end is too late",
            &[(Activity, at(60))],
            vec![(0, Reason::Idle)],
        ),
        (
            "the monotonic clock stood still",
            &[(Tick, clocks(1, EPOCH + 60))],
            vec![(0, Reason::Idle)],
        ),
        (
            "a wall clock set back an hour does not lengthen it",
            &[
                (Tick, clocks(30, EPOCH - 3600)),
                (Tick, clocks(60, EPOCH - 3570)),
            ],
            locked_second.clone(),
        ),
        (
            "nor shorten it",
            &[
                (Tick, clocks(30, EPOCH - 3600)),
                (Tick, clocks(59, EPOCH - 3571)),
            ],
            vec![],
        ),
        (
            "both clocks at zero",
            &[(Tick, clocks(0, 0)), (Tick, clocks(60, 0))],
            locked_second,
        ),
        (
            "told once",
            &[
                (Tick, at(60)),
                (Tick, at(61)),
                (Activity, at(62)),
                (Tick, at(500)),
            ],
            vec![(0, Reason::Idle)],
        ),
    ];
    for (name, events, expected) in cases {
        assert_eq!(&run(idle, events), expected, "{name}");
    }
}

#[test]
fn sleep_shows_in_the_clocks_where_no_notice_comes() {
    use Event::*;
    let on = policy(0, true, false);
    let off = policy(0, false, false);
    let slept = [(0, Reason::Suspend)];
    for (name, policy, event, now, expected) in [
        ("an hour", on, Tick, clocks(1, EPOCH + 3600), &slept[..]),
        (
            "just over ten seconds",
            on,
            Tick,
            clocks(1, EPOCH + 12),
            &slept[..],
        ),
        (
            "a clock corrected by ten",
            on,
            Tick,
            clocks(1, EPOCH + 11),
            &[],
        ),
        (
            "seen by activity first",
            on,
            Activity,
            clocks(1, EPOCH + 3600),
            &slept[..],
        ),
        ("both clocks ran on", on, Tick, at(31), &slept[..]),
        ("a slow machine", on, Tick, at(30), &[]),
        ("not wanted", off, Tick, clocks(1, EPOCH + 3600), &[]),
        ("not wanted, frozen", off, Tick, at(3600), &[]),
        ("set back", on, Tick, clocks(1, EPOCH - 3600), &[]),
    ] {
        assert_eq!(run(policy, &[(event, now)]), expected, "{name}");
    }
}

#[test]
fn a_new_policy_holds_at_once_and_forgives_nothing() {
    use Event::PolicyChanged;
    for (name, before, after, expected) in [
        (
            "a shorter time that is over",
            policy(60, false, false),
            policy(1, false, false),
            vec![(0, Reason::Idle)],
        ),
        (
            "a longer one when the old is over",
            policy(1, false, false),
            policy(60, false, false),
            vec![(0, Reason::Idle)],
        ),
        (
            "off when the old is over",
            policy(1, false, false),
            policy(0, false, false),
            vec![(0, Reason::Idle)],
        ),
        (
            "a longer one in time",
            policy(5, false, false),
            policy(60, false, false),
            vec![],
        ),
    ] {
        let events = [(PolicyChanged(after), at(2 * MINUTE))];
        assert_eq!(run(before, &events), expected, "{name}");
    }
}

#[test]
fn a_locked_vault_is_left_alone_and_an_opened_one_watched_anew() {
    let mut machine = Machine::new(policy(1, true, true));
    for event in [
        Event::Tick,
        Event::Activity,
        Event::Suspending,
        Event::ScreenLocked,
        Event::Asked(Asker::Person),
        Event::Locked,
    ] {
        assert_eq!(
            machine.handle(event, at(5)),
            None,
            "{event:?} before opening"
        );
    }
    assert_eq!(machine.next_tick(at(5)), None, "nothing to wait for");
    machine.handle(Event::Unlocked, at(10));
    machine.handle(Event::Locked, at(20));
    assert_eq!(
        machine.handle(Event::Tick, at(600)),
        None,
        "locked elsewhere"
    );
    machine.handle(Event::Unlocked, at(700));
    assert_eq!(
        machine.handle(Event::Tick, at(701)),
        None,
        "the old time is gone"
    );
    assert_eq!(
        machine.handle(Event::Tick, at(760)),
        Some(Reason::Suspend),
        "59 s without a tick"
    );
}

#[test]
fn a_tick_is_asked_for_while_time_can_lock() {
    let second = Some(TICK);
    for (name, policy, now, expected) in [
        ("idle, far away", policy(1, false, false), at(5), second),
        (
            "idle, in half a second",
            policy(1, false, false),
            Now {
                monotonic: Duration::from_millis(59_500),
                ..at(0)
            },
            Some(Duration::from_millis(500)),
        ),
        (
            "idle, over",
            policy(1, false, false),
            at(90),
            Some(Duration::ZERO),
        ),
        ("only suspension", policy(0, true, false), at(5), second),
        ("only the screen", policy(0, false, true), at(5), None),
        ("nothing", policy(0, false, false), at(5), None),
    ] {
        let mut machine = Machine::new(policy);
        machine.handle(Event::Unlocked, at(0));
        assert_eq!(machine.next_tick(now), expected, "{name}");
    }
}
