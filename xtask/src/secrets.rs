//! Looks for secrets in what a test run printed.

use std::path::{Path, PathBuf};

use crate::log::Log;
use crate::project;
use crate::say;
use crate::trouble::{Trouble, at};

/// The variable that names a file to which tests may append the secrets they come to know, one a line: those
/// that the sandbox makes up anew every time.
pub(crate) const FILE_VARIABLE: &str = "DESKFOB_TEST_SECRETS";

/// Secrets that are the same in every run: those of the sandbox's people and of the published test vectors.
const FIXED: &[(&str, &str)] = &[
    ("the sandbox newcomer's password", "correct horse battery"),
    ("the sandbox newcomer's API token", "sandbox-ada-token"),
    (
        "RFC 6238's seed for SHA-1",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    ),
];

/// Shorter lines would be found by chance.
const SHORTEST: usize = 8;

/// The file for the secrets of this run.
pub(crate) fn file() -> PathBuf {
    project::scratch().join("test-secrets.txt")
}

/// Starts with an empty file.
pub(crate) fn begin() -> Result<(), Trouble> {
    let file = file();
    std::fs::create_dir_all(project::scratch()).map_err(at(project::scratch()))?;
    std::fs::write(&file, "").map_err(at(file))
}

/// Fails when a known secret is anywhere in the log. The file of this run's secrets is removed.
pub(crate) fn check(log: &Log) -> Result<(), Trouble> {
    let told = std::fs::read_to_string(file()).unwrap_or_default();
    let _ = std::fs::remove_file(file());
    let output = log.text_from(0)?;
    let found = found(&output, &told);
    if let Some((line, name)) = found.first() {
        return Err(Trouble::Unmet {
            what: format!(
                "{} secrets in the output; first, line {line}: {name}",
                found.len()
            ),
            next: format!("See {}", shown(log.path())),
        });
    }
    say::note(&format!(
        "{} known secrets, none of them in {} lines",
        FIXED.len() + lines(&told).count(),
        output.lines().count()
    ));
    Ok(())
}

/// Where which secret is, by line and name. The secret itself is not repeated.
fn found(output: &str, told: &str) -> Vec<(usize, String)> {
    let known: Vec<(String, &str)> = FIXED
        .iter()
        .map(|(name, secret)| ((*name).to_owned(), *secret))
        .chain(
            lines(told)
                .enumerate()
                .map(|(i, secret)| (format!("secret {} of this run", i + 1), secret)),
        )
        .collect();
    let mut found = Vec::new();
    for (number, line) in output.lines().enumerate() {
        for (name, secret) in &known {
            if line.contains(secret) {
                found.push((number + 1, name.clone()));
            }
        }
    }
    found
}

fn lines(told: &str) -> impl Iterator<Item = &str> {
    told.lines()
        .map(str::trim)
        .filter(|line| line.len() >= SHORTEST)
}

fn shown(path: &Path) -> String {
    path.strip_prefix(project::root())
        .unwrap_or(path)
        .display()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_the_output_is_found_and_not_repeated() {
        let output = "fine\ntoken=made-up-this-time\nalso fine\n";
        let found = found(output, "made-up-this-time\nshort\n");
        assert_eq!(found, [(2, "secret 1 of this run".to_owned())]);
    }

    #[test]
    fn fixed_secrets_are_always_looked_for() {
        for (name, secret) in FIXED {
            let found = found(&format!("a line with {secret} in it"), "");
            assert_eq!(found, [(1, (*name).to_owned())], "{name}");
        }
        assert!(found("nothing here", "fine\n").is_empty());
    }
}
