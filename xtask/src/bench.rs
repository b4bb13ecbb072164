//! `cargo xtask bench`: every benchmark, in one table.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use deskfob_measure::Measurement;

use crate::display;
use crate::packages::Group;
use crate::process;
use crate::say;
use crate::system::{self, Install};
use crate::trouble::{Trouble, at};

/// A benchmark program: `benches/` of a crate. It prints its measurements with `deskfob-measure`.
struct Suite {
    name: &'static str,
    package: &'static str,
}

/// All of them, in the order of the table. A new one is a line here and a `[[bench]]` without a harness there.
const SUITES: &[Suite] = &[
    Suite {
        name: "vault",
        package: "deskfob-vault",
    },
    Suite {
        name: "fob",
        package: "deskfob-cli",
    },
    Suite {
        name: "camera",
        package: "deskfob-capture",
    },
    Suite {
        name: "decode",
        package: "deskfob-scan",
    },
];

/// Tells a benchmark that the keyring it finds is there for it.
const SESSION: (&str, &str) = ("DESKFOB_BENCH_SESSION", "1");

/// Builds as for a release, measures all suites or those named, and prints the table.
pub(crate) fn bench(arguments: &[String], install: Install) -> Result<(), Trouble> {
    let suites = chosen(arguments)?;
    say::heading("System packages");
    system::ensure(&[Group::Build, display::PACKAGES], install)?;

    say::heading("Release build");
    let mut build = cargo_bench(&suites);
    build.arg("--no-run");
    process::run(build)?;

    say::heading("Measuring");
    tell_load();
    let benches = cargo_bench(&suites);
    say::command(&process::line(&benches));
    let measured = measure(if system::is_linux() {
        say::note("in a session with a bus and a keyring of its own");
        let mut benches = display::private_keyring(&benches)?;
        benches.env(SESSION.0, SESSION.1);
        benches
    } else {
        say::note("what needs a keyring is left out: a private one can only be had on Linux");
        benches
    })?;
    tell_load();

    say::heading("Times");
    for line in table(&measured) {
        say::note(&line);
    }
    let missed = measured
        .iter()
        .filter(|one| one.is_met() == Some(false))
        .count();
    match missed {
        0 => say::good("every target is met"),
        missed => say::warning(&format!("targets missed: {missed}")),
    }
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Suite>, Trouble> {
    if let Some(unknown) = names
        .iter()
        .find(|name| SUITES.iter().all(|suite| suite.name != **name))
    {
        let known: Vec<_> = SUITES.iter().map(|suite| suite.name).collect();
        return Err(Trouble::Usage(format!(
            "there is no suite {unknown:?}; the suites are {}",
            known.join(", ")
        )));
    }
    Ok(SUITES
        .iter()
        .filter(|suite| names.is_empty() || names.iter().any(|name| name == suite.name))
        .collect())
}

fn cargo_bench(suites: &[&Suite]) -> Command {
    let mut cargo = process::cargo();
    cargo.args(["bench", "--quiet"]);
    // Always all packages: fewer would have other features, and be built once more.
    for suite in SUITES {
        cargo.args(["--package", suite.package]);
    }
    for suite in suites {
        cargo.args(["--bench", suite.name]);
    }
    cargo
}

/// Runs the benchmarks, each measurement on the terminal as it comes.
fn measure(mut command: Command) -> Result<Vec<Measurement>, Trouble> {
    let line = process::line(&command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| process::not_started(&command, &error))?;
    let mut measured = Vec::new();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.map_err(at("the benchmarks' output"))?;
            match Measurement::read(&line) {
                Some(one) => {
                    let by = one.peer.as_deref().unwrap_or("ours");
                    say::note(&format!("{}, {by}: {}", one.what, shown(one.median)));
                    measured.push(one);
                }
                None if line.trim().is_empty() => {}
                None => say::note(&line),
            }
        }
    }
    let status = child.wait().map_err(at("the benchmarks"))?;
    if status.success() {
        Ok(measured)
    } else {
        Err(Trouble::Failed {
            command: line,
            code: status.code(),
        })
    }
}

/// Other work on the machine makes every time longer.
fn tell_load() {
    let Ok(text) = std::fs::read_to_string("/proc/loadavg") else {
        return;
    };
    let load = text.split_whitespace().next().unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(1, |number| number.get());
    say::note(&format!(
        "load {load} in the last minute, on {processors} processors"
    ));
}

/// The table's lines: what was measured, and beside it the same by other programs.
fn table(measured: &[Measurement]) -> Vec<String> {
    const HEADINGS: [&str; 6] = ["", "median", "p95", "target", "", "others, median (p95)"];
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    let mut seen = BTreeSet::new();
    for one in measured {
        if !seen.insert(&one.what) {
            continue;
        }
        let same = || measured.iter().filter(|other| other.what == one.what);
        let ours = same().find(|other| other.peer.is_none());
        let peers: Vec<String> = same()
            .filter_map(|other| {
                let peer = other.peer.as_ref()?;
                Some(format!(
                    "{peer} {} ({})",
                    shown(other.median),
                    shown(other.p95)
                ))
            })
            .collect();
        let time = |of: fn(&Measurement) -> Duration| ours.map(of).map(shown).unwrap_or_default();
        rows.push([
            one.what.clone(),
            time(|ours| ours.median),
            time(|ours| ours.p95),
            ours.and_then(|ours| ours.target)
                .map(|target| format!("< {} ms", target.as_millis()))
                .unwrap_or_default(),
            match ours.and_then(Measurement::is_met) {
                Some(true) => "met".to_owned(),
                Some(false) => "MISSED".to_owned(),
                None => String::new(),
            },
            peers.join(", "),
        ]);
    }
    let width = |column: usize| {
        let wide = rows.iter().map(|row| row[column].chars().count());
        wide.max().unwrap_or_default()
    };
    let widths = [0, 1, 2, 3, 4].map(width);
    rows.iter()
        .map(|[what, median, p95, target, met, peers]| {
            let [w, m, p, t, e] = widths;
            format!("{what:<w$}  {median:>m$}  {p95:>p$}  {target:>t$}  {met:<e$}  {peers}")
                .trim_end()
                .to_owned()
        })
        .collect()
}

/// A time in milliseconds, with three digits or more.
fn shown(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    let digits = match milliseconds {
        ..10.0 => 2,
        10.0..100.0 => 1,
        _ => 0,
    };
    format!("{milliseconds:.digits$} ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(what: &str, peer: Option<&str>, target: Option<u64>, median: u64) -> Measurement {
        Measurement {
            what: what.to_owned(),
            peer: peer.map(str::to_owned),
            target: target.map(Duration::from_millis),
            median: Duration::from_millis(median),
            p95: Duration::from_millis(median * 2),
            runs: 20,
        }
    }

    #[test]
    fn every_thing_measured_is_one_row_with_its_peers() {
        let measured = [
            one("open", None, Some(50), 40),
            one("code", None, Some(30), 31),
            one("code", Some("cotp"), None, 190),
            one("code", Some("other"), None, 9),
            one("list", None, None, 1),
        ];
        assert_eq!(
            table(&measured),
            [
                "       median      p95   target          others, median (p95)",
                "open  40.0 ms  80.0 ms  < 50 ms  met",
                "code  31.0 ms  62.0 ms  < 30 ms  MISSED  cotp 190 ms (380 ms), other 9.00 ms (18.0 ms)",
                "list  1.00 ms  2.00 ms",
            ]
        );
    }

    #[test]
    fn an_unknown_suite_is_refused_with_the_known_ones() {
        let Err(Trouble::Usage(text)) = chosen(&["valut".to_owned()]) else {
            panic!("a suite that does not exist was taken");
        };
        assert!(text.contains("valut") && text.contains("vault"), "{text}");
        assert!(chosen(&[]).is_ok_and(|suites| suites.len() == SUITES.len()));
    }
}
