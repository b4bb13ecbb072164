//! `fob remove` and `fob trash`: removed entries stay until they are destroyed.

use std::io::{self, Write};

use deskfob_flows::now_ms;
use deskfob_vault::{TrashedEntry, Vault};
use serde::Serialize;

use crate::args::{Global, TrashCommand};
use crate::entry::{self, EntryView};
use crate::error::CommandError;
use crate::input::{can_confirm, confirm};
use crate::open::{Purpose, with_vault};
use crate::output::{Outcome, Output, Report, Table, date, plain, seconds};

#[derive(Serialize)]
struct Trash {
    entries: Vec<Trashed>,
    /// How many more there are that this version cannot read.
    unreadable: usize,
}

#[derive(Serialize)]
struct Trashed {
    #[serde(flatten)]
    entry: EntryView,
    /// When it was removed, Unix time in seconds.
    deleted: i64,
}

/// An entry that was moved.
#[derive(Serialize)]
struct Moved {
    entry: EntryView,
    #[serde(skip)]
    how: How,
}

#[derive(Clone, Copy)]
enum How {
    Removed,
    Restored,
    Purged,
}

#[derive(Serialize)]
struct Emptied {
    /// How many entries were destroyed.
    purged: u32,
    /// How many stay, as this version cannot read them.
    unreadable: usize,
}

pub(crate) async fn remove(
    global: &Global,
    out: &Output,
    query: &str,
) -> Result<Outcome, CommandError> {
    let removed = with_vault(global, Purpose::Change, async |vault| {
        let entries = vault.entries().await?;
        let stored = entry::only(&entries, query)?;
        for account in vault.accounts().await? {
            if account.entry_id == Some(stored.id) {
                out.note(&format!(
                    "warning: its codes are those of the account {}",
                    account.email
                ));
            }
        }
        vault.remove_entry(stored.id, now_ms()).await?;
        Ok(Moved {
            entry: stored.into(),
            how: How::Removed,
        })
    })
    .await?;
    out.show(&removed)?;
    Ok(Outcome::Done)
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    command: TrashCommand,
) -> Result<Outcome, CommandError> {
    match command {
        TrashCommand::List => {
            let trash = with_vault(global, Purpose::Read, async |vault| {
                let trash = vault.trash().await?;
                Ok(Trash {
                    entries: trash.iter().map(Trashed::from).collect(),
                    unreadable: entry::unreadable(vault, true).await?,
                })
            });
            let trash = trash.await?;
            note_unreadable(out, trash.unreadable);
            out.show(&trash)?;
        }
        TrashCommand::Restore(args) => {
            let restored = with_vault(global, Purpose::Change, async |vault| {
                let entry = chosen(vault, &args.query).await?;
                vault.restore_entry(entry.id, now_ms()).await?;
                Ok(Moved {
                    entry: (&entry).into(),
                    how: How::Restored,
                })
            });
            out.show(&restored.await?)?;
        }
        TrashCommand::Purge { entry: args, yes } => {
            can_confirm(yes)?;
            let purged = with_vault(global, Purpose::Change, async |vault| {
                let entry = chosen(vault, &args.query).await?;
                let name = entry::name(&entry.entry);
                confirm(&format!("Destroy {name} with its secret?"), yes)?;
                vault.purge_entry(entry.id).await?;
                Ok(Moved {
                    entry: (&entry).into(),
                    how: How::Purged,
                })
            });
            out.show(&purged.await?)?;
        }
        TrashCommand::Empty { yes } => {
            can_confirm(yes)?;
            let emptied = with_vault(global, Purpose::Change, async |vault| {
                let removed = vault.trash().await?.len();
                let question = format!("Destroy the {removed} entries in the trash?");
                confirm(&question, yes)?;
                Ok(Emptied {
                    purged: vault.empty_trash(now_ms()).await?,
                    unreadable: entry::unreadable(vault, true).await?,
                })
            });
            let emptied = emptied.await?;
            note_unreadable(out, emptied.unreadable);
            out.show(&emptied)?;
        }
    }
    Ok(Outcome::Done)
}

fn note_unreadable(out: &Output, count: usize) {
    if count > 0 {
        out.note(&format!(
            "entries in the trash that this version cannot read, which stay there: {count}"
        ));
    }
}

async fn chosen(vault: &Vault, query: &str) -> Result<TrashedEntry, CommandError> {
    let trash = vault.trash().await?;
    match entry::only(&trash, query) {
        Ok(entry) => Ok(entry.clone()),
        Err(CommandError::NoSuchEntry { query }) => Err(CommandError::NotInTrash { query }),
        Err(error) => Err(error),
    }
}

impl From<&TrashedEntry> for Trashed {
    fn from(trashed: &TrashedEntry) -> Self {
        Self {
            entry: trashed.into(),
            deleted: seconds(trashed.deleted_ms),
        }
    }
}

impl Report for Trash {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.entries.is_empty() {
            let readable = if self.unreadable > 0 {
                "The trash holds nothing that can be read."
            } else {
                "The trash is empty."
            };
            return writeln!(out, "{readable}");
        }
        let mut table = Table::new(&["REMOVED", "ISSUER", "ACCOUNT", "ID"]);
        for Trashed { entry, deleted } in &self.entries {
            table.row([
                date(*deleted),
                entry.issuer.clone(),
                entry.account.clone(),
                entry.id.clone().unwrap_or_default(),
            ]);
        }
        table.write(out)
    }
}

impl Report for Moved {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let name = plain(&self.entry.name());
        match self.how {
            How::Removed => {
                let id = self.entry.id.as_deref().unwrap_or_default();
                writeln!(out, "Moved {name} to the trash.")?;
                writeln!(out, "To bring it back: fob trash restore {id}")
            }
            How::Restored => writeln!(out, "Brought {name} back."),
            How::Purged => writeln!(out, "Destroyed {name}."),
        }
    }
}

impl Report for Emptied {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "Entries destroyed: {}", self.purged)
    }
}
