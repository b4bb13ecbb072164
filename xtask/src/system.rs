//! Finds and installs the system packages.

use std::io::IsTerminal;
use std::process::Command;

use crate::packages::{self, Group, Package, Shows};
use crate::process;
use crate::say;
use crate::shared_library;
use crate::trouble::Trouble;

/// Whether missing packages may be installed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Install {
    /// What is missing is installed.
    Missing,
    /// Nothing is installed; what seems to be missing is named and the task goes on.
    Nothing,
}

/// The systems whose package names are known.
#[derive(Clone, PartialEq, Eq, Debug)]
enum System {
    /// Debian, Ubuntu and what is made from them.
    Debian,
    Fedora,
    Arch,
    /// Another Linux, by its name.
    Linux(String),
    MacOs,
    Windows,
    Other(&'static str),
}

/// Sees to it that the packages of these groups are there.
pub(crate) fn ensure(groups: &[Group], install: Install) -> Result<(), Trouble> {
    let system = system();
    let wanted = packages::of(groups);
    match system {
        System::Debian => debian(&wanted, install),
        System::Fedora => check(&wanted, install, |package| package.fedora, "dnf install"),
        System::Arch => check(
            &wanted,
            install,
            |package| package.arch,
            "pacman -S --needed",
        ),
        System::Linux(name) => {
            say::note(&format!("{name}: the packages are named as in Debian"));
            check(
                &wanted,
                install,
                |package| package.debian,
                "(your package manager's install)",
            )
        }
        System::MacOs => elsewhere(
            install,
            &[
                ("cc", "Xcode's command line tools: xcode-select --install"),
                ("cmake", "CMake: brew install cmake"),
                (
                    "pkg-config",
                    "pkg-config and OpenSSL 3: brew install pkgconf openssl@3",
                ),
            ],
        ),
        System::Windows => elsewhere(
            install,
            &[
                ("cmake", "CMake: winget install Kitware.CMake"),
                (
                    "openssl",
                    "OpenSSL 3 for developers, with OPENSSL_DIR set: winget install ShiningLight.OpenSSL.Dev",
                ),
            ],
        ),
        System::Other(name) => Err(Trouble::Unsupported {
            what: format!("Deskfob has not been built on {name}"),
            instead: "With --no-install it is tried all the same".to_owned(),
        })
        .or_else(|trouble| {
            if install == Install::Nothing {
                Ok(())
            } else {
                Err(trouble)
            }
        }),
    }
}

/// Whether this is a Linux, where a virtual display can be had.
pub(crate) fn is_linux() -> bool {
    cfg!(target_os = "linux")
}

fn system() -> System {
    match std::env::consts::OS {
        "linux" => {
            let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
            linux(&release)
        }
        "macos" => System::MacOs,
        "windows" => System::Windows,
        other => System::Other(other),
    }
}

/// The distribution that an os-release file (freedesktop.org's os-release(5)) describes.
fn linux(release: &str) -> System {
    let value = |key: &str| {
        release
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .map(|value| value.trim_matches(['"', '\'']).to_owned())
    };
    let ids = [value("ID"), value("ID_LIKE")]
        .map(Option::unwrap_or_default)
        .join(" ");
    for id in ids.split_whitespace() {
        match id {
            "debian" | "ubuntu" => return System::Debian,
            "fedora" | "rhel" => return System::Fedora,
            "arch" => return System::Arch,
            _ => {}
        }
    }
    System::Linux(value("PRETTY_NAME").unwrap_or_else(|| "this Linux".to_owned()))
}

fn debian(wanted: &[&Package], install: Install) -> Result<(), Trouble> {
    let mut query = process::command("dpkg-query");
    query.args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"]);
    query.args(wanted.iter().map(|package| package.debian));
    // It exits with 1 when one of them is unknown, and still tells about the others.
    let told = query
        .output()
        .map_err(|error| process::not_started(&query, &error))?;
    let told = String::from_utf8_lossy(&told.stdout);
    let missing: Vec<_> = wanted
        .iter()
        .filter(|package| !is_installed(&told, package.debian) && !is_there_otherwise(package))
        .collect();
    if missing.is_empty() {
        say::note(&format!("{} system packages are there", wanted.len()));
        return Ok(());
    }
    for package in &missing {
        say::note(&format!("missing: {} ({})", package.debian, package.reason));
    }
    if install == Install::Nothing {
        say::warning("they are not installed, as asked: going on");
        return Ok(());
    }
    let names: Vec<_> = missing.iter().map(|package| package.debian).collect();
    let by = installer(&names)?;
    process::run(apt(by, &["update"]))?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(&names);
    process::run(apt(by, &arguments)).map_err(|trouble| Trouble::Packages {
        missing: names.iter().map(|name| (*name).to_owned()).collect(),
        reason: format!("They could not be installed: {trouble}"),
        command: by_hand("sudo ", &names),
    })
}

/// Whether dpkg-query's answer says so. A package that was removed but not purged is listed as well.
fn is_installed(told: &str, name: &str) -> bool {
    told.lines().any(|line| line == format!("{name} installed"))
}

/// Whether what a package is for came from elsewhere.
fn is_there_otherwise(package: &Package) -> bool {
    matches!(package.shows, Shows::Program(_) | Shows::SharedLibrary(_)) && is_there(package)
}

/// Who installs: root itself, or sudo.
#[derive(Clone, Copy)]
enum By {
    Root,
    /// sudo, which asks for the password on the terminal.
    Sudo,
    /// sudo without a question: there is nobody to ask.
    SilentSudo,
}

fn installer(names: &[&str]) -> Result<By, Trouble> {
    let refused = |reason: &str, prefix: &str| Trouble::Packages {
        missing: names.iter().map(|name| (*name).to_owned()).collect(),
        reason: reason.to_owned(),
        command: by_hand(prefix, names),
    };
    if is_root() {
        return Ok(By::Root);
    }
    if process::on_path("sudo").is_none() {
        return Err(refused(
            "Only root can install them, and sudo is not installed: become root",
            "",
        ));
    }
    if std::io::stdin().is_terminal() {
        say::note("installing them takes sudo, which may ask for your password");
        return Ok(By::Sudo);
    }
    let mut ask = process::command("sudo");
    ask.args(["--non-interactive", "true"]);
    match process::answer(ask) {
        Some(_) => Ok(By::SilentSudo),
        None => Err(refused(
            "sudo asks for a password, and there is no terminal to ask on",
            "sudo ",
        )),
    }
}

fn apt(by: By, arguments: &[&str]) -> Command {
    let mut command = match by {
        By::Root => process::command("env"),
        By::Sudo => process::command("sudo"),
        By::SilentSudo => {
            let mut sudo = process::command("sudo");
            sudo.arg("--non-interactive");
            sudo
        }
    };
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"])
        .args(arguments);
    command
}

fn by_hand(prefix: &str, names: &[&str]) -> String {
    let names = names.join(" ");
    format!("{prefix}apt-get update && {prefix}apt-get install --no-install-recommends {names}")
}

/// Whether this process may do everything. /proc/self belongs to the effective user.
fn is_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
    }
    #[cfg(not(unix))]
    false
}

/// Distributions where the packages are looked for and not installed.
fn check(
    wanted: &[&Package],
    install: Install,
    name: fn(&Package) -> &'static str,
    command: &str,
) -> Result<(), Trouble> {
    let missing: Vec<_> = wanted.iter().filter(|package| !is_there(package)).collect();
    if missing.is_empty() {
        say::note(&format!(
            "all that {} system packages bring is there",
            wanted.len()
        ));
        return Ok(());
    }
    for package in &missing {
        say::note(&format!(
            "not found: {} ({})",
            name(package),
            package.reason
        ));
    }
    if install == Install::Nothing {
        return Ok(());
    }
    let names: Vec<_> = missing
        .iter()
        .map(|package| name(package).to_owned())
        .collect();
    Err(Trouble::Packages {
        reason:
            "This system's packages are not installed from here, and the names are unverified; \
                 --no-install carries on without them"
                .to_owned(),
        command: format!("sudo {command} {}", names.join(" ")),
        missing: names,
    })
}

fn is_there(package: &Package) -> bool {
    match package.shows {
        Shows::Program(names) => names.iter().any(|name| process::on_path(name).is_some()),
        Shows::Library(name) => {
            let mut ask = process::command("pkg-config");
            ask.args(["--exists", name]);
            process::answer(ask).is_some()
        }
        Shows::SharedLibrary(name) => shared_library::is_there(name),
        Shows::Python(module) => {
            let mut ask = process::command("/usr/bin/python3");
            ask.args(["-c", &format!("import {module}")]);
            process::answer(ask).is_some()
        }
        Shows::Fonts => {
            process::answer(process::command("fc-list")).is_some_and(|list| !list.is_empty())
        }
    }
}

/// Systems without the packages above: programs, and how to get each.
fn elsewhere(install: Install, programs: &[(&str, &str)]) -> Result<(), Trouble> {
    let missing: Vec<_> = programs
        .iter()
        .filter(|(program, _)| process::on_path(program).is_none())
        .collect();
    for (program, source) in &missing {
        say::note(&format!("not found: {program}. {source}"));
    }
    if missing.is_empty() || install == Install::Nothing {
        return Ok(());
    }
    Err(Trouble::Unsupported {
        what: format!(
            "missing: {}",
            missing
                .iter()
                .map(|(program, _)| *program)
                .collect::<Vec<_>>()
                .join(", ")
        ),
        instead: "Install them as said above; --no-install carries on without them".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_are_known_by_their_os_release() {
        let cases = [
            ("ID=debian\nVERSION_ID=\"12\"\n", System::Debian),
            (
                "NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n",
                System::Debian,
            ),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", System::Debian),
            ("ID=fedora\n", System::Fedora),
            (
                "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
                System::Fedora,
            ),
            ("ID=manjaro\nID_LIKE=arch\n", System::Arch),
            (
                "ID=void\nPRETTY_NAME=\"Void Linux\"\n",
                System::Linux("Void Linux".to_owned()),
            ),
            ("", System::Linux("this Linux".to_owned())),
        ];
        for (release, expected) in cases {
            assert_eq!(linux(release), expected, "{release:?}");
        }
    }

    #[test]
    fn a_package_that_was_only_removed_is_not_installed() {
        let told = "cmake installed\nxvfb config-files\n";
        assert!(is_installed(told, "cmake"));
        assert!(
            !is_installed(told, "xvfb"),
            "its settings remain, its program does not"
        );
        assert!(!is_installed(told, "cmak"));
    }
}
