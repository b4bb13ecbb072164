//! Deskfob's window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::io::Write;
use std::process::ExitCode;

use deskfob_hardening::Setting;

const USAGE: &str = "\
Deskfob, the authenticator that lives on your laptop

Usage: deskfob [--home DIR] [LINK…]

  LINK          an otpauth: or otpauth-migration: link to look at; the system
                hands over what is opened in a browser. Every program can read
                a command line: to add a link by hand, paste it in the window

  --home DIR    keep all state in DIR (also: DESKFOB_HOME)
  --help        print this
  --version     print the version

The command line is `fob`.
";

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if let Some(asked) = deskfob_app::ask_portal_if_asked_to() {
        return asked;
    }
    // Answered before the toolkit starts, which fails where there is no display.
    match deskfob_app::Launch::from_args(std::env::args_os().skip(1)) {
        Ok(deskfob_app::Launch::Help) => print(USAGE),
        Ok(deskfob_app::Launch::Version) => {
            print(concat!("deskfob ", env!("CARGO_PKG_VERSION"), "\n"))
        }
        Ok(deskfob_app::Launch::Window(options)) => open(options),
        Err(error) => fail(&format!("deskfob: {error}\n\n{USAGE}"), 2),
    }
}

fn open(mut options: deskfob_app::Options) -> ExitCode {
    deskfob_hardening::restart_with_settings(&[
        Setting::WebKitSystemMalloc,
        Setting::GlibSystemMalloc,
        Setting::NoStackCache,
    ]);
    // Hardening closes the way to them.
    options.arguments = deskfob_hardening::Arguments::here();
    if let Err(error) = deskfob_hardening::harden() {
        // The vault is as safe on disk as ever, and a person without codes is locked out: told, not refused.
        tell(&format!("deskfob: {error}\n"));
    }
    match deskfob_app::run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("deskfob: {error}\n"), 1),
    }
}

fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn fail(text: &str, code: u8) -> ExitCode {
    tell(text);
    ExitCode::from(code)
}

fn tell(text: &str) {
    // Nothing is left to tell when even standard error is closed.
    let _ = std::io::stderr().write_all(text.as_bytes());
}
