//! `fob history`: what was done to the vault.

use std::io::{self, Write};

use deskfob_vault::{HistoryRecord, Vault};
use serde::Serialize;

use crate::args::Global;
use crate::error::CommandError;
use crate::open::{Purpose, with_vault};
use crate::output::{Outcome, Output, Report, Table, date, seconds};

#[derive(Serialize)]
struct History {
    /// The newest first.
    history: Vec<Record>,
}

#[derive(Serialize)]
struct Record {
    id: i64,
    /// Unix time, seconds.
    at: i64,
    /// The program that did it.
    program: String,
    /// Stable name of what was done.
    action: String,
    /// What it was done to.
    subject: String,
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    limit: u32,
) -> Result<Outcome, CommandError> {
    let history = with_vault(global, Purpose::Read, async |vault| {
        newest(vault, limit as usize).await
    })
    .await?;
    out.show(&history)?;
    Ok(Outcome::Done)
}

/// The vault gives them piece by piece.
async fn newest(vault: &Vault, limit: usize) -> Result<History, CommandError> {
    let mut history: Vec<Record> = Vec::new();
    while history.len() < limit {
        let wanted = u32::try_from(limit - history.len()).unwrap_or(u32::MAX);
        let before = history.last().map(|record| record.id);
        let records = vault.history(before, wanted).await?;
        if records.is_empty() {
            break;
        }
        history.extend(records.into_iter().map(Record::from));
    }
    Ok(History { history })
}

impl From<HistoryRecord> for Record {
    fn from(record: HistoryRecord) -> Self {
        Self {
            id: record.id,
            at: seconds(record.at_ms),
            program: record.program,
            action: record.action,
            subject: record.subject,
        }
    }
}

impl Report for History {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(&["WHEN", "BY", "DID", "TO"]);
        for record in &self.history {
            table.row([
                date(record.at),
                record.program.clone(),
                record.action.replace('_', " "),
                record.subject.clone(),
            ]);
        }
        table.write(out)
    }
}
