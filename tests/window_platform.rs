//! Another platform than the embedded one, told by hand, in the real window; and the platforms' own command line, which
//! others wrote, started from the account's card.
//!
//! Needs a display, a session bus and tauri-driver, which `cargo xtask test` sets up; hence ignored elsewhere.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use deskfob_sandbox::Config;
use reqwest::header::LOCATION;
use ssh_key::Certificate;
use support::newcomer::{ADA, PASSWORD, create_vault, early_in_a_period, protect, sign_in};
use support::secrets;
use support::window::{Desktop, Window};

/// The extension of a certificate whose session has MFA.
const HAS_MFA: &str = "has-mfa@platform.sh";

fn step(text: &str) {
    println!("· {text}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and tauri-driver; `cargo xtask test` runs it"]
async fn another_platform_and_its_command_line() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let state = tempfile::tempdir().unwrap();
    let platform = deskfob_sandbox::start(Config {
        state: Some(state.path().join("state")),
        ..Config::default()
    });
    let platform = platform.await.unwrap();
    let platform = platform.url().as_str().trim_end_matches('/').to_owned();

    let mut desktop = Desktop::new();
    let person = desktop.root.path().join("person");
    let official = official(&person, &platform);
    if let Some(environment) = &official {
        desktop.environment.clone_from(environment);
    }
    let window = desktop.open().await;
    window.find("create-password").await;
    create_vault(&window).await;
    window.find("codes-empty").await;

    step("a platform that is none of the presets: the window registers itself as its client");
    window.click("empty-connect").await;
    window.click("connect-custom").await;
    window.enter("custom-name", "Our own platform").await;
    window.enter("custom-api", &platform).await;
    window.enter("custom-auth", &platform).await;
    let seen = desktop.opened_so_far().len();
    window.click("custom-submit").await;
    let url = desktop.opened_after(seen).await;
    sign_in(&url, ADA, None).await;
    window.find("account-card").await;
    window.says("Our own platform").await;
    desktop.shot(&window, "account-elsewhere").await;

    step("protected there, and a certificate of that platform");
    window.click("protect-start").await;
    let used = protect(&window, async || {}).await;
    window.click("nav-accounts").await;
    window.click("ssh-refresh").await;
    window
        .find_selected("[data-testid=\"ssh-status\"][data-state=\"valid\"]")
        .await;
    desktop.shot(&window, "certificate-elsewhere").await;

    if official.is_some() {
        step("the official command line signs in anew from the card, and its certificate has MFA");
        upsun_account(&desktop).await;
        command_line(&mut desktop, &window, &used).await;
        let certificate = kept(&person);
        assert!(certificate.extensions().contains_key(HAS_MFA));
    } else {
        println!("left out: the official command line is not installed here");
    }
    window.close().await;
    let seeds = secrets::seeds(&state.path().join("state/sandbox.json"));
    secrets::remember(seeds.iter().map(String::as_str));
    let never: Vec<_> = seeds.iter().flat_map(|seed| secrets::forms(seed)).collect();
    secrets::absent_under(desktop.root.path(), &[], &never);
}

/// An account of the platform that the command line is for, signed out. Where that is cannot be reached from here, so that
/// the vault is given it; the command line itself is told of this platform.
async fn upsun_account(desktop: &Desktop) {
    let home = deskfob_vault::Home::at(&desktop.home()).unwrap();
    let vault = deskfob_vault::Vault::unlock_with_password(&home, PASSWORD.into())
        .await
        .unwrap();
    let account = deskfob_vault::NewAccount {
        deployment: deskfob_flows::DeploymentChoice::Upsun.to_record(),
        user_id: "ada".into(),
        email: ADA.0.into(),
        display_name: "Ada Lovelace".into(),
    };
    vault.put_account(&account, 1).await.unwrap();
    vault.lock().await;
}

/// Has it sign in, and answers the pages to which its address leads.
async fn command_line(desktop: &mut Desktop, window: &Window, used: &str) {
    window.click("nav-codes").await;
    let code = later_code(window, used).await;
    window.click("nav-accounts").await;
    window.click("command-line-open").await;
    window
        .find_selected("[data-testid=\"command-line-state\"][data-state=\"none\"]")
        .await;
    desktop.shot(window, "command-line-before").await;
    let seen = desktop.opened_so_far().len();
    window.click("command-line-sign-in").await;
    let own = desktop.opened_after(seen).await;
    window.find("command-line-said").await;
    desktop.shot(window, "command-line-waiting").await;
    let led = support::http().get(&own).send().await.unwrap();
    let led = led.headers()[LOCATION].to_str().unwrap().to_owned();
    sign_in(&led, ADA, Some(&code)).await;
    window.find("command-line-done").await;
    desktop.shot(window, "command-line-done").await;
    window
        .find_selected("[data-testid=\"command-line-state\"][data-state=\"valid\"]")
        .await;
    window.click("command-line-close").await;
    window.gone("command-line").await;
}

/// A code later than `used`, good for some seconds yet.
async fn later_code(window: &Window, used: &str) -> String {
    loop {
        early_in_a_period().await;
        let now = window.attribute("code-digits", "data-code").await;
        if now != used {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// The official command line in a folder of its own on the path, of a person who used it before; and what tells it of
/// the platform. Nothing where it is not installed.
fn official(person: &Path, platform: &str) -> Option<Vec<(&'static str, PathBuf)>> {
    let program = PathBuf::from(std::env::var_os("DESKFOB_OFFICIAL_CLI")?);
    assert!(program.is_file(), "{} is not there", program.display());
    let programs = person.join("bin");
    std::fs::create_dir_all(&programs).unwrap();
    std::fs::create_dir_all(person.join(".upsun-cli")).unwrap();
    std::os::unix::fs::symlink(program, programs.join("upsun")).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let paths = std::iter::once(programs).chain(std::env::split_paths(&path));
    Some(vec![
        ("PATH", std::env::join_paths(paths).unwrap().into()),
        ("HOME", person.to_owned()),
        ("UPSUN_CLI_API_URL", platform.into()),
        ("UPSUN_CLI_AUTH_URL", platform.into()),
        ("UPSUN_CLI_API_DISABLE_CREDENTIAL_HELPERS", "1".into()),
        ("UPSUN_CLI_UPDATES_CHECK", "0".into()),
    ])
}

/// The certificate that the command line keeps.
fn kept(person: &Path) -> Certificate {
    let sessions = std::fs::read_dir(person.join(".upsun-cli/.session")).unwrap();
    let file = sessions
        .map(|session| session.unwrap().path().join("ssh/id_ed25519-cert.pub"))
        .find(|file| file.is_file())
        .expect("a certificate");
    let text = std::fs::read_to_string(file).unwrap();
    Certificate::from_openssh(text.trim()).unwrap()
}
