//! `fob vault`: the vault as a whole.

mod backup;
mod check;
mod create;
mod kit;
mod lock;
mod new_key;
mod programs;
mod repair;
mod restore;
mod slots;

use std::io::{self, Write};
use std::time::Duration;

use deskfob_vault::{Home, KdfCost, SlotInfo, SlotKind, Vault};
use serde::Serialize;

use crate::args::{Global, SlotsCommand, VaultCommand};
use crate::error::CommandError;
use crate::output::{Outcome, Output, Report, Table, date, plain, seconds, warn};

/// What deriving the key from the password should cost on this machine.
const PASSWORD_COST: Duration = Duration::from_millis(500);

/// What opens the vault.
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
    /// `password`, `keyring` or `recovery_kit`.
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
    match command {
        VaultCommand::Create { keyring } => out.show(&create::run(global, keyring).await?)?,
        VaultCommand::Lock => return lock::run(global, out).await,
        VaultCommand::Slots { command } => {
            slots::run(global, out, command.unwrap_or(SlotsCommand::List)).await?;
        }
        VaultCommand::Keyring(command) => out.show(&slots::keyring(global, command).await?)?,
        VaultCommand::NewKey { yes } => new_key::run(global, out, yes).await?,
        VaultCommand::Repair => out.show(&repair::run(global).await?)?,
        VaultCommand::Check { backups } => return check::run(global, out, backups).await,
        VaultCommand::Backup { list: true } => out.show(&backup::list(global).await?)?,
        VaultCommand::Backup { list: false } => out.show(&backup::make(global).await?)?,
        VaultCommand::Restore(args) => out.show(&restore::run(global, &args).await?)?,
    }
    Ok(Outcome::Done)
}

/// The cost of a new password on this machine.
async fn password_cost() -> KdfCost {
    tokio::task::spawn_blocking(|| KdfCost::calibrate(PASSWORD_COST))
        .await
        .unwrap_or(KdfCost::FLOOR)
}

impl Slots {
    fn new(heading: &'static str, home: &Home, slots: &[SlotInfo]) -> Self {
        Self {
            location: home.path().display().to_string(),
            slots: slots.iter().map(SlotView::from).collect(),
            heading,
        }
    }

    /// As it is now. What was changed is changed, so that slots that cannot be read are only told.
    fn after(heading: &'static str, vault: &Vault) -> Self {
        let slots = vault.slots().unwrap_or_else(|error| {
            warn(
                &format!("the slots cannot be listed: {error}"),
                error.hint(),
            );
            Vec::new()
        });
        Self::new(heading, vault.home(), &slots)
    }
}

impl From<&SlotInfo> for SlotView {
    fn from(slot: &SlotInfo) -> Self {
        Self {
            id: slot.id.to_string(),
            kind: match slot.kind {
                SlotKind::Password => "password",
                SlotKind::Keyring => "keyring",
                SlotKind::RecoveryKit => "recovery_kit",
            },
            name: slot.name.clone(),
            created: seconds(slot.created_ms),
        }
    }
}

impl Report for Slots {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if !self.heading.is_empty() {
            writeln!(out, "{}", self.heading)?;
        }
        writeln!(out, "{}", plain(&self.location))?;
        let mut table = Table::new(&["OPENED BY", "NAME", "SINCE", "ID"]);
        for slot in &self.slots {
            table.row([
                slot.kind.replace('_', " "),
                slot.name.clone(),
                date(slot.created),
                slot.id.clone(),
            ]);
        }
        table.write(out)
    }
}
