//! `fob show`: everything about an entry but its secret.

use std::io::{self, Write};

use deskfob_vault::StoredEntry;
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};

use crate::args::Global;
use crate::entry::{self, EntryView};
use crate::error::CommandError;
use crate::open::{Purpose, with_vault};
use crate::output::{Outcome, Output, Report, date, plain, seconds};

/// All that is kept with an entry.
#[derive(Serialize)]
pub(crate) struct Details {
    #[serde(flatten)]
    entry: EntryView,
    favourite: bool,
    tags: Vec<String>,
    icon: Option<String>,
    #[serde(serialize_with = "shown")]
    notes: SecretString,
    /// Unix time, seconds.
    created: i64,
    /// Unix time, seconds.
    updated: i64,
    /// Unix time, seconds.
    last_used: Option<i64>,
    /// How often its codes were used.
    use_count: u32,
}

/// The person asked for them.
fn shown<S: Serializer>(notes: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(notes.expose_secret())
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    query: &str,
) -> Result<Outcome, CommandError> {
    let details = with_vault(global, Purpose::Read, async |vault| {
        let entries = vault.entries().await?;
        Ok(Details::from(entry::only(&entries, query)?))
    })
    .await?;
    out.show(&details)?;
    Ok(Outcome::Done)
}

impl From<&StoredEntry> for Details {
    fn from(stored: &StoredEntry) -> Self {
        Self {
            entry: stored.into(),
            favourite: stored.favourite,
            tags: stored.tags.clone(),
            icon: stored.icon.clone(),
            notes: stored.notes.expose().into(),
            created: seconds(stored.created_ms),
            updated: seconds(stored.updated_ms),
            last_used: stored.last_used_ms.map(seconds),
            use_count: stored.use_count,
        }
    }
}

impl Report for Details {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let used = match self.last_used {
            None => "never".to_owned(),
            Some(last) => format!("{}, {} times in all", date(last), self.use_count),
        };
        let lines = [
            ("Codes", self.entry.settings()),
            ("Tags", self.tags.join(", ")),
            ("Icon", self.icon.clone().unwrap_or_default()),
            (
                "Favourite",
                if self.favourite { "yes" } else { "no" }.to_owned(),
            ),
            ("Added", date(self.created)),
            ("Changed", date(self.updated)),
            ("Used", used),
            ("Id", self.entry.id.clone().unwrap_or_default()),
        ];
        writeln!(out, "{}", plain(&self.entry.name()))?;
        for (what, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
            writeln!(out, "{what:<9}  {}", plain(value))?;
        }
        let notes = self.notes.expose_secret();
        if !notes.is_empty() {
            writeln!(out, "Notes")?;
            for line in notes.lines() {
                writeln!(out, "  {}", plain(line))?;
            }
        }
        Ok(())
    }
}
