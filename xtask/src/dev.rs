//! `cargo xtask dev`: the application with hot reload.

use crate::display;
use crate::node;
use crate::packages::Group;
use crate::process;
use crate::project;
use crate::say;
use crate::system::{self, Install};
use crate::trouble::Trouble;

/// Starts the application on the interface's development server, both rebuilt when a source changes.
pub(crate) fn dev(arguments: &[String], install: Install) -> Result<(), Trouble> {
    let application = match arguments.split_first() {
        None => &[][..],
        Some((separator, rest)) if separator == "--" => rest,
        Some((other, _)) => return Err(Trouble::Usage(format!("dev does not take {other:?}"))),
    };
    if !display::is_there() {
        return Err(Trouble::Unsupported {
            what: "there is no display to open the window on".to_owned(),
            instead: "`cargo xtask run` starts a virtual one; `npm run dev` in ui/ serves the interface alone"
                .to_owned(),
        });
    }
    say::heading("System packages");
    system::ensure(&[Group::Build], install)?;
    say::heading("Interface");
    node::check()?;
    node::install(process::run)?;

    say::heading("Deskfob, with hot reload");
    let mut dev = node::tauri();
    dev.arg("dev");
    if !application.is_empty() {
        dev.args(["--", "--"]).args(application);
    }
    if std::env::var_os("DESKFOB_HOME").is_none() {
        dev.env("DESKFOB_HOME", project::target().join("deskfob-home"));
    }
    process::run(dev)
}
