//! Entries read from pictures, links and forms, waiting for the person's word.

#[cfg(test)]
mod examples;
mod form;
mod reading;
mod text;

use std::collections::BTreeMap;

use deskfob_otp::{Entry, Parsed};
use deskfob_scan::Collection;

pub(crate) use form::from_form;
pub(crate) use reading::{Reading, from_payloads, from_unfinished, no_code_found};
pub(crate) use text::from_text;

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

#[cfg(test)]
mod tests {
    use deskfob_otp::Seed;
    use deskfob_scan::Payload;

    use super::examples::FIRST;
    use super::*;

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
        from_payloads([Payload::of(FIRST)], &mut drafts.transfers);
        drafts.clear();
        assert!(
            drafts.held.is_empty() && drafts.transfers.is_empty(),
            "and all of it when the vault locks"
        );
    }
}
