//! `fob scan`: QR codes from pictures, shown without their secrets or added to the vault.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use deskfob_flows::now_ms;
use deskfob_otp::Entry;
use deskfob_scan::{Collection, Found, MAX_ENCODED_BYTES, Payload, Picture};
use deskfob_vault::Vault;
use secrecy::ExposeSecret;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::add;
use crate::args::{Global, ScanArgs};
use crate::entry::EntryView;
use crate::error::{CommandError, ErrorView};
use crate::open::{Purpose, with_vault};
use crate::output::{Outcome, Output, Report, plain};

/// What one file held.
#[derive(Serialize)]
struct ScannedFile {
    file: String,
    payloads: Vec<PayloadView>,
    error: Option<ErrorView>,
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
        /// Stable names of what was odd and harmless.
        notices: Vec<&'static str>,
    },
}

/// A file with the enrolments that may be added.
struct Reading {
    file: ScannedFile,
    entries: Vec<Entry>,
}

/// Shows what the files hold. Opens no vault.
pub(crate) fn show(out: &Output, args: &ScanArgs) -> Result<Outcome, CommandError> {
    let mut outcome = Outcome::Done;
    for path in &args.files {
        let file = read(path, args.raw).file;
        outcome = finish(out, &file, outcome)?;
    }
    Ok(outcome)
}

/// Adds the enrolments in the files. One that is refused keeps no other from being added.
pub(crate) async fn add(
    global: &Global,
    out: &Output,
    args: &ScanArgs,
) -> Result<Outcome, CommandError> {
    let mut readings: Vec<Reading> = args.files.iter().map(|path| read(path, false)).collect();
    // Nobody is asked for a password for nothing.
    if readings.iter().any(|reading| !reading.entries.is_empty()) {
        with_vault(global, Purpose::Change, async |vault| {
            for reading in &mut readings {
                keep(vault, reading, args.keep_both).await?;
            }
            Ok(())
        })
        .await?;
    }
    let mut outcome = Outcome::Done;
    for reading in &readings {
        outcome = finish(out, &reading.file, outcome)?;
    }
    Ok(outcome)
}

async fn keep(vault: &Vault, reading: &mut Reading, keep_both: bool) -> Result<(), CommandError> {
    for (entry, payload) in reading.entries.iter().zip(&mut reading.file.payloads) {
        if !keep_both && let Err(refused) = add::refuse_twin(vault, entry).await {
            reading.file.error = Some((&refused).into());
            continue;
        }
        let id = vault.add_entry(entry, now_ms()).await?;
        if let PayloadView::Enrolment { entry, .. } = payload {
            entry.id = Some(id.to_string());
        }
    }
    Ok(())
}

fn finish(out: &Output, file: &ScannedFile, so_far: Outcome) -> Result<Outcome, CommandError> {
    out.show(file)?;
    if !out.is_json() {
        for notice in file.notices() {
            out.note(&format!("{}: {}", file.file, notice.replace('_', " ")));
        }
    }
    let Some(error) = &file.error else {
        return Ok(so_far);
    };
    if !out.is_json() {
        out.note(&format!("error: {}: {}", file.file, error.message));
        if let Some(hint) = &error.hint {
            out.note(&format!("hint: {hint}"));
        }
    }
    Ok(Outcome::Partly)
}

fn read(path: &Path, raw: bool) -> Reading {
    let mut reading = Reading {
        file: ScannedFile {
            file: path.display().to_string(),
            payloads: Vec::new(),
            error: None,
        },
        entries: Vec::new(),
    };
    match found_in(path) {
        Ok(found) if raw => {
            let texts = found
                .iter()
                .map(|one| one.payload.expose_secret().to_owned());
            reading.file.payloads = texts.map(PayloadView::Raw).collect();
        }
        Ok(found) => reading.take(&found),
        Err(error) => reading.file.error = Some((&error).into()),
    }
    reading
}

fn found_in(path: &Path) -> Result<Vec<Found>, CommandError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let longest = MAX_ENCODED_BYTES as u64;
    File::open(path)
        .and_then(|file| file.take(longest + 1).read_to_end(&mut bytes))
        .map_err(CommandError::File)?;
    let found = deskfob_scan::scan(&Picture::from_encoded(&bytes)?);
    if found.is_empty() {
        Err(CommandError::NoCodeFound)
    } else {
        Ok(found)
    }
}

impl Reading {
    /// A code that is no enrolment is an error only where none of them is one, or where it was meant as one.
    fn take(&mut self, found: &[Found]) {
        let mut meant = None;
        let mut other = None;
        let mut transfers = Collection::default();
        for payload in deskfob_scan::enrolments(found) {
            match payload {
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
        self.file.error = refused.as_ref().map(ErrorView::from);
    }

    fn keep(&mut self, entry: Entry, notices: Vec<&'static str>) {
        self.file.payloads.push(PayloadView::Enrolment {
            entry: (&entry).into(),
            notices,
        });
        self.entries.push(entry);
    }
}

impl ScannedFile {
    fn notices(&self) -> impl Iterator<Item = &'static str> {
        let of = |payload: &PayloadView| match payload {
            PayloadView::Raw(_) => Vec::new(),
            PayloadView::Enrolment { notices, .. } => notices.clone(),
        };
        self.payloads.iter().flat_map(of)
    }
}

impl Report for ScannedFile {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        // A program gets the very text; a terminal nothing that it would act upon.
        let terminal = io::stdout().is_terminal();
        for payload in &self.payloads {
            match payload {
                PayloadView::Raw(text) if terminal => writeln!(out, "{}", plain(text))?,
                PayloadView::Raw(text) => writeln!(out, "{text}")?,
                PayloadView::Enrolment { entry, .. } => {
                    let added = if entry.id.is_some() { "Added " } else { "" };
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
