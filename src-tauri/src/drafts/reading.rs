//! What codes and links said.

use deskfob_otp::Entry;
use deskfob_scan::{Collection, OtherCode, Payload, Progress, RefusedEntry};

use super::Draft;
use crate::error::CommandError;

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

#[cfg(test)]
mod tests {
    use super::super::examples::{EXAMPLE, FIRST, OTHER, SECOND, issuers};
    use super::*;

    fn read(payloads: &[&str], transfers: &mut Collection) -> Reading {
        from_payloads(payloads.iter().map(|text| Payload::of(text)), transfers)
    }

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
}
