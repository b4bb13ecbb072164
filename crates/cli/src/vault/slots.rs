//! `fob vault slots` and `fob vault keyring`: what opens the vault.

use std::io::{self, Write};

use deskfob_vault::{SlotId, SlotInfo, SlotKind, Vault};
use serde::Serialize;

use super::kit::{self, KitWords};
use super::{Slots, password_cost};
use crate::args::{Global, KeyringCommand, SlotsCommand};
use crate::error::CommandError;
use crate::input::Asked;
use crate::open::{Purpose, with_vault_by_person};
use crate::output::{Output, Report};

/// Name of the slot, as the window gives it.
pub(super) const KEYRING_SLOT: &str = "System keyring";

#[derive(Serialize)]
struct KitAdded {
    #[serde(flatten)]
    slots: Slots,
    recovery_kit: KitWords,
}

pub(super) async fn run(
    global: &Global,
    out: &Output,
    command: SlotsCommand,
) -> Result<(), CommandError> {
    match command {
        SlotsCommand::List => {
            let (home, slots) = global.existing()?;
            out.show(&Slots::new("", &home, &slots))
        }
        SlotsCommand::AddKit { name } => {
            // No backup after it: its folder may be slow, and the words are shown once, by what comes next.
            with_vault_by_person(global, Purpose::Read, async |vault| {
                kit::warn_of_unseen(vault).await;
                let (slot, words) = vault.add_recovery_kit(&name).await?;
                out.show(&KitAdded {
                    slots: Slots::after("The recovery kit is made.", vault),
                    recovery_kit: words.into(),
                })?;
                kit::shown(vault, slot.id).await;
                Ok(())
            })
            .await
        }
        other => out.show(&change(global, other).await?),
    }
}

async fn change(global: &Global, command: SlotsCommand) -> Result<Slots, CommandError> {
    with_vault_by_person(global, Purpose::Change, async |vault| {
        let heading = match command {
            SlotsCommand::AddPassword { name } => {
                let password = global.ask_new(Asked::NewPassword)?;
                let cost = password_cost().await;
                vault.add_password_slot(&name, password, cost).await?;
                "The new password opens the vault from now on."
            }
            SlotsCommand::Rename { slot, name } => {
                let id = chosen(&vault.slots()?, &slot)?;
                vault.rename_slot(id, &name).await?;
                "The slot has its new name."
            }
            SlotsCommand::Remove { slot } => {
                let id = chosen(&vault.slots()?, &slot)?;
                vault.remove_slot(id).await?;
                "The slot is removed. Older backups and copies still open by it, and with their key file so \
                 does the vault, until it has a new key: fob vault new-key"
            }
            SlotsCommand::ChangePassword { slot } => {
                let slots = vault.slots()?;
                let id = match slot {
                    Some(slot) => chosen(&slots, &slot)?,
                    None => only_password(&slots)?,
                };
                let password = global.ask_new(Asked::NewPassword)?;
                let cost = password_cost().await;
                vault.change_password(id, password, cost).await?;
                "The new password opens the vault from now on, and the old one no longer. Older backups and \
                 copies still open by the old one, and with their key file so does the vault, until it has a \
                 new key: fob vault new-key"
            }
            SlotsCommand::List | SlotsCommand::AddKit { .. } => "",
        };
        kit::warn_of_unseen(vault).await;
        Ok(Slots::after(heading, vault))
    })
    .await
}

pub(super) async fn keyring(
    global: &Global,
    command: KeyringCommand,
) -> Result<Slots, CommandError> {
    with_vault_by_person(global, Purpose::Change, async |vault| {
        let heading = match command {
            KeyringCommand::Add => {
                vault.add_keyring_slot(KEYRING_SLOT).await?;
                "The keyring opens the vault from now on."
            }
            KeyringCommand::Remove => {
                remove_keyrings(vault).await?;
                "No keyring opens the vault from now on."
            }
        };
        Ok(Slots::after(heading, vault))
    })
    .await
}

/// A vault that was carried from machine to machine has one for each.
async fn remove_keyrings(vault: &Vault) -> Result<(), CommandError> {
    let mut slots = vault.slots()?;
    slots.retain(|slot| slot.kind == SlotKind::Keyring);
    if slots.is_empty() {
        return Err(CommandError::NoKeyringSlot);
    }
    for slot in slots {
        vault.remove_slot(slot.id).await?;
    }
    Ok(())
}

/// The slot of this id, or the only one of this name.
fn chosen(slots: &[SlotInfo], query: &str) -> Result<SlotId, CommandError> {
    let wanted = query.trim().to_lowercase();
    if let Some(slot) = slots.iter().find(|slot| slot.id.to_string() == wanted) {
        return Ok(slot.id);
    }
    let named: Vec<&SlotInfo> = slots
        .iter()
        .filter(|slot| slot.name.to_lowercase() == wanted)
        .collect();
    only(&named).ok_or_else(|| match named.as_slice() {
        [] => CommandError::NoSuchSlot {
            query: query.to_owned(),
        },
        several => several_slots(several),
    })
}

fn only_password(slots: &[SlotInfo]) -> Result<SlotId, CommandError> {
    let passwords: Vec<&SlotInfo> = slots
        .iter()
        .filter(|slot| slot.kind == SlotKind::Password)
        .collect();
    only(&passwords).ok_or_else(|| several_slots(&passwords))
}

fn only(slots: &[&SlotInfo]) -> Option<SlotId> {
    match slots {
        [only] => Some(only.id),
        _ => None,
    }
}

fn several_slots(slots: &[&SlotInfo]) -> CommandError {
    CommandError::SeveralSlots {
        names: slots
            .iter()
            .map(|slot| format!("{} ({})", slot.name, slot.id))
            .collect(),
    }
}

impl Report for KitAdded {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        self.slots.write_text(out)?;
        writeln!(out)?;
        self.recovery_kit.write_text(out)
    }
}
