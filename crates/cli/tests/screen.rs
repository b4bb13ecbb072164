//! Scanning the screen and the clipboard, on a display and a bus of the test's own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "../../../tests/support/bus.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with other tests")]
mod bus;
#[path = "../../../tests/support/display.rs"]
#[allow(unreachable_pub, reason = "shared with other tests")]
mod display;
#[path = "../../../tests/support/portal.rs"]
#[allow(unreachable_pub, reason = "shared with other tests")]
mod portal;
mod support;

use bus::TestBus;
use display::TestDisplay;
use portal::PortalAnswer;
use serde_json::{Value, json};
use support::{Fob, Ran, qr_picture};

const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn link(account: &str) -> String {
    format!("otpauth://totp/Acme:{account}?secret={KEY}&issuer=Acme")
}

fn accounts(ran: &Ran) -> Vec<String> {
    let seen = ran.json();
    let payloads = seen["payloads"].as_array().expect("payloads").iter();
    payloads
        .map(|payload| payload["account"].as_str().expect("text").to_owned())
        .collect()
}

#[track_caller]
fn refused(fob: &Fob, session: &[(&str, &str)], source: &str, code: &str) -> String {
    let ran = fob
        .in_session(session, &["scan", source, "--json"], "")
        .ends(1);
    let seen = ran.json();
    assert_eq!(seen["error"]["code"], code, "{seen}");
    assert_eq!(seen["file"], source.trim_start_matches('-'));
    assert!(
        seen["error"]["hint"].is_string() || code == "not_an_enrolment",
        "what to do: {seen}"
    );
    seen["error"]["message"].as_str().expect("text").to_owned()
}

#[test]
fn codes_anywhere_on_the_desktop_are_read_and_added() {
    let display = TestDisplay::start("1600x600x24");
    let session = [("DISPLAY", display.name())];
    let fob = Fob::with_vault();
    refused(&fob, &session, "--screen", "no_code_found");

    display.show_code(&link("left"), 4, (500, 300));
    display.show_code(&link("right"), 2, (1300, 40));
    let seen = fob.in_session(&session, &["scan", "--screen", "--json"], "");
    let seen = seen.ends(0);
    assert_eq!(seen.json()["file"], "screen");
    assert_eq!(seen.json()["error"], Value::Null);
    let mut found = accounts(&seen);
    found.sort();
    assert_eq!(found, ["left", "right"]);

    // Both have the same key.
    let args = [
        "scan",
        "--screen",
        "--add",
        "--keep-both",
        "--password-stdin",
    ];
    let added = fob.in_session(&session, &args, format!("{}\n", support::PASSWORD));
    added.ends(0);
    let mut listed = fob.listed();
    listed.sort();
    assert_eq!(listed, ["Acme left", "Acme right"]);
    assert!(!fob.printed().contains(KEY), "the key was not asked for");

    let raw = fob.in_session(&session, &["scan", "--screen", "--raw"], "");
    let raw = raw.ends(0).stdout;
    assert!(raw.lines().any(|line| line == link("right")), "{raw}");
}

#[test]
fn a_display_of_16_bits_is_read() {
    let display = TestDisplay::start("640x480x16");
    display.show_code(&link("ada"), 3, (11, 7));
    let session = [("DISPLAY", display.name())];
    let seen = Fob::new().in_session(&session, &["scan", "--screen", "--json"], "");
    assert_eq!(accounts(&seen.ends(0)), ["ada"]);
}

#[test]
fn without_a_desktop_the_other_ways_are_told() {
    let fob = Fob::new();
    let nowhere = [("DISPLAY", ":4099")];
    for (name, session, source, code) in [
        ("no desktop", &[][..], "--screen", "no_display"),
        ("no desktop", &[], "--clipboard", "clipboard_unavailable"),
        (
            "a display that is gone",
            &nowhere,
            "--screen",
            "display_unreadable",
        ),
        (
            "a display that is gone",
            &nowhere,
            "--clipboard",
            "clipboard_unavailable",
        ),
    ] {
        let message = refused(&fob, session, source, code);
        assert!(!message.is_empty(), "{name}");
    }
}

#[test]
fn the_clipboard_is_read_whatever_is_on_it() {
    let display = TestDisplay::start("320x240x24");
    let session = [("DISPLAY", display.name())];
    let fob = Fob::new();
    let scan = |args: &[&str]| {
        let args = [&["scan", "--clipboard"], args].concat();
        fob.in_session(&session, &args, "")
    };
    refused(&fob, &session, "--clipboard", "clipboard_empty");

    let picture = fob.file("code.png");
    qr_picture(&picture, &link("picture"));
    display.copy("image/png", &picture);
    let seen = scan(&["--json"]).ends(0);
    assert_eq!(seen.json()["file"], "clipboard");
    assert_eq!(accounts(&seen), ["picture"]);

    let text = fob.file("text");
    let copy = |content: &str| {
        std::fs::write(&text, content).expect("written");
        display.copy("UTF8_STRING", &text);
    };
    copy(&format!("  {}\n\n{}\n", link("one"), link("two")));
    assert_eq!(accounts(&scan(&["--json"]).ends(0)), ["one", "two"]);
    let raw = scan(&["--raw"]).ends(0).stdout;
    assert_eq!(raw, format!("{}\n{}\n", link("one"), link("two")));

    copy("otpauth://totp/Acme:ada?secret=QWERTY018");
    refused(&fob, &session, "--clipboard", "seed_lookalike");
    copy("a shopping list");
    let message = refused(&fob, &session, "--clipboard", "not_an_enrolment");
    assert!(!message.contains("shopping"), "{message}");
    copy(" \n\t\n");
    refused(&fob, &session, "--clipboard", "clipboard_empty");

    display.copy("application/pdf", &text);
    refused(&fob, &session, "--clipboard", "clipboard_other");
    display.copy("image/png", &text);
    refused(&fob, &session, "--clipboard", "picture_damaged");
}

#[test]
fn a_wayland_desktop_is_asked_by_a_process_of_its_own_and_its_file_is_gone() {
    let bus = TestBus::start();
    let address = bus.address();
    let session = [
        ("WAYLAND_DISPLAY", "wayland-7"),
        ("DBUS_SESSION_BUS_ADDRESS", address.as_str()),
    ];
    let fob = Fob::new();
    let picture = fob.file("Screenshot from today.png");
    qr_picture(&picture, &link("ada"));
    let portal = portal::start(&bus, PortalAnswer::Picture(picture.clone()));

    let mut command = fob.command(&["scan", "--screen", "--json"]);
    let started = command.envs(session).spawn().expect("the program starts");
    let process = started.id();
    let output = started.wait_with_output().expect("the program ends");
    let seen: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(seen["payloads"][0]["account"], "ada", "{seen}");
    assert!(!picture.exists(), "the portal's file is deleted");
    assert_ne!(
        portal.asked_by(),
        process,
        "a process that keeps others out of its memory is refused by portals"
    );

    let gone = refused(&fob, &session, "--screen", "screen_portal_failed");
    assert!(gone.contains("No such file"), "{gone}");
    std::fs::write(&picture, "no picture").expect("written");
    refused(&fob, &session, "--screen", "not_a_picture");
    assert!(!picture.exists(), "whatever it holds");
}

#[test]
fn a_wayland_desktop_that_gives_no_picture_is_told_by_its_reason() {
    let fob = Fob::new();
    let scan = |address: &str, code: &str| {
        let session = [
            ("WAYLAND_DISPLAY", "wayland-7"),
            ("DISPLAY", ":0"),
            ("DBUS_SESSION_BUS_ADDRESS", address),
        ];
        refused(&fob, &session, "--screen", code)
    };
    let absent = TestBus::absent();
    scan(&absent.address(), "screen_portal_missing");
    let bus = TestBus::start();
    scan(&bus.address(), "screen_portal_missing");
    {
        let _portal = portal::start_without_screenshots(&bus);
        scan(&bus.address(), "screen_portal_missing");
    }
    for (answer, code) in [
        (PortalAnswer::Refused, "screen_refused"),
        (PortalAnswer::Failed, "screen_portal_failed"),
        (PortalAnswer::Forbidden, "screen_portal_failed"),
    ] {
        // Each on a bus of its own: a name that was just given back may still be taken.
        let bus = TestBus::start();
        let _portal = portal::start(&bus, answer);
        scan(&bus.address(), code);
    }
}

#[test]
fn the_asking_process_knows_nothing_else() {
    let fob = Fob::new();
    let ran = fob.bare(&["--ask-portal-for-screen", "--json"], "").ends(2);
    assert!(
        ran.stdout.is_empty(),
        "an argument more, and it is a mistake"
    );
    let json = json!({}).to_string();
    let ran = fob.in_session(
        &[("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")],
        &["--ask-portal-for-screen"],
        json,
    );
    assert_eq!(ran.ends(0).stdout, "missing");
}
