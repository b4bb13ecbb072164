//! What a backup holds and what came of it.

use std::io::{self, Write};

use deskfob_vault::{Difference, Label, OpenBackup};
use serde::Serialize;

use crate::args::RestoreArgs;
use crate::entry;
use crate::error::CommandError;
use crate::output::{Report, date, plain, seconds};

#[derive(Serialize)]
pub(in crate::vault) struct Restoring {
    pub(super) backup: BackupContents,
    /// From the vault as it was before; null when there was none to compare with.
    pub(super) difference: Option<DifferenceView>,
    /// Null when it was only looked at.
    pub(super) restored: Option<Restored>,
    /// How many entries were added; null but for what was missing.
    pub(super) added: Option<u32>,
    /// The folder with what was there before; null unless everything was replaced.
    pub(super) kept_in: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Restored {
    Missing,
    Everything,
}

#[derive(Serialize)]
pub(super) struct BackupContents {
    file: String,
    /// Unix time, seconds.
    pub(super) made: i64,
    entries: u32,
    /// Of platforms.
    accounts: u32,
}

#[derive(Serialize)]
pub(super) struct DifferenceView {
    only_in_backup: Vec<LabelView>,
    /// In the backup, and in the vault's trash.
    in_trash: Vec<LabelView>,
    pub(super) only_in_vault: Vec<LabelView>,
    changed: Vec<ChangedView>,
    /// How many entries both have with the same values.
    same: u32,
    accounts_only_in_backup: Vec<String>,
    accounts_only_in_vault: Vec<String>,
    /// Entries of the backup that this version cannot read.
    unreadable: u32,
}

#[derive(Serialize)]
pub(super) struct LabelView {
    issuer: String,
    account: String,
}

#[derive(Serialize)]
struct ChangedView {
    #[serde(flatten)]
    label: LabelView,
    /// Names of what differs.
    fields: Vec<&'static str>,
}

impl BackupContents {
    pub(super) async fn of(args: &RestoreArgs, backup: &OpenBackup) -> Result<Self, CommandError> {
        let (entries, accounts) = backup.counts().await?;
        Ok(Self {
            file: args.file.display().to_string(),
            made: seconds(backup.made_ms()),
            entries,
            accounts,
        })
    }
}

impl From<Label> for LabelView {
    fn from(label: Label) -> Self {
        Self {
            issuer: label.issuer,
            account: label.account,
        }
    }
}

impl From<Difference> for DifferenceView {
    fn from(difference: Difference) -> Self {
        let labels = |labels: Vec<Label>| labels.into_iter().map(LabelView::from).collect();
        Self {
            only_in_backup: labels(difference.only_in_backup),
            in_trash: labels(difference.in_trash),
            only_in_vault: labels(difference.only_in_vault),
            changed: difference
                .changed
                .into_iter()
                .map(|changed| ChangedView {
                    label: changed.label.into(),
                    fields: changed.fields,
                })
                .collect(),
            same: difference.same,
            accounts_only_in_backup: difference.accounts_only_in_backup,
            accounts_only_in_vault: difference.accounts_only_in_vault,
            unreadable: difference.unreadable_in_backup,
        }
    }
}

impl LabelView {
    fn name(&self) -> String {
        plain(&entry::named(&self.issuer, &self.account))
    }
}

impl DifferenceView {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let lists = [
            ("Only in the backup", &self.only_in_backup),
            ("In the vault's trash", &self.in_trash),
            ("Only in the vault", &self.only_in_vault),
        ];
        for (what, labels) in lists {
            for label in labels {
                writeln!(out, "{what}: {}", label.name())?;
            }
        }
        for changed in &self.changed {
            let fields = changed.fields.join(", ");
            writeln!(out, "Different: {} ({fields})", changed.label.name())?;
        }
        let accounts = [
            ("Only in the backup", &self.accounts_only_in_backup),
            ("Only in the vault", &self.accounts_only_in_vault),
        ];
        for (what, emails) in accounts {
            for email in emails {
                writeln!(out, "{what}: the account {}", plain(email))?;
            }
        }
        writeln!(out, "The same in both: {} entries", self.same)?;
        if self.unreadable > 0 {
            writeln!(
                out,
                "Not readable by this version: {} entries of the backup",
                self.unreadable
            )?;
        }
        Ok(())
    }
}

impl Report for Restoring {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let BackupContents {
            made,
            entries,
            accounts,
            ..
        } = &self.backup;
        let made = date(*made);
        writeln!(
            out,
            "Backup of {made}: {entries} entries, {accounts} platform accounts"
        )?;
        if let Some(difference) = &self.difference {
            difference.write_text(out)?;
        }
        match self.restored {
            None => writeln!(
                out,
                "Nothing was changed. To add what is missing: --missing. To replace the vault: --everything."
            ),
            Some(Restored::Missing) => {
                writeln!(out, "Entries added: {}", self.added.unwrap_or_default())
            }
            Some(Restored::Everything) => {
                writeln!(
                    out,
                    "The vault is what it was then. What opened it then opens it now."
                )?;
                match &self.kept_in {
                    Some(folder) => {
                        writeln!(out, "What was there before is kept in {}", plain(folder))
                    }
                    None => Ok(()),
                }
            }
        }
    }
}
