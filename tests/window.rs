//! The whole path in the real window, by WebDriver, as a newcomer goes it.
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
use std::process::{Command, Stdio};
use std::time::Duration;

use deskfob_vault::{Home, Vault};
use secrecy::ExposeSecret;
use serde_json::Value;
use support::browser::walk;
use support::mail_server::MailServer;
use support::newcomer::{ADA, PASSWORD, create_vault, early_in_a_period, fresh_code, unlock};
use support::sandbox_browser::Browser as Pages;
use support::window::{Desktop, Window, clipboard};
use support::{pictures, secrets};
use url::Url;

/// The key of the picture that is scanned; RFC 6238 appendix B.
const SCANNED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn step(text: &str) {
    println!("· {text}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and tauri-driver; `cargo xtask test` runs it"]
async fn the_whole_path() {
    let mail = MailServer::start();
    let mut desktop = Desktop::new();
    desktop.smtp = Some(format!("127.0.0.1:{}", mail.port));

    step("a newcomer creates a vault");
    let window = desktop.open().await;
    window.find("create-password").await;
    desktop.shot(&window, "create-vault").await;
    create_vault(&window).await;
    window.find("codes-empty").await;
    desktop.shot(&window, "no-codes-yet").await;

    step("connects the sandbox; the person signs in with the browser");
    window.click("empty-connect").await;
    window.find("connect-sandbox").await;
    desktop.shot(&window, "connect").await;
    let seen = desktop.opened_so_far().len();
    window.click("connect-sandbox").await;
    let url = desktop.opened_after(seen).await;
    window.find("sign-in-cancel").await;
    desktop.shot(&window, "waiting-for-the-browser").await;
    let mut browser = Pages::new(&url.parse::<Url>().unwrap().join("/").unwrap());
    walk(&mut browser, &url, ADA, None, "allow").await;
    window.find("account-card").await;
    window.says("ada@acme.example").await;
    desktop.shot(&window, "account-without-mfa").await;

    step("an organisation that enforces MFA stays shut for this session");
    window.click("nav-organisation").await;
    choose_organisation(&window, "Globex").await;
    window.find("org-mfa-required").await;
    desktop.shot(&window, "organisation-shut").await;

    step("protects the account: the secret goes straight into the vault");
    window.click("nav-accounts").await;
    window.click("protect-start").await;
    window.find("enrol-begin").await;
    desktop.shot(&window, "protect-1").await;
    window.click("enrol-begin").await;
    window.find("enrol-add").await;
    desktop.shot(&window, "protect-2").await;

    step(
        "the program is killed between the secret and its confirmation; the next start offers to go on",
    );
    window.kill();
    let mut window = desktop.open().await;
    unlock(&window, PASSWORD).await;
    window.find("enrolment-unfinished").await;
    desktop.shot(&window, "unfinished-enrolment").await;
    window.click("enrolment-finish").await;

    step("a wrong code is refused, the vault's own is accepted");
    let shown = window.attribute("enrol-code", "data-code").await;
    let wrong = if shown == "000000" {
        "000001"
    } else {
        "000000"
    };
    window.enter("enrol-passcode", wrong).await;
    window.says("That code didn").await;
    desktop.shot(&window, "protect-3-wrong-code").await;
    early_in_a_period().await;
    let used = window.attribute("enrol-code", "data-code").await;
    window.click("enrol-use-current").await;
    window.find("recovery-list").await;
    assert_eq!(
        window.count("recovery-code").await,
        10,
        "ten recovery codes"
    );
    desktop.shot(&window, "protect-4-recovery-codes").await;
    window.click("recovery-copy").await;
    window.find("notice").await;
    let recovery_codes: Vec<String> = clipboard().lines().map(str::to_owned).collect();
    assert_eq!(recovery_codes.len(), 10, "all codes are copied");
    window.click("enrol-finish").await;
    window.find("protect-done").await;
    desktop.shot(&window, "mfa-is-on").await;

    step("signs in again, so that the session carries MFA; the platform takes a code once only");
    let seen = desktop.opened_so_far().len();
    window.click("session-renew").await;
    let url = desktop.opened_after(seen).await;
    desktop.shot(&window, "signing-in-again").await;
    let mut browser = Pages::new(&url.parse::<Url>().unwrap().join("/").unwrap());
    let page = browser.open(&url).await.page();
    let page = browser
        .submit(
            page.form("/password")
                .with("email", ADA.0)
                .with("password", ADA.1),
        )
        .await
        .page();
    let page = browser
        .submit(page.form("/code").with("code", &used))
        .await
        .page();
    assert!(
        page.text().to_lowercase().contains("already"),
        "the code of the enrolment is used up: {}",
        page.text()
    );
    let fresh = fresh_code(&window, &used).await;
    let landing = browser
        .submit(page.form("/code").with("code", &fresh))
        .await;
    finish(&mut browser, landing).await;
    window.find("session-renewed").await;
    desktop.shot(&window, "session-carries-mfa").await;

    step("the code list is live, and copying is done by the backend");
    window.click("done-codes").await;
    window.find("code-row").await;
    desktop.shot(&window, "codes").await;
    let mut pages = vec![window.client.source().await.unwrap()];
    early_in_a_period().await;
    window.click("code-main").await;
    window.find("code-copied").await;
    assert_eq!(
        clipboard(),
        window.attribute("code-digits", "data-code").await,
        "what is shown is what is copied"
    );

    step("the enforcing organisation opens now");
    window.click("nav-organisation").await;
    choose_organisation(&window, "Globex").await;
    window.find("coverage").await;

    step("who is covered, and reminders with a result for each person");
    choose_organisation(&window, "Acme Corporation").await;
    window.find("member-row").await;
    desktop.shot(&window, "organisation").await;
    let rows = window.all("member-tick").await;
    assert!(rows.len() > 2, "somebody is without MFA: {}", rows.len());
    for row in rows.iter().take(3) {
        row.click().await.unwrap();
    }
    let rows = "return [...document.querySelectorAll('[data-testid=\"member-row\"]')].slice(0, 3).map((row) => row.innerText)";
    let rows = window.script(rows).await;
    let address = |row: &Value| {
        let words = row.as_str().unwrap_or_default().split_whitespace();
        words.filter(|word| word.contains('@')).collect::<String>()
    };
    let mut ticked: Vec<_> = rows.as_array().unwrap().iter().map(address).collect();
    pages.push(window.client.source().await.unwrap());
    desktop.shot(&window, "three-ticked").await;
    window.click("remind-selected").await;
    window.find("remind-confirm").await;
    desktop.shot(&window, "remind").await;
    window.click("remind-confirm").await;
    window.find("remind-results").await;
    assert_eq!(
        window.attribute("remind-results", "data-sent").await,
        "3",
        "three mails went out"
    );
    desktop.shot(&window, "reminded").await;
    let filed = mail.filed();
    let mut reached: Vec<_> = filed
        .iter()
        .flat_map(|letter| letter.recipients.clone())
        .collect();
    reached.sort();
    ticked.sort();
    assert_eq!(
        reached, ticked,
        "the people who were ticked, and nobody else"
    );
    for letter in &filed {
        assert_eq!(
            letter.recipients.len(),
            1,
            "one person each: {:?}",
            letter.recipients
        );
        assert!(
            letter.text.contains("/profile/security"),
            "with the way to set it up: {}",
            letter.text
        );
    }

    step("requires MFA, and stops requiring it");
    window.click("enforce-toggle").await;
    window.find("enforce-dialog").await;
    desktop.shot(&window, "require-mfa").await;
    window.click("enforce-confirm").await;
    window.gone("enforce-dialog").await;
    window.says("MFA is required").await;
    desktop.shot(&window, "mfa-required").await;
    window.click("enforce-toggle").await;
    window.click("enforce-confirm").await;
    window.gone("enforce-dialog").await;
    window.says("MFA is optional").await;

    step("the other way in: a picture of a QR code, through the file chooser");
    let picture = desktop.root.path().join("code.png");
    pictures::qrencode(
        &format!("otpauth://totp/Example:alice?secret={SCANNED}&issuer=Example"),
        &picture,
    );
    window.click("nav-codes").await;
    window.click("add-open").await;
    window.find("add-image").await;
    desktop.shot(&window, "add").await;
    window.click("add-image").await;
    choose_file(&picture).await;
    window.find("review-save").await;
    pages.push(window.client.source().await.unwrap());
    desktop.shot(&window, "review").await;
    window.click("review-save").await;
    window.gone("review-save").await;
    window.find("code-row").await;
    assert_eq!(window.count("code-row").await, 2, "two accounts");
    desktop.shot(&window, "two-codes").await;
    let shown = window
        .attribute_of(
            "[data-issuer=\"Example\"] [data-testid=\"code-digits\"]",
            "data-code",
        )
        .await;
    let judged = pictures::oathtool(SCANNED);
    assert!(
        judged.contains(&shown),
        "oathtool makes the same code: {shown} {judged:?}"
    );

    step("locks: nothing of the vault is left in the page");
    window.lock().await;
    window.find("unlock-password").await;
    desktop.shot(&window, "locked").await;
    let page = window.client.source().await.unwrap();
    for gone in ["ada@acme.example", "alice", shown.as_str()] {
        assert!(!page.contains(gone), "{gone} is still in the page");
    }
    window.enter("unlock-password", "not the password").await;
    window.click("unlock-submit").await;
    window.says("doesn").await;
    desktop.shot(&window, "wrong-password").await;
    tokio::time::sleep(Duration::from_millis(1300)).await;
    unlock(&window, PASSWORD).await;
    window.find("code-row").await;

    step("everything is there after a restart");
    let storage = window
        .script("return JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie])")
        .await;
    window.close().await;
    let window = desktop.open().await;
    unlock(&window, PASSWORD).await;
    window.find("code-row").await;
    assert_eq!(window.count("code-row").await, 2, "both accounts");
    let protected = window
        .attribute_of(
            "[data-issuer=\"Sandbox\"] [data-testid=\"code-digits\"]",
            "data-code",
        )
        .await;
    let seeds = secrets::seeds(&desktop.home().join("sandbox/sandbox.json"));
    let own = seeds
        .iter()
        .any(|seed| pictures::oathtool(seed).contains(&protected));
    assert!(
        own,
        "the platform's own record of the seed makes the code that is shown"
    );
    pages.push(window.client.source().await.unwrap());
    window.click("nav-accounts").await;
    window.find("account-card").await;
    window.says("10 of 10 left").await;
    window.says("Your list makes its codes").await;
    desktop.shot(&window, "after-a-restart").await;
    window.click("nav-settings").await;
    window.click("theme-dark").await;
    desktop.shot(&window, "settings-dark").await;
    for screen in ["codes", "accounts", "organisation"] {
        window.click(&format!("nav-{screen}")).await;
        window
            .find(if screen == "organisation" {
                "coverage"
            } else {
                "lock-now"
            })
            .await;
        desktop.shot(&window, &format!("{screen}-dark")).await;
    }
    window.close().await;

    step("no secret is on disk, in the log, in the page or in its storage");
    let tokens = tokens(&desktop.home()).await;
    secrets::remember(
        seeds
            .iter()
            .chain(&tokens)
            .chain(&recovery_codes)
            .map(String::as_str),
    );
    let text = |secret: &String| secret.as_bytes().to_vec();
    let mut never: Vec<Vec<u8>> = seeds.iter().flat_map(|seed| secrets::forms(seed)).collect();
    never.extend(secrets::forms(SCANNED));
    never.extend(tokens.iter().map(text));
    for page in &pages {
        secrets::absent(page.as_bytes(), &never, "the page");
    }
    let mut known = never;
    known.push(PASSWORD.as_bytes().to_vec());
    known.extend(recovery_codes.iter().map(text));
    secrets::absent(storage.to_string().as_bytes(), &known, "the page's storage");
    // The sandbox is the platform: it knows what a platform knows.
    secrets::absent_under(
        desktop.root.path(),
        &[&desktop.home().join("sandbox"), &picture],
        &known,
    );
    let head = std::fs::read(desktop.home().join("vault.db")).unwrap();
    assert!(
        !head.starts_with(b"SQLite format 3"),
        "the vault is not readable as SQLite"
    );
}

/// The session's tokens, from the vault itself.
async fn tokens(home: &Path) -> Vec<String> {
    let home = Home::at(home).unwrap();
    let vault = Vault::unlock_with_password(&home, PASSWORD.into())
        .await
        .unwrap();
    let account = vault.accounts().await.unwrap().remove(0);
    let tokens = vault.tokens(account.id).await.unwrap().unwrap();
    let refresh = tokens.refresh.expect("a session by browser can be renewed");
    vault.lock().await;
    vec![
        tokens.access.expose_secret().to_owned(),
        refresh.expose_secret().to_owned(),
    ]
}

async fn finish(browser: &mut Pages, landing: support::sandbox_browser::Landing) {
    use support::sandbox_browser::Landing;
    let away = match landing {
        Landing::Away(url) => url,
        Landing::Page(page) => browser
            .submit(page.form("/consent").with("decision", "allow"))
            .await
            .away(),
    };
    support::http().get(away).send().await.unwrap();
}

async fn choose_organisation(window: &Window, label: &str) {
    let select = window.find("org-row").await;
    if select.tag_name().await.unwrap() == "select" {
        select.select_by_label(label).await.unwrap();
        return;
    }
    for row in window.all("org-row").await {
        if row.text().await.unwrap().contains(label) {
            row.click().await.unwrap();
            return;
        }
    }
    panic!("{label} is not offered");
}

/// Types into the system's file chooser, which WebDriver does not see.
async fn choose_file(path: &Path) {
    const CHOOSER: &str = "Choose a picture";
    let xdotool = |arguments: &[&str]| {
        let status = Command::new("xdotool")
            .args(arguments)
            .stdout(Stdio::null())
            .status();
        status
            .expect("this test needs the Debian package xdotool")
            .success()
    };
    let is_open = || xdotool(&["search", "--onlyvisible", "--name", CHOOSER]);
    let path = path.display().to_string();
    // Without a window manager the focus may be taken away in between: what was not heard is said again.
    for attempt in 0..100 {
        if !is_open() {
            assert!(attempt < 99, "the file chooser opens");
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        xdotool(&[
            "search",
            "--onlyvisible",
            "--name",
            CHOOSER,
            "windowfocus",
            "--sync",
        ]);
        // Opens the chooser's field for a path and empties it.
        xdotool(&["key", "--delay", "100", "ctrl+l", "ctrl+a"]);
        xdotool(&["type", "--delay", "30", &path]);
        tokio::time::sleep(Duration::from_millis(300)).await;
        xdotool(&["key", "Return"]);
        for _ in 0..20 {
            if !is_open() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    panic!("the file chooser does not take the path");
}
