//! `cargo xtask bundle`: packages to install.

use crate::node;
use crate::packages::Group;
use crate::process;
use crate::project;
use crate::say;
use crate::system::{self, Install};
use crate::trouble::Trouble;

/// The formats that are made when none is named: those that need no download.
const DEFAULT: &[&str] = if cfg!(target_os = "macos") {
    &["app", "dmg"]
} else if cfg!(windows) {
    &["msi"]
} else {
    &["deb", "rpm"]
};

/// Builds the release and packs it.
pub(crate) fn bundle(formats: &[String], install: Install) -> Result<(), Trouble> {
    if let Some(option) = formats.iter().find(|format| format.starts_with('-')) {
        return Err(Trouble::Usage(format!("bundle does not take {option:?}")));
    }
    say::heading("System packages");
    system::ensure(&[Group::Build], install)?;
    say::heading("Interface");
    node::check()?;
    node::install(process::run)?;

    say::heading("Release build and packages");
    let formats = match formats {
        [] => DEFAULT.join(","),
        named => named.join(","),
    };
    let mut build = node::tauri();
    build.args(["build", "--bundles", &formats]);
    process::run(build)?;
    say::note(&format!(
        "in {}",
        project::target().join("release").join("bundle").display()
    ));
    Ok(())
}
