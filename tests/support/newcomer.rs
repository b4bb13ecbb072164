//! What a person does in the window in many tests.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::browser::walk;
use super::sandbox_browser::Browser;
use super::window::{Desktop, Window};

/// The vault's password, long enough to be taken.
pub const PASSWORD: &str = "a vault password of some length";

/// The sandbox's newcomer.
pub const ADA: (&str, &str) = ("ada@acme.example", "correct horse battery");

/// Length of a period, seconds.
const PERIOD: u64 = 30;
/// A code read this far into its period is still the one shown when it is used, seconds.
const EARLY: u64 = 18;

/// A vault with a password alone, from the first screen.
pub async fn create_vault(window: &Window) {
    if window.is_ticked("create-keyring").await {
        window.click("create-keyring").await;
    }
    window.enter("create-password", PASSWORD).await;
    window.enter("create-repeat", PASSWORD).await;
    window.click("create-submit").await;
}

/// Unlocks with a password that is right.
pub async fn unlock(window: &Window, password: &str) {
    window.enter("unlock-password", password).await;
    window.click("unlock-submit").await;
    window.gone("unlock-password").await;
}

/// Connects the embedded sandbox from the empty list, and signs in to it in a browser of its own.
pub async fn connect_sandbox(desktop: &Desktop, window: &Window, who: (&str, &str)) {
    window.click("empty-connect").await;
    let seen = desktop.opened_so_far().len();
    window.click("connect-sandbox").await;
    let url = desktop.opened_after(seen).await;
    sign_in(&url, who, None).await;
    window.find("account-card").await;
}

/// Protects the account, from the wizard's first step to its last, by the vault's own code; gives that code, which is
/// used up. `codes` is done while the recovery codes are shown.
pub async fn protect(window: &Window, codes: impl AsyncFnOnce()) -> String {
    window.click("enrol-begin").await;
    window.click("enrol-add").await;
    early_in_a_period().await;
    let used = window.attribute("enrol-code", "data-code").await;
    window.click("enrol-use-current").await;
    window.find("recovery-list").await;
    codes().await;
    window.click("enrol-finish").await;
    window.find("protect-done").await;
    used
}

/// Answers the sandbox's pages from a browser that is not signed in yet.
pub async fn sign_in(url: &str, who: (&str, &str), code: Option<&str>) {
    let home = url.parse::<url::Url>().unwrap().join("/").unwrap();
    walk(&mut Browser::new(&home), url, who, code, "allow").await;
}

/// Waits for a new period when this one is about to end, so that a code read now is still the one shown when it is used.
pub async fn early_in_a_period() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let gone = now.as_secs() % PERIOD;
    if gone > EARLY {
        tokio::time::sleep(Duration::from_secs(PERIOD + 1 - gone)).await;
    }
}

/// A code later than `used`: the one the window shows during a sign-in now, or the one after it.
pub async fn fresh_code(window: &Window, used: &str) -> String {
    loop {
        let now = window
            .attribute_of("[data-testid=\"live-code\"]", "data-code")
            .await;
        if !now.is_empty() && now != used {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
