//! `fob ssh`: certificates of platform accounts.

mod certificate;
mod config;
mod inspect;
mod refresh;

use std::path::PathBuf;

use crate::args::{Global, SshCommand};
use crate::error::CommandError;
use crate::output::{Outcome, Output};

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

/// Where OpenSSH looks for the person's configuration.
fn ssh_dir() -> Result<PathBuf, CommandError> {
    Ok(home()?.join(".ssh"))
}
