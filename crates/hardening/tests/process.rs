//! A process that hardens itself, seen from outside.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::{Command, Output};

use deskfob_hardening::{Arguments, Setting, harden, restart_with_settings};

/// Runs one of the ignored tests below in a process of its own.
fn child(test: &str, environment: &[(&str, &str)]) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            test,
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env_remove("RUST_BACKTRACE")
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn passes(test: &str, environment: &[(&str, &str)]) {
    let output = child(test, environment);
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{out}\n{err}");
    assert!(out.contains("1 passed"), "{test} is there: {out}");
}

#[test]
fn a_hardened_process_keeps_its_memory_to_itself() {
    passes("hardens", &[]);
}

#[test]
#[ignore = "changes its whole process"]
fn hardens() {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    harden().unwrap();
    let dumpable = dumpable_behavior().unwrap();
    assert_eq!(dumpable, DumpableBehavior::NotDumpable, "no ptrace");
    let core = getrlimit(Resource::Core);
    assert_eq!((core.current, core.maximum), (Some(0), Some(0)), "no core");
    let owner = std::fs::metadata("/proc/self/mem").unwrap().uid();
    assert_eq!(owner, 0, "the memory's file is not the user's");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "files are the owner's");
}

#[test]
fn a_secret_argument_is_taken_out_of_sight() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "forgets", "--ignored", "--nocapture"])
        .args(["--skip", SECRET, "--test-threads=1"])
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && out.contains("1 passed"), "{out}");
}

const SECRET: &str = "otpauth://totp/a?secret=QWERTYUIOP";

#[test]
#[ignore = "changes its whole process"]
fn forgets() {
    let arguments = Arguments::here().unwrap();
    harden().unwrap();
    let seen = || std::fs::read_to_string("/proc/self/cmdline").unwrap();
    assert!(seen().contains(SECRET), "as the system handed it over");
    arguments.forget(|argument| argument == SECRET).unwrap();
    let left = seen();
    assert!(!left.contains("QWERTY"), "{left}");
    assert!(
        left.contains("--skip") && left.contains("--test-threads=1"),
        "the others stay: {left}"
    );
}

#[test]
fn a_panic_tells_where_and_not_what() {
    let output = child("panics", &[]);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    assert!(!output.status.success(), "{text}");
    assert!(text.contains("process.rs:"), "where: {text}");
    assert!(!text.contains("not for the log"), "{text}");
}

#[test]
#[ignore = "changes its whole process"]
fn panics() {
    harden().unwrap();
    // The test runner would print the message of a panic that it catches.
    std::thread::spawn(|| panic!("not for the log"))
        .join()
        .unwrap_or_else(|_| std::process::exit(1));
}

#[test]
fn settings_are_there_while_loading_and_gone_afterwards() {
    passes("restarts", &[("G_SLICE", "debug-blocks")]);
}

#[test]
#[ignore = "replaces its whole process"]
fn restarts() {
    let settings = [Setting::WebKitSystemMalloc, Setting::GlibSystemMalloc];
    restart_with_settings(&settings);
    // What the process was started with, whatever was changed since.
    let started = std::fs::read("/proc/self/environ").unwrap();
    let started: Vec<&[u8]> = started.split(|byte| *byte == 0).collect();
    for setting in ["Malloc=1", "G_SLICE=always-malloc"] {
        assert!(started.contains(&setting.as_bytes()), "{setting}");
    }
    assert_eq!(
        std::env::var_os("Malloc"),
        None,
        "not for programs we start"
    );
    assert_eq!(
        std::env::var("G_SLICE").unwrap(),
        "debug-blocks",
        "as before"
    );
    let left =
        std::env::vars_os().find(|(name, _)| name.to_string_lossy().starts_with("DESKFOB_RE"));
    assert_eq!(left, None, "nothing of ours stays");
    assert_eq!(
        std::env::args().nth(2).as_deref(),
        Some("restarts"),
        "with the same arguments"
    );
}
