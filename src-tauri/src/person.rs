//! What belongs to the person in front of the window, outside of Deskfob.

use std::ffi::OsString;
use std::path::PathBuf;

use deskfob_flows::CommandLine;

use crate::error::CommandError;

/// The person's own folders and programs.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// The home folder, when one is known.
    pub home: Option<PathBuf>,
    /// Where programs are looked for, as the variable `PATH` has it.
    pub path: OsString,
}

impl Person {
    /// Who started this process.
    pub fn here() -> Self {
        Self {
            home: std::env::home_dir().filter(|home| !home.as_os_str().is_empty()),
            path: std::env::var_os("PATH").unwrap_or_default(),
        }
    }

    /// Where OpenSSH looks for the person's configuration.
    pub(crate) fn ssh_dir(&self) -> Result<PathBuf, CommandError> {
        let home = self.home.as_ref().ok_or_else(|| {
            CommandError::new(
                "no_home_folder",
                "no home folder is known",
                Some("set HOME"),
            )
        })?;
        Ok(home.join(".ssh"))
    }

    /// The platforms' own command line, where this person uses it.
    pub(crate) fn command_line(&self) -> Option<CommandLine> {
        CommandLine::find(self.home.as_deref()?, &self.path)
    }
}
