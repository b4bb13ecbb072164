//! `fob`: Deskfob in a terminal. Commands, fields and exit codes are in docs/cli.md.
#![forbid(unsafe_code)]

mod account;
mod add;
mod args;
mod choose;
mod code;
mod doctor;
mod edit;
mod enrol;
mod entry;
mod error;
mod export;
mod factors;
mod history;
mod input;
mod list;
mod open;
mod org;
mod output;
mod private_file;
mod prompt;
mod recovery_codes;
mod scan;
mod settings;
mod show;
mod ssh;
mod trash;
mod uri_codes;
mod vault;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, CodeArgs, Command, FactorsCommand, Global, TrashCommand};
use crate::error::CommandError;
use crate::output::{Outcome, Output, plain};

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if let Some(asked) = deskfob_capture::screen::ask_if_asked_to() {
        return asked;
    }
    if let Err(error) = deskfob_hardening::harden() {
        // Told, not refused: a person without codes is locked out.
        let _ = std::io::stderr().write_all(format!("warning: {error}\n").as_bytes());
    }
    let Cli { global, command } = Cli::parse();
    start_logging();
    let out = Output::new(global.json);
    let result = match command {
        // No runtime, no vault: these start in milliseconds.
        Command::Code(CodeArgs {
            uri_stdin: true,
            at,
            next,
            ..
        }) => uri_codes::run(&out, at, next),
        Command::Scan(args) if !args.add => scan::show(&out, &args),
        command => run(&global, &out, command),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Partly) => ExitCode::from(1),
        // The reader of a pipe had enough.
        Err(CommandError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            tell(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(global: &Global, out: &Output, command: Command) -> Result<Outcome, CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CommandError::Runtime)?;
    runtime.block_on(async {
        match command {
            Command::Code(args) => code::run(global, out, &args).await,
            Command::Scan(args) => scan::add(global, out, &args).await,
            Command::Add(args) => add::run(global, out, &args).await,
            Command::List { tag } => list::run(global, out, tag.as_deref()).await,
            Command::Show(args) => show::run(global, out, &args.query).await,
            Command::Edit(args) => edit::run(global, out, &args).await,
            Command::Remove(args) => trash::remove(global, out, &args.query).await,
            Command::Trash { command } => {
                trash::run(global, out, command.unwrap_or(TrashCommand::List)).await
            }
            Command::Export(args) => export::run(global, out, &args).await,
            Command::History { limit } => history::run(global, out, limit).await,
            Command::Settings { command } => settings::run(global, out, command).await,
            Command::Vault(command) => vault::run(global, out, command).await,
            Command::Account(command) => account::run(global, out, command).await,
            Command::Enrol(args) => enrol::run(global, out, &args).await,
            Command::Factors { command } => {
                factors::run(global, out, command.unwrap_or(FactorsCommand::List)).await
            }
            Command::RecoveryCodes(args) => recovery_codes::run(global, out, &args).await,
            Command::Ssh(command) => ssh::run(global, out, command).await,
            Command::Org(args) => org::run(global, out, args).await,
            Command::Doctor(args) => doctor::run(global, out, &args).await,
        }
    })
}

/// Silent unless `DESKFOB_LOG` says what is wanted; never SQL, whose parameters are secrets.
fn start_logging() {
    let Ok(wanted) = std::env::var("DESKFOB_LOG") else {
        return;
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(format!(
            "{wanted},sqlx=off"
        )))
        .with_writer(std::io::stderr)
        .init();
}

/// The message, then the next step on a line of its own.
fn tell(error: &CommandError) {
    let mut text = format!("error: {}\n", plain(&error.sentence()));
    if let Some(hint) = error.hint() {
        text.push_str(&format!("hint: {}\n", plain(&hint)));
    }
    // Nothing is left to tell when even standard error is closed.
    let _ = std::io::stderr().write_all(text.as_bytes());
}
