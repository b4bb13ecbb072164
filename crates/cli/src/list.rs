//! `fob list`: the entries, without their codes.

use std::io::{self, Write};

use deskfob_vault::StoredEntry;
use serde::Serialize;

use crate::args::Global;
use crate::entry::{self, EntryView};
use crate::error::CommandError;
use crate::open::{Purpose, with_vault};
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
    tags: Vec<String>,
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    tag: Option<&str>,
) -> Result<Outcome, CommandError> {
    let entries = with_vault(global, Purpose::Read, async |vault| {
        let stored = vault.entries().await?;
        let listed = stored
            .iter()
            .filter(|stored| tag.is_none_or(|tag| has_tag(stored, tag)));
        let entries: Vec<ListedEntry> = listed.map(ListedEntry::from).collect();
        match tag {
            Some(tag) if entries.is_empty() => Err(CommandError::NoSuchTag {
                tag: tag.to_owned(),
            }),
            _ => Ok(Entries {
                entries,
                unreadable: entry::unreadable(vault, false).await?,
            }),
        }
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

/// Letter case does not matter, as in queries.
fn has_tag(stored: &StoredEntry, tag: &str) -> bool {
    let tag = tag.trim().to_lowercase();
    stored.tags.iter().any(|own| own.to_lowercase() == tag)
}

impl From<&StoredEntry> for ListedEntry {
    fn from(stored: &StoredEntry) -> Self {
        Self {
            entry: stored.into(),
            favourite: stored.favourite,
            tags: stored.tags.clone(),
        }
    }
}

impl Report for Entries {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.entries.is_empty() {
            return writeln!(out, "The vault has no entries.");
        }
        let mut table = Table::new(&["ISSUER", "ACCOUNT", "CODES", "TAGS", "ID"]);
        for ListedEntry { entry, tags, .. } in &self.entries {
            table.row([
                entry.issuer.clone(),
                entry.account.clone(),
                entry.settings(),
                tags.join(", "),
                entry.id.clone().unwrap_or_default(),
            ]);
        }
        table.write(out)
    }
}
