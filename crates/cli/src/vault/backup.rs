//! `fob vault backup`.

use std::io::{self, Write};

use deskfob_flows::now_ms;
use deskfob_vault::{Backup, BackupKind};
use serde::Serialize;

use crate::args::Global;
use crate::error::CommandError;
use crate::open::{Purpose, with_vault};
use crate::output::{Report, Table, date, plain, seconds, size};

/// A backup's file.
#[derive(Serialize)]
pub(super) struct BackupView {
    pub(super) file: String,
    /// `automatic`, `manual` or `safety`.
    pub(super) kind: &'static str,
    /// Unix time, seconds.
    pub(super) made: i64,
    pub(super) bytes: u64,
}

#[derive(Serialize)]
pub(super) struct BackupMade {
    backup: BackupView,
}

#[derive(Serialize)]
pub(super) struct Backups {
    /// The newest first.
    backups: Vec<BackupView>,
}

pub(super) async fn make(global: &Global) -> Result<BackupMade, CommandError> {
    with_vault(global, Purpose::Read, async |vault| {
        let made = vault.back_up(BackupKind::Manual, now_ms()).await?;
        Ok(BackupMade {
            backup: (&made).into(),
        })
    })
    .await
}

pub(super) async fn list(global: &Global) -> Result<Backups, CommandError> {
    with_vault(global, Purpose::Read, async |vault| {
        let backups = vault.backups().await?;
        Ok(Backups {
            backups: backups.iter().map(BackupView::from).collect(),
        })
    })
    .await
}

impl From<&Backup> for BackupView {
    fn from(backup: &Backup) -> Self {
        Self {
            file: backup.path.display().to_string(),
            kind: backup.kind.as_str(),
            made: seconds(backup.made_ms),
            bytes: backup.bytes,
        }
    }
}

pub(super) fn write_backups(backups: &[BackupView], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(&["MADE", "KIND", "SIZE", "FILE"]);
    for backup in backups {
        table.row([
            date(backup.made),
            backup.kind.to_owned(),
            size(backup.bytes),
            backup.file.clone(),
        ]);
    }
    table.write(out)
}

impl Report for BackupMade {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let BackupView { file, bytes, .. } = &self.backup;
        writeln!(
            out,
            "Backed up to {} ({}), opened again and compared.",
            plain(file),
            size(*bytes)
        )
    }
}

impl Report for Backups {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.backups.is_empty() {
            return writeln!(out, "There is no backup.");
        }
        write_backups(&self.backups, out)
    }
}
