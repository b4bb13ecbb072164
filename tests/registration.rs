//! Which program the system opens `otpauth:` links with: the installed package's, or this one when it was told to. By the
//! desktop's own tools, in folders of the test's own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::page::Page;

const PASSWORD: &str = "a long enough password";
const LINK: &str = "otpauth://totp/Example:ada%20l?secret=QWERTYUIOPASDFGH&issuer=Example";
const TRANSFER: &str = "otpauth-migration://offline?data=CgwKCkhlbGxvId6tvu8%3D";
const SCHEMES: [&str; 2] = ["otpauth", "otpauth-migration"];

/// Without these nothing can be asked. `cargo xtask test` installs them.
const TOOLS: [&str; 5] = [
    "xdg-mime",
    "xdg-open",
    "gio",
    "update-desktop-database",
    "desktop-file-validate",
];

/// A person's account on a computer on which nothing else is installed.
struct Desktop {
    folder: tempfile::TempDir,
}

impl Desktop {
    /// Nothing where a tool is missing, which is told.
    fn new() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let has =
            |tool: &str| std::env::split_paths(&path).any(|folder| folder.join(tool).exists());
        let missing: Vec<_> = TOOLS.into_iter().filter(|tool| !has(tool)).collect();
        if !missing.is_empty() {
            println!("left out: {} not installed", missing.join(", "));
            return None;
        }
        // Beside the tests, so that they can be linked into it.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        for name in ["bin", "data/applications", "config"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        Some(Self { folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program of the system in this account, which belongs to no desktop.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(self.path("bin")).chain(std::env::split_paths(&path));
        command
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("HOME", self.folder.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_DATA_DIRS", self.path("system"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_CONFIG_DIRS", self.path("system"))
            // xdg-open looks for programs with windows only where there is a display; no window is opened.
            .env("DISPLAY", ":none")
            .env("DESKFOB_TEST_OPENED", self.path("opened"));
        for desktop in [
            "XDG_CURRENT_DESKTOP",
            "DESKTOP_SESSION",
            "KDE_FULL_SESSION",
            "GNOME_DESKTOP_SESSION_ID",
            "DBUS_SESSION_BUS_ADDRESS",
            "WAYLAND_DISPLAY",
            "BROWSER",
        ] {
            command.env_remove(desktop);
        }
        command
    }

    fn run(&self, program: &str, args: &[&str]) -> String {
        let output = self.command(program).args(args).output().unwrap();
        let told = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{program} {args:?}: {told}");
        told.trim().to_owned()
    }

    /// What stands in for the program: it keeps the link that it is started with.
    fn program(&self) -> PathBuf {
        let program = self.path("bin/deskfob");
        // In the place of the other file, not into it: that may be this test.
        let _ = fs::remove_file(&program);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/record-url.sh");
        fs::copy(script, &program).unwrap();
        program
    }

    /// Installs the desktop entry as the bundler writes it and a package's installation lists it.
    fn install_package(&self) {
        self.program();
        let config = include_str!("../tauri.conf.json");
        let config: Value = serde_json::from_str(config).unwrap();
        let mime_type = SCHEMES.map(|scheme| format!("x-scheme-handler/{scheme}"));
        let mut entry = String::new();
        for line in include_str!("../src-tauri/deskfob.desktop").lines() {
            // A comment of the template.
            if !line.starts_with("{{!") {
                entry += line;
                entry.push('\n');
            }
        }
        for (name, value) in [
            ("name", config["productName"].as_str().unwrap()),
            (
                "comment",
                config["bundle"]["shortDescription"].as_str().unwrap(),
            ),
            ("categories", "Utility;"),
            ("exec", config["mainBinaryName"].as_str().unwrap()),
            ("icon", config["mainBinaryName"].as_str().unwrap()),
            ("mime_type", &mime_type.join(";")),
        ] {
            entry = entry.replace(&format!("{{{{{name}}}}}"), value);
        }
        assert!(!entry.contains("{{"), "all of it is known: {entry}");
        let applications = self.path("data/applications");
        let file = applications.join("Deskfob.desktop");
        fs::write(&file, entry).unwrap();
        let told = self.run("desktop-file-validate", &[file.to_str().unwrap()]);
        assert_eq!(told, "", "a desktop entry without fault");
        self.run("update-desktop-database", &[applications.to_str().unwrap()]);
    }

    /// The desktop entry of what opens links of a scheme.
    fn opener(&self, scheme: &str) -> String {
        let kind = format!("x-scheme-handler/{scheme}");
        let output = self
            .command("xdg-mime")
            .args(["query", "default", &kind])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Opens a link and waits for the program to be started with it.
    fn opens(&self, program: &str, args: &[&str], link: &str) {
        let kept = self.path("opened");
        let _ = fs::remove_file(&kept);
        self.run(program, &[args, &[link]].concat());
        let began = Instant::now();
        loop {
            let text = fs::read_to_string(&kept).unwrap_or_default();
            if text.ends_with('\n') {
                assert_eq!(text.trim_end(), link, "the whole link, by {program}");
                return;
            }
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "{program} starts nothing"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn an_installed_package_opens_links() {
    let Some(desktop) = Desktop::new() else {
        return;
    };
    for scheme in SCHEMES {
        assert_eq!(desktop.opener(scheme), "", "nothing does before");
    }
    desktop.install_package();
    for scheme in SCHEMES {
        assert_eq!(desktop.opener(scheme), "Deskfob.desktop");
    }
    for link in [LINK, TRANSFER] {
        desktop.opens("xdg-open", &[], link);
        desktop.opens("gio", &["open"], link);
    }
}

/// The program itself, in that account.
#[test]
#[ignore = "started by the other tests"]
fn page() {
    support::page::serve(PASSWORD);
}

#[test]
fn the_switch_in_the_settings_registers_the_program_that_runs() {
    let Some(desktop) = Desktop::new() else {
        return;
    };
    let running = desktop.path("bin/deskfob");
    fs::hard_link(std::env::current_exe().unwrap(), &running).unwrap();
    let mut page = Page::open(&mut desktop.command(&running));
    let switch = |page: &mut Page, on: bool| page.ask("link_register", json!({"on": on}));
    let on = json!({"supported": true, "registered": true});
    let off = json!({"supported": true, "registered": false});
    assert_eq!(page.ask("link_status", json!({})), off, "not by itself");
    assert_eq!(switch(&mut page, true), on);
    assert_eq!(page.ask("link_status", json!({})), on);
    for scheme in SCHEMES {
        assert_eq!(desktop.opener(scheme), "deskfob-handler.desktop");
    }
    desktop.program();
    for link in [LINK, TRANSFER] {
        desktop.opens("gio", &["open"], link);
    }

    // Its own entry goes, and what a package has installed is told as such.
    fs::remove_file(&running).unwrap();
    assert_eq!(switch(&mut page, false), off);
    for scheme in SCHEMES {
        assert_eq!(desktop.opener(scheme), "");
    }
    desktop.install_package();
    assert_eq!(
        page.ask("link_status", json!({})),
        json!({"supported": false, "registered": true}),
        "the package sees to it"
    );
    page.close();
}
