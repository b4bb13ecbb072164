//! The platforms' own command line, for who would rather have it keep the SSH credentials. It has a session of its own:
//! only its own sign-in gives that MFA, and a certificate that does not fit it, it makes anew. So Deskfob never
//! writes into its folders.

mod kept;
mod unattended;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

pub use kept::KeptByCommandLine;
pub use unattended::UnattendedSignIn;

/// A command line of the platforms that this person uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// `upsun` or `platform`.
    pub name: &'static str,
    program: PathBuf,
    /// Where it keeps its sessions and what belongs to them.
    folder: PathBuf,
}

/// Why the command line did not sign in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandLineError {
    /// None is installed, or none was ever used.
    #[error("the platform's command line is not set up here")]
    NotThere,
    /// It did not start.
    #[error("{name} cannot be started: {source}")]
    Start {
        /// Its name.
        name: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// It gave up.
    #[error("{name} login -f was not finished: {status}")]
    Failed {
        /// Its name.
        name: &'static str,
        /// How it ended.
        status: ExitStatus,
    },
}

impl CommandLineError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotThere => "command_line_not_there",
            Self::Start { .. } => "command_line_not_started",
            Self::Failed { .. } => "command_line_failed",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotThere => {
                Some("sign in with it once, or let Deskfob keep the SSH certificate itself")
            }
            Self::Start { .. } => None,
            Self::Failed { .. } => Some("see what it said above"),
        }
    }
}

impl CommandLine {
    /// The first of `upsun` and `platform` that is on `path` (the variable) and has a folder in `home`.
    pub fn find(home: &Path, path: &OsStr) -> Option<Self> {
        [("upsun", ".upsun-cli"), ("platform", ".platformsh")]
            .into_iter()
            .map(|(name, folder)| (name, home.join(folder)))
            .filter(|(_, folder)| folder.is_dir())
            .find_map(|(name, folder)| {
                let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
                let program = std::env::split_paths(path)
                    .filter(|folder| folder.is_absolute())
                    .map(|folder| folder.join(&file))
                    .find(|program| program.is_file())?;
                Some(Self {
                    name,
                    program,
                    folder,
                })
            })
    }

    /// Runs its `login -f` on this terminal: it signs in anew, with MFA, and makes a certificate. Blocks.
    ///
    /// # Errors
    /// [`CommandLineError`].
    pub fn sign_in(&self) -> Result<(), CommandLineError> {
        let name = self.name;
        let status = Command::new(&self.program)
            .args(["login", "-f"])
            .status()
            .map_err(|source| CommandLineError::Start { name, source })?;
        if status.success() {
            Ok(())
        } else {
            Err(CommandLineError::Failed { name, status })
        }
    }
}
