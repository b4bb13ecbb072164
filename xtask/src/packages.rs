//! The system packages that Deskfob needs, under the names of each distribution.

/// What packages are for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Group {
    /// Compiling the application.
    Build,
    /// Driving the real window without a screen.
    Window,
    /// The other programs that tests compare with or talk to.
    Tests,
}

/// What shows that a package is there, however it got there.
#[derive(Clone, Copy)]
pub(crate) enum Shows {
    /// One of these programs on the PATH.
    Program(&'static [&'static str]),
    /// A library that pkg-config knows.
    Library(&'static str),
    /// A shared library, by the name before `.so`, with or without a version.
    SharedLibrary(&'static str),
    /// A module of the system's Python.
    Python(&'static str),
    /// Any font at all.
    Fonts,
}

/// One system package.
pub(crate) struct Package {
    pub(crate) group: Group,
    /// Its name in Debian and Ubuntu.
    pub(crate) debian: &'static str,
    /// Its name in Fedora.
    pub(crate) fedora: &'static str,
    /// Its name in Arch Linux.
    pub(crate) arch: &'static str,
    pub(crate) shows: Shows,
    /// What it is needed for.
    pub(crate) reason: &'static str,
}

const fn package(
    group: Group,
    [debian, fedora, arch]: [&'static str; 3],
    shows: Shows,
    reason: &'static str,
) -> Package {
    Package {
        group,
        debian,
        fedora,
        arch,
        shows,
        reason,
    }
}

/// A person's browser, by the names that it goes by.
pub(crate) const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// The browser for the interface's tests. What was made to have no window opens pages in half the time.
pub(crate) const HEADLESS: &[&str] = &[
    "chromium-headless-shell",
    "headless_shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
];

/// All of them.
pub(crate) const PACKAGES: &[Package] = &[
    package(
        Group::Build,
        ["build-essential", "gcc-c++", "base-devel"],
        Shows::Program(&["c++"]),
        "compiles SQLCipher, ring and the QR reader",
    ),
    package(
        Group::Build,
        ["cmake", "cmake", "cmake"],
        Shows::Program(&["cmake"]),
        "builds the QR reader",
    ),
    package(
        Group::Build,
        ["pkg-config", "pkgconf-pkg-config", "pkgconf"],
        Shows::Program(&["pkg-config"]),
        "finds the libraries below",
    ),
    package(
        Group::Build,
        ["libssl-dev", "openssl-devel", "openssl"],
        Shows::Library("openssl"),
        "SQLCipher's cryptography",
    ),
    package(
        Group::Build,
        [
            "libwebkit2gtk-4.1-dev",
            "webkit2gtk4.1-devel",
            "webkit2gtk-4.1",
        ],
        Shows::Library("webkit2gtk-4.1"),
        "the window",
    ),
    package(
        Group::Build,
        ["libclang-dev", "clang-devel", "clang"],
        // Neither clang nor llvm-config means that it is there.
        Shows::SharedLibrary("libclang"),
        "reads the headers of cameras",
    ),
    package(
        Group::Window,
        ["xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb"],
        Shows::Program(&["xvfb-run"]),
        "a display without a screen",
    ),
    package(
        Group::Window,
        ["xauth", "xorg-x11-xauth", "xorg-xauth"],
        Shows::Program(&["xauth"]),
        "xvfb-run starts it",
    ),
    package(
        Group::Window,
        ["dbus-daemon", "dbus-daemon", "dbus"],
        Shows::Program(&["dbus-run-session"]),
        "a private session bus",
    ),
    package(
        Group::Window,
        ["webkit2gtk-driver", "webkit2gtk4.1", "webkit2gtk-4.1"],
        Shows::Program(&["WebKitWebDriver"]),
        "drives the window",
    ),
    package(
        Group::Window,
        ["gnome-keyring", "gnome-keyring", "gnome-keyring"],
        Shows::Program(&["gnome-keyring-daemon"]),
        "the keyring of the private session",
    ),
    package(
        Group::Window,
        ["fonts-dejavu-core", "dejavu-sans-fonts", "ttf-dejavu"],
        Shows::Fonts,
        "text in the screenshots",
    ),
    package(
        Group::Window,
        ["xclip", "xclip", "xclip"],
        Shows::Program(&["xclip"]),
        "reads what was copied, as another program would",
    ),
    package(
        Group::Window,
        ["xdotool", "xdotool", "xdotool"],
        Shows::Program(&["xdotool"]),
        "types into the system's file dialog",
    ),
    package(
        Group::Window,
        ["procps", "procps-ng", "procps-ng"],
        Shows::Program(&["kill"]),
        "ends programs as a crash would",
    ),
    package(
        Group::Window,
        ["qrencode", "qrencode", "qrencode"],
        Shows::Program(&["qrencode"]),
        "QR codes made by another program",
    ),
    package(
        Group::Window,
        ["oathtool", "oathtool", "oath-toolkit"],
        Shows::Program(&["oathtool"]),
        "codes computed by another program",
    ),
    package(
        Group::Tests,
        ["dbus-bin", "dbus-tools", "dbus"],
        Shows::Program(&["dbus-send"]),
        "asks the keyring's bus",
    ),
    package(
        Group::Window,
        ["xdg-utils", "xdg-utils", "xdg-utils"],
        Shows::Program(&["xdg-mime"]),
        "tells which program opens links",
    ),
    package(
        Group::Tests,
        [
            "desktop-file-utils",
            "desktop-file-utils",
            "desktop-file-utils",
        ],
        Shows::Program(&["update-desktop-database"]),
        "lists installed programs as a package's installation does",
    ),
    package(
        Group::Window,
        ["libglib2.0-bin", "glib2", "glib2"],
        Shows::Program(&["gio"]),
        "opens links as a desktop does",
    ),
    package(
        Group::Tests,
        ["chromium-headless-shell", "chromium-headless", "chromium"],
        Shows::Program(HEADLESS),
        "the interface's own tests",
    ),
    package(
        Group::Tests,
        ["chromium", "chromium", "chromium"],
        Shows::Program(CHROMIUM),
        "a person's browser, which signs in",
    ),
    package(
        Group::Tests,
        ["age", "age", "age"],
        Shows::Program(&["age"]),
        "opens an encrypted export",
    ),
    package(
        Group::Tests,
        ["openssh-server", "openssh-server", "openssh"],
        Shows::Program(&["sshd"]),
        "a real server to show certificates to",
    ),
    package(
        Group::Tests,
        ["openssh-client", "openssh-clients", "openssh"],
        Shows::Program(&["ssh"]),
        "shows the certificates",
    ),
    package(
        Group::Tests,
        ["bsdutils", "util-linux-script", "util-linux"],
        Shows::Program(&["script"]),
        "gives age a terminal",
    ),
    package(
        Group::Window,
        ["python3-aiosmtpd", "python3-aiosmtpd", "python-aiosmtpd"],
        Shows::Python("aiosmtpd"),
        "a real SMTP server for the reminders",
    ),
];

/// The packages of these groups.
pub(crate) fn of(groups: &[Group]) -> Vec<&'static Package> {
    PACKAGES
        .iter()
        .filter(|package| groups.contains(&package.group))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_has_a_name_everywhere_and_no_name_twice() {
        let mut seen = Vec::new();
        for package in PACKAGES {
            for name in [package.debian, package.fedora, package.arch, package.reason] {
                assert!(!name.is_empty(), "{} lacks a name", package.debian);
            }
            assert!(
                !seen.contains(&package.debian),
                "{} is listed twice",
                package.debian
            );
            seen.push(package.debian);
        }
    }

    #[test]
    fn groups_are_kept_apart() {
        let build: Vec<_> = of(&[Group::Build])
            .iter()
            .map(|package| package.debian)
            .collect();
        assert!(
            build.contains(&"libwebkit2gtk-4.1-dev") && !build.contains(&"chromium"),
            "{build:?}"
        );
        assert_eq!(
            of(&[Group::Build, Group::Window, Group::Tests]).len(),
            PACKAGES.len()
        );
    }
}
