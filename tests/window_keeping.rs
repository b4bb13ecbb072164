//! Keeping the vault in the real window: an entry's own words, a recovery kit, a backup, and the kit that opens it.
//!
//! Needs a display, a session bus and tauri-driver, which `cargo xtask test` sets up; hence ignored elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use support::newcomer::{PASSWORD, create_vault};
use support::secrets;
use support::window::{Desktop, clipboard};

const LINK: &str = "otpauth://totp/Upsun:alice?secret=GEZDGNBVGY3TQOJQ&issuer=Upsun";

/// A copied code is cleared after 30 s without a lock.
const CLEARED_AT_ONCE: Duration = Duration::from_secs(10);

fn step(text: &str) {
    println!("· {text}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and tauri-driver; `cargo xtask test` runs it"]
async fn keeping_the_vault() {
    let mut desktop = Desktop::new();
    let mut window = desktop.open().await;
    window.find("create-password").await;
    create_vault(&window).await;
    window.find("codes-empty").await;
    window.click("add-open").await;
    window.click("add-link").await;
    window.enter("link-text", LINK).await;
    window.click("link-submit").await;
    window.click("review-save").await;
    window.find("code-row").await;

    step("an entry gets notes, tags and a favourite's place");
    window.click("code-more").await;
    window.click("code-edit").await;
    window.enter("edit-notes", "the owner's account").await;
    window.enter("edit-tag-input", "work\u{e007}").await;
    desktop.shot(&window, "keeping-edit").await;
    window.click("edit-save").await;
    window.gone("edit-dialog").await;
    window.click("code-more").await;
    window.click("code-favourite").await;
    window.says("work").await;
    desktop.shot(&window, "keeping-codes").await;

    step("a recovery kit is made, and its words are shown once");
    window.click("nav-settings").await;
    window.click("make-kit").await;
    window.enter("confirm-password", PASSWORD).await;
    window.click("kit-make").await;
    window.find("kit-words").await;
    assert_eq!(window.count("kit-word").await, 12, "twelve words");
    desktop.shot(&window, "keeping-kit").await;
    let words = window
        .script("return [...document.querySelectorAll('[data-testid=\"kit-word\"]')].map((word) => word.innerText.match(/[a-z]+/)[0]).join(' ')")
        .await;
    let words = words.as_str().unwrap().to_owned();
    secrets::remember([words.as_str()]);
    window.click("kit-safe").await;
    window.click("kit-done").await;
    window.gone("kit-dialog").await;

    step("a backup is made by hand and looked into");
    window.click("backup-now").await;
    window.find("backup").await;
    window.click("backup-restore").await;
    window.find("difference").await;
    desktop.shot(&window, "keeping-backup").await;
    window.keys("\u{e00c}").await;
    window.gone("restore-dialog").await;

    step("the vault is checked");
    window.click("check-vault").await;
    window.find("finding").await;
    desktop.shot(&window, "keeping-check").await;
    window.click("check-done").await;

    step("a terminal locks it, and the code that was copied goes with it");
    window.click("nav-codes").await;
    window.click("code-main").await;
    window.find("code-copied").await;
    let code = clipboard();
    assert_eq!(code.len(), 6, "a code is copied");
    let page = window.processes().page();
    let fob = Path::new(env!("CARGO_BIN_EXE_deskfob")).with_file_name("fob");
    let mut lock = Command::new(fob);
    lock.args(["vault", "lock", "--home"]).arg(desktop.home());
    assert!(
        lock.status().unwrap().success(),
        "every program has locked it"
    );
    let locked = Instant::now();
    while clipboard() == code {
        // Long before it would be cleared anyway.
        assert!(locked.elapsed() < CLEARED_AT_ONCE, "the code stays behind");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    window.rejoin(page).await;
    window.find("unlock-password").await;
    desktop.shot(&window, "keeping-locked-by-fob").await;

    step("the kit opens the vault");
    window.click("unlock-kit").await;
    window.enter("kit-text", &words).await;
    desktop.shot(&window, "keeping-kit-unlock").await;
    window.click("kit-unlock").await;
    window.find("code-row").await;
    window.says("work").await;
    window.click("nav-settings").await;
    window.find("history-record").await;
    window
        .script("document.querySelector('[data-testid=\"history\"]').scrollIntoView()")
        .await;
    desktop.shot(&window, "keeping-history").await;
    window.close().await;
}
