//! Sign-ins under way and codes not yet redeemed. They live for minutes and in memory only.

use std::{collections::HashMap, sync::Arc};

use uuid::Uuid;

use super::{authorize::AuthorizeRequest, throttle::Throttle};
use crate::{clock::UnixSeconds, ids::UserId, keys::digest, state::Method};

/// How long a person may take to sign in.
const ATTEMPT_LIFE: UnixSeconds = 30 * 60;
/// How long an authorization code counts.
const CODE_LIFE: UnixSeconds = 60;
/// Most attempts and codes held; the oldest go first.
const MOST: usize = 1000;

/// What a sign-in leads to.
#[derive(Clone)]
pub(crate) enum Goal {
    /// Back to the client that asked.
    Client(Arc<AuthorizeRequest>),
    /// The sandbox's own page of security settings.
    SecurityPage,
}

/// One sign-in by one browser.
#[derive(Clone)]
pub(crate) struct Attempt {
    pub(crate) goal: Goal,
    /// Digest of the browser's cookie.
    browser: String,
    started_at: UnixSeconds,
    /// The password was given in this attempt.
    pub(crate) signed_in: bool,
    /// The account was chosen in this attempt.
    pub(crate) chosen: bool,
    /// The person is on the way through the identity provider.
    pub(crate) identity: bool,
}

/// An authorization code's facts.
pub(crate) struct IssuedCode {
    pub(crate) client: String,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) user: UserId,
    pub(crate) amr: Vec<Method>,
    pub(crate) auth_time: UnixSeconds,
    pub(crate) scope: Vec<String>,
    pub(crate) issued_at: UnixSeconds,
}

enum Code {
    Open(IssuedCode),
    /// Redeemed, for this grant.
    Redeemed {
        grant: Uuid,
        at: UnixSeconds,
    },
}

/// What an authorization code turned out to be.
pub(crate) enum Redeemed {
    /// Good, and redeemed now for the grant of this id.
    For(IssuedCode),
    /// Redeemed before: that grant must be revoked (RFC 6749, section 4.1.2).
    Again(Uuid),
    Unknown,
}

/// Sign-ins under way and codes not yet redeemed.
#[derive(Default)]
pub(crate) struct Pending {
    attempts: HashMap<String, Attempt>,
    codes: HashMap<String, Code>,
    pub(crate) wrong_codes: Throttle,
    pub(crate) wrong_passwords: Throttle,
}

impl Pending {
    /// Begins an attempt under a fresh random id.
    pub(crate) fn begin(&mut self, id: String, goal: Goal, cookie: &str, now: UnixSeconds) {
        self.attempts
            .retain(|_, attempt| now - attempt.started_at < ATTEMPT_LIFE);
        if self.attempts.len() >= MOST {
            let oldest = self
                .attempts
                .iter()
                .min_by_key(|(_, attempt)| attempt.started_at);
            if let Some(id) = oldest.map(|(id, _)| id.clone()) {
                self.attempts.remove(&id);
            }
        }
        let browser = digest(cookie);
        let attempt = Attempt {
            goal,
            browser,
            started_at: now,
            signed_in: false,
            chosen: false,
            identity: false,
        };
        self.attempts.insert(id, attempt);
    }

    /// An attempt, for the browser that began it.
    pub(crate) fn attempt(
        &mut self,
        id: &str,
        cookie: &str,
        now: UnixSeconds,
    ) -> Option<&mut Attempt> {
        let browser = digest(cookie);
        self.attempts
            .get_mut(id)
            .filter(|a| a.browser == browser && now - a.started_at < ATTEMPT_LIFE)
    }

    /// Ends an attempt.
    pub(crate) fn end(&mut self, id: &str) {
        self.attempts.remove(id);
    }

    /// Remembers an issued code.
    pub(crate) fn issue(&mut self, code: &str, issued: IssuedCode) {
        let now = issued.issued_at;
        self.codes.retain(|_, code| match code {
            Code::Open(issued) => now - issued.issued_at <= CODE_LIFE,
            Code::Redeemed { at, .. } => now - *at <= ATTEMPT_LIFE,
        });
        if self.codes.len() < MOST {
            self.codes.insert(digest(code), Code::Open(issued));
        }
    }

    /// Redeems a code for the grant that is about to be made. A code counts once, whatever follows.
    pub(crate) fn redeem(&mut self, code: &str, grant: Uuid, now: UnixSeconds) -> Redeemed {
        let Some(held) = self.codes.get_mut(&digest(code)) else {
            return Redeemed::Unknown;
        };
        match std::mem::replace(held, Code::Redeemed { grant, at: now }) {
            Code::Open(issued) if now - issued.issued_at <= CODE_LIFE => Redeemed::For(issued),
            Code::Open(_) => Redeemed::Unknown,
            Code::Redeemed { grant, at } => {
                *held = Code::Redeemed { grant, at };
                Redeemed::Again(grant)
            }
        }
    }
}

impl Attempt {
    /// The browser's cookie was replaced on signing in.
    pub(crate) fn move_to(&mut self, cookie: &str) {
        self.browser = digest(cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(at: UnixSeconds) -> IssuedCode {
        IssuedCode {
            client: "deskfob".to_owned(),
            redirect_uri: String::new(),
            challenge: String::new(),
            user: UserId::new(Uuid::nil()),
            amr: vec![],
            auth_time: 0,
            scope: vec![],
            issued_at: at,
        }
    }

    #[test]
    fn a_code_counts_once_and_for_a_minute() {
        let mut pending = Pending::default();
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        pending.issue("a", issued(0));
        pending.issue("b", issued(0));
        assert!(
            matches!(pending.redeem("a", first, 60), Redeemed::For(_)),
            "within a minute"
        );
        let again = pending.redeem("a", second, 60);
        assert!(
            matches!(again, Redeemed::Again(id) if id == first),
            "names the first grant"
        );
        assert!(
            matches!(pending.redeem("b", second, 61), Redeemed::Unknown),
            "too late"
        );
        assert!(
            matches!(pending.redeem("c", second, 0), Redeemed::Unknown),
            "never issued"
        );
    }

    #[test]
    fn an_attempt_belongs_to_its_browser() {
        let mut pending = Pending::default();
        pending.begin("id".to_owned(), Goal::SecurityPage, "cookie", 0);
        assert!(
            pending.attempt("id", "other", 1).is_none(),
            "another browser"
        );
        assert!(
            pending.attempt("id", "cookie", ATTEMPT_LIFE).is_none(),
            "half an hour later"
        );
        pending.attempt("id", "cookie", 1).unwrap().move_to("new");
        assert!(
            pending.attempt("id", "new", 1).is_some(),
            "after the cookie was replaced"
        );
    }
}
