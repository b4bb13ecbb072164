//! `fob` as whole processes, from start to exit, beside other programs where they are installed. `cargo xtask bench` runs
//! it in a session that has a bus and a keyring of its own; without [`SESSION`] nothing touches a keyring.
#![allow(clippy::unwrap_used, reason = "a benchmark stops by panicking")]

mod enrol;
mod peers;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use deskfob_measure::Benchmark;

/// Set where the session's keyring may be written to.
const SESSION: &str = "DESKFOB_BENCH_SESSION";
const PASSWORD: &str = "the password of a benchmark";
const ENTRIES: usize = 1_000;
const RUNS: usize = 40;

const START: &str = "start: fob --version";
const ONE_URI: &str = "fob code --uri-stdin, one URI";
const ONE_CODE: &str = "fob code QUERY, by keyring, 1 000 entries";
const ENROL: &str = "fob enrol, at a platform on this computer";
const ALL_CODES: &str = "fob code, by keyring, 1 000 entries";

fn main() {
    // `cargo test --benches` starts this as well.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    // Where Cargo builds, so on a disk: the system's folder for temporary files may be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let fob = Fob {
        home: folder.path().join("vault"),
    };
    Benchmark::of(START).run(RUNS, || {
        said(fob.command(&["--version"]), "", "fob");
    });
    let uri = format!("{}\n", uri(0));
    Benchmark::of(ONE_URI).run(RUNS, || {
        said(fob.command(&["code", "--uri-stdin"]), &uri, "");
    });
    peers::one_uri(ONE_URI);
    enrol::measured(ENROL, folder.path());
    if std::env::var_os(SESSION).is_some() {
        by_keyring(&fob);
        peers::one_code(ONE_CODE, folder.path());
    }
}

fn by_keyring(fob: &Fob) {
    let password = format!("{PASSWORD}\n");
    said(
        fob.command(&["vault", "create", "--keyring", "--password-stdin"]),
        &password,
        "",
    );
    let uris: Vec<String> = (0..ENTRIES).map(uri).collect();
    said(
        fob.command(&["add", "--uri-stdin"]),
        &uris.join("\n"),
        "person-999",
    );
    let mut number = 0;
    Benchmark::of(ONE_CODE)
        .below(Duration::from_millis(30))
        .run(RUNS, || {
            number = (number + 331) % ENTRIES;
            said(fob.command(&["code", &account(number)]), "", "");
        });
    Benchmark::of(ALL_CODES).run(RUNS, || {
        said(fob.command(&["code"]), "", "person-999");
    });
}

struct Fob {
    home: PathBuf,
}

impl Fob {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fob"));
        command.args(arguments);
        command.env("DESKFOB_HOME", &self.home);
        command
    }
}

fn account(number: usize) -> String {
    format!("person-{number}@example.com")
}

fn issuer(number: usize) -> String {
    format!("Service {}", number / 4)
}

/// A key in base32 that no other number has.
fn key(number: usize) -> String {
    let digit = |place: u32| char::from(b"ABCDEFGHIJ"[number / 10_usize.pow(place) % 10]);
    format!(
        "JBSWY3DPEHPK{}{}{}{}",
        digit(3),
        digit(2),
        digit(1),
        digit(0)
    )
}

fn uri(number: usize) -> String {
    let issuer = issuer(number).replace(' ', "%20");
    format!(
        "otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}",
        account(number),
        key(number)
    )
}

/// Runs a program to its end. It has to succeed and to print something, and `part` in it.
fn said(command: Command, input: &str, part: &str) {
    let shown = format!("{command:?}");
    let output = ended(command, input).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && !text.is_empty() && text.contains(part),
        "{shown}: {}\n{text}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs a program with `input` to its end.
fn ended(mut command: Command, input: &str) -> io::Result<Output> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read its input may be gone already.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output()
}
