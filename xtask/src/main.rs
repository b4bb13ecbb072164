//! `cargo xtask`: everything that a developer or CI runs, on the standard library alone.
#![forbid(unsafe_code)]

mod bench;
mod bundle;
mod count;
mod dev;
mod display;
mod fuzz;
mod icons;
mod log;
mod node;
mod official_cli;
mod packages;
mod process;
mod project;
mod run;
mod say;
mod secrets;
mod shared_library;
mod soak;
mod steps;
mod system;
mod test;
mod tools;
mod trouble;

use std::process::ExitCode;

use trouble::Trouble;

const HELP: &str = "\
Development tasks of Deskfob

Usage: cargo xtask COMMAND

  run [--headless] [-- ARG…]   install what is missing, build, open Deskfob on its embedded sandbox;
                               with no display (or --headless): start a virtual one, play the main
                               job through the real window and leave numbered screenshots
  test [STEP…]                 everything that CI checks, or only the steps named
  test --list                  the steps, in their order
  test --specification PATH    the same, with the platform's API description (OpenAPI) to check against
  dev [-- ARG…]                the application with hot reload
  bench [SUITE…]               all benchmarks in one table, beside other programs where they are installed
  fuzz [SECONDS]               every parser on made-up input, 60 seconds in all or as many as given
  soak [KILLS]                 the vault killed 1 000 times or as often as given, and every call to the system
                               failing in every way, as before a release
  bundle [FORMAT…]             installable packages (Linux: deb, rpm, appimage; macOS: app, dmg; Windows: msi, nsis)
  icons                        draw icons/ again from the two SVG files
  help                         this text

Options, before or after the command:
  --no-install                 install nothing on the system: name what seems to be missing and carry on

Every command installs what it needs first: system packages with apt on Debian and Ubuntu (as root, or
through sudo, which may ask for your password), npm packages in ui/node_modules, Cargo tools in target/tools.
Other systems get the list of what to install.
";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = Vec::new();
    let mut install = system::Install::Missing;
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--no-install" => install = system::Install::Nothing,
            // What follows belongs to the program that is started.
            "--" => {
                arguments.push(argument);
                arguments.extend(given.by_ref());
            }
            _ => arguments.push(argument),
        }
    }
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match command {
        "run" => run::run(rest, install),
        "test" => test::test(rest, install),
        "dev" => dev::dev(rest, install),
        "bench" => bench::bench(rest, install),
        "fuzz" => fuzz::fuzz(rest, install),
        "soak" => soak::soak(rest, install),
        "bundle" => bundle::bundle(rest, install),
        "icons" => icons::icons(rest, install),
        "help" | "--help" | "-h" => {
            say::plain(HELP);
            Ok(())
        }
        other => Err(Trouble::Usage(format!("there is no command {other:?}"))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            say::trouble(&trouble);
            ExitCode::from(if matches!(trouble, Trouble::Usage(_)) {
                2
            } else {
                1
            })
        }
    }
}
