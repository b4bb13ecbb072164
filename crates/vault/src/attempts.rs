//! Wrong passwords and the wait after them, kept in `vault.attempts`.
//!
//! The waits are against a person at the keyboard. Somebody who can write the folder can also delete this
//! file; against them stands the cost of the key derivation.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::clock::now_ms;
use crate::durable;
use crate::home::Home;

const FILE: &str = "vault.attempts";
const FORMAT: &str = "deskfob-attempts-1";
const LONGEST_WAIT_MS: u64 = 60_000;

/// How long a password will not be tried yet after wrong ones, ms. None when it would be tried now.
pub fn retry_after_ms(home: &Home) -> Option<u64> {
    let mut text = String::new();
    File::open(home.file(FILE))
        .ok()?
        .take(128)
        .read_to_string(&mut text)
        .ok()?;
    Record::parse(&text).remaining_ms(now_ms())
}

/// The record, held so that no other attempt runs at the same time.
pub(crate) struct Attempts {
    file: File,
    record: Record,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Record {
    failures: u32,
    last_ms: i64,
}

impl Attempts {
    /// Waits until no other attempt runs. Blocks.
    pub(crate) fn hold(home: &Home) -> io::Result<Self> {
        let mut file = durable::open_private(&home.file(FILE))?;
        file.lock()?;
        let mut text = Vec::new();
        Read::by_ref(&mut file).take(128).read_to_end(&mut text)?;
        Ok(Self {
            file,
            record: Record::parse(&String::from_utf8_lossy(&text)),
        })
    }

    /// How long to wait yet, ms. A clock that was set back starts the wait anew and does not prolong it.
    pub(crate) fn remaining_ms(&mut self, now_ms: i64) -> io::Result<Option<u64>> {
        if self.record.failures > 0 && self.record.last_ms > now_ms {
            self.put(Record {
                last_ms: now_ms,
                ..self.record
            })?;
        }
        Ok(self.record.remaining_ms(now_ms))
    }

    /// Keeps a wrong password and returns the wait after it, ms.
    pub(crate) fn failed(&mut self, now_ms: i64) -> io::Result<u64> {
        self.put(Record {
            failures: self.record.failures.saturating_add(1),
            last_ms: now_ms,
        })?;
        Ok(self.record.wait_ms())
    }

    pub(crate) fn succeeded(&mut self) -> io::Result<()> {
        if self.record == Record::default() {
            return Ok(());
        }
        self.put(Record::default())
    }

    fn put(&mut self, record: Record) -> io::Result<()> {
        // Always the same length, so that a single write replaces it.
        let text = format!("{FORMAT} {:010} {:020}\n", record.failures, record.last_ms);
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(text.as_bytes())?;
        self.file.set_len(text.len() as u64)?;
        self.file.sync_data()?;
        self.record = record;
        Ok(())
    }
}

impl Record {
    /// What cannot be read counts as no failures: the waits must never keep the owner out.
    fn parse(text: &str) -> Self {
        let mut words = text.split_ascii_whitespace();
        if words.next() != Some(FORMAT) {
            return Self::default();
        }
        let mut record = || {
            Some(Self {
                failures: words.next()?.parse().ok()?,
                last_ms: words.next()?.parse().ok()?,
            })
        };
        record().unwrap_or_default()
    }

    /// 1, 2, 4 … 60 s.
    fn wait_ms(self) -> u64 {
        match self.failures {
            0 => 0,
            failures => 1000u64
                .checked_shl(failures - 1)
                .filter(|_| failures <= 16)
                .unwrap_or(LONGEST_WAIT_MS)
                .min(LONGEST_WAIT_MS),
        }
    }

    fn remaining_ms(self, now_ms: i64) -> Option<u64> {
        let elapsed = u64::try_from(now_ms.saturating_sub(self.last_ms)).unwrap_or(0);
        self.wait_ms().checked_sub(elapsed).filter(|left| *left > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        (folder, home)
    }

    #[test]
    fn waits_double_up_to_a_minute_and_survive_a_restart() {
        let (_folder, home) = home();
        let mut now = 1_000_000;
        for expected_s in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            // Held anew each time, as after a restart.
            let mut attempts = Attempts::hold(&home).unwrap();
            assert_eq!(
                attempts.remaining_ms(now).unwrap(),
                None,
                "the wait is over at {now}"
            );
            assert_eq!(attempts.failed(now).unwrap(), expected_s * 1000);
            drop(attempts);
            let mut attempts = Attempts::hold(&home).unwrap();
            assert_eq!(
                attempts.remaining_ms(now + 1).unwrap(),
                Some(expected_s * 1000 - 1)
            );
            now += i64::try_from(expected_s * 1000).unwrap();
        }
        Attempts::hold(&home).unwrap().succeeded().unwrap();
        assert_eq!(
            Attempts::hold(&home).unwrap().failed(now).unwrap(),
            1000,
            "starts over"
        );
    }

    #[test]
    fn many_failures_do_not_overflow() {
        for failures in [17, 63, 64, 65, u32::MAX] {
            assert_eq!(
                Record {
                    failures,
                    last_ms: 0
                }
                .wait_ms(),
                LONGEST_WAIT_MS,
                "{failures}"
            );
        }
    }

    #[test]
    fn a_clock_set_back_does_not_lock_the_owner_out() {
        let (_folder, home) = home();
        let year = 365 * 24 * 3600 * 1000;
        Attempts::hold(&home).unwrap().failed(year).unwrap();
        let mut attempts = Attempts::hold(&home).unwrap();
        assert_eq!(
            attempts.remaining_ms(0).unwrap(),
            Some(1000),
            "the wait starts anew"
        );
        assert_eq!(attempts.remaining_ms(1000).unwrap(), None, "and ends");
    }

    #[test]
    fn a_garbled_record_counts_as_none() {
        for text in [
            "",
            "x",
            "deskfob-attempts-1",
            "deskfob-attempts-1 a b",
            "deskfob-attempts-2 9 9",
        ] {
            assert_eq!(Record::parse(text), Record::default(), "{text:?}");
        }
    }
}
