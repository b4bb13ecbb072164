//! The open vault locks by itself: after idle time, before sleep, with the screen, and it hears of other programs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use deskfob_app::{Bus, Buses, system_clocks};
use serde_json::json;
use support::app::TestApp;
use support::clocks::Clocks;

const PASSWORD: &str = "a long enough password";

/// How long anything may take that is to happen.
const SOON: Duration = Duration::from_secs(15);

/// How long it is watched that something does not happen: more than one look at the clocks.
const A_WHILE: Duration = Duration::from_millis(2500);

const NO_BUSES: Buses = Buses {
    system: Bus::Absent,
    session: Bus::Absent,
};

fn state(app: &TestApp) -> String {
    let status = app.ask("vault_status", json!({}));
    status["state"].as_str().unwrap().to_owned()
}

/// The vault was locked for this reason, and nothing of it is left.
#[track_caller]
fn locked(app: &TestApp, reason: &str, why: &str) {
    let event = app
        .event("locked", SOON)
        .unwrap_or_else(|| panic!("{why}: it does not lock"));
    assert_eq!(event, json!({"kind": "locked", "reason": reason}), "{why}");
    assert_eq!(state(app), "locked", "{why}");
    let refused = app.refused("entry_list", json!({}));
    assert_eq!(refused["code"], "vault_locked", "{why}");
}

#[track_caller]
fn stays_open(app: &TestApp, why: &str) {
    let event = app.event("locked", A_WHILE);
    assert_eq!(event, None, "{why}");
    assert_eq!(state(app), "unlocked", "{why}");
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < SOON, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn with_clocks() -> (TestApp, Clocks) {
    let clocks = Clocks::new();
    let app = TestApp::start_with(NO_BUSES, clocks.reader());
    app.create_vault(PASSWORD);
    (app, clocks)
}

#[test]
fn the_person_locks() {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    app.ask("vault_lock", json!({}));
    locked(&app, "person", "the page's own command");
    app.ask("vault_lock", json!({}));
    assert_eq!(
        app.event("locked", Duration::from_millis(300)),
        None,
        "what is locked is not locked again"
    );
}

#[test]
fn idle_time_locks_and_activity_puts_it_off() {
    let (app, clocks) = with_clocks();
    // Shorter than what looks like a program that did not run.
    let step = Duration::from_secs(25);
    let limit = Duration::from_secs(60);
    app.ask("settings_set", json!({"change": {"idleMinutes": 1}}));
    for _ in 0..10 {
        clocks.pass(step);
        app.ask("activity", json!({}));
        until("the activity is heard", || clocks.are_seen());
    }
    assert_eq!(
        state(&app),
        "unlocked",
        "more than the idle time, but never idle"
    );
    let mut idle = Duration::ZERO;
    while state(&app) == "unlocked" {
        assert!(idle < limit + step, "open after {idle:?} without activity");
        clocks.pass(step);
        idle += step;
        until("a look at the clocks", || clocks.are_seen());
    }
    assert!(idle >= limit, "locked after only {idle:?}");
    locked(&app, "idle", "nothing was done");
    app.ask("vault_unlock", json!({"password": PASSWORD}));
    stays_open(&app, "opening begins anew");
}

#[test]
fn a_machine_that_slept_is_seen_by_the_clocks() {
    let (app, clocks) = with_clocks();
    clocks.sleep(Duration::from_secs(8));
    stays_open(&app, "the clock was set right");
    clocks.sleep(Duration::from_secs(60));
    locked(&app, "suspend", "a minute is missing");
    app.ask("vault_unlock", json!({"password": PASSWORD}));
    clocks.sleep(Duration::from_secs(3600));
    // Whichever of both is seen first: waking up is not an activity that saves the vault.
    let _ = app.invoke("activity", json!({}));
    locked(&app, "suspend", "an hour is missing");
}

#[test]
fn a_vault_counts_as_open_since_it_was_opened() {
    let (app, clocks) = with_clocks();
    app.ask("vault_lock", json!({}));
    locked(&app, "person", "first");
    // The task hears late that the vault is open: the machine slept in between.
    clocks.hold_watcher();
    app.ask("vault_unlock", json!({"password": PASSWORD}));
    clocks.sleep(Duration::from_secs(3600));
    clocks.release_watcher();
    locked(&app, "suspend", "an hour is missing");
}

#[test]
fn what_another_program_writes_is_told() {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    for (name, secret) in [
        ("first", "QWERTYUIOPASDFGH"),
        ("second", "ASDFGHJKLQWERTYU"),
    ] {
        let uri = format!("otpauth://totp/{name}:ada?secret={secret}");
        fob_add(&app.home.path().join("vault"), &uri);
        assert!(
            app.event("entries_changed", SOON).is_some(),
            "{name}: the list is told"
        );
        assert!(
            app.event("accounts_changed", SOON).is_some(),
            "{name}: and the accounts"
        );
        let list = app.ask("entry_list", json!({})).to_string();
        assert!(list.contains(name), "{list}");
    }
    let drafts = app.ask(
        "draft_from_text",
        json!({"text": "otpauth://totp/Own:ada?secret=QWERTYUIOP"}),
    );
    let own = json!({"drafts": [{"id": drafts["drafts"][0]["id"], "issuer": "Own", "account": "ada", "tags": [], "duplicate": "ask"}]});
    app.ask("draft_save", own);
    assert_eq!(
        app.event("accounts_changed", A_WHILE),
        None,
        "its own writes are not another's"
    );
}

/// The real `fob`, as a process of its own.
fn fob_add(home: &Path, uri: &str) {
    let programs = Path::new(env!("CARGO_BIN_EXE_deskfob")).parent().unwrap();
    let mut fob = Command::new(programs.join("fob"))
        .arg("--home")
        .arg(home)
        .args(["--password-stdin", "add", "--uri-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("no fob ({error}): cargo build -p deskfob-cli"));
    let input = format!("{PASSWORD}\n{uri}\n");
    fob.stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    assert!(fob.wait().unwrap().success(), "fob adds an entry");
}

#[test]
fn a_desktop_without_buses_is_no_trouble() {
    let nowhere = Bus::At("unix:path=/nonexistent/bus".into());
    let odd = Bus::At("not an address".into());
    let app = TestApp::start_with(
        Buses {
            system: nowhere,
            session: odd,
        },
        system_clocks(),
    );
    app.create_vault(PASSWORD);
    stays_open(&app, "nothing is heard");
    assert!(!deskfob_app::screen_lock_supported(app.app.handle()));
}

#[cfg(target_os = "linux")]
mod signals {
    use std::io::Read;
    use std::os::unix::fs::MetadataExt;

    use super::*;
    use support::bus::{OTHER_SESSION, OWN_SESSION, TestBus};

    const SCREENSAVERS: [(&str, &str); 5] = [
        (
            "org.freedesktop.ScreenSaver",
            "/org/freedesktop/ScreenSaver",
        ),
        ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
        ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"),
        ("org.mate.ScreenSaver", "/org/mate/ScreenSaver"),
        ("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"),
    ];

    fn on(system: Option<&TestBus>, session: Option<&TestBus>) -> TestApp {
        let at = |bus: Option<&TestBus>| bus.map_or(Bus::Absent, |bus| Bus::At(bus.address()));
        let buses = Buses {
            system: at(system),
            session: at(session),
        };
        let app = TestApp::start_with(buses, system_clocks());
        app.create_vault(PASSWORD);
        app
    }

    fn supported(app: &TestApp) -> bool {
        deskfob_app::screen_lock_supported(app.app.handle())
    }

    fn own_user() -> u32 {
        std::fs::metadata("/proc/self").unwrap().uid()
    }

    fn unlock(app: &TestApp) {
        app.ask("vault_unlock", json!({"password": PASSWORD}));
    }

    #[test]
    fn the_machine_sleeps_only_when_the_vault_is_locked() {
        let bus = TestBus::start();
        let logind = bus.logind(own_user());
        let app = on(Some(&bus), None);
        for round in ["first", "second"] {
            let mut delay = logind.delay();
            assert_eq!(delay.asked, ["sleep", "Deskfob", "delay"], "{round}");
            assert_eq!(state(&app), "unlocked", "{round}");
            logind.prepare_for_sleep(true);
            let read = delay.held.read(&mut [0]).unwrap();
            assert_eq!(read, 0, "{round}: let go");
            assert_eq!(
                state(&app),
                "locked",
                "{round}: and not before it was locked"
            );
            locked(&app, "suspend", round);
            unlock(&app);
            logind.prepare_for_sleep(false);
        }
        let mut delay = logind.delay();
        app.ask("vault_lock", json!({}));
        logind.prepare_for_sleep(true);
        let read = delay.held.read(&mut [0]).unwrap();
        assert_eq!(read, 0, "nothing is held up when it is locked already");
    }

    #[test]
    fn a_locked_session_locks_the_vault_of_its_person() {
        let bus = TestBus::start();
        let logind = bus.logind(own_user());
        let app = on(Some(&bus), None);
        until("logind is heard", || supported(&app));
        logind.lock_session(OTHER_SESSION);
        stays_open(&app, "somebody else went away");
        logind.lock_session(OWN_SESSION);
        locked(&app, "screen_lock", "the person's session");
    }

    #[test]
    fn a_vault_that_is_just_being_opened_does_not_open_behind_a_locked_screen() {
        let bus = TestBus::start();
        let logind = bus.logind(own_user());
        let app = on(Some(&bus), None);
        until("logind is heard", || supported(&app));
        app.ask("vault_lock", json!({}));
        locked(&app, "person", "first");
        // Deriving the key takes about half a second.
        let opening = app.ask_meanwhile("vault_unlock", json!({"password": PASSWORD}));
        while !opening.is_finished() {
            logind.lock_session(OWN_SESSION);
            std::thread::sleep(Duration::from_millis(50));
        }
        let refused = opening.join().unwrap().unwrap_err();
        assert_eq!(refused["code"], "vault_locked", "{refused}");
        assert_eq!(state(&app), "locked");
        // The last signals may still be on their way.
        std::thread::sleep(Duration::from_secs(1));
        unlock(&app);
        stays_open(&app, "the next opening is a new one");
    }

    #[test]
    fn each_desktops_screensaver_locks() {
        let bus = TestBus::start();
        let app = on(None, Some(&bus));
        for (name, path) in SCREENSAVERS {
            assert!(!supported(&app), "nobody tells of locked screens");
            let screensaver = bus.somebody(&[name]);
            until(name, || supported(&app));
            screensaver.signal(None, path, name, "ActiveChanged", &(false,));
            screensaver.signal(None, path, name, "ActiveChanged", &("yes",));
            screensaver.signal(None, path, name, "ActiveChanged", &(true,));
            locked(&app, "screen_lock", name);
            unlock(&app);
            drop(screensaver);
            until(name, || !supported(&app));
        }
        assert_eq!(app.event("locked", Duration::ZERO), None, "once each");
    }

    #[test]
    fn nobody_else_can_play_the_screensaver() {
        let bus = TestBus::start();
        let (name, path) = SCREENSAVERS[0];
        let _real = bus.somebody(&[name]);
        let app = on(None, Some(&bus));
        until("the screensaver is heard", || supported(&app));
        let impostor = bus.somebody(&[SCREENSAVERS[1].0]);
        impostor.signal(None, path, name, "ActiveChanged", &(true,));
        for other in impostor.others() {
            impostor.signal(Some(&other), path, name, "ActiveChanged", &(true,));
        }
        stays_open(&app, "the sender does not own the name");
    }

    #[test]
    fn a_bus_that_comes_late_goes_and_comes_back_is_heard() {
        let (name, path) = SCREENSAVERS[1];
        let bus = TestBus::absent();
        let app = on(None, Some(&bus));
        for time in ["late", "back"] {
            assert!(!supported(&app), "{time}: not there");
            bus.come();
            let screensaver = bus.somebody(&[name]);
            until("it is heard", || supported(&app));
            screensaver.signal(None, path, name, "ActiveChanged", &(true,));
            locked(&app, "screen_lock", time);
            unlock(&app);
            drop(screensaver);
            bus.go();
            until("it is gone", || !supported(&app));
        }
    }
}
