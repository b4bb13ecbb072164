//! Node.js, and what npm installs for the interface.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::process;
use crate::project;
use crate::say;
use crate::trouble::{Trouble, at};

/// The oldest Node.js that the interface's build tool works with.
const OLDEST: (u32, u32) = (20, 19);
const GET: &str =
    "Debian 12's own is too old: take the current LTS release from https://nodejs.org";

/// `npm ARGUMENTS` in the interface's folder.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    npm_in(&project::ui(), arguments)
}

fn npm_in(folder: &Path, arguments: &[&str]) -> Command {
    // npm is a script on Windows, which CreateProcess only finds by its whole name.
    let mut npm = process::command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(folder).args(arguments);
    npm
}

/// The Tauri command line tool, from the interface's development dependencies.
pub(crate) fn tauri() -> Command {
    let bin = project::ui().join("node_modules").join(".bin");
    process::command(bin.join(if cfg!(windows) { "tauri.cmd" } else { "tauri" }))
}

/// Checks that Node.js and npm are there and new enough.
pub(crate) fn check() -> Result<(), Trouble> {
    let mut ask = process::command("node");
    ask.arg("--version");
    let missing = |program: &str| Trouble::Program {
        program: program.to_owned(),
        install: format!(
            "Node.js {}.{} or later with npm is needed. {GET}",
            OLDEST.0, OLDEST.1
        ),
    };
    let found = process::answer(ask).ok_or_else(|| missing("node"))?;
    if version(&found).is_none_or(|version| version < OLDEST) {
        return Err(Trouble::Outdated {
            program: "node",
            found,
            needed: "20.19",
            install: GET,
        });
    }
    let npm = process::answer(npm(&["--version"])).ok_or_else(|| missing("npm"))?;
    say::note(&format!("node {found}, npm {npm}"));
    Ok(())
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Installs the interface's packages; `run` starts npm.
pub(crate) fn install(run: impl FnOnce(Command) -> Result<(), Trouble>) -> Result<(), Trouble> {
    install_in(&project::ui(), "installed-package-lock.json", run)
}

/// Installs the packages of `folder` when its package-lock.json is not the one that was last installed, which is kept
/// under the name `stamp`.
pub(crate) fn install_in(
    folder: &Path,
    stamp: &str,
    run: impl FnOnce(Command) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).map_err(at(&lock))?;
    let stamp = project::scratch().join(stamp);
    let there = folder.join("node_modules").is_dir();
    if there && std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        let folder = folder.strip_prefix(project::root()).unwrap_or(folder);
        say::note(&format!(
            "{} is as package-lock.json says",
            folder.join("node_modules").display()
        ));
        return Ok(());
    }
    run(npm_in(folder, &["ci", "--no-audit", "--no-fund"]))?;
    std::fs::create_dir_all(project::scratch()).map_err(at(project::scratch()))?;
    std::fs::write(&stamp, wanted).map_err(at(stamp))
}

/// Builds the interface when a source is newer than what was built.
pub(crate) fn build() -> Result<(), Trouble> {
    let ui = project::ui();
    let built = modified(&ui.join("dist").join("index.html"));
    let newest = newest(&ui)?;
    if built.is_some_and(|built| built >= newest) {
        say::note("ui/dist is up to date");
        return Ok(());
    }
    process::run(npm(&["run", "build"]))
}

/// When the newest file of the interface's sources was written.
fn newest(ui: &Path) -> Result<SystemTime, Trouble> {
    let mut newest = SystemTime::UNIX_EPOCH;
    let mut folders: Vec<PathBuf> = vec![ui.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(at(&folder))? {
            let entry = entry.map_err(at(&folder))?;
            let name = entry.file_name();
            if name == "node_modules" || name.to_string_lossy().starts_with("dist") {
                continue;
            }
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if let Some(time) = modified(&entry.path()) {
                newest = newest.max(time);
            }
        }
    }
    Ok(newest)
}

fn modified(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file)
        .and_then(|facts| facts.modified())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let cases = [
            ("v20.19.0", true),
            ("v20.20.2", true),
            ("v22.1.0", true),
            ("v20.9.0", false),
            ("v18.19.0", false),
            ("nonsense", false),
            ("", false),
        ];
        for (text, enough) in cases {
            assert_eq!(
                version(text).is_some_and(|version| version >= OLDEST),
                enough,
                "{text:?}"
            );
        }
    }
}
