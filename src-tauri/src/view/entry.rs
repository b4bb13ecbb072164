//! Entries and their codes.

use deskfob_otp::{Algorithm, Entry, Kind, UnixTime};
use deskfob_vault::{EntryEdit, StoredEntry, corrected_window};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How an entry's codes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum EntryKind {
    /// Time-based (RFC 6238).
    Totp,
    /// Counter-based (RFC 4226).
    Hotp,
    /// Steam's five characters.
    Steam,
}

/// The hash of HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "UPPERCASE")]
#[ts(export_to = "types.ts")]
pub enum AlgorithmView {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// An entry without its seed.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct EntryView {
    /// Names the entry in later calls.
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
    /// Marked by the person: shown first.
    pub favourite: bool,
    /// Words the person sorts entries by.
    pub tags: Vec<String>,
    /// Text shown in the issuer's icon, an emoji or up to two letters; null: the issuer's first letter.
    pub icon: Option<String>,
    /// There are notes; they come with the details.
    pub has_notes: bool,
    /// How often a code of it was used.
    pub use_count: u32,
    /// When a code of it was used last, Unix time, ms.
    #[ts(type = "number | null")]
    pub last_used_at: Option<i64>,
    /// When it was added, Unix time, ms.
    #[ts(type = "number")]
    pub created_at: i64,
}

/// What only the dialog about one entry needs.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct EntryDetailsView {
    /// The entry.
    pub id: String,
    /// The person's own text about it; may be private.
    pub notes: String,
    /// When it was changed last, Unix time, ms.
    #[ts(type = "number")]
    pub updated_at: i64,
    /// HOTP's counter (RFC 4226); null otherwise.
    #[ts(type = "number | null")]
    pub counter: Option<u64>,
}

/// What a person may change about an entry.
#[derive(Clone, Deserialize, TS)]
#[ts(export_to = "types.ts")]
pub struct EntryEditView {
    /// Who the account is with; at most 1024 characters.
    pub issuer: String,
    /// The account's name there; at most 1024 characters.
    pub account: String,
    /// The person's own text about it; at most 10 000 characters.
    pub notes: String,
    /// At most 20 of at most 50 characters.
    pub tags: Vec<String>,
    /// Text shown in the issuer's icon, at most 16 characters; null: the issuer's first letter.
    pub icon: Option<String>,
}

/// The code of one entry and its span. HOTP has no span, and its code is null until asked for.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct CodeView {
    /// The entry or draft.
    pub id: String,
    /// The code now.
    pub code: Option<String>,
    /// The code of the period after.
    pub next: Option<String>,
    /// Unix time, ms.
    #[ts(type = "number | null")]
    pub valid_from: Option<u64>,
    /// Unix time, ms; the code is refused from then on.
    #[ts(type = "number | null")]
    pub valid_until: Option<u64>,
}

/// What was copied.
#[derive(Clone, Copy, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct CopiedView {
    /// What is left of the code's life, ms; null for HOTP.
    #[ts(type = "number | null")]
    pub valid_for_ms: Option<u64>,
}

/// Which code to copy.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum Which {
    /// The one shown.
    Current,
    /// The one of the period after.
    Next,
}

impl From<Algorithm> for AlgorithmView {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha1 => Self::Sha1,
            Algorithm::Sha256 => Self::Sha256,
            Algorithm::Sha512 => Self::Sha512,
        }
    }
}

impl From<AlgorithmView> for Algorithm {
    fn from(algorithm: AlgorithmView) -> Self {
        match algorithm {
            AlgorithmView::Sha1 => Self::Sha1,
            AlgorithmView::Sha256 => Self::Sha256,
            AlgorithmView::Sha512 => Self::Sha512,
        }
    }
}

impl From<&Kind> for EntryKind {
    fn from(kind: &Kind) -> Self {
        match kind {
            Kind::Totp { .. } => Self::Totp,
            Kind::Hotp { .. } => Self::Hotp,
            Kind::Steam { .. } => Self::Steam,
        }
    }
}

impl From<&StoredEntry> for EntryView {
    fn from(stored: &StoredEntry) -> Self {
        let entry = &stored.entry;
        Self {
            id: stored.id.to_string(),
            issuer: entry.issuer.clone(),
            account: entry.account.clone(),
            kind: (&entry.kind).into(),
            algorithm: entry.algorithm.into(),
            digits: entry.digits.get(),
            period: entry.period().map(|period| period.get()),
            favourite: stored.favourite,
            tags: stored.tags.clone(),
            icon: stored.icon.clone(),
            has_notes: !stored.notes.is_empty(),
            use_count: stored.use_count,
            last_used_at: stored.last_used_ms,
            created_at: stored.created_ms,
        }
    }
}

impl From<&StoredEntry> for EntryDetailsView {
    fn from(stored: &StoredEntry) -> Self {
        Self {
            id: stored.id.to_string(),
            notes: stored.notes.expose().to_owned(),
            updated_at: stored.updated_ms,
            counter: match stored.entry.kind {
                Kind::Hotp { counter } => Some(counter),
                _ => None,
            },
        }
    }
}

impl From<EntryEditView> for EntryEdit {
    fn from(edit: EntryEditView) -> Self {
        Self {
            issuer: edit.issuer,
            account: edit.account,
            notes: edit.notes.into(),
            tags: edit.tags,
            icon: edit.icon,
        }
    }
}

impl CodeView {
    /// The code of an entry at `now`, by the time that is corrected for its account.
    pub(crate) fn of(stored: &StoredEntry, now: UnixTime) -> Self {
        let correction = stored.clock_correction_s;
        Self::at(stored.id.to_string(), &stored.entry, correction, now)
    }

    /// The code at `now` on a computer that is `correction` seconds behind, except of a counter-based entry:
    /// showing that one uses it up.
    pub(crate) fn at(id: String, entry: &Entry, correction: i64, now: UnixTime) -> Self {
        if matches!(entry.kind, Kind::Hotp { .. }) {
            return Self {
                id,
                code: None,
                next: None,
                valid_from: None,
                valid_until: None,
            };
        }
        let window = corrected_window(entry, correction, now);
        Self {
            id,
            code: Some(window.code.expose().to_owned()),
            next: Some(window.next.expose().to_owned()),
            valid_from: window.valid_from.map(milliseconds),
            valid_until: window.valid_until.map(milliseconds),
        }
    }
}

fn milliseconds(time: UnixTime) -> u64 {
    time.0.saturating_mul(1000)
}
