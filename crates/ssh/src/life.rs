//! How long a certificate still holds.

use crate::Certificate;

/// A certificate counts as expired this long before its end, in seconds, as with the platforms' command line: a
/// connection that is just being made should not meet its end.
pub const EARLY_SECONDS: u64 = 120;

/// A certificate is renewed when a quarter of its time is left, but not earlier than this before its end, in seconds.
const MAX_DUE_SECONDS: u64 = 15 * 60;

/// Where a moment is in a certificate's time. All spans are in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It does not hold yet: this computer's clock is behind the platform's.
    NotYet {
        /// Until it does.
        starts_in: u64,
    },
    /// It holds.
    Valid {
        /// Until its end.
        left: u64,
    },
    /// It holds, and its end is near enough to renew it.
    Due {
        /// Until its end.
        left: u64,
    },
    /// Its end is less than [`EARLY_SECONDS`] away, or over.
    Expired {
        /// Since its end; 0 before that.
        since: u64,
    },
}

impl Certificate {
    /// Where `now`, Unix time in seconds, is in its time.
    pub fn life(&self, now: u64) -> Life {
        let (from, until) = (self.valid_from(), self.valid_until());
        if now < from {
            return Life::NotYet {
                starts_in: from - now,
            };
        }
        let left = until.saturating_sub(now);
        let due = ((until - from) / 4).min(MAX_DUE_SECONDS);
        if left <= EARLY_SECONDS {
            Life::Expired {
                since: now.saturating_sub(until),
            }
        } else if left <= due {
            Life::Due { left }
        } else {
            Life::Valid { left }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up::Made;

    #[test]
    fn a_certificate_of_an_hour() {
        const FROM: u64 = 1_700_000_000;
        let certificate = Certificate::parse(Made::default().line().as_bytes()).unwrap();
        let cases = [
            ("before", FROM - 5, Life::NotYet { starts_in: 5 }),
            ("at once", FROM, Life::Valid { left: 3600 }),
            ("in the middle", FROM + 1800, Life::Valid { left: 1800 }),
            (
                "a second before it is due",
                FROM + 2699,
                Life::Valid { left: 901 },
            ),
            ("three quarters over", FROM + 2700, Life::Due { left: 900 }),
            ("just not expired", FROM + 3479, Life::Due { left: 121 }),
            (
                "too near to its end",
                FROM + 3480,
                Life::Expired { since: 0 },
            ),
            ("at its end", FROM + 3600, Life::Expired { since: 0 }),
            ("after it", FROM + 3700, Life::Expired { since: 100 }),
        ];
        for (name, now, expected) in cases {
            assert_eq!(certificate.life(now), expected, "{name}");
        }
    }

    #[test]
    fn a_long_one_is_renewed_near_its_end_and_a_short_one_always() {
        let of = |seconds: u64| {
            let made = Made {
                valid: (1_700_000_000, 1_700_000_000 + seconds),
                ..Made::default()
            };
            Certificate::parse(made.line().as_bytes()).unwrap()
        };
        let week = 7 * 86_400;
        assert_eq!(
            of(week).life(1_700_000_000 + week - 901),
            Life::Valid { left: 901 }
        );
        assert_eq!(of(60).life(1_700_000_000), Life::Expired { since: 0 });
    }
}
