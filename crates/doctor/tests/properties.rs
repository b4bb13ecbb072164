//! Whatever is around an error changes nothing, and no text is too much.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::{Duration, Instant};

use deskfob_doctor::{Facts, MAX_BYTES, Why, advise, diagnose};
use proptest::prelude::*;
use support::{ACCESS_DENIED, NO_SERVICE, OLD_MFA};

const ERRORS: [&str; 9] = [
    ACCESS_DENIED,
    NO_SERVICE,
    OLD_MFA,
    "abcdefg123456-main-bvxea6i--app@ssh.eu-3.platform.sh: Permission denied (publickey).",
    "Host key verification failed.",
    r#"{"error":"insufficient_user_authentication","amr":["mfa"],"max_age":300}"#,
    r#"{"error":"invalid_grant","error_description":"The SSO session has expired."}"#,
    "  Multi-factor authentication (MFA) is required.  \n  The API token may need to be re-created after enabling MFA.  ",
    r#"{"status":"403","message":"no","code":403,"detail":{},"title":"Forbidden"}"#,
];

/// Lines of a log without any error of a platform.
fn noise() -> impl Strategy<Value = String> {
    let lines = prop_oneof![
        "[ -~]{0,60}",
        "\\PC{0,40}",
        Just("\u{1b}[32mok\u{1b}[0m".to_owned()),
        Just("2026-11-27T14:00:00Z INFO done {\"a\":[1,2".to_owned()),
        Just("\\\\\\\"{{{\"error\":".to_owned()),
        Just("GET / HTTP/1.1\" 200".to_owned()),
    ];
    prop::collection::vec(lines, 0..20).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn noise_around_an_error_changes_nothing(before in noise(), after in noise(), which in 0..ERRORS.len()) {
        let error = ERRORS[which];
        prop_assume!(diagnose(&before).findings.is_empty() && diagnose(&after).findings.is_empty());
        // That is one object around the error, which is then where the object begins.
        prop_assume!(!(before.ends_with("\"error\":") && after.trim_start().starts_with('}')));
        let alone = &diagnose(error).findings[0];
        let found = diagnose(&format!("{before}\n\n{error}\n\n{after}"));
        prop_assert_eq!(found.findings.len(), 1);
        let finding = &found.findings[0];
        prop_assert_eq!(finding.symptom, alone.symptom);
        prop_assert_eq!(&finding.asked, &alone.asked);
        prop_assert_eq!(&finding.service, &alone.service);
        prop_assert_eq!(&finding.user, &alone.user);
        prop_assert_eq!(finding.place.line, before.matches('\n').count() + 3 + usize::from(error.starts_with("  M")));
    }

    #[test]
    fn no_text_makes_reading_panic(text in "(\\PC|[\\\\{}\":\n\r\t\u{1b}\\[\\]]|Error: |Service: |Parameters: |reason: ){0,200}") {
        let found = diagnose(&text);
        for finding in &found.findings {
            prop_assert!(text.get(finding.place.start..finding.place.end).is_some(), "a place in the text");
            let advice = advise(finding, &Facts::unknown(Why::NotAsked));
            prop_assert!(!advice.meaning.is_empty() && !advice.todo.is_empty());
            prop_assert!(!finding.quote.chars().any(|c| c.is_control() && c != '\n'));
        }
    }

    #[test]
    fn cut_anywhere_an_error_is_no_other_one(which in 0..3_usize, from in 0..600_usize, to in 0..600_usize) {
        let error = ERRORS[which];
        let (from, to) = (from.min(error.len()), to.min(error.len()));
        prop_assume!(from < to && error.is_char_boundary(from) && error.is_char_boundary(to));
        diagnose(&error[from..to]);
    }
}

/// The time grows with the length alone: each of these is many times as slow for rules that look back and forth.
#[test]
fn hostile_texts_take_no_longer_than_others() {
    let units = [
        "a",
        "\\",
        "{\"",
        "{\"error\":",
        "{\"a\":{",
        "\u{1b}[",
        "&quot",
        "error:accessdenied",
        "Error: Access denied\nService: ",
        "Parameters: {",
        "Hello a, you successfully authenticated, but ",
        "insufficient_user_authentication ",
        "Permission denied (publickey ",
        "secret=A",
        "token=a1",
        "-----BEGIN PRIVATE KEY-----",
        "eyJaaaaaa.",
        "HTTP/2 429 ",
        "2026-11-27T14:00:00Z [a] [b] remote: > ",
        "\n",
    ];
    for unit in units {
        let text = unit.repeat(MAX_BYTES / 4 / unit.len());
        let started = Instant::now();
        diagnose(&text);
        let took = started.elapsed();
        // Seconds, not the hours of a quadratic rule; unoptimised and on a busy machine.
        assert!(took < Duration::from_secs(10), "{unit:?} took {took:?}");
    }
}
