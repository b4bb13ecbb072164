//! What the texts of one source mean, and how that is shown.

use std::io::{self, IsTerminal, Write};

use deskfob_otp::Entry;
use deskfob_scan::{Collection, Payload};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::Texts;
use crate::entry::EntryView;
use crate::error::{CommandError, ErrorView};
use crate::output::{Report, plain};

/// What one source held.
#[derive(Serialize)]
pub(super) struct Scanned {
    /// The file's path, or the name of what else was looked at.
    pub(super) file: String,
    payloads: Vec<PayloadView>,
    pub(super) error: Option<ErrorView>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum PayloadView {
    /// The text as it is, asked for with `--raw`.
    Raw(String),
    /// An enrolment without its secret.
    Enrolment {
        #[serde(flatten)]
        entry: EntryView,
        /// It was put in the place of the entry of this id.
        replaced: bool,
        /// Stable names of what was odd and harmless.
        notices: Vec<&'static str>,
    },
}

/// What is shown of a source, with the enrolments that may be added: one for each payload unless raw texts were asked for.
pub(super) struct Reading {
    pub(super) scanned: Scanned,
    pub(super) entries: Vec<Entry>,
}

impl Reading {
    pub(super) fn new(name: String, texts: Texts, raw: bool) -> Self {
        let mut reading = Self {
            scanned: Scanned {
                file: name,
                payloads: Vec::new(),
                error: None,
            },
            entries: Vec::new(),
        };
        match texts {
            Ok(texts) if raw => {
                let texts = texts.iter().map(|text| text.expose_secret().to_owned());
                reading.scanned.payloads = texts.map(PayloadView::Raw).collect();
            }
            Ok(texts) => reading.take(&texts),
            Err(error) => reading.scanned.error = Some((&error).into()),
        }
        reading
    }

    /// A code that is no enrolment is an error only where none of them is one, or where it was meant as one.
    fn take(&mut self, texts: &[SecretString]) {
        let mut meant = None;
        let mut other = None;
        let mut transfers = Collection::default();
        for text in texts {
            match Payload::of(text.expose_secret()) {
                Payload::Enrolment(parsed) => {
                    let notices = parsed.notices.iter().map(|notice| notice.code()).collect();
                    self.keep(parsed.entry, notices);
                }
                Payload::Invalid(error) => meant = Some(CommandError::Uri(error)),
                Payload::Migration(part) => {
                    transfers.add(part);
                }
                Payload::InvalidMigration(error) => meant = Some(error.into()),
                Payload::NotAnEnrolment(code) => {
                    other = Some(CommandError::NotAnEnrolment { code })
                }
            }
        }
        for part in transfers.take_complete() {
            part.entries
                .into_iter()
                .for_each(|entry| self.keep(entry, Vec::new()));
            if let Some(refused) = part.refused.into_iter().next() {
                meant = Some(CommandError::TransferEntry(refused));
            }
        }
        if let Some(progress) = transfers.progress().into_iter().next() {
            meant = Some(CommandError::TransferIncomplete(progress));
        }
        let refused = meant.or(other.filter(|_| self.entries.is_empty()));
        self.scanned.error = refused.as_ref().map(ErrorView::from);
    }

    fn keep(&mut self, entry: Entry, notices: Vec<&'static str>) {
        self.scanned.payloads.push(PayloadView::Enrolment {
            entry: (&entry).into(),
            replaced: false,
            notices,
        });
        self.entries.push(entry);
    }
}

impl Scanned {
    /// The enrolment at `position` is in the vault now, with this id, perhaps in the place of another.
    pub(super) fn added(&mut self, position: usize, id: String, in_place: bool) {
        if let Some(PayloadView::Enrolment {
            entry, replaced, ..
        }) = self.payloads.get_mut(position)
        {
            entry.id = Some(id);
            *replaced = in_place;
        }
    }

    pub(super) fn notices(&self) -> impl Iterator<Item = &'static str> {
        let of = |payload: &PayloadView| match payload {
            PayloadView::Raw(_) => Vec::new(),
            PayloadView::Enrolment { notices, .. } => notices.clone(),
        };
        self.payloads.iter().flat_map(of)
    }
}

impl Report for Scanned {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        // A program gets the very text; a terminal nothing that it would act upon.
        let terminal = io::stdout().is_terminal();
        for payload in &self.payloads {
            match payload {
                PayloadView::Raw(text) if terminal => writeln!(out, "{}", plain(text))?,
                PayloadView::Raw(text) => writeln!(out, "{text}")?,
                PayloadView::Enrolment {
                    entry, replaced, ..
                } => {
                    let added = match (&entry.id, replaced) {
                        (None, _) => "",
                        (Some(_), false) => "Added ",
                        (Some(_), true) => "Replaced ",
                    };
                    writeln!(
                        out,
                        "{added}{} ({})",
                        plain(&entry.name()),
                        entry.settings()
                    )?;
                }
            }
        }
        Ok(())
    }
}
