//! Secrets in a text: seen so that they can be told and left out, never kept.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::Place;

/// A secret that stands in the text. It is not repeated here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leak {
    /// What it is.
    pub kind: LeakKind,
    /// Where the first of its kind is.
    pub place: Place,
    /// How many of the kind there are.
    pub count: usize,
}

/// Kinds of secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeakKind {
    /// A token of a session: access, refresh or another JWT.
    SessionToken,
    /// An API token.
    ApiToken,
    /// A link or key that an authenticator's codes are made from.
    SetupKey,
    /// Recovery codes.
    RecoveryCodes,
    /// A private key.
    PrivateKey,
    /// A password in an address or a header.
    Password,
}

impl LeakKind {
    /// Stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::SessionToken => "session_token",
            Self::ApiToken => "api_token",
            Self::SetupKey => "setup_key",
            Self::RecoveryCodes => "recovery_codes",
            Self::PrivateKey => "private_key",
            Self::Password => "password",
        }
    }

    /// What to do about it, for a person.
    pub fn warning(self) -> &'static str {
        match self {
            Self::SessionToken => {
                "this text contains an access token: sign out where it came from, which revokes it"
            }
            Self::ApiToken => {
                "this text contains what looks like an API token: revoke it on the platform's page, make a new one, and replace it where it is used"
            }
            Self::SetupKey => {
                "this text contains the key that sign-in codes are made from: set up the authenticator anew, so that the key is worth nothing"
            }
            Self::RecoveryCodes => {
                "this text contains recovery codes: make a new set, which ends these"
            }
            Self::PrivateKey => {
                "this text contains a private key: replace it wherever its public half is trusted"
            }
            Self::Password => "this text contains a password: change it",
        }
    }
}

/// What stands in the place of a secret.
const MASK: &str = "\u{2022}\u{2022}\u{2022}";

struct Rule {
    kind: LeakKind,
    pattern: Regex,
    /// The text has to look random, as words that only stand in such a place do not.
    random: bool,
}

/// The secret is the group `s`, or all of it.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rules = [
        (
            LeakKind::PrivateKey,
            r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[A-Za-z0-9+/=\s]*(?:-----END [A-Z ]{0,20}PRIVATE KEY-----)?",
            false,
        ),
        (
            LeakKind::SetupKey,
            r#"(?i)otpauth(?:-migration)?://[^\s"'<>]+"#,
            false,
        ),
        (
            LeakKind::SetupKey,
            r#"(?i)\bsecret"?\s*[:=]\s*"?(?P<s>[A-Z2-7]{16,}=*)"#,
            false,
        ),
        (
            LeakKind::RecoveryCodes,
            r#"(?i)recovery_codes"?\s*[:=]\s*\[(?P<s>[^\]]+)"#,
            false,
        ),
        (
            LeakKind::SessionToken,
            r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?",
            false,
        ),
        (
            LeakKind::SessionToken,
            r"\bory_[ar]t_[A-Za-z0-9_.-]{16,}",
            false,
        ),
        (
            LeakKind::SessionToken,
            r"(?i)\bbearer\s+(?P<s>[A-Za-z0-9._~+/-]{16,}=*)",
            true,
        ),
        (
            LeakKind::Password,
            r#"(?i)\bbasic\s+(?P<s>[A-Za-z0-9+/]{16,}=*)"#,
            true,
        ),
        (
            LeakKind::SessionToken,
            r#"(?i)\b[a-z_]{0,20}(?:access|refresh|id|session)_?token["']?\s*[:=]\s*["']?(?P<s>[A-Za-z0-9._~+/-]{12,}=*)"#,
            true,
        ),
        (
            LeakKind::ApiToken,
            r"\b(?:gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{16,}",
            false,
        ),
        (
            LeakKind::ApiToken,
            r#"(?i)(?:\b|_)(?:token|client_secret|api_?key)["']?\s*[:=]\s*["']?(?P<s>[A-Za-z0-9._~+/-]{16,}=*)"#,
            true,
        ),
        (
            LeakKind::Password,
            r"[a-z]://[^\s/:@]{1,100}:(?P<s>[^\s/@]{1,200})@",
            false,
        ),
    ];
    rules
        .into_iter()
        .map(|(kind, pattern, random)| {
            #[expect(clippy::expect_used, reason = "a test builds them")]
            let pattern = Regex::new(pattern).expect("a regular expression");
            Rule {
                kind,
                pattern,
                random,
            }
        })
        .collect()
});

/// The secrets of a text and where they are, in its order; they do not overlap.
pub(crate) fn leaks(text: &str) -> Vec<(LeakKind, Range<usize>)> {
    let mut found: Vec<(LeakKind, Range<usize>)> = Vec::new();
    for rule in RULES.iter() {
        for captures in rule.pattern.captures_iter(text) {
            let range = secret(&captures);
            let seen = text.get(range.clone()).unwrap_or_default();
            if !rule.random || looks_random(seen) {
                found.push((rule.kind, range));
            }
        }
    }
    found.sort_by_key(|(_, range)| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain_mut(|(_, range)| {
        if range.end <= end {
            return false;
        }
        range.start = range.start.max(end);
        end = range.end;
        true
    });
    found
}

fn secret(captures: &Captures<'_>) -> Range<usize> {
    let whole = captures.get(0).map_or(0..0, |all| all.range());
    captures.name("s").map_or(whole, |part| part.range())
}

/// Digits among letters, or both cases mixed within.
fn looks_random(text: &str) -> bool {
    let has = |wanted: fn(&u8) -> bool| text.bytes().any(|byte| wanted(&byte));
    has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit)
        || text.len() >= 24 && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase)
}

/// `text[range]` with `secrets` of the text masked.
pub(crate) fn masked(
    text: &str,
    range: Range<usize>,
    secrets: &[(LeakKind, Range<usize>)],
) -> String {
    let mut shown = String::new();
    let mut at = range.start;
    let first = secrets.partition_point(|(_, secret)| secret.end <= range.start);
    for (_, secret) in secrets.iter().skip(first) {
        if secret.start >= range.end {
            break;
        }
        shown.push_str(text.get(at..secret.start.max(at)).unwrap_or_default());
        shown.push_str(MASK);
        at = secret.end.min(range.end);
    }
    shown.push_str(text.get(at..range.end).unwrap_or_default());
    shown
}

/// A text that stands by itself, with its secrets masked.
pub fn mask(text: &str) -> String {
    masked(text, 0..text.len(), &leaks(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";

    #[test]
    fn secrets_are_seen_and_never_shown() {
        let api = "k3fG7sPq2LxV9bTz0WcY4mN8";
        let cases: &[(&str, String, Option<LeakKind>)] = &[
            ("a JWT", format!("token {JWT} ."), Some(LeakKind::SessionToken)),
            ("a header", format!("Authorization: Bearer {api}"), Some(LeakKind::SessionToken)),
            ("a reply", format!("{{\"access_token\":\"{api}\",\"expires_in\":900}}"), Some(LeakKind::SessionToken)),
            ("a form", format!("grant_type=refresh_token&refresh_token={api}"), Some(LeakKind::SessionToken)),
            ("a variable", format!("UPSUN_CLI_TOKEN={api}"), Some(LeakKind::ApiToken)),
            ("a YAML value", format!("PLATFORMSH_CLI_TOKEN: '{api}'"), Some(LeakKind::ApiToken)),
            ("an otpauth URI", "otpauth://totp/Upsun:ada?secret=JBSWY3DPEHPK3PXP&issuer=Upsun".into(), Some(LeakKind::SetupKey)),
            ("a transfer", "otpauth-migration://offline?data=CjEKCkhlbGxv".into(), Some(LeakKind::SetupKey)),
            ("a setup key", "{\"secret\":\"JBSWY3DPEHPK3PXP\"}".into(), Some(LeakKind::SetupKey)),
            ("recovery codes", "{\"recovery_codes\":[\"aaaa-bbbb\",\"cccc-dddd\"]}".into(), Some(LeakKind::RecoveryCodes)),
            ("a private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----".into(), Some(LeakKind::PrivateKey)),
            ("a password in an address", "https://ada:hunter2@example.com/".into(), Some(LeakKind::Password)),
            ("a GitHub token", format!("ghp_{api}"), Some(LeakKind::ApiToken)),
            ("a masked variable", "UPSUN_CLI_TOKEN=***".into(), None),
            ("a challenge", "WWW-Authenticate: Bearer error=\"insufficient_user_authentication\"".into(), None),
            ("words", "The API token may need to be re-created after enabling MFA.".into(), None),
            ("an option", "token_type_hint=refresh_token".into(), None),
            ("a service", "abcdefg123456-main-bvxea6i--app@ssh.eu.platform.sh".into(), None),
        ];
        for (name, text, expected) in cases {
            let found = leaks(text);
            assert_eq!(
                found.first().map(|(kind, _)| *kind),
                *expected,
                "{name}: {found:?}"
            );
            let shown = mask(text);
            for secret in [
                JWT,
                api,
                "JBSWY3DPEHPK3PXP",
                "CjEKCkhlbGxv",
                "aaaa-bbbb",
                "b3BlbnNzaC1rZXk",
                "hunter2",
            ] {
                assert!(!shown.contains(secret), "{name}");
            }
            if expected.is_none() {
                assert_eq!(shown, *text, "{name}");
            }
        }
    }
}
