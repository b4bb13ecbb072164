//! Entries read from pictures, links and forms, waiting for the person's word.

use std::collections::BTreeMap;

use deskfob_otp::{Digits, Entry, Kind, Parsed, Period, Seed};
use deskfob_scan::{Collection, OtherCode, Payload, Progress, RefusedEntry};
use secrecy::{ExposeSecret, SecretString};

use crate::error::CommandError;
use crate::view::{EntryKind, ManualEntry};

/// Drafts held at once; the oldest go.
const DRAFTS_HELD: usize = 2_000;

/// An entry read and not kept yet.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) entry: Entry,
    pub(crate) notices: Vec<String>,
}

/// Drafts by their id, and the codes of transfers that wait for their others. All of it goes when the vault locks.
#[derive(Default)]
pub(crate) struct Drafts {
    held: BTreeMap<u64, Draft>,
    last: u64,
    pub(crate) transfers: Collection,
}

impl Drafts {
    pub(crate) fn hold(&mut self, draft: Draft) -> String {
        self.last += 1;
        self.held.insert(self.last, draft);
        if self.held.len() > DRAFTS_HELD {
            self.held.pop_first();
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

    /// All of them, the oldest first.
    pub(crate) fn all(&self) -> Vec<(String, Draft)> {
        let named = |(id, draft): (&u64, &Draft)| (id.to_string(), draft.clone());
        self.held.iter().map(named).collect()
    }

    pub(crate) fn clear(&mut self) {
        self.held.clear();
        self.transfers = Collection::default();
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

/// What codes and links said.
#[derive(Default)]
pub(crate) struct Reading {
    /// Enrolments, each once.
    pub(crate) drafts: Vec<Draft>,
    /// The transfers that one of the codes belongs to and that wait for others.
    pub(crate) waiting: Vec<Progress>,
    /// Why something that was meant as an enrolment is none; if nothing was meant as one, what it is instead.
    pub(crate) refused: Option<CommandError>,
}

/// The enrolments in what codes and links said; codes of a transfer are put to those that `transfers` has, and come out
/// when it is complete.
pub(crate) fn from_payloads(
    payloads: impl IntoIterator<Item = Payload>,
    transfers: &mut Collection,
) -> Reading {
    let mut reading = Reading::default();
    let mut other = None;
    for payload in payloads {
        match payload {
            Payload::Enrolment(parsed) => reading.add(parsed.into()),
            Payload::Invalid(error) => reading.refused = Some(error.into()),
            Payload::Migration(part) => {
                let progress = transfers.add(part);
                reading.waiting.retain(|one| one.batch != progress.batch);
                if !progress.is_complete() {
                    reading.waiting.push(progress);
                }
            }
            Payload::InvalidMigration(error) => reading.refused = Some(error.into()),
            Payload::NotAnEnrolment(code) => other = Some(not_an_enrolment(code)),
        }
    }
    for part in transfers.take_complete() {
        reading.add_part(part.entries, &part.refused);
    }
    if reading.drafts.is_empty() && reading.waiting.is_empty() && reading.refused.is_none() {
        reading.refused = other;
    }
    reading
}

/// What was collected of transfers whose other codes nobody waits for.
pub(crate) fn from_unfinished(transfers: &mut Collection) -> Reading {
    let mut reading = Reading::default();
    for part in transfers.take_all() {
        reading.add_part(part.entries, &part.refused);
    }
    reading
}

impl Reading {
    /// Puts what was read elsewhere to this.
    pub(crate) fn join(&mut self, other: Result<Self, CommandError>) {
        match other {
            Ok(other) => {
                other.drafts.into_iter().for_each(|draft| self.add(draft));
                for progress in other.waiting {
                    self.waiting.retain(|one| one.batch != progress.batch);
                    self.waiting.push(progress);
                }
                self.refused = other.refused.or(self.refused.take());
            }
            Err(error) => self.refused = Some(error),
        }
    }

    /// A transfer that began with one picture may have been completed by the next.
    pub(crate) fn forget_complete(&mut self, transfers: &Collection) {
        let open = transfers.progress();
        self.waiting
            .retain(|one| open.iter().any(|other| other.batch == one.batch));
    }

    fn add(&mut self, draft: Draft) {
        let known = |one: &Draft| {
            one.entry.issuer == draft.entry.issuer
                && one.entry.account == draft.entry.account
                && one.entry.makes_same_codes(&draft.entry)
        };
        if !self.drafts.iter().any(known) {
            self.drafts.push(draft);
        }
    }

    fn add_part(&mut self, entries: Vec<Entry>, refused: &[RefusedEntry]) {
        for entry in entries {
            self.add(entry.into());
        }
        if let Some(first) = refused.first() {
            self.refused = Some(refused_of_transfer(first));
        }
    }
}

fn refused_of_transfer(refused: &RefusedEntry) -> CommandError {
    let name = match refused.name.as_str() {
        "" => format!("number {} of the code", refused.number),
        name => name.to_owned(),
    };
    CommandError::new(
        refused.reason.code(),
        &format!("{name} can't be taken: {}", refused.reason),
        Some("set that account up anew with the service"),
    )
}

fn not_an_enrolment(code: OtherCode) -> CommandError {
    let what = match code {
        OtherCode::WebLink => "a web address",
        OtherCode::Wifi => "access to a wireless network",
        OtherCode::Contact => "a contact",
        OtherCode::Message => "a message to send",
        OtherCode::VendorApp => "for its vendor's own app",
        OtherCode::Passkey => "a sign-in with a passkey",
        OtherCode::Text => "some text",
    };
    CommandError::new(
        "not_an_enrolment",
        &format!("that is {what}, not a code for an authenticator"),
        Some(code.hint()),
    )
}

/// Nothing was there to be read.
pub(crate) fn no_code_found() -> CommandError {
    CommandError::new(
        "no_code_found",
        "no QR code was found in that picture",
        Some("use a sharper or larger picture, or paste the key instead"),
    )
}

/// What a text says: links, one a line or within a sentence, or else one bare setup key.
pub(crate) fn from_text(
    text: &SecretString,
    transfers: &mut Collection,
) -> Result<Reading, CommandError> {
    let text = text
        .expose_secret()
        .trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    if !text.contains(':') {
        let entry = Entry::totp("", "", Seed::from_base32(text)?);
        return Ok(Reading {
            drafts: vec![Draft { entry, notices: vec![
                "a key alone says nothing of its settings: SHA-1, 6 digits and 30 seconds are assumed".into(),
            ] }],
            ..Reading::default()
        });
    }
    let lines = deskfob_scan::scan_text(text)?;
    let payloads = lines.iter().map(|line| Payload::of(line.expose_secret()));
    Ok(from_payloads(payloads, transfers))
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

    fn read(payloads: &[&str], transfers: &mut Collection) -> Reading {
        from_payloads(payloads.iter().map(|text| Payload::of(text)), transfers)
    }

    fn issuers(reading: &Reading) -> Vec<&str> {
        reading
            .drafts
            .iter()
            .map(|draft| draft.entry.issuer.as_str())
            .collect()
    }

    const EXAMPLE: &str = "otpauth://totp/Example:ada?secret=QWERTYUIOP";
    const OTHER: &str = "otpauth://totp/Other:ada?secret=ASDFGHJKL";

    #[test]
    fn every_enrolment_is_taken_once() {
        let reading = read(&[EXAMPLE, OTHER, EXAMPLE], &mut Collection::default());
        assert_eq!(issuers(&reading), ["Example", "Other"]);
        assert!(reading.refused.is_none());
    }

    #[test]
    fn anything_else_gets_a_sentence_and_a_next_step() {
        for (name, payload, code) in [
            (
                "a web link",
                "https://example.com/?secret=QWERTYUIOP",
                "not_an_enrolment",
            ),
            (
                "a network",
                "WIFI:S:home;T:WPA;P:QWERTYUIOP;;",
                "not_an_enrolment",
            ),
            (
                "a damaged transfer",
                "otpauth-migration://offline?data=CjEKCg",
                "transfer_damaged",
            ),
            (
                "a bad secret",
                "otpauth://totp/a?secret=QWERTY018",
                "seed_lookalike",
            ),
        ] {
            let reading = read(&[payload], &mut Collection::default());
            let error = reading.refused.unwrap();
            assert!(reading.drafts.is_empty(), "{name}");
            assert_eq!(error.code, code, "{name}");
            assert!(error.hint.is_some(), "{name} has a next step: {error:?}");
            assert!(
                !format!("{error:?}").contains("QWERTY"),
                "{name} repeats no secret: {error:?}"
            );
        }
        let beside = read(
            &["https://example.com/", EXAMPLE],
            &mut Collection::default(),
        );
        assert!(
            beside.refused.is_none(),
            "an advertisement beside the code is nobody's business"
        );
        let bad = read(
            &["otpauth://totp/a?secret=1", EXAMPLE],
            &mut Collection::default(),
        );
        assert_eq!(issuers(&bad), ["Example"], "the good one is taken");
        assert_eq!(
            bad.refused.unwrap().code,
            "seed_lookalike",
            "and the bad one named"
        );
    }

    /// Codes number 1 and 2 of a transfer of two, as another app draws them: an account each.
    const FIRST: &str = "otpauth-migration://offline?data=ChIKBUhlbGxvEgNvbmUgASgBMAIQARgCIAA";
    const SECOND: &str = "otpauth-migration://offline?data=ChIKBVdvcmxkEgN0d28gASgBMAIQARgCIAE";

    #[test]
    fn codes_of_a_transfer_come_in_any_order_at_any_time() {
        let mut transfers = Collection::default();
        let reading = read(&[SECOND, EXAMPLE], &mut transfers);
        assert_eq!(issuers(&reading), ["Example"], "what is whole is taken");
        assert_eq!(
            reading.waiting[0].to_string(),
            "1 of 2 codes scanned, missing number 1"
        );
        let again = read(&[SECOND], &mut transfers);
        assert!(again.drafts.is_empty() && again.waiting[0].repeated);
        let whole = read(&[FIRST], &mut transfers);
        assert!(whole.waiting.is_empty() && transfers.is_empty());
        let accounts: Vec<_> = whole
            .drafts
            .iter()
            .map(|draft| draft.entry.account.as_str())
            .collect();
        assert_eq!(accounts, ["one", "two"], "in the transfer's own order");
        read(&[SECOND], &mut transfers);
        let taken = from_unfinished(&mut transfers);
        assert_eq!(
            taken.drafts[0].entry.account, "two",
            "nobody waits for the other"
        );
        assert!(transfers.is_empty());
    }

    #[test]
    fn texts() {
        let many = format!("My codes:\n{EXAMPLE}\r\n\n  {OTHER}  \nthat was all");
        let within = format!("Open {EXAMPLE} with your authenticator.");
        for (name, text, expected) in [
            ("a link", EXAMPLE, &["Example"][..]),
            ("several lines", &many, &["Example", "Other"]),
            ("within a sentence", &within, &["Example"]),
            ("a key", " qwer tyui-op ", &[""]),
            ("a key on two lines", "QWER\nTYUI", &[""]),
            ("byte order mark", &format!("\u{feff}{OTHER}"), &["Other"]),
            (
                "spaces in a name",
                "otpauth://totp/Big Bank:ada l?secret=QWERTYUIOP",
                &["Big Bank"],
            ),
        ] {
            let reading = from_text(&text.into(), &mut Collection::default());
            assert_eq!(
                issuers(&reading.unwrap_or_else(|error| panic!("{name}: {error:?}"))),
                expected,
                "{name}"
            );
        }
        let refused = from_text(&"not a key at all!".into(), &mut Collection::default());
        assert_eq!(refused.err().unwrap().code, "seed_not_base32");
    }

    #[test]
    fn only_the_newest_drafts_are_held() {
        let mut drafts = Drafts::default();
        let draft = || Draft::from(Entry::totp("", "", Seed::from_bytes(vec![7]).unwrap()));
        let first = drafts.hold(draft());
        for _ in 0..DRAFTS_HELD {
            drafts.hold(draft());
        }
        assert!(drafts.get(&first).is_none(), "the oldest goes");
        assert_eq!(drafts.held.len(), DRAFTS_HELD);
        read(&[FIRST], &mut drafts.transfers);
        drafts.clear();
        assert!(
            drafts.held.is_empty() && drafts.transfers.is_empty(),
            "and all of it when the vault locks"
        );
    }
}
