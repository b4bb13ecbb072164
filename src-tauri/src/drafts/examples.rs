//! Links that the tests of this folder read.

use super::Reading;

pub(super) const EXAMPLE: &str = "otpauth://totp/Example:ada?secret=QWERTYUIOP";
pub(super) const OTHER: &str = "otpauth://totp/Other:ada?secret=ASDFGHJKL";

/// Codes number 1 and 2 of a transfer of two, as another app draws them: an account each.
pub(super) const FIRST: &str =
    "otpauth-migration://offline?data=ChIKBUhlbGxvEgNvbmUgASgBMAIQARgCIAA";
pub(super) const SECOND: &str =
    "otpauth-migration://offline?data=ChIKBVdvcmxkEgN0d28gASgBMAIQARgCIAE";

pub(super) fn issuers(reading: &Reading) -> Vec<&str> {
    reading
        .drafts
        .iter()
        .map(|draft| draft.entry.issuer.as_str())
        .collect()
}
