//! From an enrolment to its URI.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::{Entry, Kind};

/// All but the unreserved characters of RFC 3986 section 2.3 and the `@` that readers of such URIs expect to see.
const NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

pub(crate) fn write(entry: &Entry) -> SecretString {
    let seed = entry.seed.to_base32();
    let seed = seed.expose_secret();
    // Room for the worst case, for growing would leave copies of the key behind.
    let room = 128 + seed.len() + 3 * (2 * entry.issuer.len() + entry.account.len());
    let mut uri = Zeroizing::new(String::with_capacity(room));
    let mut push = |parts: &[&str]| parts.iter().for_each(|part| uri.push_str(part));

    push(&["otpauth://", entry.kind.as_str(), "/"]);
    // An account with a colon needs the separator even if nothing is in front of it.
    if !entry.issuer.is_empty() || entry.account.contains(':') {
        utf8_percent_encode(&entry.issuer, NAME).for_each(|part| push(&[part]));
        push(&[":"]);
    }
    utf8_percent_encode(&entry.account, NAME).for_each(|part| push(&[part]));
    push(&["?secret=", seed]);
    if !entry.issuer.is_empty() {
        push(&["&issuer="]);
        utf8_percent_encode(&entry.issuer, NAME).for_each(|part| push(&[part]));
    }
    push(&[
        "&algorithm=",
        entry.algorithm.as_str(),
        "&digits=",
        &entry.digits.get().to_string(),
    ]);
    match entry.kind {
        Kind::Totp { period } | Kind::Steam { period } => {
            push(&["&period=", &period.get().to_string()])
        }
        Kind::Hotp { counter } => push(&["&counter=", &counter.to_string()]),
    }
    SecretString::from(uri.as_str())
}
