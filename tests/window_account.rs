//! The life of an account's second factor in the real window: what the doctor says of a refusal and does about it, SSH
//! credentials, proof, new recovery codes, another secret, and the end.
//!
//! Needs a display, a session bus and tauri-driver, which `cargo xtask test` sets up; hence ignored elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use support::newcomer::{
    ADA, PASSWORD, connect_sandbox, create_vault, fresh_code, protect, sign_in,
};
use support::secrets;
use support::window::{Desktop, Window};

/// What git says when an organisation asks for MFA, as the platform's gateway words it.
const REFUSED: &str = "Cloning into 'project'...
Error: Access denied
Service: abcdefg123456-main-bvxea6i--app
User: Ada Lovelace (01J7)
Parameters: {\"amr\":[\"mfa\"]}
Detail: Additional authentication is required:
\t - Multi-factor authentication (MFA)
fatal: Could not read from remote repository.";

/// The same with single sign-on asked for.
const SSO_REFUSED: &str = "Error: Access denied
Service: abcdefg123456-main-bvxea6i--app
User: Ada Lovelace (01J7)
Parameters: {\"amr\":[\"sso:acme\"]}
Detail: Additional authentication is required:
\t - Single sign-on (SSO), provider: \"acme\"";

fn step(text: &str) {
    println!("· {text}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and tauri-driver; `cargo xtask test` runs it"]
async fn the_life_of_a_factor() {
    let mut desktop = Desktop::new();
    let window = desktop.open().await;
    window.find("create-password").await;
    create_vault(&window).await;
    window.find("codes-empty").await;

    step("another platform can be told with all that it needs; what is wrong is said at its field");
    window.click("empty-connect").await;
    platform_form(&mut desktop, &window, "another-platform").await;
    window.enter("custom-api", "http://api.example.com").await;
    window.click("custom-submit").await;
    window
        .find_selected("[data-testid=\"custom-api\"][aria-invalid=\"true\"]")
        .await;
    desktop.shot(&window, "another-platform-refused").await;
    window.click("nav-codes").await;
    connect_sandbox(&desktop, &window, ADA).await;

    step("the doctor reads what git printed, looks at the account, and begins what is missing");
    ask_doctor(&window, REFUSED).await;
    window
        .find_selected("[data-testid=\"doctor-step\"][data-remedy=\"enrol\"]")
        .await;
    window.says("MFA is off").await;
    desktop.shot(&window, "doctor-before").await;
    window.click("doctor-act").await;

    step("protected: the secret straight into the vault, its code confirmed");
    let mut first_set = Vec::new();
    let used = protect(&window, async || first_set = recovery_codes(&window).await).await;

    step("the doctor now asks for a new sign-in, and opens it");
    ask_doctor(&window, REFUSED).await;
    window
        .find_selected("[data-testid=\"doctor-step\"][data-remedy=\"sign_in\"]")
        .await;
    desktop.shot(&window, "doctor-after-enrolment").await;
    let seen = desktop.opened_so_far().len();
    window.click("doctor-act").await;
    let url = desktop.opened_after(seen).await;
    let code = fresh_code(&window, &used).await;
    sign_in(&url, ADA, Some(&code)).await;
    window.gone("sign-in-waiting").await;

    step("where single sign-on is demanded, it says that codes do not help");
    ask_doctor(&window, SSO_REFUSED).await;
    window.find("doctor-no-codes").await;
    desktop.shot(&window, "doctor-sso").await;

    step("a certificate with MFA for ssh and git");
    window.click("nav-accounts").await;
    window.click("ssh-refresh").await;
    window
        .find_selected("[data-testid=\"ssh-status\"][data-state=\"valid\"]")
        .await;
    window.says("with MFA").await;
    desktop.shot(&window, "account-with-certificate").await;

    step("a sign-in proves that the code in the list is the one");
    menu(&window, "factor-check").await;
    window
        .find_selected("[data-testid=\"check-known\"]:not([aria-busy=\"true\"])")
        .await;
    desktop.shot(&window, "check").await;
    let seen = desktop.opened_so_far().len();
    window.click("check-sign-in").await;
    let url = desktop.opened_after(seen).await;
    let code = fresh_code(&window, &code).await;
    sign_in(&url, ADA, Some(&code)).await;
    window.find("check-ours").await;
    desktop.shot(&window, "check-asks").await;
    window.click("check-ours").await;
    window
        .find_selected("[data-testid=\"check-known\"][data-finding=\"taken\"]")
        .await;
    window.keys("\u{e00c}").await;
    window.gone("check-factor").await;

    step("a new set of recovery codes ends the old one");
    menu(&window, "recovery-new").await;
    window.enter("new-codes-password", PASSWORD).await;
    window.click("new-codes-make").await;
    window.find("new-codes-done").await;
    let second_set = recovery_codes(&window).await;
    assert!(
        first_set.iter().all(|code| !second_set.contains(code)),
        "every code is new"
    );
    desktop.shot(&window, "new-recovery-codes").await;
    window.click("new-codes-done").await;
    window.gone("new-codes").await;

    step("moved to another secret: one entry as before, and the old one in the trash");
    let before = secrets::seeds(&desktop.home().join("sandbox/sandbox.json"));
    menu(&window, "factor-move").await;
    desktop.shot(&window, "move").await;
    window.enter("move-password", PASSWORD).await;
    window.click("move-confirm").await;
    window.find("new-codes-done").await;
    let third_set = recovery_codes(&window).await;
    assert_eq!(third_set.len(), 10);
    window.click("new-codes-done").await;
    window.gone("new-codes").await;
    let after = secrets::seeds(&desktop.home().join("sandbox/sandbox.json"));
    assert_ne!(before, after, "the platform holds another secret");
    secrets::remember(before.iter().chain(&after).map(String::as_str));
    window.click("nav-codes").await;
    window.find("code-row").await;
    assert_eq!(window.count("code-row").await, 1, "one entry");
    let shown = window.attribute("code-digits", "data-code").await;
    assert!(
        after
            .iter()
            .any(|seed| support::pictures::oathtool(seed).contains(&shown)),
        "its codes are the new secret's"
    );

    step("in the dark as well");
    window.click("nav-settings").await;
    window.find("theme-dark").await;
    desktop.shot(&window, "settings").await;
    window.click("theme-dark").await;
    window.click("nav-accounts").await;
    window.find("ssh-status").await;
    desktop.shot(&window, "account-dark").await;
    menu(&window, "factor-move").await;
    desktop.shot(&window, "move-dark").await;
    window.keys("\u{e00c}").await;
    window.gone("move-dialog").await;
    window.click("connect-open").await;
    platform_form(&mut desktop, &window, "another-platform-dark").await;
    window.click("nav-settings").await;
    window.find_selected("a[aria-current=\"location\"]").await;
    let scrolled = window
        .script("return document.querySelector('main').scrollTop")
        .await;
    assert_eq!(
        scrolled, 0,
        "the form was left scrolled; settings begin at the top"
    );
    desktop.shot(&window, "settings-dark").await;
    ask_doctor(&window, REFUSED).await;
    window.find("doctor-finding").await;
    desktop.shot(&window, "doctor-dark").await;

    step("withdrawn: the platform first, then the entry goes to the trash");
    window.click("nav-accounts").await;
    menu(&window, "factor-withdraw").await;
    desktop.shot(&window, "withdraw").await;
    window.click("withdraw-confirm").await;
    window.gone("withdraw-dialog").await;
    window
        .find_selected("[data-testid=\"account-mfa\"][data-status=\"off\"]")
        .await;
    desktop.shot(&window, "withdrawn").await;
    window.click("nav-codes").await;
    window.find("codes-empty").await;
    window.close().await;

    let codes = [first_set, second_set, third_set].concat();
    let never: Vec<Vec<u8>> = before
        .iter()
        .chain(&after)
        .flat_map(|seed| secrets::forms(seed))
        .chain(codes.iter().map(|code| code.clone().into_bytes()))
        .collect();
    secrets::absent_under(
        desktop.root.path(),
        &[&desktop.home().join("sandbox")],
        &never,
    );
}

/// Pastes `text` and waits until all that can be looked at has been.
async fn ask_doctor(window: &Window, text: &str) {
    window.click("nav-doctor").await;
    window.find("doctor-text").await;
    // As pasting does; WebDriver types no line breaks.
    let pasted = format!(
        "const field = document.querySelector('[data-testid=\"doctor-text\"]'); field.value = {}; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }}));",
        serde_json::Value::from(text)
    );
    window.script(&pasted).await;
    window.click("doctor-read").await;
    window.find("doctor-finding").await;
    window.find("doctor-fact").await;
    window
        .gone_selected("[data-testid=\"doctor-checks\"] .waiting")
        .await;
}

/// The form for a platform that is none of the presets, opened as far as it goes.
async fn platform_form(desktop: &mut Desktop, window: &Window, name: &str) {
    window.click("connect-custom").await;
    window.click("custom-more-summary").await;
    window.find("custom-hosts").await;
    window
        .script("document.querySelector('[data-testid=\"custom-submit\"]').scrollIntoView({ block: 'end' })")
        .await;
    desktop.shot(window, name).await;
}

/// Chooses in the account's menu.
async fn menu(window: &Window, item: &str) {
    window.click("account-more").await;
    window.click(item).await;
}

/// The recovery codes on the page; they are known as secrets from then on.
async fn recovery_codes(window: &Window) -> Vec<String> {
    let shown = window
        .script("return [...document.querySelectorAll('[data-testid=\"recovery-code\"]')].map((code) => code.textContent.trim())")
        .await;
    let codes: Vec<String> = serde_json::from_value(shown).unwrap();
    assert_eq!(codes.len(), 10, "ten recovery codes");
    secrets::remember(codes.iter().map(String::as_str));
    codes
}
