//! What the tests use: a browser that follows forms, and an API client.

mod api;
mod browser;
mod mail_server;
mod oauth;

pub(crate) use api::Api;
pub(crate) use browser::{Browser, Landing, Page};
use deskfob_sandbox::{Config, Running, start};
pub(crate) use mail_server::{MailServer, unused_port};
pub(crate) use oauth::{SignIn, claims};
use totp_rs::{Builder, Secret};

pub(crate) const ADA: (&str, &str) = ("ada@acme.example", "correct horse battery");
pub(crate) const ALAN: (&str, &str) = ("alan@acme.example", "halting problem");

pub(crate) async fn sandbox() -> Running {
    start(Config::default()).await.unwrap()
}

/// One HTTP client: plain, and it follows nothing by itself.
pub(crate) fn http() -> reqwest::Client {
    static PROVIDER: std::sync::Once = std::sync::Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

/// The code of a Base32 key, `steps` time steps from now.
pub(crate) fn code(key: &str, steps: i64) -> String {
    let bytes: [u8; 20] = data_encoding::BASE32_NOPAD
        .decode(key.as_bytes())
        .unwrap()
        .try_into()
        .unwrap();
    let totp = Builder::new()
        .with_secret(Secret::from(bytes))
        .build()
        .unwrap();
    let now = jiff::Timestamp::now().as_second();
    totp.generate((now + 30 * steps).unsigned_abs()).to_string()
}

/// Waits for the beginning of a time step if it is about to end, so that a code made now still is
/// the present one when it arrives.
pub(crate) async fn early_in_a_step() {
    let left = 30 - jiff::Timestamp::now().as_second() % 30;
    if left < 5 {
        tokio::time::sleep(std::time::Duration::from_secs(left.unsigned_abs())).await;
    }
}
