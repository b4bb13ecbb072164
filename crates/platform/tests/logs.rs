//! What is logged while somebody signs in and turns MFA on, at the finest level there is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "support/browser.rs"]
mod browser;
mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use browser::Browser;
use deskfob_otp::UnixTime;
use deskfob_platform::{
    ApiToken, BrowserSignIn, Client, Deployment, Http, SignInRequest, refresh, revoke,
    sign_in_with_api_token,
};
use deskfob_sandbox::{API_TOKENS, Config, PEOPLE};
use secrecy::ExposeSecret;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Alone in its program, since what is logged is set for the whole of one.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_logged() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();

    let platform = deskfob_sandbox::start(Config::default()).await.unwrap();
    let (url, ada) = (platform.url().clone(), &PEOPLE[0]);
    let at = Deployment::custom("Sandbox", url.clone(), url, platform.client_id()).unwrap();
    let http = Http::new().unwrap();
    let now = UnixTime(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs(),
    );
    let attempt = BrowserSignIn::start(&http, &at, SignInRequest::default())
        .await
        .unwrap();
    let page = attempt.url().clone();
    let state = page
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    let finish = tokio::spawn(attempt.finish(Duration::from_secs(60)));
    let mut browser = Browser::new();
    browser.open(&page).await;
    let typed = [("email", ada.email), ("password", ada.password)];
    browser.submit("/password", &typed).await;
    browser.submit("/consent", &[("decision", "allow")]).await;
    let tokens = finish.await.unwrap().unwrap();

    let client = Client::new(http.clone(), at.clone(), tokens.access.clone_token());
    let me = client.me().await.unwrap().id;
    let entry = client.totp_proposal(&me).await.unwrap().into_entry();
    let passcode = entry.code_at(now).expose().to_owned();
    let given = passcode.clone().into();
    let codes = client.confirm_totp(&me, &entry.seed, &given).await.unwrap();
    let replaced = client.recreate_recovery_codes(&me).await.unwrap();
    client.withdraw_totp(&me).await.unwrap();
    let renewed = refresh(&http, &at, tokens.refresh.as_ref().unwrap(), now)
        .await
        .unwrap();
    revoke(&http, &at, &renewed).await.unwrap();
    let api_token = ApiToken::new(API_TOKENS[0].token.into());
    let by_token = sign_in_with_api_token(&http, &at, &api_token, now)
        .await
        .unwrap();
    let refused = ApiToken::new("sandbox-refused-token".into());
    assert!(
        sign_in_with_api_token(&http, &at, &refused, now)
            .await
            .is_err()
    );

    let seed = entry.seed.to_base32();
    let mut secrets = vec![
        ("state", state.as_str()),
        ("access token", tokens.access.secret().expose_secret()),
        (
            "refresh token",
            tokens.refresh.as_ref().unwrap().secret().expose_secret(),
        ),
        (
            "renewed access token",
            renewed.access.secret().expose_secret(),
        ),
        (
            "renewed refresh token",
            renewed.refresh.as_ref().unwrap().secret().expose_secret(),
        ),
        (
            "access token by API token",
            by_token.access.secret().expose_secret(),
        ),
        ("API token", API_TOKENS[0].token),
        ("refused API token", "sandbox-refused-token"),
        ("secret", seed.expose_secret()),
        ("passcode", passcode.as_str()),
    ];
    secrets.extend(
        codes
            .iter()
            .chain(&replaced)
            .map(|code| ("recovery code", code.expose_secret())),
    );

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    // The platform is another program in real life.
    let ours: Vec<&str> = logged
        .lines()
        .filter(|line| !line.contains("deskfob_sandbox"))
        .collect();
    assert!(
        ours.iter().any(|line| line.contains("deskfob_platform")),
        "something is logged"
    );
    for (name, secret) in secrets {
        let found = ours.iter().find(|line| line.contains(secret));
        assert!(found.is_none(), "{name}: {found:?}");
    }
}
