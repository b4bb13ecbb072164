//! `fob vault repair`: the key file before its last change in the place of a damaged one.

use deskfob_vault::{Presence, RepairError, Vault};

use super::Slots;
use crate::args::Global;
use crate::error::CommandError;
use crate::input::Asked;

pub(super) async fn run(global: &Global) -> Result<Slots, CommandError> {
    global.refuse_kit()?;
    let (home, presence) = global.presence()?;
    match presence {
        Presence::Absent => {
            return Err(CommandError::NoVault {
                folder: home.path().to_owned(),
            });
        }
        Presence::Damaged {
            can_repair: false, ..
        } => return Err(RepairError::NoPrevious.into()),
        // One that reads may have been changed by somebody else, which only the password tells.
        Presence::Damaged { .. } | Presence::Present { .. } => {}
    }
    let vault = Vault::repair_header(&home, global.ask(Asked::Password)?).await?;
    let slots = Slots::after("The key file is repaired, and opens the vault.", &vault);
    vault.lock().await;
    Ok(slots)
}
