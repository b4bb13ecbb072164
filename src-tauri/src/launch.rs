//! What the program was started with.

use std::ffi::OsString;
use std::path::PathBuf;

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Launch {
    /// Print how to use the program.
    Help,
    /// Print the version.
    Version,
    /// Open the window.
    Window(Options),
}

/// How the window is to run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Folder for all state; the system's data folder when not given.
    pub home: Option<PathBuf>,
}

/// A command line that cannot be understood.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LaunchError {
    /// An option without its value.
    #[error("{0} needs a folder")]
    MissingValue(&'static str),
    /// Something else than an option of this program.
    #[error("{0:?} is not an option")]
    Unknown(OsString),
}

impl Launch {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    /// [`LaunchError`] names the argument.
    pub fn from_args(args: impl Iterator<Item = OsString>) -> Result<Self, LaunchError> {
        let mut options = Options::default();
        let mut args = args;
        while let Some(arg) = args.next() {
            match arg.to_str() {
                Some("--help" | "-h") => return Ok(Self::Help),
                Some("--version" | "-V") => return Ok(Self::Version),
                Some("--home") => {
                    let home = args.next().ok_or(LaunchError::MissingValue("--home"))?;
                    options.home = Some(home.into());
                }
                _ => return Err(LaunchError::Unknown(arg)),
            }
        }
        Ok(Self::Window(options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch(args: &[&str]) -> Result<Launch, LaunchError> {
        Launch::from_args(args.iter().map(OsString::from))
    }

    #[test]
    fn arguments_are_understood_or_named() {
        let home = Options {
            home: Some("/tmp/x".into()),
        };
        assert_eq!(
            launch(&[]),
            Ok(Launch::Window(Options::default())),
            "no argument"
        );
        assert_eq!(
            launch(&["--home", "/tmp/x"]),
            Ok(Launch::Window(home)),
            "a home"
        );
        assert_eq!(launch(&["--version"]), Ok(Launch::Version), "version");
        assert_eq!(
            launch(&["--home"]),
            Err(LaunchError::MissingValue("--home")),
            "no value"
        );
        assert_eq!(
            launch(&["codes"]),
            Err(LaunchError::Unknown("codes".into())),
            "unknown"
        );
    }
}
