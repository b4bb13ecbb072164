//! Starting programs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::project;
use crate::say;
use crate::trouble::Trouble;

/// What tells programs whether to colour their output.
const COLOURS: [&str; 3] = ["CARGO_TERM_COLOR", "FORCE_COLOR", "NO_COLOR"];

/// A command in the repository's root, with colours where they are wanted even when its output passes through a
/// pipe, and without them where they are not.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project::root());
    if say::colours() {
        command.env(COLOURS[0], "always").env(COLOURS[1], "1");
    } else {
        command.env(COLOURS[0], "never").env(COLOURS[2], "1");
    }
    command
}

/// The cargo that started us, so that a chosen toolchain stays chosen.
pub(crate) fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command to its end, its output on the terminal.
pub(crate) fn run(mut command: Command) -> Result<(), Trouble> {
    let line = line(&command);
    say::command(&line);
    let status = command
        .status()
        .map_err(|error| not_started(&command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Trouble::Failed {
            command: line,
            code: status.code(),
        })
    }
}

/// What a command prints on standard output, without the white space around it; nothing when it is not there or fails.
pub(crate) fn answer(mut command: Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A program on the PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| {
            [
                folder.join(program),
                folder.join(program).with_extension("exe"),
            ]
        })
        .find(|file| file.is_file())
}

/// Why a command could not even start.
pub(crate) fn not_started(command: &Command, error: &std::io::Error) -> Trouble {
    Trouble::Program {
        program: command.get_program().to_string_lossy().into_owned(),
        install: format!("It could not be started: {error}"),
    }
}

/// The command as one could type it in the repository's root.
pub(crate) fn line(command: &Command) -> String {
    let root = project::root();
    let mut line = String::new();
    let folder = command.get_current_dir().unwrap_or(&root);
    if folder != root {
        let folder = folder.strip_prefix(&root).unwrap_or(folder);
        line.push_str(&format!("cd {} && ", quoted(folder.as_os_str())));
    }
    // A path is shortened where the shorter one names the same file.
    let shown = |text: &OsStr| match Path::new(text).strip_prefix(&root) {
        Ok(inside) if folder == root => quoted(inside.as_os_str()),
        _ => quoted(text),
    };
    for (name, value) in command.get_envs() {
        let ours = COLOURS.iter().any(|known| name == OsStr::new(known));
        if let (false, Some(value)) = (ours, value) {
            line.push_str(&format!("{}={} ", name.to_string_lossy(), quoted(value)));
        }
    }
    let program = Path::new(command.get_program());
    // Cargo gives its own full path; a person types its name.
    let cargo = program
        .file_stem()
        .filter(|stem| *stem == OsStr::new("cargo"));
    line.push_str(&cargo.map_or_else(|| shown(command.get_program()), quoted));
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&shown(argument));
    }
    line
}

fn quoted(text: &OsStr) -> String {
    let text = text.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "-_./=:@^+,%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut npm = command("npm");
        npm.current_dir(project::ui())
            .args(["run", "it's here", ""])
            .env("A", "b c");
        assert_eq!(line(&npm), r"cd ui && A='b c' npm run 'it'\''s here' ''");
        assert_eq!(
            line(&command("/opt/rust/bin/cargo")),
            "cargo",
            "cargo's own path says nothing to a reader"
        );
    }

    #[test]
    fn a_program_that_is_not_there_is_not_found() {
        assert!(on_path("deskfob-no-such-program").is_none());
        assert!(answer(command("deskfob-no-such-program")).is_none());
    }
}
