//! What a text says.

use deskfob_otp::{Entry, Seed};
use deskfob_scan::{Collection, Payload};
use secrecy::{ExposeSecret, SecretString};

use super::{Draft, Reading, from_payloads};
use crate::error::CommandError;

/// What a text says: links, one a line or within a sentence, or else one bare setup key.
pub(crate) fn from_text(
    text: &SecretString,
    transfers: &mut Collection,
) -> Result<Reading, CommandError> {
    let text = text
        .expose_secret()
        .trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    if !text.contains(':') {
        let entry = Entry::totp("", "", Seed::from_base32(text)?);
        return Ok(Reading {
            drafts: vec![Draft { entry, notices: vec![
                "a key alone says nothing of its settings: SHA-1, 6 digits and 30 seconds are assumed".into(),
            ] }],
            ..Reading::default()
        });
    }
    let lines = deskfob_scan::scan_text(text)?;
    let payloads = lines.iter().map(|line| Payload::of(line.expose_secret()));
    Ok(from_payloads(payloads, transfers))
}

#[cfg(test)]
mod tests {
    use super::super::examples::{EXAMPLE, OTHER, issuers};
    use super::*;

    #[test]
    fn texts() {
        let many = format!("My codes:\n{EXAMPLE}\r\n\n  {OTHER}  \nthat was all");
        let within = format!("Open {EXAMPLE} with your authenticator.");
        for (name, text, expected) in [
            ("a link", EXAMPLE, &["Example"][..]),
            ("several lines", &many, &["Example", "Other"]),
            ("within a sentence", &within, &["Example"]),
            ("a key", " qwer tyui-op ", &[""]),
            ("a key on two lines", "QWER\nTYUI", &[""]),
            ("byte order mark", &format!("\u{feff}{OTHER}"), &["Other"]),
            (
                "spaces in a name",
                "otpauth://totp/Big Bank:ada l?secret=QWERTYUIOP",
                &["Big Bank"],
            ),
        ] {
            let reading = from_text(&text.into(), &mut Collection::default());
            assert_eq!(
                issuers(&reading.unwrap_or_else(|error| panic!("{name}: {error:?}"))),
                expected,
                "{name}"
            );
        }
        let refused = from_text(&"not a key at all!".into(), &mut Collection::default());
        assert_eq!(refused.err().unwrap().code, "seed_not_base32");
    }
}
