//! `fob vault`: making a vault, and what opens it.

use std::io::{self, Write};
use std::time::Duration;

use deskfob_vault::{Home, KdfCost, SlotInfo, SlotKind, Vault};
use serde::Serialize;

use crate::args::{Global, KeyringCommand, VaultCommand};
use crate::error::CommandError;
use crate::input::{self, Asked};
use crate::open::with_vault_by_password;
use crate::output::{Outcome, Output, Report, Table, plain};

/// What deriving the key from the password should cost on this machine.
const PASSWORD_COST: Duration = Duration::from_millis(500);

/// Name of the slot, as the window gives it.
const KEYRING_SLOT: &str = "System keyring";

#[derive(Serialize)]
struct Slots {
    /// The folder of the vault.
    location: String,
    slots: Vec<SlotView>,
    #[serde(skip)]
    heading: &'static str,
}

#[derive(Serialize)]
struct SlotView {
    id: String,
    /// `password` or `keyring`.
    kind: &'static str,
    name: String,
    /// Unix time, seconds.
    created: i64,
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    command: VaultCommand,
) -> Result<Outcome, CommandError> {
    let slots = match command {
        VaultCommand::Create { keyring } => create(global, keyring).await?,
        VaultCommand::Slots => {
            let (home, slots) = global.existing()?;
            Slots::new("", &home, &slots)
        }
        VaultCommand::Keyring(command) => keyring(global, command).await?,
    };
    out.show(&slots)?;
    Ok(Outcome::Done)
}

async fn create(global: &Global, keyring: bool) -> Result<Slots, CommandError> {
    let home = Home::at(&global.folder()?)?;
    let password = if global.password_stdin {
        input::secret_line(Asked::Password)?
    } else {
        input::new_password_prompt()?
    };
    let vault = Vault::create(&home, password, KdfCost::calibrate(PASSWORD_COST)).await?;
    // The vault is there and has its password even when the keyring refuses.
    let added = if keyring {
        vault.add_keyring_slot(KEYRING_SLOT).await.map(drop)
    } else {
        Ok(())
    };
    let slots = vault.slots();
    vault.lock().await;
    added?;
    Ok(Slots::new("The vault is made.", &home, &slots?))
}

async fn keyring(global: &Global, command: KeyringCommand) -> Result<Slots, CommandError> {
    let (home, _) = global.existing()?;
    with_vault_by_password(global, async |vault| {
        let heading = match command {
            KeyringCommand::Add => {
                vault.add_keyring_slot(KEYRING_SLOT).await?;
                "The keyring opens the vault from now on."
            }
            KeyringCommand::Remove => {
                let mut slots = vault.slots()?;
                slots.retain(|slot| slot.kind == SlotKind::Keyring);
                if slots.is_empty() {
                    return Err(CommandError::NoKeyringSlot);
                }
                // A vault that was carried from machine to machine has one for each.
                for slot in slots {
                    vault.remove_slot(slot.id).await?;
                }
                "No keyring opens the vault from now on."
            }
        };
        Ok(Slots::new(heading, &home, &vault.slots()?))
    })
    .await
}

impl Slots {
    fn new(heading: &'static str, home: &Home, slots: &[SlotInfo]) -> Self {
        let slots = slots
            .iter()
            .map(|slot| SlotView {
                id: slot.id.to_string(),
                kind: match slot.kind {
                    SlotKind::Password => "password",
                    SlotKind::Keyring => "keyring",
                },
                name: slot.name.clone(),
                created: slot.created_ms.div_euclid(1000),
            })
            .collect();
        Self {
            location: home.path().display().to_string(),
            slots,
            heading,
        }
    }
}

impl Report for Slots {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if !self.heading.is_empty() {
            writeln!(out, "{}", self.heading)?;
        }
        writeln!(out, "{}", plain(&self.location))?;
        let mut table = Table::new(&["OPENED BY", "NAME", "ID"]);
        for slot in &self.slots {
            table.row([slot.kind.to_owned(), slot.name.clone(), slot.id.clone()]);
        }
        table.write(out)
    }
}
