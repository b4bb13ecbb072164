//! `fob add`: entries from URIs or from a key and its settings.

use std::io::{self, Write};

use deskfob_flows::now_ms;
use deskfob_otp::{Digits, Entry, Kind, Period, Seed};
use deskfob_vault::Vault;
use secrecy::ExposeSecret;
use serde::Serialize;

use crate::args::{AddArgs, Global, KindArg};
use crate::entry::{self, EntryView};
use crate::error::CommandError;
use crate::input::{self, Asked, Line};
use crate::open::{Purpose, with_vault};
use crate::output::{Outcome, Output, Report, plain};

#[derive(Serialize)]
struct Added {
    entries: Vec<EntryView>,
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
        if !args.keep_both {
            refuse_twins(vault, &entries).await?;
        }
        let ids = vault.add_entries(&entries, now_ms()).await?;
        let views = entries.iter().zip(ids);
        Ok(Added {
            entries: views
                .map(|(entry, id)| EntryView {
                    id: Some(id.to_string()),
                    ..entry.into()
                })
                .collect(),
        })
    })
    .await?;
    out.show(&added)?;
    Ok(Outcome::Done)
}

/// Refuses entries that the vault seems to have, or that are given twice.
async fn refuse_twins(vault: &Vault, entries: &[Entry]) -> Result<(), CommandError> {
    for (index, entry) in entries.iter().enumerate() {
        refuse_twin(vault, entry).await?;
        if let Some(twin) = entries[..index]
            .iter()
            .find(|other| other.seed.ct_eq(&entry.seed))
        {
            return Err(CommandError::Duplicate {
                name: entry::name(entry),
                twin: entry::name(twin),
            });
        }
    }
    Ok(())
}

/// Refuses an entry that the vault seems to have.
pub(crate) async fn refuse_twin(vault: &Vault, entry: &Entry) -> Result<(), CommandError> {
    let Some(twin) = vault.find_duplicates(entry).await?.first().copied() else {
        return Ok(());
    };
    let twin = vault.entry(twin).await?;
    Err(CommandError::Duplicate {
        name: entry::name(entry),
        twin: entry::name(&twin.entry),
    })
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

impl Report for Added {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        for entry in &self.entries {
            writeln!(out, "Added {}", plain(&entry.name()))?;
        }
        Ok(())
    }
}
