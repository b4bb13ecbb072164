//! `fob edit`: an entry's names, tags, notes, icon, and whether it is a favourite.

use std::io::{self, Write};

use deskfob_flows::now_ms;
use deskfob_vault::{EntryEdit, Vault};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::args::{EditArgs, Global};
use crate::entry;
use crate::error::CommandError;
use crate::input;
use crate::open::{Purpose, with_vault};
use crate::output::{Outcome, Output, Report};
use crate::show::Details;

/// The entry as it is now.
#[derive(Serialize)]
#[serde(transparent)]
struct Edited(Details);

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    args: &EditArgs,
) -> Result<Outcome, CommandError> {
    let edited = with_vault(global, Purpose::Change, async |vault| {
        // After the password, which comes first on standard input.
        let notes = if args.notes_stdin {
            Some(input::rest_of_input()?)
        } else {
            None
        };
        edit(vault, args, notes).await
    })
    .await?;
    out.show(&edited)?;
    Ok(Outcome::Done)
}

async fn edit(
    vault: &Vault,
    args: &EditArgs,
    notes: Option<Zeroizing<String>>,
) -> Result<Edited, CommandError> {
    let entries = vault.entries().await?;
    let stored = entry::only(&entries, &args.query)?;
    let was = EntryEdit::of(stored);
    let mut edit = was.clone();
    if let Some(issuer) = &args.issuer {
        edit.issuer.clone_from(issuer);
    }
    if let Some(account) = &args.account {
        edit.account.clone_from(account);
    }
    if let Some(icon) = &args.icon {
        edit.icon = Some(icon.clone()).filter(|icon| !icon.is_empty());
    }
    if let Some(notes) = notes {
        edit.notes = notes.as_str().into();
    }
    edit.tags
        .retain(|tag| !args.untag.iter().any(|gone| same(gone, tag)));
    for tag in &args.tag {
        if !edit.tags.iter().any(|own| same(own, tag)) {
            edit.tags.push(tag.trim().to_owned());
        }
    }
    if changes_more_than_the_mark(args) {
        vault
            .edit_entry_since(stored.id, &was, &edit, now_ms())
            .await?;
    }
    if args.favourite || args.no_favourite {
        vault
            .set_favourite(stored.id, args.favourite, now_ms())
            .await?;
    }
    Ok(Edited((&vault.entry(stored.id).await?).into()))
}

fn changes_more_than_the_mark(args: &EditArgs) -> bool {
    args.notes_stdin
        || [&args.issuer, &args.account, &args.icon]
            .iter()
            .any(|text| text.is_some())
        || !(args.tag.is_empty() && args.untag.is_empty())
}

fn same(left: &str, right: &str) -> bool {
    left.trim().to_lowercase() == right.trim().to_lowercase()
}

impl Report for Edited {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.write_text(out)
    }
}
