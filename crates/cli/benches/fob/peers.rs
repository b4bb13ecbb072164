//! Other programs that make codes, each with the same 1 000 entries. Only those that are installed are measured.

use std::path::{Path, PathBuf};
use std::process::Command;

use deskfob_measure::{Benchmark, note};

use crate::{ENTRIES, PASSWORD, RUNS, account, ended, issuer, key, said, uri};

/// A code from a key on standard input.
pub(crate) fn one_uri(what: &str) {
    if let Some(oathtool) = installed("oathtool") {
        let input = format!("{}\n", key(0));
        Benchmark::of(what).by("oathtool").run(RUNS, || {
            let mut command = Command::new(&oathtool);
            command.args(["--totp", "--base32", "-"]);
            said(command, &input, "");
        });
    }
}

/// A code of one entry from an encrypted store. Both take the password, as neither uses a keyring here.
pub(crate) fn one_code(what: &str, folder: &Path) {
    if let Some(cotp) = installed("cotp") {
        self::cotp(what, &cotp, &folder.join("cotp.db"), folder);
    }
    if let Some(keepassxc) = installed("keepassxc-cli") {
        self::keepassxc(what, &keepassxc, &folder.join("keepassxc.kdbx"), folder);
    }
}

fn cotp(what: &str, program: &Path, store: &Path, folder: &Path) {
    let at_home = |mut command: Command| {
        command.env("COTP_DB_PATH", store).env("HOME", folder);
        command
    };
    let command = |arguments: &[&str]| {
        let mut command = Command::new(program);
        command.arg("--password-stdin").args(arguments);
        at_home(command)
    };
    // It makes a new store on a terminal only.
    let mut first = Command::new("script");
    first.args([
        "-qec",
        &format!("'{}' list", program.display()),
        "/dev/null",
    ]);
    let uris: Vec<String> = (0..ENTRIES).map(|n| format!("\"{}\"", uri(n))).collect();
    let list = folder.join("cotp.json");
    std::fs::write(&list, format!("{{\"items\":[{}]}}", uris.join(","))).unwrap();
    let mut import = command(&["import", "--otp-uri", "--path"]);
    import.arg(&list);
    if !is_set_up("cotp", [(at_home(first), 2), (import, 1)]) {
        return;
    }
    let mut number = 0;
    Benchmark::of(what).by("cotp").run(RUNS, || {
        number = (number + 331) % ENTRIES;
        let extract = command(&["extract", "--label", &account(number)]);
        said(extract, &format!("{PASSWORD}\n"), "");
    });
}

/// With the shortest key derivation that it offers: 100 ms by its own measure.
fn keepassxc(what: &str, program: &Path, store: &Path, folder: &Path) {
    let list = folder.join("keepassxc.xml");
    std::fs::write(&list, keepassxc_xml()).unwrap();
    let mut import = Command::new(program);
    import.args(["import", "--set-password", "--decryption-time", "100"]);
    import.args([&list, store]);
    if !is_set_up("keepassxc-cli", [(import, 2)]) {
        return;
    }
    let mut number = 0;
    Benchmark::of(what).by("keepassxc-cli").run(RUNS, || {
        number = (number + 331) % ENTRIES;
        let mut show = Command::new(program);
        show.args(["show", "--quiet", "--totp"])
            .arg(store)
            .arg(account(number));
        said(show, &format!("{PASSWORD}\n"), "");
    });
}

fn keepassxc_xml() -> String {
    let entries: String = (0..ENTRIES)
        .map(|number| {
            let string = |key: &str, value: &str| {
                format!("<String><Key>{key}</Key><Value>{value}</Value></String>")
            };
            format!(
                "<Entry>{}{}{}</Entry>",
                string("Title", &account(number)),
                string("UserName", &issuer(number)),
                string("otp", &uri(number).replace('&', "&amp;"))
            )
        })
        .collect();
    format!("<KeePassFile><Root><Group><Name>Root</Name>{entries}</Group></Root></KeePassFile>")
}

/// Whether another program has made its store with these commands, each given the password so many times. One that
/// works otherwise by now is not compared, and stops nothing.
fn is_set_up(program: &str, commands: impl IntoIterator<Item = (Command, usize)>) -> bool {
    let done = commands.into_iter().all(|(command, times)| {
        let passwords = format!("{PASSWORD}\n").repeat(times);
        ended(command, &passwords).is_ok_and(|output| output.status.success())
    });
    if !done {
        note(&format!("could not be set up, so not compared: {program}"));
    }
    done
}

/// A program on the PATH.
fn installed(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file());
    if found.is_none() {
        note(&format!("not installed, so not compared: {program}"));
    }
    found
}
