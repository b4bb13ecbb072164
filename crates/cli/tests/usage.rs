//! Exit codes and messages that need no vault.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use support::{Fob, fob, tool};

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    let cases: &[&[&str]] = &[
        &[],
        &["cods"],
        &["code", "--at", "noon"],
        &["scan"],
        &["add"],
        &["account", "sign-in"],
        &["account", "renew", "--method", "sso:a;b"],
        &["account", "renew", "--max-age", "soon"],
        &["org", "remind", "acme"],
        &["org", "enforce", "acme", "maybe"],
        &["edit", "acme"],
        &["export", "x"],
        &["settings", "set", "idle-lock", "7"],
        &["settings", "set", "colour", "blue"],
        &["vault", "create", "--kit"],
        &["vault", "repair", "--kit"],
        &["vault", "new-key"],
        &["vault", "restore", "x.zip", "--everything"],
        &["trash", "empty"],
        &["export", "--to", "json", "-"],
    ];
    for args in cases {
        let ran = fob(args, "").ends(2);
        assert_eq!(ran.stdout, "", "{args:?}: usage is no result");
        assert!(!ran.stderr.is_empty(), "{args:?}: what is wrong is said");
    }
}

#[test]
fn help_and_version_are_results() {
    for args in [["--help"], ["--version"]] {
        let ran = fob(&args, "").ends(0);
        assert!(ran.stdout.contains("fob"), "{args:?}");
    }
}

#[test]
fn without_a_vault_the_next_step_is_told_and_nothing_is_made() {
    let fob = Fob::new();
    for args in [
        &["list"][..],
        &["code"],
        &["vault", "slots"],
        &["account", "list"],
        &["enrol"],
        &["show", "x"],
        &["trash"],
        &["history"],
        &["settings"],
        &["export", "--to", "age", "x.age"],
        &["vault", "lock"],
        &["vault", "slots", "add-kit"],
        &["vault", "new-key", "--yes"],
        &["vault", "repair"],
        &["vault", "check"],
        &["vault", "backup"],
    ] {
        let ran = fob.run(args, "").ends(1);
        let lines: Vec<&str> = ran.stderr.lines().collect();
        assert!(
            lines[0].starts_with("error: there is no vault in "),
            "{args:?}: {lines:?}"
        );
        assert_eq!(
            lines[1..],
            ["hint: make one with: fob vault create"],
            "{args:?}"
        );
    }
    assert!(!fob.home().exists(), "looking makes no folder");
}

#[test]
fn without_a_terminal_a_password_is_not_waited_for() {
    let fob = Fob::with_vault();
    let home = fob.home();
    let home = home.to_str().expect("UTF-8");
    // A session of its own has no terminal, whatever the test was started from.
    let script = format!(
        "'{}' list --home '{home}' </dev/null 2>&1; echo $?",
        env!("CARGO_BIN_EXE_fob")
    );
    let printed = tool("setsid", "util-linux", &["--wait", "sh", "-c", &script]);
    assert!(
        printed.contains("there is no terminal to ask on"),
        "{printed}"
    );
    assert!(
        printed.contains("--password-stdin"),
        "the next step: {printed}"
    );
    assert!(printed.ends_with('1'), "refused: {printed}");
}

#[test]
fn the_home_option_is_before_the_environment() {
    let fob = Fob::new();
    let other = fob.file("other");
    let other = other.to_str().expect("UTF-8");
    fob.run(&["vault", "create", "--home", other], "").ends(0);
    assert!(!fob.home().exists(), "DESKFOB_HOME is not used");
    fob.run(&["list", "--home", other], "").ends(0);
}
