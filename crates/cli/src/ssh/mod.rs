//! `fob ssh`: certificates of platform accounts.

mod certificate;
mod config;
mod inspect;
mod refresh;

use std::path::PathBuf;

use deskfob_flows::{CommandLine, Surroundings};

use crate::args::{Global, SshCommand};
use crate::error::CommandError;
use crate::output::{Outcome, Output};

pub(crate) use config::tell;
pub(crate) use refresh::{follow, follow_session};

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    command: SshCommand,
) -> Result<Outcome, CommandError> {
    match command {
        SshCommand::Refresh(args) => refresh::run(global, out, &args).await,
        SshCommand::Inspect { file } => inspect::run(global, out, file.as_deref()),
        SshCommand::Config(args) => config::run(global, out, &args).await,
    }
}

/// The person's home folder.
fn home() -> Result<PathBuf, CommandError> {
    dirs::home_dir().ok_or(CommandError::NoHomeFolder)
}

/// What the doctor looks at besides Deskfob's own folder.
pub(crate) fn surroundings() -> Surroundings {
    Surroundings {
        ssh_dir: ssh_dir().ok(),
        command_line: command_line(),
    }
}

/// The platforms' own command line, where this person uses it.
pub(crate) fn command_line() -> Option<CommandLine> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    CommandLine::find(&home().ok()?, &path)
}

/// Where OpenSSH looks for the person's configuration.
fn ssh_dir() -> Result<PathBuf, CommandError> {
    Ok(home()?.join(".ssh"))
}
