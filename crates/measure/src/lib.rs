//! Times of single runs, for `cargo xtask bench`.
//!
//! Every run is timed on its own, so that a slow one shows in the 95th percentile: means of many runs would hide a disk
//! that is late once in twenty. A benchmark is a program without a test harness that prints one line a measurement;
//! `cargo xtask bench` makes one table of all of them.
//!
//! ```
//! use std::time::Duration;
//! use deskfob_measure::Benchmark;
//!
//! Benchmark::of("add two numbers")
//!     .below(Duration::from_millis(1))
//!     .run(20, || {
//!         std::hint::black_box(1 + 1);
//!     });
//! ```
#![forbid(unsafe_code)]

use std::fmt;
use std::time::{Duration, Instant};

/// Runs before those that count: they fill caches.
const WARM_UP: usize = 2;

/// What every line of a measurement begins with.
const MARK: &str = "measured";

/// Stands for a field that is not there.
const NONE: &str = "-";

/// One thing to measure.
#[must_use = "nothing is measured before `run`"]
pub struct Benchmark<'a> {
    what: &'a str,
    peer: Option<&'a str>,
    target: Option<Duration>,
}

impl<'a> Benchmark<'a> {
    /// Something that Deskfob does. Neither this nor a peer's name may hold a tab or a line break.
    pub const fn of(what: &'a str) -> Self {
        Self {
            what,
            peer: None,
            target: None,
        }
    }

    /// The same, done by another program.
    pub const fn by(mut self, peer: &'a str) -> Self {
        self.peer = Some(peer);
        self
    }

    /// What the median is to stay below.
    pub const fn below(mut self, target: Duration) -> Self {
        self.target = Some(target);
        self
    }

    /// Measures `work` so many times, at least once, and prints the result.
    pub fn run(self, runs: usize, mut work: impl FnMut()) {
        self.run_timed(runs, || {
            let start = Instant::now();
            work();
            start.elapsed()
        });
    }

    /// As [`Self::run`], for work that knows which part of it counts.
    pub fn run_timed(self, runs: usize, mut work: impl FnMut() -> Duration) {
        for _ in 0..WARM_UP.min(runs) {
            work();
        }
        let mut times: Vec<Duration> = (0..runs.max(1)).map(|_| work()).collect();
        times.sort();
        let measurement = Measurement {
            what: self.what.to_owned(),
            peer: self.peer.map(str::to_owned),
            target: self.target,
            median: percentile(&times, 50),
            p95: percentile(&times, 95),
            runs: times.len(),
        };
        note(&measurement.to_string());
    }
}

/// Tells something besides measurements: what could not be measured, and why.
#[expect(clippy::print_stdout, reason = "a benchmark's own output")]
pub fn note(text: &str) {
    println!("{text}");
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measurement {
    /// What was measured.
    pub what: String,
    /// The program that did it, if it is not Deskfob.
    pub peer: Option<String>,
    /// What the median is to stay below.
    pub target: Option<Duration>,
    /// Half of the runs took no longer.
    pub median: Duration,
    /// 19 of 20 runs took no longer.
    pub p95: Duration,
    /// How many runs were timed.
    pub runs: usize,
}

impl Measurement {
    /// The measurement that a line tells; `None` for any other line.
    pub fn read(line: &str) -> Option<Self> {
        let nanoseconds = |text: &str| text.parse().ok().map(Duration::from_nanos);
        let fields: Vec<&str> = line.split('\t').collect();
        let [MARK, what, peer, target, median, p95, runs] = fields[..] else {
            return None;
        };
        Some(Self {
            what: what.to_owned(),
            peer: (peer != NONE).then(|| peer.to_owned()),
            target: match target {
                NONE => None,
                target => Some(nanoseconds(target)?),
            },
            median: nanoseconds(median)?,
            p95: nanoseconds(p95)?,
            runs: runs.parse().ok()?,
        })
    }

    /// Whether the target is met; `None` without one.
    pub fn is_met(&self) -> Option<bool> {
        self.target.map(|target| self.median < target)
    }
}

/// The line that [`Measurement::read`] reads.
impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = self
            .target
            .map_or_else(|| NONE.to_owned(), |target| target.as_nanos().to_string());
        write!(
            f,
            "{MARK}\t{}\t{}\t{target}\t{}\t{}\t{}",
            self.what,
            self.peer.as_deref().unwrap_or(NONE),
            self.median.as_nanos(),
            self.p95.as_nanos(),
            self.runs
        )
    }
}

/// The nearest-rank percentile of sorted times.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times: Vec<Duration> = (1..=20).map(Duration::from_millis).collect();
        let cases = [
            (&times[..], 50, 10),
            (&times[..], 95, 19),
            (&times[..], 100, 20),
            (&times[..3], 50, 2),
            (&times[..1], 95, 1),
            (&[], 50, 0),
        ];
        for (times, percent, expected) in cases {
            assert_eq!(
                percentile(times, percent),
                Duration::from_millis(expected),
                "{percent} % of {} times",
                times.len()
            );
        }
    }

    #[test]
    fn a_line_reads_as_what_was_written() {
        let ours = Measurement {
            what: "a code of 1 000 entries".to_owned(),
            peer: None,
            target: Some(Duration::from_millis(30)),
            median: Duration::from_micros(12_345),
            p95: Duration::from_nanos(20_000_001),
            runs: 40,
        };
        let theirs = Measurement {
            peer: Some("another".to_owned()),
            target: None,
            ..ours.clone()
        };
        for measurement in [ours, theirs] {
            assert_eq!(
                Measurement::read(&measurement.to_string()),
                Some(measurement)
            );
        }
        for other in [
            "",
            "running 0 tests",
            "measured",
            "measured\ta\t-\t-\tx\t1\t1",
        ] {
            assert_eq!(Measurement::read(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_target_is_held_against_the_median() {
        let mut measurement = Measurement {
            what: "anything".to_owned(),
            peer: None,
            target: None,
            median: Duration::from_millis(30),
            p95: Duration::from_millis(90),
            runs: 1,
        };
        assert_eq!(measurement.is_met(), None, "there is none");
        measurement.target = Some(Duration::from_millis(31));
        assert_eq!(measurement.is_met(), Some(true));
        measurement.target = Some(Duration::from_millis(30));
        assert_eq!(measurement.is_met(), Some(false), "below means below");
    }
}
