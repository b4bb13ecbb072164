//! Rust's own components, and the Cargo tools that are kept in target/tools.

use std::path::PathBuf;

use crate::process;
use crate::project;
use crate::say;
use crate::trouble::Trouble;

/// A program that `cargo install` brings.
pub(crate) struct Tool {
    name: &'static str,
    /// The versions that will do.
    version: &'static str,
    /// How the installed version begins when it is one of those.
    begins: &'static str,
}

/// Speaks WebDriver to the window.
pub(crate) const TAURI_DRIVER: Tool = Tool {
    name: "tauri-driver",
    version: "^2",
    begins: "2.",
};
/// Checks licences, sources and doubles of the dependencies.
pub(crate) const CARGO_DENY: Tool = Tool {
    name: "cargo-deny",
    version: "^0.20",
    begins: "0.20.",
};

/// Builds fuzz targets and runs them.
pub(crate) const CARGO_FUZZ: Tool = Tool {
    name: "cargo-fuzz",
    version: "^0.13",
    begins: "0.13.",
};

impl Tool {
    /// Where its program is, once installed.
    pub(crate) fn path(&self) -> PathBuf {
        folder()
            .join("bin")
            .join(format!("{}{}", self.name, std::env::consts::EXE_SUFFIX))
    }

    /// The `cargo install` that is due; nothing when it is there in a right version.
    pub(crate) fn install(&self) -> Option<std::process::Command> {
        let list = std::fs::read_to_string(folder().join(".crates.toml")).unwrap_or_default();
        if self.path().is_file() && lists(&list, self.name, self.begins) {
            say::note(&format!("{} is there", self.name));
            return None;
        }
        let mut install = process::cargo();
        // Without optimisation it compiles in a quarter of the time and still answers in seconds.
        install.args([
            "install",
            self.name,
            "--version",
            self.version,
            "--locked",
            "--debug",
        ]);
        install
            .arg("--root")
            .arg(folder())
            .env("CARGO_PROFILE_DEV_DEBUG", "0");
        // The project's own target folder would mix its artefacts with ours.
        install.env_remove("CARGO_TARGET_DIR");
        Some(install)
    }
}

fn folder() -> PathBuf {
    project::target().join("tools")
}

/// Whether `cargo install`'s own list names this program in a version that begins so.
fn lists(list: &str, name: &str, begins: &str) -> bool {
    list.lines()
        .any(|line| line.starts_with(&format!("\"{name} {begins}")))
}

/// Checks that rustfmt and clippy are installed: a bare toolchain has neither.
pub(crate) fn components() -> Result<(), Trouble> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let mut ask = process::cargo();
        ask.args([subcommand, "--version"]);
        let version = process::answer(ask).ok_or_else(|| Trouble::Program {
            program: component.to_owned(),
            install: format!("Run: rustup component add {component}"),
        })?;
        say::note(&version);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installed_tool_is_known_by_name_and_version() {
        let list = "[v1]\n\"tauri-driver 2.1.0 (registry+somewhere)\" = [\"tauri-driver\"]\n";
        assert!(lists(list, "tauri-driver", "2."));
        assert!(
            !lists(list, "tauri-driver", "3."),
            "another version will not do"
        );
        assert!(!lists(list, "driver", "2."));
        assert!(!lists("", "tauri-driver", "2."));
    }
}
