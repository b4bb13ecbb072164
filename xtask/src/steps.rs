//! The steps of `cargo xtask test`.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::display;
use crate::log::Log;
use crate::node;
use crate::official_cli;
use crate::packages::{CHROMIUM, Group, HEADLESS};
use crate::process;
use crate::project;
use crate::secrets;
use crate::system::{self, Install};
use crate::tools;
use crate::trouble::Trouble;

/// What the steps share.
pub(crate) struct Session {
    pub(crate) log: Log,
    pub(crate) install: Install,
    /// The platform's API description, if it was named.
    pub(crate) specification: Option<PathBuf>,
}

/// One step. They run in order and the first that fails ends the run.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) kind: Kind,
    pub(crate) work: fn(&mut Session) -> Result<(), Trouble>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Makes the others possible: runs even when only others were asked for.
    Prepares,
    Checks,
    /// Starts a test runner, which has to run at least one test.
    Tests,
}

/// Cheap ones first.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "packages",
        about: "system packages",
        kind: Kind::Prepares,
        work: packages,
    },
    Step {
        name: "tools",
        about: "rustfmt, clippy, cargo-deny, tauri-driver",
        kind: Kind::Prepares,
        work: cargo_tools,
    },
    Step {
        name: "npm",
        about: "packages of the interface and of the tests",
        kind: Kind::Prepares,
        work: npm_packages,
    },
    Step {
        name: "format",
        about: "Rust is formatted",
        kind: Kind::Checks,
        work: format,
    },
    Step {
        name: "licences",
        about: "bans, licences and sources of the dependencies",
        kind: Kind::Checks,
        work: licences,
    },
    Step {
        name: "ui-check",
        about: "the interface's types and lints",
        kind: Kind::Checks,
        work: ui_check,
    },
    Step {
        name: "ui-test",
        about: "the interface's unit tests",
        kind: Kind::Tests,
        work: ui_test,
    },
    Step {
        name: "ui-build",
        about: "the interface, as it is embedded",
        kind: Kind::Prepares,
        work: ui_build,
    },
    Step {
        name: "ui",
        about: "the interface in Chromium, on a fake backend",
        kind: Kind::Tests,
        work: ui,
    },
    Step {
        name: "clippy",
        about: "Rust's lints, no warning allowed",
        kind: Kind::Checks,
        work: clippy,
    },
    Step {
        name: "test",
        about: "unit, property, documentation and black-box tests",
        kind: Kind::Tests,
        work: test_workspace,
    },
    Step {
        name: "window",
        about: "the real window, in a private session",
        kind: Kind::Tests,
        work: window,
    },
    Step {
        name: "secrets",
        about: "no known secret was printed",
        kind: Kind::Checks,
        work: no_secrets,
    },
];

impl Session {
    /// Runs a command, at most for so many minutes.
    fn run(&mut self, command: Command, limit: u64) -> Result<(), Trouble> {
        self.log.run(command, Duration::from_secs(limit * 60))
    }

    fn npm(&mut self, arguments: &[&str], limit: u64) -> Result<(), Trouble> {
        self.run(node::npm(arguments), limit)
    }

    fn cargo(&mut self, arguments: &[&str], limit: u64) -> Result<(), Trouble> {
        let mut cargo = process::cargo();
        cargo.args(arguments);
        self.run(cargo, limit)
    }
}

fn packages(session: &mut Session) -> Result<(), Trouble> {
    system::ensure(
        &[Group::Build, Group::Window, Group::Tests],
        session.install,
    )
}

fn cargo_tools(session: &mut Session) -> Result<(), Trouble> {
    tools::components()?;
    for tool in [tools::CARGO_DENY, tools::TAURI_DRIVER] {
        if let Some(install) = tool.install() {
            session.run(install, 20)?;
        }
    }
    Ok(())
}

fn npm_packages(session: &mut Session) -> Result<(), Trouble> {
    node::check()?;
    node::install(|npm| session.run(npm, 10))?;
    official_cli::install(|npm| session.run(npm, 10))
}

fn format(session: &mut Session) -> Result<(), Trouble> {
    session.cargo(&["fmt", "--all", "--check"], 2)
}

fn licences(session: &mut Session) -> Result<(), Trouble> {
    let mut deny = process::command(tools::CARGO_DENY.path());
    deny.args([
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ]);
    session.run(deny, 10)
}

fn ui_check(session: &mut Session) -> Result<(), Trouble> {
    session.npm(&["run", "check"], 5)
}

fn ui_test(session: &mut Session) -> Result<(), Trouble> {
    session.npm(&["test"], 10)
}

fn ui_build(session: &mut Session) -> Result<(), Trouble> {
    session.npm(&["run", "build"], 5)
}

fn ui(session: &mut Session) -> Result<(), Trouble> {
    let mut ui = node::npm(&["run", "ui"]);
    name_browser(&mut ui, HEADLESS);
    session.run(ui, 25)
}

/// Tells a test's scripts which browser to start: the first of these that is there.
fn name_browser(test: &mut Command, browsers: &[&str]) {
    if std::env::var_os("CHROMIUM").is_none()
        && let Some(browser) = browsers.iter().find_map(|name| process::on_path(name))
    {
        test.env("CHROMIUM", browser);
    }
}

fn clippy(session: &mut Session) -> Result<(), Trouble> {
    session.cargo(
        &[
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
        30,
    )
}

fn test_workspace(session: &mut Session) -> Result<(), Trouble> {
    let mut tests = process::cargo();
    tests.args(["test", "--locked", "--workspace"]);
    tests.env(secrets::FILE_VARIABLE, secrets::file());
    tests.env(secrets::OUTPUT_VARIABLE, secrets::output_file());
    official_cli::tell(&mut tests);
    if let Some(specification) = &session.specification {
        tests.env("DESKFOB_SPECIFICATION", specification);
    }
    session.run(tests, 40)
}

/// They are marked as ignored: a plain `cargo test` has no session to run them in.
fn window(session: &mut Session) -> Result<(), Trouble> {
    let screenshots = display::empty_folder(project::root().join("screenshots").join("test"))?;
    let mut tests = process::cargo();
    tests.args(["test", "--locked", "--workspace"]);
    tests.args([
        "--test",
        "window",
        "--test",
        "window_keeping",
        "--test",
        "window_account",
        "--test",
        "window_platform",
        "--test",
        "window_camera",
        "--test",
        "window_screen",
        "--test",
        "window_links",
        "--test",
        "memory",
        "--test",
        "tray",
        "--",
    ]);
    tests.args(["--ignored", "--test-threads=1", "--nocapture"]);
    tests.env("DESKFOB_SCREENSHOTS", screenshots);
    name_browser(&mut tests, CHROMIUM);
    tests.env("TAURI_DRIVER", tools::TAURI_DRIVER.path());
    tests.env(secrets::FILE_VARIABLE, secrets::file());
    tests.env(secrets::OUTPUT_VARIABLE, secrets::output_file());
    official_cli::tell(&mut tests);
    let tests = display::private_session(&tests)?;
    session.run(tests, 30)
}

fn no_secrets(session: &mut Session) -> Result<(), Trouble> {
    secrets::check(&session.log)
}
