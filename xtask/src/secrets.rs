//! Looks for secrets in what a test run printed, and in what the programs that it ran printed, were started with and
//! wrote into their logs.

use std::path::{Path, PathBuf};

use crate::log::Log;
use crate::project;
use crate::say;
use crate::trouble::{Trouble, at};

/// The variable that names a file to which tests may append the secrets they come to know, one a line: those
/// that the sandbox makes up anew every time.
pub(crate) const FILE_VARIABLE: &str = "DESKFOB_TEST_SECRETS";

/// The variable that names a file to which tests append what they had programs print.
pub(crate) const OUTPUT_VARIABLE: &str = "DESKFOB_TEST_OUTPUT";

/// Secrets that are the same in every run: those of the sandbox's people and of the published test vectors.
const FIXED: &[(&str, &str)] = &[
    ("the sandbox newcomer's password", "correct horse battery"),
    ("the sandbox newcomer's API token", "sandbox-ada-token"),
    ("RFC 6238's seed for SHA-1", RFC_SEED),
];

/// The tests have programs show and export it on purpose; the tests themselves do not print it.
const RFC_SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// Length of the sandbox's refresh tokens: 52 bytes in base64url.
const REFRESH_TOKEN: usize = 70;

/// Shorter lines would be found by chance.
const SHORTEST: usize = 8;

/// The file for the secrets of this run.
pub(crate) fn file() -> PathBuf {
    project::scratch().join("test-secrets.txt")
}

/// The file for what the programs of this run print.
pub(crate) fn output_file() -> PathBuf {
    project::scratch().join("test-output.txt")
}

/// Starts with empty files.
pub(crate) fn begin() -> Result<(), Trouble> {
    std::fs::create_dir_all(project::scratch()).map_err(at(project::scratch()))?;
    for file in [file(), output_file()] {
        std::fs::write(&file, "").map_err(at(file))?;
    }
    Ok(())
}

/// Fails when a known secret, or anything of a token's form, is in the log or in what programs printed. The files of
/// this run are removed where nothing is found.
pub(crate) fn check(log: &Log) -> Result<(), Trouble> {
    let told = std::fs::read_to_string(file()).unwrap_or_default();
    let of_programs = std::fs::read(output_file()).unwrap_or_default();
    let of_programs = String::from_utf8_lossy(&of_programs).replace(RFC_SEED, "");
    let output = log.text_from(0)?;
    for (text, path) in [(&output, log.path()), (&of_programs, &output_file())] {
        let found = found(text, &told);
        if let Some((line, name)) = found.first() {
            return Err(Trouble::Unmet {
                what: format!(
                    "{} secrets in the output; first, line {line}: {name}",
                    found.len()
                ),
                next: format!("See {}", shown(path)),
            });
        }
    }
    for file in [file(), output_file()] {
        // What is left is emptied by the next run.
        let _ = std::fs::remove_file(file);
    }
    say::note(&format!(
        "{} known secrets and nothing like a token, in {} lines of the tests and {} of the programs they ran",
        FIXED.len() + lines(&told).count(),
        output.lines().count(),
        of_programs.lines().count(),
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
        if let Some(form) = token_in(line) {
            found.push((number + 1, form.to_owned()));
        }
    }
    found
}

/// What in a line has the form of a token: those are made anew for every session, so that no list has them all.
fn token_in(line: &str) -> Option<&'static str> {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let mut words = line.split(|c: char| !(c.is_ascii() && (is_base64url(c as u8) || c == '.')));
    words.find_map(|word| {
        let mut parts = word.split('.').filter(|part| part.len() >= 16);
        // A JWT is two JSON objects in base64url and a signature (RFC 7519).
        let is_object = |part: &str| part.starts_with("eyJ");
        if parts.clone().filter(|part| is_object(part)).count() >= 2 {
            return Some("an access token");
        }
        let mixed = |part: &str| {
            let any = |test: fn(&u8) -> bool| part.as_bytes().iter().any(test);
            any(u8::is_ascii_digit) && any(u8::is_ascii_uppercase) && any(u8::is_ascii_lowercase)
        };
        parts
            .any(|part| part.len() == REFRESH_TOKEN && mixed(part))
            .then_some("a refresh token")
    })
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
    fn tokens_are_known_by_their_form() {
        let part = "eyJhbGciOiJFZERTQSJ9";
        let refresh = "aZ9_".repeat(17) + "bc";
        let cases = [
            (
                format!("bearer {part}.{part}.c2lnbmF0dXJl"),
                Some("an access token"),
            ),
            (
                format!("\"refresh_token\":\"{refresh}\""),
                Some("a refresh token"),
            ),
            (format!("GET /callback?code=1 {part}"), None),
            ("a".repeat(70), None),
            (refresh + "d", None),
        ];
        for (line, expected) in cases {
            assert_eq!(token_in(&line), expected, "{line}");
        }
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
