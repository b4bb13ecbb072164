//! What the program was started with.

use std::ffi::OsString;
use std::path::PathBuf;

use deskfob_hardening::Arguments;

use crate::link::Link;

/// What the command line asks for.
#[derive(Debug)]
pub enum Launch {
    /// Print how to use the program.
    Help,
    /// Print the version.
    Version,
    /// Open the window.
    Window(Options),
}

/// How the window is to run.
#[derive(Debug, Default)]
pub struct Options {
    /// Folder for all state; the system's data folder when not given.
    pub home: Option<PathBuf>,
    /// Links to review.
    pub links: Vec<Link>,
    /// What the links are taken out of once no library reads it any more.
    pub arguments: Option<Arguments>,
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
                text => match text.and_then(|text| Link::from_argument(text.to_owned())) {
                    Some(link) => options.links.push(link),
                    None => return Err(LaunchError::Unknown(arg)),
                },
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

    /// The home and how many links a window is opened with.
    fn window(args: &[&str]) -> (Option<PathBuf>, usize) {
        match launch(args) {
            Ok(Launch::Window(options)) => (options.home, options.links.len()),
            other => panic!("{args:?}: {other:?}"),
        }
    }

    #[test]
    fn arguments_are_understood_or_named() {
        const LINK: &str = "otpauth://totp/a?secret=QWERTYUIOP";
        assert_eq!(window(&[]), (None, 0), "no argument");
        assert_eq!(
            window(&["--home", "/tmp/x"]),
            (Some("/tmp/x".into()), 0),
            "a home"
        );
        assert_eq!(
            window(&["--home", "/tmp/x", LINK]),
            (Some("/tmp/x".into()), 1),
            "a link"
        );
        assert!(
            !format!("{:?}", launch(&[LINK])).contains("QWERTYUIOP"),
            "a link is not shown"
        );
        assert!(matches!(launch(&["--version"]), Ok(Launch::Version)));
        let no_value = launch(&["--home"]).err();
        assert_eq!(no_value, Some(LaunchError::MissingValue("--home")));
        let unknown = launch(&["codes"]).err();
        assert_eq!(unknown, Some(LaunchError::Unknown("codes".into())));
    }
}
