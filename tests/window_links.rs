//! Links that the system hands to the real window: with its start, from a second process, while the vault is locked.
//!
//! Needs a display, a session bus and tauri-driver, which `cargo xtask test` sets up; hence ignored elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use support::newcomer::{PASSWORD, create_vault};
use support::pictures;
use support::window::Desktop;
use support::{secrets, window};

const OLD_KEY: &str = "KRUGKIDPNRSCA23FPEQQ";
const NEW_KEY: &str = "ORUGKIDOMV3SA23FPEQQ";
const LATE_KEY: &str = "NRQXIZJANNSXSIJBEEQQ";
const DESKTOP_KEY: &str = "MRSXG23UN5YCA23FPEQQ";

fn step(text: &str) {
    println!("· {text}");
}

fn link(issuer: &str, key: &str) -> String {
    format!("otpauth://totp/{issuer}:alice?secret={key}&issuer={issuer}")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and tauri-driver; `cargo xtask test` runs it"]
async fn links_are_reviewed_before_they_are_kept() {
    secrets::remember([OLD_KEY, NEW_KEY, LATE_KEY, DESKTOP_KEY]);
    let mut desktop = Desktop::new();

    step("a link starts the program: it waits for a vault, and other programs do not see it");
    desktop.arguments = vec![link("Example", OLD_KEY)];
    let mut window = desktop.open().await;
    window.find("create-password").await;
    let program = window.processes().app();
    let line = std::fs::read_to_string(format!("/proc/{program}/cmdline")).unwrap();
    assert!(
        !line.contains("otpauth"),
        "the link is out of sight: {line}"
    );
    create_vault(&window).await;
    window.find("review-code").await;
    window
        .says("Time-based: 6 digits, every 30 seconds, SHA-1")
        .await;
    assert!(!window.is_there("code-row").await, "nothing is kept yet");
    desktop.shot(&window, "link-review").await;
    window.enter("edit-tag-input", "work\u{e007}").await;
    window.click("review-save").await;
    window.find("code-row").await;

    step("a second process hands over the same account with another key: replaced");
    desktop.open_link(&link("Example", NEW_KEY));
    window.find("review-duplicate").await;
    window
        .says("You already have Example · alice, with another key.")
        .await;
    window.click("duplicate-replace").await;
    desktop.shot(&window, "link-replace").await;
    window.click("review-save").await;
    window.find("code-row").await;
    assert_eq!(window.count("code-row").await, 1, "replaced, not added");
    window.says("The old key is in the trash").await;
    window.says("work").await;
    let shown = window.find("code-digits").await;
    let shown = shown.attr("data-code").await.unwrap().unwrap();
    let judged = pictures::oathtool(NEW_KEY);
    assert!(
        judged.contains(&shown),
        "the new key's code: {shown} {judged:?}"
    );
    window.click("notice-action").await;
    window.find("trash-restore").await;
    desktop.shot(&window, "link-old-key").await;

    step("a link that comes while the vault is locked waits");
    window.lock().await;
    window.find("unlock-password").await;
    desktop.open_link(&link("Later", LATE_KEY));
    window.find("link-waits").await;
    desktop.shot(&window, "link-waits").await;
    assert!(
        !window.page().await.contains("Later"),
        "it says nothing of what it is"
    );
    window.enter("unlock-password", PASSWORD).await;
    window.click("unlock-submit").await;
    window.find("review-code").await;
    window.says("Later").await;
    window.click("review-discard").await;

    step("the switch in the settings has the desktop itself open links here");
    window.click("nav-settings").await;
    window.click("open-links").await;
    window::until_some("the desktop knows the program", async || {
        (desktop.opener("otpauth") == "deskfob-handler.desktop").then_some(())
    })
    .await;
    assert!(window.is_ticked("open-links").await);
    desktop.open_link_as_desktops_do(&link("Desktop", DESKTOP_KEY));
    window.find("review-code").await;
    window.says("Desktop").await;
    desktop.shot(&window, "link-of-the-desktop").await;
    window.click("review-discard").await;
    window.close().await;

    let log = std::fs::read_to_string(desktop.log()).unwrap();
    for key in [OLD_KEY, NEW_KEY, LATE_KEY, DESKTOP_KEY] {
        assert!(!log.contains(key), "a key is in the log");
    }
}
