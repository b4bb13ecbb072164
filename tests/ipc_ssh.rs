//! SSH by the page's commands: certificates, OpenSSH's configuration in a home of the test's own, and a command line that
//! stands in for the platforms'.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use support::app::TestApp;
use support::browser::Browser;

const PASSWORD: &str = "a long enough password";
const SOON: Duration = Duration::from_secs(20);

fn connected() -> (TestApp, Value) {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    let account = app.while_browsing(
        "account_connect",
        json!({"deployment": {"preset": "sandbox"}}),
        |url| Browser::new().sign_in(url, "ada@acme.example", "correct horse battery", None),
    );
    let id = account["id"].clone();
    (app, id)
}

/// Sets up a command line that does what `script` says; `$HERE` is its folder.
fn set_up(app: &TestApp, script: &str) -> PathBuf {
    let bin = app.home.path().join("bin");
    fs::create_dir_all(&bin).unwrap();
    fs::create_dir_all(app.home.path().join("person/.upsun-cli")).unwrap();
    let program = bin.join("upsun");
    let here = bin.display();
    fs::write(&program, format!("#!/bin/sh\nHERE='{here}'\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    bin
}

const WAITS: &str = "echo 'Please open the following URL in a browser and log in:' >&2
echo http://127.0.0.1:5003 >&2
while [ ! -e \"$HERE/go\" ]; do sleep 0.05; done";

#[test]
fn a_certificate_is_made_and_nothing_of_the_persons_is_touched_unasked() {
    let (app, id) = connected();
    let of = json!({"accountId": id});
    let status = app.ask("ssh_status", of.clone());
    assert_eq!(status["state"], "none");
    let config = app.home.path().join("person/.ssh/config");
    assert_eq!(status["config"]["file"], json!(config));
    assert_eq!(status["config"]["present"], false);
    assert_eq!(
        status["commandLine"],
        Value::Null,
        "the sandbox has no command line of its own"
    );
    let made = app.ask("ssh_refresh", of.clone());
    assert_eq!(
        (&made["state"], &made["mfa"]),
        (&json!("valid"), &json!(false))
    );
    assert!(!config.exists(), "nobody said so");
    let none = app.refused("ssh_configure", json!({"accountId": id, "add": true}));
    assert!(none["hint"].is_string(), "no hosts are known: {none}");
    assert!(!config.exists());
}

#[test]
fn the_command_line_signs_in_and_its_words_and_its_certificate_are_told() {
    let (app, id) = connected();
    let missing = app.refused("ssh_command_line_sign_in", json!({}));
    assert_eq!(missing["code"], "command_line_not_there", "{missing}");

    let made = app.ask("ssh_refresh", json!({"accountId": id}));
    let certificate = format!("{}-cert.pub", made["keyFile"].as_str().unwrap());
    let kept = app
        .home
        .path()
        .join("person/.upsun-cli/.session/sess-cli-default/ssh");
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlb2Z0aGF0";
    let script = format!(
        "{WAITS}\nmkdir -p '{0}'\ncp '{certificate}' '{0}/'\necho 'Authorization: Bearer {token}'",
        kept.display()
    );
    let bin = set_up(&app, &script);
    let signed_in = app.while_browsing("ssh_command_line_sign_in", json!({}), |url| {
        assert_eq!(url, "http://127.0.0.1:5003/", "the address that it named");
        let said = app.event("command_line_said", SOON).expect("it said so");
        assert!(
            said["text"].as_str().unwrap().contains("Please open"),
            "{said}"
        );
        fs::write(bin.join("go"), "").unwrap();
    });
    assert_eq!(
        (&signed_in["name"], &signed_in["state"], &signed_in["mfa"]),
        (&json!("upsun"), &json!("valid"), &json!(false)),
        "{signed_in}"
    );
    assert_eq!(signed_in["validUntil"], made["validUntil"]);
    let last = std::iter::from_fn(|| app.event("command_line_said", Duration::from_millis(300)))
        .last()
        .expect("it said more");
    let text = last["text"].as_str().unwrap();
    assert!(text.contains("Authorization: Bearer"), "{text}");
    assert!(!text.contains(token), "a token is not shown");
}

#[test]
fn a_command_line_that_waits_is_ended_by_the_person_and_by_a_lock() {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    set_up(&app, WAITS);
    for (command, arguments) in [
        ("account_cancel_sign_in", json!({})),
        ("vault_lock", json!({})),
    ] {
        let ended = app.while_browsing_refused("ssh_command_line_sign_in", json!({}), |_| {
            app.ask(command, arguments);
        });
        assert_eq!(ended["code"], "sign_in_cancelled", "{command}: {ended}");
    }
    app.ask("vault_unlock", json!({"password": PASSWORD}));
    set_up(&app, "echo 'Please try again.' >&2; exit 3");
    let failed = app.refused("ssh_command_line_sign_in", json!({}));
    assert_eq!(failed["code"], "command_line_failed", "{failed}");
    let mut said =
        std::iter::from_fn(|| app.event("command_line_said", Duration::from_millis(300)));
    assert!(said.any(|said| said["text"] == "Please try again."));
}
