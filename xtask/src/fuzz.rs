//! `cargo xtask fuzz`: every parser on made-up input, with libFuzzer.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::packages::Group;
use crate::process;
use crate::project;
use crate::say;
use crate::system::{self, Install};
use crate::tools;
use crate::trouble::{Trouble, at};

/// A program of `fuzz/fuzz_targets`.
struct Target {
    name: &'static str,
    /// Longest input, in bytes: long enough to reach everything, short enough to be fast.
    longest: u32,
}

const TARGETS: &[Target] = &[
    Target {
        name: "vault_header",
        longest: 4096,
    },
    Target {
        name: "otpauth_uri",
        longest: 1024,
    },
    Target {
        name: "transfer_code",
        longest: 1024,
    },
    Target {
        name: "base32_seed",
        longest: 2048,
    },
    Target {
        name: "picture_file",
        longest: 4096,
    },
    Target {
        name: "picture_pixels",
        longest: 96 * 96 + 1,
    },
    Target {
        name: "camera_frame",
        longest: 8192,
    },
    Target {
        name: "token_claims",
        longest: 2048,
    },
    Target {
        name: "pasted_error",
        longest: 4096,
    },
    Target {
        name: "api_answer",
        longest: 4096,
    },
    Target {
        name: "ssh_certificate",
        longest: 4096,
    },
];

/// How long all targets together run, seconds, unless something else is asked for.
const SECONDS: u64 = 60;
/// An input that takes longer is a finding, seconds.
const SLOWEST: u32 = 10;
/// A target that needs more memory is a finding, MiB.
const MEMORY: u32 = 2048;
/// Names the folder for a target's first inputs, see `fuzz/src/lib.rs`.
const SEEDS: &str = "DESKFOB_FUZZ_SEEDS";

/// Builds the targets and gives each an equal part of the time.
pub(crate) fn fuzz(arguments: &[String], install: Install) -> Result<(), Trouble> {
    let seconds = match arguments {
        [] => SECONDS,
        [seconds] => match seconds.parse() {
            Ok(seconds) if seconds > 0 => seconds,
            _ => {
                return Err(Trouble::Usage(format!(
                    "{seconds:?} is not a number of seconds"
                )));
            }
        },
        [_, other, ..] => return Err(Trouble::Usage(format!("fuzz does not take {other:?}"))),
    };
    say::heading("System packages");
    system::ensure(&[Group::Build], install)?;
    say::heading("cargo-fuzz");
    if let Some(install) = tools::CARGO_FUZZ.install() {
        process::run(install)?;
    }
    say::heading("Fuzz targets");
    build()?;
    let programs = programs()?;

    let each = seconds.div_ceil(TARGETS.len() as u64);
    let mut results = Vec::new();
    for target in TARGETS {
        say::heading(&format!("{} for {each} s", target.name));
        results.push((target.name, run(&programs, target, each)?));
    }
    say::heading("Fuzzing");
    for line in table(&results) {
        say::note(&line);
    }
    let found: Vec<&PathBuf> = results
        .iter()
        .flat_map(|(_, result)| &result.found)
        .collect();
    if found.is_empty() {
        say::good("no finding");
        return Ok(());
    }
    for file in &found {
        say::note(&format!("finding: {}", file.display()));
    }
    Err(Trouble::Unmet {
        what: format!("{} findings", found.len()),
        next: format!(
            "Each of these inputs starts a regression test. One again: {}/TARGET FILE",
            programs.display()
        ),
    })
}

/// Builds all targets on a stable toolchain: with coverage and without a sanitizer. `forbid(unsafe_code)` and checked
/// overflow find in Rust what a sanitizer is for elsewhere.
fn build() -> Result<(), Trouble> {
    let mut cargo = process::command(tools::CARGO_FUZZ.path());
    cargo.args(["build", "--sanitizer", "none", "--fuzz-dir", "fuzz"]);
    cargo.arg("--target-dir").arg(folder());
    process::run(cargo)
}

/// Where cargo-fuzz leaves the programs: it always builds for a named system.
fn programs() -> Result<PathBuf, Trouble> {
    let mut rustc = process::command("rustc");
    rustc.arg("-vV");
    let host = process::answer(rustc).and_then(|told| {
        let host = told.lines().find_map(|line| line.strip_prefix("host: "))?;
        Some(host.to_owned())
    });
    let host = host.ok_or_else(|| Trouble::Program {
        program: "rustc".to_owned(),
        install: "See https://rustup.rs".to_owned(),
    })?;
    Ok(folder().join(host).join("release"))
}

/// Where the targets are built and their corpora grow.
fn folder() -> PathBuf {
    project::target().join("fuzz")
}

/// What a run came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// Inputs tried.
    runs: u64,
    /// Inputs tried in a second.
    speed: u64,
    /// Edges reached by the corpus that was there, and at the end.
    coverage: Option<(u64, u64)>,
    /// Inputs in the corpus at the end.
    corpus: u64,
    /// Inputs that made the target fail.
    found: Vec<PathBuf>,
}

fn run(programs: &Path, target: &Target, seconds: u64) -> Result<Outcome, Trouble> {
    let corpus = folder().join("corpus").join(target.name);
    let findings = folder().join("findings").join(target.name);
    for folder in [&corpus, &findings] {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
    }
    let program = format!("{}{}", target.name, std::env::consts::EXE_SUFFIX);
    let mut fuzz = process::command(programs.join(program));
    fuzz.arg(&corpus).args([
        // libFuzzer puts a name behind it.
        format!("-artifact_prefix={}/", findings.display()),
        format!("-max_total_time={seconds}"),
        format!("-max_len={}", target.longest),
        format!("-timeout={SLOWEST}"),
        format!("-rss_limit_mb={MEMORY}"),
        "-print_final_stats=1".to_owned(),
    ]);
    fuzz.env(SEEDS, &corpus);
    let line = process::line(&fuzz);
    say::command(&line);
    let mut child = fuzz
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| process::not_started(&fuzz, &error))?;
    let mut outcome = Outcome::default();
    let mut last = Vec::new();
    if let Some(output) = child.stderr.take() {
        // It prints inputs, which may be any bytes.
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(at("libFuzzer's output"))?;
            let line = String::from_utf8_lossy(&line).into_owned();
            outcome.take(&line);
            last.push(line);
        }
    }
    let status = child.wait().map_err(at("libFuzzer"))?;
    if !status.success() {
        for line in &last[last.len().saturating_sub(40)..] {
            say::note(line);
        }
        if outcome.found.is_empty() {
            return Err(Trouble::Failed {
                command: line,
                code: status.code(),
            });
        }
    }
    Ok(outcome)
}

impl Outcome {
    /// Learns from one line of libFuzzer's output.
    fn take(&mut self, line: &str) {
        let after = |key: &str| line.strip_prefix(key)?.trim().parse().ok();
        if let Some(runs) = after("stat::number_of_executed_units:") {
            self.runs = runs;
        } else if let Some(speed) = after("stat::average_exec_per_sec:") {
            self.speed = speed;
        } else if let Some((_, file)) = line.split_once("Test unit written to ") {
            self.found.push(Path::new(file.trim()).to_path_buf());
        } else if line.starts_with('#') {
            self.progress(line);
        }
    }

    /// A line such as `#12 NEW cov: 34 ft: 56 corp: 7/89b lim: 4 exec/s: 0 rss: 30Mb`.
    fn progress(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let value = |key: &str| {
            let at = words.iter().position(|word| *word == key)?;
            let digits = words.get(at + 1)?.split('/').next()?;
            digits.parse::<u64>().ok()
        };
        if let Some(edges) = value("cov:") {
            let first = self.coverage.map_or(edges, |(first, _)| first);
            // Until the corpus is read, what it reaches still grows.
            let reading = words.get(1).is_some_and(|word| *word == "INITED");
            self.coverage = Some((if reading { edges } else { first }, edges));
        }
        if let Some(inputs) = value("corp:") {
            self.corpus = inputs;
        }
    }
}

fn table(results: &[(&str, Outcome)]) -> Vec<String> {
    let heading = format!(
        "{:<16} {:>11} {:>9} {:>15} {:>7} {:>9}",
        "", "runs", "runs/s", "edges", "corpus", "findings"
    );
    let rows = results.iter().map(|(name, result)| {
        let edges = result
            .coverage
            .map(|(first, last)| format!("{first} → {last}"))
            .unwrap_or_default();
        format!(
            "{name:<16} {:>11} {:>9} {edges:>15} {:>7} {:>9}",
            result.runs,
            result.speed,
            result.corpus,
            result.found.len()
        )
    });
    std::iter::once(heading).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libfuzzer_tells_is_understood() {
        let mut outcome = Outcome::default();
        for line in [
            "INFO: Seed: 12345",
            "#2\tINITED cov: 120 ft: 130 corp: 4/800b exec/s: 0 rss: 40Mb",
            "#77\tNEW    cov: 140 ft: 150 corp: 5/1Kb lim: 4 exec/s: 0 rss: 41Mb L: 3/9 MS: 1 InsertByte-",
            "#900\tREDUCE cov: 141 ft: 152 corp: 6/1Kb lim: 4 exec/s: 0 rss: 41Mb",
            "#901\tpulse  corp: 7/1Kb",
            "artifact_prefix='./'; Test unit written to /somewhere/crash-01",
            "stat::number_of_executed_units: 901",
            "stat::average_exec_per_sec:     450",
        ] {
            outcome.take(line);
        }
        assert_eq!(
            outcome,
            Outcome {
                runs: 901,
                speed: 450,
                coverage: Some((120, 141)),
                corpus: 7,
                found: vec![PathBuf::from("/somewhere/crash-01")],
            }
        );
    }

    #[test]
    fn seconds_are_a_number() {
        for wrong in [&["soon"][..], &["0"], &["-1"], &["1", "2"]] {
            let arguments: Vec<_> = wrong.iter().map(|text| (*text).to_owned()).collect();
            assert!(
                matches!(fuzz(&arguments, Install::Nothing), Err(Trouble::Usage(_))),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn every_target_is_known_here() {
        let mut files: Vec<String> = std::fs::read_dir(project::root().join("fuzz/fuzz_targets"))
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let mut known: Vec<_> = TARGETS
            .iter()
            .map(|target| format!("{}.rs", target.name))
            .collect();
        files.sort();
        known.sort();
        assert_eq!(files, known);
    }
}
