//! The files of a vault's folder.

use std::path::Path;

use super::CheckReport;
use crate::backup::{SAFETY_FOLDER, SCRATCH_FOLDER, is_leftover};
use crate::header::DATABASE;
use crate::home::Home;

const ATTEMPTS: &str = "vault.attempts";
/// `deskfob-attempts-1`, ten digits, twenty digits.
const ATTEMPTS_WORDS: [(usize, &str); 3] = [(18, "deskfob-attempts-"), (10, ""), (20, "")];

pub(super) fn check(home: &Home, report: &mut CheckReport) {
    check_attempts(home, report);
    check_permissions(home, report);
    check_leftovers(home, report);
}

fn check_attempts(home: &Home, report: &mut CheckReport) {
    let Ok(text) = std::fs::read(home.file(ATTEMPTS)) else {
        return;
    };
    if text.is_empty() || is_record(&text) {
        report.ok("attempts", "the record of wrong passwords can be read");
    } else {
        report.warn(
            "attempts",
            "the record of wrong passwords cannot be read, and counts as none",
            "it is written anew after the next wrong password",
        );
    }
}

fn is_record(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else {
        return false;
    };
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    words.len() == ATTEMPTS_WORDS.len()
        && words
            .iter()
            .zip(ATTEMPTS_WORDS)
            .all(|(word, (length, start))| {
                word.len() == length
                    && word
                        .strip_prefix(start)
                        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
            })
}

#[cfg(unix)]
fn check_permissions(home: &Home, report: &mut CheckReport) {
    use std::os::unix::fs::PermissionsExt;

    let mut loose = Vec::new();
    let mut look = |path: &Path, expected: u32| {
        if let Ok(metadata) = path.symlink_metadata()
            && metadata.permissions().mode() & 0o777 & !expected != 0
        {
            loose.push((path.to_owned(), expected));
        }
    };
    look(home.path(), 0o700);
    for path in names(home.path()).into_iter().map(|name| home.file(&name)) {
        look(&path, if path.is_dir() { 0o700 } else { 0o600 });
    }
    if loose.is_empty() {
        report.ok("permissions", "nobody else can read the vault's folder");
    }
    for (path, mode) in loose {
        report.warn(
            "permissions",
            format!("other users have rights to {}", path.display()),
            format!("chmod {mode:o} '{}'", path.display()),
        );
    }
}

#[cfg(not(unix))]
fn check_permissions(_home: &Home, _report: &mut CheckReport) {}

fn check_leftovers(home: &Home, report: &mut CheckReport) {
    let mut left: Vec<String> = names(home.path())
        .into_iter()
        .filter(|name| is_crash_leftover(name))
        .collect();
    left.extend(
        names(&home.file(SAFETY_FOLDER))
            .into_iter()
            .filter(|name| is_leftover(name))
            .map(|name| format!("{SAFETY_FOLDER}/{name}")),
    );
    let scratch = home.file(SCRATCH_FOLDER);
    left.extend(
        names(&scratch)
            .into_iter()
            .filter(|name| scratch.join(name).is_dir())
            .map(|name| format!("{SCRATCH_FOLDER}/{name}")),
    );
    if left.is_empty() {
        report.ok("leftovers", "no temporary file was left by a crash");
    }
    for name in left {
        report.warn(
            "leftovers",
            format!("{name} was left by a crash, or is just being used"),
            "it is removed at the next opening or by the next backup",
        );
    }
}

fn is_crash_leftover(name: &str) -> bool {
    let staged = name
        .strip_prefix(DATABASE)
        .and_then(|rest| rest.strip_prefix('.'));
    staged.is_some() || (name.starts_with("vault.") && name.ends_with(".tmp"))
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(files) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = files
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
