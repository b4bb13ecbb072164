//! A private desktop session: a virtual display, a session bus and a keyring of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packages::Group;
use crate::process;
use crate::project;
use crate::system::is_linux;
use crate::trouble::{Trouble, at};

/// What a private session needs on the system.
pub(crate) const PACKAGES: Group = Group::Window;

/// Unlocks a new keyring, then becomes the command. A keyring with an empty password has no collection to write to.
const WITH_KEYRING: &str = "printf %s deskfob | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n\
                            exec \"$@\"";

/// Whether a window can be shown here.
pub(crate) fn is_there() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_linux() || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The command, to be run in a private session whose state starts empty. Nothing that it does reaches the
/// desktop, the keyring or the files of the person who started it.
pub(crate) fn private_session(inner: &Command) -> Result<Command, Trouble> {
    if !is_linux() {
        return Err(Trouble::Unsupported {
            what: "a virtual display can only be started on Linux".to_owned(),
            instead: "The window is also driven by `cargo xtask test` in CI".to_owned(),
        });
    }
    let mut outer = process::command("xvfb-run");
    outer.args(["-a", "-s", "-screen 0 1280x900x24", "dbus-run-session"]);
    // The toolkit would otherwise prefer a Wayland session that is there, and so would the picture of the screen.
    outer.env("GDK_BACKEND", "x11");
    outer.env("XDG_SESSION_TYPE", "x11");
    with_keyring(outer, inner)
}

/// As [`private_session`], for a command that shows nothing. Linux only.
pub(crate) fn private_keyring(inner: &Command) -> Result<Command, Trouble> {
    let mut outer = process::command("dbus-run-session");
    outer.env_remove("DISPLAY");
    with_keyring(outer, inner)
}

/// `outer`, which starts a session bus, with a keyring and then `inner` in it.
fn with_keyring(mut outer: Command, inner: &Command) -> Result<Command, Trouble> {
    let state = empty_folder(project::scratch().join("session"))?;
    outer.args(["--", "sh", "-c", WITH_KEYRING, "with-keyring"]);
    outer.arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    for (name, folder) in [
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        // Sockets are made in it, and a socket's whole path has to stay below 108 bytes.
        ("XDG_RUNTIME_DIR", "run"),
    ] {
        let folder = state.join(folder);
        private_folder(&folder)?;
        outer.env(name, folder);
    }
    outer.env_remove("WAYLAND_DISPLAY");
    Ok(outer)
}

/// A folder without anything in it.
pub(crate) fn empty_folder(folder: PathBuf) -> Result<PathBuf, Trouble> {
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(at(&folder))?;
    }
    std::fs::create_dir_all(&folder).map_err(at(&folder))?;
    Ok(folder)
}

/// Makes a folder that only its owner can look into, as the keyring demands.
fn private_folder(folder: &Path) -> Result<(), Trouble> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(at(folder))
}
