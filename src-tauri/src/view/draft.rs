//! Entries read and not kept yet.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AlgorithmView, CodeView, EntryKind, EntryView};

/// An entry read from a picture, a link or a form, not kept yet. Its seed stays in the backend.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct DraftView {
    /// Names the draft in later calls.
    pub id: String,
    /// Who the account is with.
    pub issuer: String,
    /// The account's name there.
    pub account: String,
    /// How its codes are made.
    pub kind: EntryKind,
    /// The hash of HMAC.
    pub algorithm: AlgorithmView,
    /// Digits of a code, 1 to 10.
    pub digits: u8,
    /// Seconds a code lives; null for HOTP.
    pub period: Option<u32>,
    /// HOTP's counter (RFC 4226); null otherwise.
    #[ts(type = "number | null")]
    pub counter: Option<u64>,
    /// Its code now.
    pub code: CodeView,
    /// Sentences about what was assumed while reading it.
    pub notices: Vec<String>,
    /// Entries of the vault that it looks the same as.
    pub duplicate_of: Vec<EntryView>,
}

/// What a person typed in.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct ManualEntry {
    /// Who the account is with.
    pub issuer: String,
    /// The account's name there.
    pub account: String,
    /// The setup key, base32.
    pub key: String,
    /// How its codes are made.
    pub kind: EntryKind,
    /// The hash of HMAC.
    pub algorithm: AlgorithmView,
    /// Digits of a code, 1 to 10.
    pub digits: u8,
    /// Seconds a code lives, at least 1.
    pub period: u32,
    /// HOTP's counter.
    #[ts(type = "number")]
    pub counter: u64,
}

/// What to do about an entry that looks the same.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum DuplicateChoice {
    /// Keep the old one too.
    KeepBoth,
    /// Put the draft in the place of the entry of this id.
    Replace(String),
}
