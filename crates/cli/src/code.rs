//! `fob code`: codes of the vault's entries.

use std::collections::HashSet;
use std::io::{self, Write};

use deskfob_flows::{now_ms, unix_now};
use deskfob_otp::{Kind, UnixTime};
use deskfob_vault::{StoredEntry, Vault};
use serde::Serialize;

use crate::args::{CodeArgs, Global};
use crate::entry::{self, EntryView};
use crate::error::CommandError;
use crate::open::{Purpose, with_vault};
use crate::output::{Outcome, Output, Report, Table};

#[derive(Serialize)]
struct Codes {
    codes: Vec<CodeRow>,
    /// The time the codes were made for, Unix time in seconds.
    at: u64,
    #[serde(skip)]
    next: bool,
    /// A query that means one entry is answered by the bare code.
    #[serde(skip)]
    bare: bool,
}

/// An entry's code. Those of HOTP are null unless the entry was the only one asked for.
#[derive(Serialize)]
struct CodeRow {
    #[serde(flatten)]
    entry: EntryView,
    code: Option<String>,
    next: Option<String>,
    /// Unix time, seconds; null for HOTP.
    valid_from: Option<u64>,
    /// Unix time, seconds; null for HOTP.
    valid_until: Option<u64>,
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    args: &CodeArgs,
) -> Result<Outcome, CommandError> {
    // Uses are counted, and nobody waits for a backup of that.
    let codes = with_vault(global, Purpose::Read, async |vault| {
        codes(vault, args).await
    })
    .await?;
    out.show(&codes)?;
    Ok(Outcome::Done)
}

async fn codes(vault: &Vault, args: &CodeArgs) -> Result<Codes, CommandError> {
    let now = args.at.map_or_else(unix_now, UnixTime);
    let (rows, bare) = match &args.query {
        Some(query) => meant(vault, query, now, args).await?,
        None => (all(vault, now).await?, false),
    };
    Ok(Codes {
        codes: rows,
        at: now.0,
        next: args.next,
        bare,
    })
}

async fn all(vault: &Vault, now: UnixTime) -> Result<Vec<CodeRow>, CommandError> {
    let entries = vault.entries().await?;
    if entries.is_empty() {
        return Err(CommandError::NoEntries);
    }
    Ok(entries
        .iter()
        .map(|entry| CodeRow::at(entry, now))
        .collect())
}

/// The rows of the entries that `query` means, and whether it is one. One is read by itself: of a thousand entries,
/// reading all of them takes a third of the time of the whole command.
async fn meant(
    vault: &Vault,
    query: &str,
    now: UnixTime,
    args: &CodeArgs,
) -> Result<(Vec<CodeRow>, bool), CommandError> {
    let names = vault.entry_names().await?;
    if names.is_empty() {
        return Err(CommandError::NoEntries);
    }
    match entry::matching(&names, query).as_slice() {
        [] => Err(CommandError::NoSuchEntry {
            query: query.to_owned(),
        }),
        [only] => {
            let stored = vault.entry(only.id).await?;
            Ok((vec![used(vault, &stored, now, args).await?], true))
        }
        several => {
            let meant: HashSet<_> = several.iter().map(|name| name.id).collect();
            let entries = vault.entries().await?;
            let rows = entries.iter().filter(|entry| meant.contains(&entry.id));
            Ok((rows.map(|entry| CodeRow::at(entry, now)).collect(), false))
        }
    }
}

/// The code of the one entry that was asked for.
async fn used(
    vault: &Vault,
    stored: &StoredEntry,
    now: UnixTime,
    args: &CodeArgs,
) -> Result<CodeRow, CommandError> {
    let mut row = CodeRow::at(stored, now);
    if let Kind::Hotp { .. } = stored.entry.kind {
        if args.next {
            return Err(CommandError::CounterHasNoNext {
                name: row.entry.name(),
            });
        }
        // The moved counter is kept before the code is seen, so that no code is shown twice (RFC 4226 section 7.2).
        let code = vault.advance_counter(stored.id, now_ms()).await?;
        row.code = Some(code.expose().to_owned());
        row.entry = EntryView::from(&vault.entry(stored.id).await?);
    }
    if args.at.is_none() {
        vault.mark_used(stored.id, now_ms()).await?;
    }
    Ok(row)
}

impl CodeRow {
    fn at(stored: &StoredEntry, now: UnixTime) -> Self {
        let mut row = Self {
            entry: stored.into(),
            code: None,
            next: None,
            valid_from: None,
            valid_until: None,
        };
        // Seeing the code of a counter-based entry uses it up.
        if !matches!(stored.entry.kind, Kind::Hotp { .. }) {
            let window = stored.window_at(now);
            row.code = Some(window.code.expose().to_owned());
            row.next = Some(window.next.expose().to_owned());
            row.valid_from = window.valid_from.map(|time| time.0);
            row.valid_until = window.valid_until.map(|time| time.0);
        }
        row
    }

    fn shown(&self, next: bool) -> &str {
        let code = if next { &self.next } else { &self.code };
        code.as_deref().unwrap_or("-")
    }

    /// How long the shown code is good for.
    fn left(&self, at: u64, next: bool) -> String {
        let (Some(until), Some(period)) = (self.valid_until, self.entry.period) else {
            return String::new();
        };
        let until = if next {
            until.saturating_add(period.into())
        } else {
            until
        };
        format!("{} s", until.saturating_sub(at))
    }
}

impl Report for Codes {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if let (true, [only]) = (self.bare, self.codes.as_slice()) {
            return writeln!(out, "{}", only.shown(self.next));
        }
        let mut table = Table::new(&["CODE", "LEFT", "NAME"]);
        for row in &self.codes {
            table.row([
                row.shown(self.next).to_owned(),
                row.left(self.at, self.next),
                row.entry.name(),
            ]);
        }
        table.write(out)
    }
}
