//! `fob vault lock`: every program locks the vault.

use std::io::{self, Write};
use std::time::Duration;

use deskfob_vault::{Presence, request_lock, wait_until_locked};
use serde::Serialize;

use super::programs::{self, Program};
use crate::args::Global;
use crate::error::CommandError;
use crate::output::{Outcome, Output, Report, plain};

/// How long programs may take.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Serialize)]
struct Locked {
    /// The folder of the vault.
    location: String,
    locked: bool,
    /// Programs that did not lock it, as far as the system tells.
    open_in: Vec<Program>,
}

pub(super) async fn run(global: &Global, out: &Output) -> Result<Outcome, CommandError> {
    let (home, presence) = global.presence()?;
    if matches!(presence, Presence::Absent) {
        return Err(CommandError::NoVault {
            folder: home.path().to_owned(),
        });
    }
    request_lock(&home).map_err(CommandError::VaultFolder)?;
    let locked = wait_until_locked(&home, PATIENCE)
        .await
        .map_err(CommandError::VaultFolder)?;
    let open_in = if locked {
        Vec::new()
    } else {
        programs::that_have_open(home.path())
    };
    out.show(&Locked {
        location: home.path().display().to_string(),
        locked,
        open_in,
    })?;
    if locked {
        return Ok(Outcome::Done);
    }
    out.note("hint: lock the vault there, or end that program");
    Ok(Outcome::Partly)
}

impl Report for Locked {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.locked {
            return writeln!(out, "The vault is locked in every program.");
        }
        if self.open_in.is_empty() {
            return writeln!(out, "A program still has the vault open.");
        }
        for program in &self.open_in {
            let name = plain(program.name.as_deref().unwrap_or("a program"));
            writeln!(
                out,
                "Still has the vault open: {name} (process {})",
                program.pid
            )?;
        }
        Ok(())
    }
}
