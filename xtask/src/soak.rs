//! `cargo xtask soak`: the vault killed and its disk failing, far more often than at every change.

use crate::packages::Group;
use crate::process;
use crate::say;
use crate::system::{self, Install};
use crate::trouble::Trouble;

/// How often a program that writes is killed.
const KILLS: u32 = 1_000;
/// More calls than any operation makes: every one of them fails in turn, in every way.
const EVERY_CALL: u32 = 100_000;

/// Kills and fails as before a release, with the code of a release.
pub(crate) fn soak(arguments: &[String], install: Install) -> Result<(), Trouble> {
    let kills = match arguments {
        [] => KILLS,
        [kills] => match kills.parse() {
            Ok(kills) if kills > 0 => kills,
            _ => {
                return Err(Trouble::Usage(format!(
                    "{kills:?} is not a number of kills"
                )));
            }
        },
        [_, other, ..] => return Err(Trouble::Usage(format!("soak does not take {other:?}"))),
    };
    say::heading("System packages");
    system::ensure(&[Group::Build], install)?;

    say::heading("Kills");
    run("killed", ("DESKFOB_KILLS", kills))?;
    if system::is_linux() {
        say::heading("Failing disks");
        run("faults", ("DESKFOB_FAULTS", EVERY_CALL))?;
    } else {
        say::note("calls to the system are made to fail on Linux only");
    }
    say::good("nothing that was acknowledged is lost");
    Ok(())
}

fn run(test: &str, (variable, number): (&str, u32)) -> Result<(), Trouble> {
    let mut cargo = process::cargo();
    cargo.args([
        "test",
        "--locked",
        "--release",
        "--package",
        "deskfob-vault",
    ]);
    cargo.args(["--test", test, "--", "--nocapture"]);
    cargo.env(variable, number.to_string());
    process::run(cargo)
}
