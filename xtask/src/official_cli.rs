//! The platform's own command line, for the tests that run it against the sandbox.

use std::path::PathBuf;
use std::process::Command;

use crate::node;
use crate::project;
use crate::say;
use crate::trouble::Trouble;

/// The variable that names the program to the tests; with it, the program has to be there.
pub(crate) const VARIABLE: &str = "DESKFOB_OFFICIAL_CLI";

/// The program, on the only kind of machine that this package is for.
fn program() -> Option<PathBuf> {
    cfg!(all(target_os = "linux", target_arch = "x86_64")).then(|| {
        let package = folder().join("node_modules/@upsun/cli-linux-x64");
        package.join("bin/upsun")
    })
}

fn folder() -> PathBuf {
    project::root().join("tests").join("official-cli")
}

/// Installs it where it exists; `run` starts npm.
pub(crate) fn install(run: impl FnOnce(Command) -> Result<(), Trouble>) -> Result<(), Trouble> {
    match program() {
        Some(_) => node::install_in(&folder(), "official-cli-package-lock.json", run),
        None => {
            say::note("the platform's command line does not exist for this machine");
            Ok(())
        }
    }
}

/// Names it to a test run.
pub(crate) fn tell(tests: &mut Command) {
    if let Some(program) = program() {
        tests.env(VARIABLE, program);
    }
}
