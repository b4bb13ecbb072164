//! What the black-box tests share.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "each test uses some of it"
)]

pub mod app;
pub mod browser;
pub mod browser_window;
#[cfg(target_os = "linux")]
pub mod bus;
pub mod clocks;
#[path = "../../crates/sandbox/tests/sandbox/support/mail_server.rs"]
pub mod mail_server;
pub mod newcomer;
#[cfg(unix)]
pub mod page;
pub mod pictures;
pub mod processes;
#[path = "../../crates/sandbox/tests/sandbox/support/browser.rs"]
pub mod sandbox_browser;
pub mod secrets;
pub mod vault_key;
pub mod window;

/// One HTTP client: plain, and it follows nothing by itself.
pub fn http() -> reqwest::Client {
    // Another test of the process may have chosen it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

/// The commands that permissions are made of: the names between quotes in build.rs.
pub fn commands() -> Vec<String> {
    let build = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src-tauri/build.rs"));
    let build = build.unwrap();
    let list = build.split("COMMANDS: &[&str] = &[").nth(1).unwrap();
    let list = list.split("];").next().unwrap();
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
