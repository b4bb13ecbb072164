//! Entries read and not kept yet.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AlgorithmView, CodeView, EntryKind, EntryView};
use crate::error::CommandError;

/// What was read from a picture, a link, a text or a form.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct FoundView {
    /// Entries to review, each once.
    pub drafts: Vec<DraftView>,
    /// Transfers of several codes that wait for their others.
    pub transfers: Vec<TransferView>,
    /// What was meant as an enrolment and can't be taken as one, besides what is above.
    pub refused: Option<CommandError>,
}

/// Whether links of a page in the browser open in this program.
#[derive(Clone, Copy, Serialize, TS)]
#[ts(export_to = "types.ts")]
pub struct LinksView {
    /// The program can see to it itself. Otherwise the installed app does.
    pub supported: bool,
    /// They do.
    pub registered: bool,
}

/// A transfer of several codes, not all of which were scanned.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct TransferView {
    /// How many codes it has.
    pub total: u8,
    /// How many of them were scanned.
    pub have: u8,
    /// The numbers of the others, from 1.
    pub missing: Vec<u8>,
    /// The code read last had been scanned before.
    pub repeated: bool,
}

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
    /// Entries of the vault that it looks the same as; those that make the same codes first.
    pub duplicate_of: Vec<DuplicateView>,
}

/// An entry of the vault that a draft looks the same as.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct DuplicateView {
    /// The entry.
    pub entry: EntryView,
    /// Both make the same codes. Otherwise the names are the same, or the key is and the settings are not.
    pub same_codes: bool,
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

/// A draft to keep, as the person wants it.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct DraftChoice {
    /// The draft.
    pub id: String,
    /// Who the account is with; at most 1024 characters.
    pub issuer: String,
    /// The account's name there; at most 1024 characters.
    pub account: String,
    /// At most 20 of at most 50 characters.
    pub tags: Vec<String>,
    /// What to do about an entry that looks the same.
    pub duplicate: DuplicateChoice,
}

/// What to do about an entry that looks the same.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum DuplicateChoice {
    /// None was shown: keep nothing if there is one by now.
    Ask,
    /// Keep the old one too.
    KeepBoth,
    /// Put the draft in the place of the entry of this id.
    Replace(String),
}
