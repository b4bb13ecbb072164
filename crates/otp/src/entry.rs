//! An enrolment and its codes.

use secrecy::SecretString;

use crate::code::{Code, hotp, steam};
use crate::name::printable;
use crate::{Algorithm, Digits, Parsed, Period, Seed, UnixTime, UriError, uri};

/// What the moving factor of an enrolment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Time, RFC 6238.
    Totp {
        /// How long a code is valid.
        period: Period,
    },
    /// A counter, RFC 4226.
    Hotp {
        /// The counter that the next code is made from.
        counter: u64,
    },
    /// Time, with Steam's five characters instead of digits.
    Steam {
        /// How long a code is valid; Steam uses 30 seconds.
        period: Period,
    },
}

impl Kind {
    /// The type as otpauth URIs name it: `totp`, `hotp` or `steam`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp { .. } => "totp",
            Self::Hotp { .. } => "hotp",
            Self::Steam { .. } => "steam",
        }
    }
}

/// One enrolment: who it is for, its key and how codes are made of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Who issued the key, such as `Upsun`; may be empty.
    pub issuer: String,
    /// Whose account it protects, such as `alice@example.com`; may be empty.
    pub account: String,
    /// The key.
    pub seed: Seed,
    /// The hash of the HMAC.
    pub algorithm: Algorithm,
    /// How long a code is. A Steam code always has five characters.
    pub digits: Digits,
    /// What the codes move with.
    pub kind: Kind,
}

/// A code, the one after it and when the one gives way to the other.
#[derive(Debug)]
pub struct CodeWindow {
    /// The code to type.
    pub code: Code,
    /// The code of the next period, or of the next counter.
    pub next: Code,
    /// The first second at which `code` is valid; `None` for HOTP.
    pub valid_from: Option<UnixTime>,
    /// The first second at which `next` is valid instead; `None` for HOTP.
    pub valid_until: Option<UnixTime>,
}

impl Entry {
    /// A TOTP enrolment with the usual parameters: SHA-1, 6 digits, 30 seconds. Names go through [`printable`].
    pub fn totp(issuer: impl Into<String>, account: impl Into<String>, seed: Seed) -> Self {
        Self {
            issuer: printable(&issuer.into()),
            account: printable(&account.into()),
            seed,
            algorithm: Algorithm::Sha1,
            digits: Digits::DEFAULT,
            kind: Kind::Totp {
                period: Period::DEFAULT,
            },
        }
    }

    /// Reads an otpauth URI, with notices about whatever was odd but harmless.
    ///
    /// # Errors
    /// A [`UriError`] for everything that could lead to a wrong code; it never holds the secret.
    pub fn from_uri(uri: &str) -> Result<Parsed, UriError> {
        uri::parse(uri)
    }

    /// The otpauth URI of this enrolment, key included, every parameter written out.
    ///
    /// [`Entry::from_uri`] gives back the same enrolment if the names are as [`printable`] leaves them.
    pub fn to_uri(&self) -> SecretString {
        uri::write(self)
    }

    /// The code at `now`; for HOTP the code of the current counter, whatever the time.
    pub fn code_at(&self, now: UnixTime) -> Code {
        self.code_for(self.moving_factor(now))
    }

    /// The code at `now`, the one after it and when they change.
    pub fn window_at(&self, now: UnixTime) -> CodeWindow {
        let factor = self.moving_factor(now);
        let valid_from = self.period().map(|period| factor * u64::from(period.get()));
        CodeWindow {
            code: self.code_for(factor),
            // The counter is an 8-byte number that wraps (RFC 4226 section 5.1).
            next: self.code_for(factor.wrapping_add(1)),
            valid_from: valid_from.map(UnixTime),
            valid_until: self
                .period()
                .zip(valid_from)
                .map(|(period, from)| UnixTime(from.saturating_add(period.get().into()))),
        }
    }

    /// Whether both make the same codes, whatever their names: same key and settings. A counter moves on, so where it is
    /// does not count.
    pub fn makes_same_codes(&self, other: &Self) -> bool {
        let alike = match (self.kind, other.kind) {
            (Kind::Hotp { .. }, Kind::Hotp { .. }) => true,
            (one, other) => one == other,
        };
        alike
            && self.algorithm == other.algorithm
            && self.digits == other.digits
            && self.seed.ct_eq(&other.seed)
    }

    /// How long a code is valid; `None` for HOTP.
    pub fn period(&self) -> Option<Period> {
        match self.kind {
            Kind::Totp { period } | Kind::Steam { period } => Some(period),
            Kind::Hotp { .. } => None,
        }
    }

    /// C of RFC 4226, or T of RFC 6238 section 4.2 with T0 = 0.
    fn moving_factor(&self, now: UnixTime) -> u64 {
        match self.kind {
            Kind::Totp { period } | Kind::Steam { period } => now.0 / u64::from(period.get()),
            Kind::Hotp { counter } => counter,
        }
    }

    fn code_for(&self, factor: u64) -> Code {
        match self.kind {
            Kind::Steam { .. } => steam(&self.seed, self.algorithm, factor),
            Kind::Totp { .. } | Kind::Hotp { .. } => {
                hotp(&self.seed, self.algorithm, self.digits, factor)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: Kind) -> Entry {
        let seed = Seed::from_bytes(b"12345678901234567890".to_vec()).unwrap();
        Entry {
            kind,
            ..Entry::totp("Example", "alice", seed)
        }
    }

    #[test]
    fn windows_touch_and_do_not_overlap() {
        let entry = entry(Kind::Totp {
            period: Period::DEFAULT,
        });
        for (now, from) in [
            (0, 0),
            (29, 0),
            (30, 30),
            (59, 30),
            (1_741_011_292, 1_741_011_270),
        ] {
            let window = entry.window_at(UnixTime(now));
            assert_eq!(window.valid_from, Some(UnixTime(from)), "at {now}");
            assert_eq!(window.valid_until, Some(UnixTime(from + 30)), "at {now}");
            assert_eq!(
                window.next.expose(),
                entry.code_at(UnixTime(from + 30)).expose(),
                "the next code is the code of the first second after this window"
            );
            assert_eq!(
                window.code.expose(),
                entry.code_at(UnixTime(from)).expose(),
                "from its first second"
            );
        }
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        for period in [1, 30, u32::MAX] {
            let entry = entry(Kind::Totp {
                period: Period::try_from(period).unwrap(),
            });
            let window = entry.window_at(UnixTime(u64::MAX));
            assert!(
                window.valid_from <= Some(UnixTime(u64::MAX)),
                "period {period}"
            );
        }
    }

    #[test]
    fn hotp_has_no_time() {
        let first = entry(Kind::Hotp { counter: 0 });
        let window = first.window_at(UnixTime(1_000));
        assert_eq!(
            window.code.expose(),
            "755224",
            "RFC 4226 appendix D, count 0"
        );
        assert_eq!(
            window.next.expose(),
            "287082",
            "RFC 4226 appendix D, count 1"
        );
        assert_eq!((window.valid_from, window.valid_until), (None, None));
        assert_eq!(first.period(), None);
        let last = entry(Kind::Hotp { counter: u64::MAX });
        assert_eq!(
            last.window_at(UnixTime(0)).next.expose(),
            "755224",
            "an 8-byte counter wraps"
        );
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", entry(Kind::Hotp { counter: 3 }));
        assert!(
            shown.contains("alice") && shown.contains("[redacted]"),
            "{shown}"
        );
        assert!(
            !shown.contains("1234") && !shown.contains("GEZD") && !shown.contains("49, 50"),
            "{shown}"
        );
    }
}
