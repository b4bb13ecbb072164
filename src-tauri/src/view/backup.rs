//! Backups, and what differs between one and the vault.

use deskfob_vault::{Backup, BackupKind, Difference, Label, Level};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a backup was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts", rename = "BackupKind")]
pub enum BackupKindView {
    /// By itself, once a day.
    Automatic,
    /// Because the person asked.
    Manual,
    /// Before an upgrade or a restore.
    Safety,
}

/// A backup file.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct BackupView {
    /// Its file's name.
    pub name: String,
    /// Unix time, ms.
    #[ts(type = "number")]
    pub made_at: i64,
    /// Size of the file.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Why it was made.
    pub kind: BackupKindView,
}

/// An entry's names.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "types.ts")]
pub struct LabelView {
    /// Who the account is with.
    pub issuer: String,
    /// The account's name there.
    pub account: String,
}

/// An entry that is in both, with different values.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "types.ts")]
pub struct ChangedView {
    /// Who the account is with.
    pub issuer: String,
    /// The account's name there.
    pub account: String,
    /// What differs, in words.
    pub fields: Vec<String>,
}

/// What differs between a backup and the open vault.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts", rename = "BackupDifference")]
pub struct DifferenceView {
    /// Entries that only the backup has.
    pub only_in_backup: Vec<LabelView>,
    /// Entries that only the vault has.
    pub only_in_vault: Vec<LabelView>,
    /// Entries that differ.
    pub changed: Vec<ChangedView>,
    /// Entries that are the same.
    pub same: u32,
}

/// What a backup holds.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct BackupPreview {
    /// Its file's name.
    pub name: String,
    /// Unix time, ms.
    #[ts(type = "number")]
    pub made_at: i64,
    /// How many entries.
    pub entries: u32,
    /// How many platform accounts.
    pub accounts: u32,
    /// Null when no vault is open to compare with.
    pub difference: Option<DifferenceView>,
}

/// How much of a backup to bring back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts", rename = "RestoreChoice")]
pub enum RestoreHow {
    /// The entries that the vault does not have.
    Missing,
    /// The whole vault as it was.
    Everything,
}

/// What was brought back.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct RestoredView {
    /// Entries that were added; null when everything was put back.
    pub added: Option<u32>,
    /// File name of the backup of what was there before.
    pub safety_backup: Option<String>,
}

/// The form of an export that is not encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts", rename = "PlainFormat")]
pub enum ExportFormat {
    /// One otpauth URI a line.
    Uris,
    /// Everything, as a JSON document.
    Json,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts", rename = "FindingLevel")]
pub enum LevelView {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Warning,
    /// Something is wrong.
    Problem,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "types.ts")]
pub struct FindingView {
    /// How much it matters.
    pub level: LevelView,
    /// What was found.
    pub what: String,
    /// What to do.
    pub hint: Option<String>,
}

/// What a check of the vault found.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "types.ts")]
pub struct CheckView {
    /// Everything that was looked at.
    pub findings: Vec<FindingView>,
}

impl From<BackupKind> for BackupKindView {
    fn from(kind: BackupKind) -> Self {
        match kind {
            BackupKind::Automatic => Self::Automatic,
            BackupKind::Manual => Self::Manual,
            BackupKind::Safety => Self::Safety,
        }
    }
}

impl From<&Backup> for BackupView {
    fn from(backup: &Backup) -> Self {
        Self {
            name: backup.name(),
            made_at: backup.made_ms,
            bytes: backup.bytes,
            kind: backup.kind.into(),
        }
    }
}

impl From<&Label> for LabelView {
    fn from(label: &Label) -> Self {
        Self {
            issuer: label.issuer.clone(),
            account: label.account.clone(),
        }
    }
}

impl From<&Difference> for DifferenceView {
    fn from(difference: &Difference) -> Self {
        Self {
            only_in_backup: difference.only_in_backup.iter().map(Into::into).collect(),
            only_in_vault: difference.only_in_vault.iter().map(Into::into).collect(),
            changed: difference
                .changed
                .iter()
                .map(|changed| ChangedView {
                    issuer: changed.label.issuer.clone(),
                    account: changed.label.account.clone(),
                    fields: changed.fields.iter().map(ToString::to_string).collect(),
                })
                .collect(),
            same: difference.same,
        }
    }
}

impl From<Level> for LevelView {
    fn from(level: Level) -> Self {
        match level {
            Level::Ok => Self::Ok,
            Level::Warning => Self::Warning,
            Level::Problem => Self::Problem,
        }
    }
}
