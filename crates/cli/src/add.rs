//! `fob add`: entries from URIs or from a key and its settings.

use std::io::{self, Write};

use deskfob_flows::now_ms;
use deskfob_otp::{Digits, Entry, Kind, Period, Seed};
use deskfob_vault::{Duplicate, KeepError, Kept, NewEntry, OnDuplicate, Vault};
use secrecy::ExposeSecret;
use serde::Serialize;

use crate::args::{AddArgs, DuplicateArgs, Global, KindArg};
use crate::entry::{self, EntryView};
use crate::error::CommandError;
use crate::input::{self, Asked, Line};
use crate::open::{Purpose, with_vault};
use crate::output::{Outcome, Output, Report, plain};

#[derive(Serialize)]
struct Added {
    entries: Vec<EntryView>,
    /// The ids of those that were put in the place of another entry.
    replaced: Vec<String>,
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    args: &AddArgs,
) -> Result<Outcome, CommandError> {
    // Refused before anything is asked for.
    let (digits, period) = (
        Digits::try_from(args.digits)?,
        Period::try_from(args.period)?,
    );
    let added = with_vault(global, Purpose::Change, async |vault| {
        let entries = if args.uri_stdin {
            from_uris(out)?
        } else {
            vec![typed(args, digits, period)?]
        };
        let kept = keep(vault, &entries, args.duplicates.policy(OnDuplicate::Refuse)).await?;
        Ok(Added::of(&entries, &kept))
    })
    .await?;
    out.show(&added)?;
    Ok(Outcome::Done)
}

impl DuplicateArgs {
    pub(crate) fn policy(&self, otherwise: OnDuplicate) -> OnDuplicate {
        match (self.keep_both, self.replace) {
            (true, _) => OnDuplicate::KeepBoth,
            (_, true) => OnDuplicate::Replace,
            _ => otherwise,
        }
    }
}

/// Adds entries, each by the same rule about duplicates: all or none.
pub(crate) async fn keep(
    vault: &Vault,
    entries: &[Entry],
    on_duplicate: OnDuplicate,
) -> Result<Vec<Kept>, CommandError> {
    let new: Vec<NewEntry> = entries
        .iter()
        .map(|entry| NewEntry {
            entry: entry.clone(),
            tags: Vec::new(),
            on_duplicate,
        })
        .collect();
    let name = |index: usize| entries.get(index).map(entry::name).unwrap_or_default();
    vault
        .keep_entries(&new, now_ms())
        .await
        .map_err(|error| match error {
            KeepError::Duplicate { index, of } => CommandError::Duplicate {
                name: name(index),
                twin: entry::named(&of.issuer, &of.account),
            },
            KeepError::Ambiguous { index, count } => CommandError::SeveralDuplicates {
                name: name(index),
                count,
            },
            KeepError::Store(error) => error.into(),
        })
}

/// The vault has `entry` already.
pub(crate) fn duplicate(entry: &Entry, of: &Duplicate) -> CommandError {
    CommandError::Duplicate {
        name: entry::name(entry),
        twin: entry::named(&of.issuer, &of.account),
    }
}

/// Every line of standard input that is not empty; one that is no URI refuses them all.
fn from_uris(out: &Output) -> Result<Vec<Entry>, CommandError> {
    let mut entries = Vec::new();
    let mut input = io::stdin().lock();
    let mut number = 0;
    while let Some(line) = input::next_line(&mut input).map_err(CommandError::Input)? {
        number += 1;
        let on_line = |problem| CommandError::Line {
            line: number,
            problem: Box::new(problem),
        };
        let uri = match &line {
            Line::Text(text) => text.trim(),
            Line::NotText => return Err(on_line(CommandError::NotText)),
            Line::TooLong => return Err(on_line(CommandError::LineTooLong)),
        };
        if uri.is_empty() {
            continue;
        }
        let parsed = Entry::from_uri(uri).map_err(|error| on_line(error.into()))?;
        for notice in &parsed.notices {
            out.note(&format!("line {number}: {notice}"));
        }
        entries.push(parsed.entry);
    }
    if entries.is_empty() {
        Err(CommandError::NoUri)
    } else {
        Ok(entries)
    }
}

fn typed(args: &AddArgs, digits: Digits, period: Period) -> Result<Entry, CommandError> {
    let key = input::secret_piped_or_prompted(Asked::Key)?;
    let seed = Seed::from_base32(key.expose_secret())?;
    let issuer = args.issuer.as_deref().unwrap_or_default();
    let account = args.account.as_deref().unwrap_or_default();
    let entry = Entry::totp(issuer, account, seed);
    Ok(match args.kind {
        KindArg::Totp => Entry {
            algorithm: args.algorithm,
            digits,
            kind: Kind::Totp { period },
            ..entry
        },
        KindArg::Hotp => {
            let kind = Kind::Hotp {
                counter: args.counter,
            };
            Entry {
                algorithm: args.algorithm,
                digits,
                kind,
                ..entry
            }
        }
        KindArg::Steam => Entry {
            digits: Digits::STEAM,
            kind: Kind::Steam { period },
            ..entry
        },
    })
}

impl Added {
    fn of(entries: &[Entry], kept: &[Kept]) -> Self {
        let mut added = Self {
            entries: Vec::with_capacity(entries.len()),
            replaced: Vec::new(),
        };
        for (entry, kept) in entries.iter().zip(kept) {
            let id = match kept {
                Kept::Added(id) => id.to_string(),
                Kept::Replaced(id) => {
                    added.replaced.push(id.to_string());
                    id.to_string()
                }
                Kept::Skipped(_) => continue,
            };
            added.entries.push(EntryView {
                id: Some(id),
                ..entry.into()
            });
        }
        added
    }
}

impl Report for Added {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        for entry in &self.entries {
            let replaced = entry
                .id
                .as_ref()
                .is_some_and(|id| self.replaced.contains(id));
            let done = if replaced { "Replaced" } else { "Added" };
            writeln!(out, "{done} {}", plain(&entry.name()))?;
        }
        Ok(())
    }
}
