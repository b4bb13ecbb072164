//! `fob scan`: QR codes from where pixels come from and links in texts, shown without their secrets or added to the vault.
//!
//! A source gives texts; what they mean is the same for all of them ([`reading`]).

mod camera;
mod clipboard;
mod files;
mod reading;
mod screen;

use std::path::Path;
use std::time::Duration;

use deskfob_vault::{Kept, OnDuplicate, Vault};
use secrecy::SecretString;

use crate::add;
use crate::args::{Global, ScanArgs};
use crate::error::CommandError;
use crate::open::{Purpose, with_vault};
use crate::output::{Outcome, Output};
use camera::Watch;
use reading::{Reading, Scanned};

/// What QR codes and links say, as it is.
type Texts = Result<Vec<SecretString>, CommandError>;

/// One thing to look at.
enum Source<'a> {
    File(&'a Path),
    Screen,
    Clipboard,
    Camera(Watch<'a>),
}

impl Source<'_> {
    /// What it is called in the result, and what it says.
    fn texts(&self, out: &Output) -> (String, Texts) {
        match self {
            Self::File(path) => (path.display().to_string(), files::texts(path)),
            Self::Screen => ("screen".into(), screen::texts()),
            Self::Clipboard => ("clipboard".into(), clipboard::texts()),
            Self::Camera(watch) => watch.read(out),
        }
    }

    fn read(&self, out: &Output, raw: bool) -> Reading {
        let (name, texts) = self.texts(out);
        Reading::new(name, texts, raw)
    }
}

fn sources(args: &ScanArgs) -> Vec<Source<'_>> {
    let files = args.files.iter().map(|path| Source::File(path));
    let camera = args.camera.as_ref().map(|wanted| {
        Source::Camera(Watch {
            wanted: wanted.as_deref(),
            timeout: args.timeout.map(Duration::from_secs),
            raw: args.raw,
        })
    });
    let others = [
        (args.screen, Source::Screen),
        (args.clipboard, Source::Clipboard),
    ];
    let others = others.into_iter().filter(|(asked, _)| *asked);
    files
        .chain(others.map(|(_, source)| source))
        .chain(camera)
        .collect()
}

/// Shows what the sources hold. Opens no vault.
pub(crate) fn show(out: &Output, args: &ScanArgs) -> Result<Outcome, CommandError> {
    let mut outcome = Outcome::Done;
    for source in sources(args) {
        let scanned = source.read(out, args.raw).scanned;
        outcome = finish(out, &scanned, outcome)?;
    }
    Ok(outcome)
}

/// Adds the enrolments that the sources hold. One that is refused keeps no other from being added.
pub(crate) async fn add(
    global: &Global,
    out: &Output,
    args: &ScanArgs,
) -> Result<Outcome, CommandError> {
    let sources = sources(args);
    let mut readings: Vec<Reading> = sources
        .iter()
        .map(|source| source.read(out, false))
        .collect();
    // Nobody is asked for a password for nothing.
    if readings.iter().any(|reading| !reading.entries.is_empty()) {
        with_vault(global, Purpose::Change, async |vault| {
            for reading in &mut readings {
                keep(vault, reading, args.duplicates.policy(OnDuplicate::Skip)).await?;
            }
            Ok(())
        })
        .await?;
    }
    let mut outcome = Outcome::Done;
    for reading in &readings {
        outcome = finish(out, &reading.scanned, outcome)?;
    }
    Ok(outcome)
}

async fn keep(
    vault: &Vault,
    reading: &mut Reading,
    on_duplicate: OnDuplicate,
) -> Result<(), CommandError> {
    for (position, entry) in reading.entries.iter().enumerate() {
        let kept = match add::keep(vault, std::slice::from_ref(entry), on_duplicate).await {
            Ok(kept) => kept,
            Err(refused @ CommandError::SeveralDuplicates { .. }) => {
                reading.scanned.error = Some((&refused).into());
                continue;
            }
            Err(error) => return Err(error),
        };
        match &kept[..] {
            [Kept::Skipped(of)] => {
                reading.scanned.error = Some((&add::duplicate(entry, of)).into());
            }
            [Kept::Added(id)] => reading.scanned.added(position, id.to_string(), false),
            [Kept::Replaced(id)] => reading.scanned.added(position, id.to_string(), true),
            _ => {}
        }
    }
    Ok(())
}

fn finish(out: &Output, scanned: &Scanned, so_far: Outcome) -> Result<Outcome, CommandError> {
    out.show(scanned)?;
    if !out.is_json() {
        for notice in scanned.notices() {
            out.note(&format!("{}: {}", scanned.file, notice.replace('_', " ")));
        }
    }
    let Some(error) = &scanned.error else {
        return Ok(so_far);
    };
    if !out.is_json() {
        out.note(&format!("error: {}: {}", scanned.file, error.message));
        if let Some(hint) = &error.hint {
            out.note(&format!("hint: {hint}"));
        }
    }
    Ok(Outcome::Partly)
}
