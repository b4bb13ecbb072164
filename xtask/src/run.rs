//! `cargo xtask run`: the application on its embedded sandbox.

use std::path::{Path, PathBuf};

use crate::display;
use crate::node;
use crate::packages::Group;
use crate::process;
use crate::project;
use crate::say;
use crate::system::{self, Install};
use crate::tools;
use crate::trouble::{Trouble, at};

/// Installs what is missing, builds, and opens the window; or plays the main job where no window can be shown.
pub(crate) fn run(arguments: &[String], install: Install) -> Result<(), Trouble> {
    let (ours, application) = match arguments.iter().position(|argument| argument == "--") {
        Some(end) => (&arguments[..end], &arguments[end + 1..]),
        None => (arguments, &[][..]),
    };
    let mut headless = !display::is_there();
    for argument in ours {
        match argument.as_str() {
            "--headless" => headless = true,
            other => return Err(Trouble::Usage(format!("run does not take {other:?}"))),
        }
    }
    if headless && !application.is_empty() {
        return Err(Trouble::Usage(
            "arguments for the application need a display to open it on".to_owned(),
        ));
    }

    say::heading("System packages");
    let groups: &[Group] = if headless {
        &[Group::Build, display::PACKAGES]
    } else {
        &[Group::Build]
    };
    system::ensure(groups, install)?;
    say::heading("Interface");
    node::check()?;
    node::install(process::run)?;
    node::build()?;
    if headless { play() } else { open(application) }
}

/// Opens the window.
fn open(arguments: &[String]) -> Result<(), Trouble> {
    say::heading("Application");
    let mut build = process::cargo();
    // The features of the whole workspace, as in `cargo xtask test`: one set of artefacts serves both.
    build.args(["build", "--workspace", "--bin", "deskfob"]);
    process::run(build)?;

    say::heading("Deskfob");
    let program = format!("deskfob{}", std::env::consts::EXE_SUFFIX);
    let mut deskfob = process::command(project::target().join("debug").join(program));
    deskfob.args(arguments);
    if std::env::var_os("DESKFOB_HOME").is_none() {
        let home = project::target().join("deskfob-home");
        say::note(&format!(
            "all its state is in {}: your own vault is not touched",
            home.display()
        ));
        deskfob.env("DESKFOB_HOME", home);
    }
    say::note(
        "otpauth: links elsewhere open what is installed; Settings, Links lets them open this build",
    );
    process::run(deskfob)
}

/// Plays the main job through the real window, in a private session.
fn play() -> Result<(), Trouble> {
    say::heading("WebDriver for the window");
    if let Some(install) = tools::TAURI_DRIVER.install() {
        process::run(install)?;
    }

    say::heading("Application");
    let screenshots = display::empty_folder(project::root().join("screenshots").join("run"))?;
    let mut path = process::cargo();
    path.args(["test", "--workspace", "--test", "window", "--no-run"]);
    process::run(path)?;

    say::heading("The main job, in the real window on a virtual display");
    let mut path = process::cargo();
    path.args(["test", "--quiet", "--workspace", "--test", "window", "--"]);
    path.args([
        "--ignored",
        "--exact",
        "--test-threads=1",
        "--nocapture",
        "the_whole_path",
    ]);
    path.env("DESKFOB_SCREENSHOTS", &screenshots);
    path.env("TAURI_DRIVER", tools::TAURI_DRIVER.path());
    process::run(display::private_session(&path)?)?;

    let pictures = pictures(&screenshots)?;
    if pictures.is_empty() {
        return Err(Trouble::Unmet {
            what: "the main job left no screenshot".to_owned(),
            next: "tests/window.rs must have a test named the_whole_path that takes them"
                .to_owned(),
        });
    }
    say::heading(&format!("{} screenshots", pictures.len()));
    for picture in pictures {
        say::note(&picture.display().to_string());
    }
    say::note("to open the window itself, run this on a machine with a display");
    Ok(())
}

/// The pictures in a folder, in the order of their numbers.
fn pictures(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut pictures = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "png") {
            pictures.push(path);
        }
    }
    pictures.sort();
    Ok(pictures)
}
