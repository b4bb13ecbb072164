//! An enrolled authenticator, its recovery codes, and proposals not yet confirmed (RFC 6238).

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Totp};

use crate::{
    clock::UnixSeconds,
    ids::UserId,
    keys::{Purpose, SigningKey, random},
};

/// Recovery codes made at a time.
pub(crate) const RECOVERY_CODES: usize = 10;
/// How long a proposed set-up key may be confirmed.
const PROPOSAL_LIFE: UnixSeconds = 3600;
/// Proposals remembered for each user; the oldest go first.
const MOST_PROPOSALS: usize = 20;
/// Letters and digits that are not taken for one another; 32 of them, so that a byte maps evenly.
const RECOVERY_ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A Base32 set-up key of 20 bytes. Kept in clear in the state file, since a sandbox holds test data;
/// still never formatted or logged.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct SetupKey(String);

impl SetupKey {
    pub(crate) fn new(base32: &str) -> Self {
        Self(base32.to_owned())
    }

    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        Ok(Self(BASE32_NOPAD.encode(&random::<20>()?)))
    }

    /// The 32 Base32 characters.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }

    /// SHA-1, 6 digits, 30 s, one step either way.
    fn totp(&self) -> Option<Totp> {
        let bytes: [u8; 20] = BASE32_NOPAD
            .decode(self.0.as_bytes())
            .ok()?
            .try_into()
            .ok()?;
        Builder::new().with_secret(bytes).with_skew(1).build().ok()
    }

    /// The time step whose code was given, if it is the present one or a neighbour.
    pub(crate) fn step_of(&self, code: &str, now: UnixSeconds) -> Option<u64> {
        self.totp()?.check(code, now.unsigned_abs())
    }
}

/// A set-up key given to a user and not confirmed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Proposal {
    key: SetupKey,
    at: UnixSeconds,
}

impl Proposal {
    /// Remembers a newly proposed key and forgets what has lapsed.
    pub(crate) fn remember(proposals: &mut Vec<Self>, key: SetupKey, now: UnixSeconds) {
        proposals.retain(|proposal| proposal.is_open(now));
        if proposals.len() >= MOST_PROPOSALS {
            proposals.remove(0);
        }
        proposals.push(Self { key, at: now });
    }

    /// The key, if it was proposed within the last hour.
    pub(crate) fn find<'a>(
        proposals: &'a [Self],
        key: &str,
        now: UnixSeconds,
    ) -> Option<&'a SetupKey> {
        proposals
            .iter()
            .find(|p| p.is_open(now) && p.key.matches(key))
            .map(|p| &p.key)
    }

    fn is_open(&self, now: UnixSeconds) -> bool {
        now - self.at <= PROPOSAL_LIFE
    }
}

/// Why a code was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeRefused {
    /// Not the code of this time step or a neighbour, nor an unused recovery code.
    Wrong,
    /// This code, or a later one, was taken before.
    Used,
}

/// An authenticator that a user has enrolled.
#[derive(Serialize, Deserialize)]
pub(crate) struct Factor {
    key: SetupKey,
    pub(crate) enrolled_at: UnixSeconds,
    /// The last time step a code was taken for (RFC 6238, section 5.2).
    last_step: u64,
    /// Tags of the unused recovery codes, in hexadecimal.
    recovery: Vec<String>,
}

impl Factor {
    /// An authenticator without recovery codes.
    pub(crate) fn enrolled(key: SetupKey, now: UnixSeconds) -> Self {
        Self {
            key,
            enrolled_at: now,
            last_step: 0,
            recovery: Vec::new(),
        }
    }

    /// Marks the step of the confirming code as used.
    pub(crate) fn confirmed_by(mut self, step: u64) -> Self {
        self.last_step = step;
        self
    }

    pub(crate) fn unused_recovery_codes(&self) -> usize {
        self.recovery.len()
    }

    /// Takes a six-digit code, each step once, or a recovery code, each once.
    pub(crate) fn take(
        &mut self,
        key: &SigningKey,
        user: UserId,
        text: &str,
        now: UnixSeconds,
    ) -> Result<(), CodeRefused> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
            let step = self.key.step_of(&text, now).ok_or(CodeRefused::Wrong)?;
            if step <= self.last_step {
                return Err(CodeRefused::Used);
            }
            self.last_step = step;
            return Ok(());
        }
        let tag = recovery_tag(key, user, &text);
        let position = self
            .recovery
            .iter()
            .position(|kept| bool::from(kept.as_bytes().ct_eq(tag.as_bytes())))
            .ok_or(CodeRefused::Wrong)?;
        self.recovery.remove(position);
        Ok(())
    }

    /// Replaces the recovery codes and gives the new ones, `xxxx-xxxx`, for the only time.
    pub(crate) fn recreate_recovery_codes(
        &mut self,
        key: &SigningKey,
        user: UserId,
    ) -> Result<Vec<String>, getrandom::Error> {
        let mut codes = Vec::with_capacity(RECOVERY_CODES);
        for _ in 0..RECOVERY_CODES {
            let letters: Vec<char> = random::<8>()?
                .iter()
                .map(|byte| char::from(RECOVERY_ALPHABET[usize::from(byte % 32)]))
                .collect();
            let (first, second) = letters.split_at(4);
            codes.push(format!(
                "{}-{}",
                String::from_iter(first),
                String::from_iter(second)
            ));
        }
        self.recovery = codes
            .iter()
            .map(|code| recovery_tag(key, user, code))
            .collect();
        Ok(codes)
    }
}

/// Upper case, spaces and the missing dash are forgiven.
fn recovery_tag(key: &SigningKey, user: UserId, code: &str) -> String {
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let user = user.to_string();
    HEXLOWER.encode(&key.tag(Purpose::RecoveryCode, &[user.as_bytes(), code.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const KEY: &str = "M5ZGCY3FFVUG64DQMVZC243BNZSGE33Y";

    fn code(at: u64) -> String {
        SetupKey::new(KEY).totp().unwrap().generate(at).to_string()
    }

    #[test]
    fn a_code_counts_once_and_only_near_its_time() {
        let key = SigningKey::generate().unwrap();
        let user = UserId::new(Uuid::nil());
        let now = 1_700_000_010_i64;
        let at = |offset: i64| code((now + offset).unsigned_abs());
        let mut factor = Factor::enrolled(SetupKey::new(KEY), now);
        let mut take = |text: &str| factor.take(&key, user, text, now);
        assert_eq!(take(&at(-60)), Err(CodeRefused::Wrong), "two steps late");
        assert_eq!(take(&at(60)), Err(CodeRefused::Wrong), "two steps early");
        assert_eq!(take(&at(-30)), Ok(()), "one step late");
        let spaced = format!(" {} {}", &at(0)[..3], &at(0)[3..]);
        assert_eq!(
            take(&spaced),
            Ok(()),
            "the present step, written with spaces"
        );
        assert_eq!(take(&at(0)), Err(CodeRefused::Used), "the same again");
        assert_eq!(
            take(&at(-30)),
            Err(CodeRefused::Used),
            "an older step after a newer one"
        );
        assert_eq!(take(&at(30)), Ok(()), "one step early");
        assert_eq!(take("abcdef"), Err(CodeRefused::Wrong), "letters");
    }

    #[test]
    fn a_recovery_code_counts_once_and_for_its_user() {
        let key = SigningKey::generate().unwrap();
        let (user, other) = (UserId::new(Uuid::nil()), UserId::new(Uuid::max()));
        let mut factor = Factor::enrolled(SetupKey::new(KEY), 0);
        let old = factor.recreate_recovery_codes(&key, user).unwrap();
        let codes = factor.recreate_recovery_codes(&key, user).unwrap();
        assert_eq!(codes.len(), RECOVERY_CODES);
        let shape = |c: &String| c.len() == 9 && c.as_bytes()[4] == b'-';
        assert!(codes.iter().all(shape), "written xxxx-xxxx");
        assert_eq!(
            factor.take(&key, user, &old[0], 0),
            Err(CodeRefused::Wrong),
            "replaced"
        );
        assert_eq!(
            factor.take(&key, other, &codes[0], 0),
            Err(CodeRefused::Wrong),
            "other user"
        );
        let sloppy = codes[0].replace('-', "").to_uppercase();
        assert_eq!(
            factor.take(&key, user, &sloppy, 0),
            Ok(()),
            "without dash, in capitals"
        );
        assert_eq!(
            factor.take(&key, user, &codes[0], 0),
            Err(CodeRefused::Wrong),
            "used up"
        );
        assert_eq!(factor.unused_recovery_codes(), RECOVERY_CODES - 1);
    }

    #[test]
    fn a_proposal_lapses_after_an_hour() {
        let mut proposals = Vec::new();
        Proposal::remember(&mut proposals, SetupKey::new(KEY), 1000);
        assert!(
            Proposal::find(&proposals, KEY, 4600).is_some(),
            "after an hour"
        );
        assert!(
            Proposal::find(&proposals, KEY, 4601).is_none(),
            "after more than an hour"
        );
        assert!(
            Proposal::find(&proposals, "M5ZG", 1000).is_none(),
            "another key"
        );
        for at in 0..40 {
            Proposal::remember(&mut proposals, SetupKey::generate().unwrap(), 1000 + at);
        }
        assert_eq!(proposals.len(), MOST_PROPOSALS, "the oldest are forgotten");
    }
}
