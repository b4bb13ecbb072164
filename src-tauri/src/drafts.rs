//! Entries read from pictures, links and forms, waiting for the person's word.

use std::collections::HashMap;

use deskfob_otp::{Digits, Entry, Kind, NamePart, Notice, Parsed, Period, Seed, UriError};
use deskfob_scan::{Payload, Picture};
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
        let notices = parsed.notices.iter().filter_map(sentence).collect();
        Self {
            entry: parsed.entry,
            notices,
        }
    }
}

/// A notice in words; `None` for what is of no use to a person.
fn sentence(notice: &Notice) -> Option<String> {
    let name = |part: &NamePart| match part {
        NamePart::Issuer => "issuer",
        NamePart::Account => "account",
    };
    Some(match notice {
        Notice::CounterMissing => "it names no counter, so counting starts at 0".into(),
        Notice::IssuerDiffers { label, parameter } => {
            format!("it names two issuers, {label} and {parameter}; the second is taken")
        }
        Notice::NameCleaned { part } => {
            format!("invisible characters were taken out of the {}", name(part))
        }
        Notice::NameTruncated { part, length } => {
            format!("the {} has {length} characters and was cut", name(part))
        }
        Notice::NameNotUtf8 { part } => {
            format!("some characters of the {} cannot be read", name(part))
        }
        Notice::Unnamed => "it names neither an issuer nor an account".into(),
        Notice::AlgorithmSpelling { .. }
        | Notice::DuplicateParameter { .. }
        | Notice::UnknownParameter { .. }
        | Notice::UnusedParameter { .. } => return None,
    })
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
    for payload in deskfob_scan::enrolments(&found) {
        match payload {
            Payload::Enrolment(parsed) => drafts.push(parsed.into()),
            Payload::Invalid(error) => refused = Some(error.into()),
            Payload::Migration => {
                refused = Some(CommandError::new(
                    "transfer_code",
                    "that is a transfer code with several accounts, which this version does not read yet",
                    Some("show the accounts' own QR codes, one by one"),
                ));
            }
            Payload::NotAnEnrolment(_) => {}
        }
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

/// An otpauth link, or a bare setup key.
pub(crate) fn from_text(text: &SecretString) -> Result<Vec<Draft>, CommandError> {
    let text = text.expose_secret().trim();
    match Entry::from_uri(text) {
        Ok(parsed) => Ok(vec![parsed.into()]),
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
