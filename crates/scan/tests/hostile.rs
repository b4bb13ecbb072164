//! Codes that somebody made to do harm: what they say is capped and shown as plain text.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use deskfob_scan::{OtherCode, Payload, enrolments, scan};
use proptest::prelude::*;
use support::{picture, qr};

/// Characters that act on the text around them, or that nobody sees.
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}')
}

fn names(payload: &Payload) -> Vec<(String, String)> {
    let of = |entry: &deskfob_otp::Entry| (entry.issuer.clone(), entry.account.clone());
    match payload {
        Payload::Enrolment(parsed) => vec![of(&parsed.entry)],
        Payload::Migration(part) => part.entries.iter().map(of).collect(),
        _ => Vec::new(),
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn what_is_shown_of_a_hostile_code() {
    let long = "A".repeat(10_000);
    let cases = [
        (
            "right-to-left override",
            "user\u{202e}moc.elgoog",
            "usermoc.elgoog",
        ),
        ("isolates", "\u{2067}evil\u{2069}", "evil"),
        (
            "terminal escapes",
            "\u{1b}]0;gone\u{7}\u{1b}[2J",
            "]0;gone[2J",
        ),
        ("invisible", "Goo\u{200b}g\u{2060}l\u{ad}e", "Google"),
        ("lines", "one\r\ntwo\u{2028}three", "one  two three"),
        (
            "script stays text",
            "<script>alert(1)</script>",
            "<script>alert(1)</script>",
        ),
        (
            "spreadsheet formula stays text",
            "=HYPERLINK(1)",
            "=HYPERLINK(1)",
        ),
    ];
    for (name, issuer, expected) in cases {
        let uri = format!(
            "otpauth://totp/a?secret=QWERTYUIOP&issuer={}",
            encoded(issuer)
        );
        let payloads = enrolments(&scan(&picture(&qr(&uri, 4))));
        assert_eq!(names(&payloads[0])[0].0, expected, "{name}");
    }
    let uri = format!("otpauth://totp/a?secret=QWERTYUIOP&issuer={long}");
    let payload = Payload::of(&uri);
    assert_eq!(payload.code(), "uri_too_long", "a link of 10 KB");
    assert!(payload.hint().is_some());
    let uri = format!(
        "otpauth://totp/a?secret=QWERTYUIOP&issuer={}",
        &long[..2000]
    );
    let payload = Payload::of(&uri);
    assert_eq!(
        names(&payload)[0].0.len(),
        deskfob_otp::MAX_NAME_CHARS,
        "as much as a code holds"
    );
    assert!(matches!(
        Payload::of(&format!("javascript:{}", &long[..2900])),
        Payload::NotAnEnrolment(OtherCode::Text)
    ));
}

proptest! {
    #[test]
    fn nothing_that_acts_is_shown(
        issuer in prop::collection::vec(any::<char>(), 0..40),
        account in "[\u{0}-\u{ff}\u{2000}-\u{2070}\u{fff0}-\u{ffff}]{0,40}",
    ) {
        let issuer: String = issuer.into_iter().collect();
        let uri = format!(
            "otpauth://totp/{}?secret=QWERTYUIOP&issuer={}",
            encoded(&account),
            encoded(&issuer)
        );
        let payload = Payload::of(&uri);
        prop_assert!(matches!(payload, Payload::Enrolment(_)), "{}", payload.code());
        for (issuer, account) in names(&payload) {
            for name in [issuer, account] {
                prop_assert!(!name.contains(acts), "{name:?}");
                prop_assert!(name.chars().count() <= deskfob_otp::MAX_NAME_CHARS);
            }
        }
        let shown = format!("{payload:?}");
        prop_assert!(!shown.contains("QWERTY"));
    }

    #[test]
    fn any_text_is_answered_and_not_repeated(text in "\\PC{0,300}", scheme in prop::sample::select(vec![
        "", "otpauth://totp/", "otpauth://", "otpauth-migration://offline?data=", "motp://", "steam://", "FIDO:/", "https://",
    ])) {
        let payload = Payload::of(&format!("{scheme}{text}?secret=QWERTYUIOPASDFGH"));
        prop_assert!(!payload.code().is_empty());
        let shown = format!("{payload:?}");
        prop_assert!(!shown.contains("QWERTYUIOP"));
    }
}
