//! `fob list`: the entries, without their codes.

use std::io::{self, Write};

use serde::Serialize;

use crate::args::Global;
use crate::entry::EntryView;
use crate::error::CommandError;
use crate::open::with_vault;
use crate::output::{Outcome, Output, Report, Table};

#[derive(Serialize)]
struct Entries {
    entries: Vec<ListedEntry>,
    /// Entries that this version cannot read; they are kept as they are.
    unreadable: usize,
}

#[derive(Serialize)]
struct ListedEntry {
    #[serde(flatten)]
    entry: EntryView,
    favourite: bool,
}

pub(crate) async fn run(global: &Global, out: &Output) -> Result<Outcome, CommandError> {
    let entries = with_vault(global, async |vault| {
        let stored = vault.entries().await?;
        let entries = stored.iter().map(|stored| ListedEntry {
            entry: stored.into(),
            favourite: stored.favourite,
        });
        Ok(Entries {
            entries: entries.collect(),
            unreadable: vault.unreadable_entries().await?.len(),
        })
    })
    .await?;
    if entries.unreadable > 0 {
        out.note(&format!(
            "entries that this version cannot read: {}",
            entries.unreadable
        ));
    }
    out.show(&entries)?;
    Ok(Outcome::Done)
}

impl Report for Entries {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.entries.is_empty() {
            return writeln!(out, "The vault has no entries.");
        }
        let mut table = Table::new(&["ISSUER", "ACCOUNT", "CODES", "ID"]);
        for ListedEntry { entry, .. } in &self.entries {
            table.row([
                entry.issuer.clone(),
                entry.account.clone(),
                entry.settings(),
                entry.id.clone().unwrap_or_default(),
            ]);
        }
        table.write(out)
    }
}
