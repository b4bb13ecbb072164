//! Why a task stopped, and what to do about it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Why a task stopped. Its text says what is missing or failed and what to type next.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The command line could not be understood.
    Usage(String),
    /// System packages are missing and could not be installed from here.
    Packages {
        missing: Vec<String>,
        reason: String,
        command: String,
    },
    /// A program that this task starts is not installed.
    Program { program: String, install: String },
    /// A program is there in a version that is too old.
    Outdated {
        program: &'static str,
        found: String,
        needed: &'static str,
        install: &'static str,
    },
    /// A command ended with another exit code than 0, or by a signal (`None`).
    Failed { command: String, code: Option<i32> },
    /// A command was still running at the end of its time.
    TooLong { command: String, limit: Duration },
    /// A file could not be read or written.
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// This system or session cannot do what was asked.
    Unsupported { what: String, instead: String },
    /// Something ran and its result is not what it must be.
    Unmet { what: String, next: String },
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => write!(f, "{what}; see: cargo xtask help"),
            Self::Packages {
                missing,
                reason,
                command,
            } => {
                write!(
                    f,
                    "missing: {}\n{reason}. Run this, then try again:\n  {command}",
                    missing.join(" ")
                )
            }
            Self::Program { program, install } => {
                write!(f, "{program} is not installed. {install}")
            }
            Self::Outdated {
                program,
                found,
                needed,
                install,
            } => {
                write!(
                    f,
                    "{program} {found} is too old: {needed} or later is needed. {install}"
                )
            }
            Self::Failed {
                command,
                code: Some(code),
            } => write!(f, "exit code {code} from:\n  {command}"),
            Self::Failed {
                command,
                code: None,
            } => write!(f, "ended by a signal:\n  {command}"),
            Self::TooLong { command, limit } => {
                write!(
                    f,
                    "stopped, still running after {} min:\n  {command}",
                    limit.as_secs() / 60
                )
            }
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Unsupported { what, instead } => write!(f, "{what}. {instead}"),
            Self::Unmet { what, next } => write!(f, "{what}. {next}"),
        }
    }
}

impl std::error::Error for Trouble {}

/// Adds the path to an input or output error.
pub(crate) fn at(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Trouble {
    let path = path.into();
    move |source| Trouble::File { path, source }
}
