//! Entries read from pictures, links and forms, waiting for the person's word.

use std::collections::HashMap;

use deskfob_otp::{Digits, Entry, Kind, Parsed, Period, Seed, UriError};
use deskfob_scan::{Collection, Payload, Picture, Progress, TransferPart};
use secrecy::{ExposeSecret, SecretString};

use crate::error::CommandError;
use crate::view::{EntryKind, ManualEntry};

/// Drafts held at once; the oldest go.
const DRAFTS_HELD: usize = 200;

/// An entry read and not kept yet.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) entry: Entry,
    pub(crate) notices: Vec<String>,
}

/// Drafts by their id.
#[derive(Default)]
pub(crate) struct Drafts {
    held: HashMap<u64, Draft>,
    last: u64,
}

impl Drafts {
    pub(crate) fn hold(&mut self, draft: Draft) -> String {
        self.last += 1;
        self.held.insert(self.last, draft);
        if self.held.len() > DRAFTS_HELD
            && let Some(oldest) = self.held.keys().min().copied()
        {
            self.held.remove(&oldest);
        }
        self.last.to_string()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Draft> {
        self.held.get(&id.parse().ok()?)
    }

    pub(crate) fn take(&mut self, id: &str) -> Option<Draft> {
        self.held.remove(&id.parse().ok()?)
    }

    pub(crate) fn put_back(&mut self, id: &str, draft: Draft) {
        if let Ok(id) = id.parse() {
            self.held.insert(id, draft);
        }
    }

    pub(crate) fn discard(&mut self, id: &str) {
        if let Ok(id) = id.parse() {
            self.held.remove(&id);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.held.clear();
    }
}

impl From<Parsed> for Draft {
    fn from(parsed: Parsed) -> Self {
        let notices = parsed
            .notices
            .iter()
            .filter(|notice| notice.matters())
            .map(ToString::to_string)
            .collect();
        Self {
            entry: parsed.entry,
            notices,
        }
    }
}

impl From<Entry> for Draft {
    fn from(entry: Entry) -> Self {
        Self {
            entry,
            notices: Vec::new(),
        }
    }
}

/// The enrolments in a picture.
pub(crate) fn from_picture(picture: &Picture) -> Result<Vec<Draft>, CommandError> {
    let found = deskfob_scan::scan(picture);
    if found.is_empty() {
        return Err(CommandError::new(
            "no_code_found",
            "no QR code was found in that picture",
            Some("use a sharper or larger picture, or paste the key instead"),
        ));
    }
    let mut drafts = Vec::new();
    let mut refused: Option<CommandError> = None;
    let mut transfers = Collection::default();
    for payload in deskfob_scan::enrolments(&found) {
        match payload {
            Payload::Enrolment(parsed) => drafts.push(parsed.into()),
            Payload::Invalid(error) => refused = Some(error.into()),
            Payload::Migration(part) => {
                transfers.add(part);
            }
            Payload::InvalidMigration(error) => refused = Some(error.into()),
            Payload::NotAnEnrolment(_) => {}
        }
    }
    let parts = transfers.take_complete();
    drafts.extend(
        parts
            .into_iter()
            .flat_map(|part| part.entries)
            .map(Draft::from),
    );
    if let Some(progress) = transfers.progress().first() {
        refused = Some(transfer_code(progress));
    }
    if drafts.is_empty() {
        return Err(refused.unwrap_or_else(|| {
            CommandError::new(
                "not_an_enrolment",
                "that QR code is not for an authenticator",
                Some("look for the code that the service shows when it sets up two-factor sign-in"),
            )
        }));
    }
    Ok(drafts)
}

/// A transfer that has more codes than the one picture showed.
fn transfer_code(progress: &Progress) -> CommandError {
    CommandError::new(
        "transfer_incomplete",
        &format!("that transfer has several codes: {progress}"),
        Some("put all of its codes into one picture, or show the accounts' own QR codes"),
    )
}

/// An otpauth link, or a bare setup key.
pub(crate) fn from_text(text: &SecretString) -> Result<Vec<Draft>, CommandError> {
    let text = text.expose_secret().trim();
    match Entry::from_uri(text) {
        Ok(parsed) => Ok(vec![parsed.into()]),
        Err(UriError::Migration) => {
            let mut transfer = Collection::default();
            let progress = transfer.add(TransferPart::from_uri(text)?);
            if !progress.is_complete() {
                return Err(transfer_code(&progress));
            }
            let parts = transfer.take_complete();
            Ok(parts
                .into_iter()
                .flat_map(|part| part.entries)
                .map(Draft::from)
                .collect())
        }
        Err(UriError::NotOtpauth { .. }) if !text.contains(':') => {
            let entry = Entry::totp("", "", Seed::from_base32(text)?);
            Ok(vec![Draft { entry, notices: vec![
                "a key alone says nothing of its settings: SHA-1, 6 digits and 30 seconds are assumed".into(),
            ] }])
        }
        Err(error) => Err(error.into()),
    }
}

/// What a person typed in.
pub(crate) fn from_form(form: ManualEntry) -> Result<Draft, CommandError> {
    let ManualEntry {
        issuer,
        account,
        key,
        kind,
        algorithm,
        digits,
        period,
        counter,
    } = form;
    let key = SecretString::from(key);
    let seed = Seed::from_base32(key.expose_secret())?;
    let period = Period::try_from(period).map_err(|_| {
        CommandError::new(
            "period_invalid",
            "a period is at least one second",
            Some("30 is usual"),
        )
    })?;
    let digits = Digits::try_from(digits).map_err(|_| {
        CommandError::new(
            "digits_invalid",
            "a code has 1 to 10 digits",
            Some("6 is usual"),
        )
    })?;
    let mut entry = Entry::totp(issuer, account, seed);
    entry.algorithm = algorithm.into();
    entry.digits = digits;
    entry.kind = match kind {
        EntryKind::Totp => Kind::Totp { period },
        EntryKind::Hotp => Kind::Hotp { counter },
        EntryKind::Steam => Kind::Steam { period },
    };
    Ok(Draft {
        entry,
        notices: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of a QR code, 4 pixels a module with its quiet zone.
    fn picture(text: &str) -> Picture {
        let code = qrcode::QrCode::new(text).unwrap();
        let side = code.width() + 8;
        let dark = |x: usize, y: usize| {
            let (x, y) = ((x / 4).wrapping_sub(4), (y / 4).wrapping_sub(4));
            x < code.width() && y < code.width() && code[(x, y)] == qrcode::Color::Dark
        };
        let edge = side * 4;
        let luma = (0..edge * edge)
            .map(|at| if dark(at % edge, at / edge) { 0 } else { 255 })
            .collect();
        let edge = u32::try_from(edge).unwrap();
        Picture::from_luma(luma, edge, edge).unwrap()
    }

    #[test]
    fn a_picture_of_an_enrolment_is_read() {
        let drafts =
            from_picture(&picture("otpauth://totp/Example:ada?secret=QWERTYUIOP")).unwrap();
        assert_eq!(drafts.len(), 1);
        assert_eq!(drafts[0].entry.issuer, "Example");
    }

    #[test]
    fn a_picture_of_anything_else_gets_a_sentence_and_a_next_step() {
        let blank = Picture::from_luma(vec![255; 200 * 200], 200, 200).unwrap();
        for (name, picture, code) in [
            ("nothing", blank, "no_code_found"),
            (
                "a web link",
                picture("https://example.com/?secret=QWERTYUIOP"),
                "not_an_enrolment",
            ),
            (
                "a network",
                picture("WIFI:S:home;T:WPA;P:QWERTYUIOP;;"),
                "not_an_enrolment",
            ),
            (
                "a damaged transfer",
                picture("otpauth-migration://offline?data=CjEKCg"),
                "transfer_damaged",
            ),
            (
                "the first of three codes",
                picture("otpauth-migration://offline?data=CgwKCkhlbGxvId6tvu8YAw"),
                "transfer_incomplete",
            ),
            (
                "a bad secret",
                picture("otpauth://totp/a?secret=QWERTY018"),
                "seed_lookalike",
            ),
        ] {
            let error = from_picture(&picture).err().unwrap();
            assert!(error.hint.is_some(), "{name} has a next step: {error:?}");
            assert!(
                !format!("{error:?}").contains("QWERTY"),
                "{name} repeats no secret: {error:?}"
            );
            assert_eq!(error.code, code, "{name}");
        }
    }

    #[test]
    fn only_the_newest_drafts_are_held() {
        let mut drafts = Drafts::default();
        let draft = || from_text(&"QWERTYUIOP".into()).unwrap().remove(0);
        let first = drafts.hold(draft());
        for _ in 0..DRAFTS_HELD {
            drafts.hold(draft());
        }
        assert!(drafts.get(&first).is_none(), "the oldest goes");
        assert_eq!(drafts.held.len(), DRAFTS_HELD);
        drafts.clear();
        assert!(
            drafts.held.is_empty(),
            "and all of them when the vault locks"
        );
    }
}
