//! What was done in the vault, what is in its trash, and what cannot be read.

use deskfob_vault::{HistoryRecord, TrashedEntry, UnreadableEntry};
use serde::Serialize;
use ts_rs::TS;

use super::EntryKind;

/// One thing that was done. Names only, never a secret.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "types.ts")]
pub struct HistoryView {
    /// Grows with time.
    #[ts(type = "number")]
    pub id: i64,
    /// Unix time, ms.
    #[ts(type = "number")]
    pub at: i64,
    /// Which program: "window" or "fob".
    pub program: String,
    /// Stable name of what was done.
    pub action: String,
    /// What it was done to.
    pub subject: String,
}

/// An entry in the trash.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct TrashedView {
    /// Names the entry in later calls.
    pub id: String,
    /// Who the account is with.
    pub issuer: String,
    /// The account's name there.
    pub account: String,
    /// What its icon shows; null for the usual.
    pub icon: Option<String>,
    /// How its codes are made.
    pub kind: EntryKind,
    /// When it was removed, Unix time, ms.
    #[ts(type = "number")]
    pub deleted_at: i64,
}

/// An entry that this version cannot read. It is kept as it is.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct UnreadableView {
    /// Names the entry, where that much can be read.
    pub id: Option<String>,
    /// The issuer, or nothing.
    pub issuer: String,
    /// The account, or nothing.
    pub account: String,
    /// It is in the trash, which can be emptied without it.
    pub in_trash: bool,
    /// What is wrong, in words.
    pub problem: String,
}

impl From<HistoryRecord> for HistoryView {
    fn from(record: HistoryRecord) -> Self {
        Self {
            id: record.id,
            at: record.at_ms,
            program: record.program,
            action: record.action,
            subject: record.subject,
        }
    }
}

impl From<&TrashedEntry> for TrashedView {
    fn from(trashed: &TrashedEntry) -> Self {
        Self {
            id: trashed.id.to_string(),
            issuer: trashed.entry.issuer.clone(),
            account: trashed.entry.account.clone(),
            icon: trashed.icon.clone(),
            kind: (&trashed.entry.kind).into(),
            deleted_at: trashed.deleted_ms,
        }
    }
}

impl From<UnreadableEntry> for UnreadableView {
    fn from(entry: UnreadableEntry) -> Self {
        Self {
            id: entry.id.map(|id| id.to_string()),
            issuer: entry.issuer,
            account: entry.account,
            in_trash: entry.in_trash,
            problem: entry.problem.to_string(),
        }
    }
}
