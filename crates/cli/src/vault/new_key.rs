//! `fob vault new-key`: everything encrypted anew.

use std::io::{self, Write};

use deskfob_vault::{NewKey, SlotInfo, SlotKind, Vault};
use secrecy::SecretString;
use serde::Serialize;

use super::kit::{self, KitWords};
use super::{SlotView, Slots, password_cost};
use crate::args::Global;
use crate::error::CommandError;
use crate::input::{self, Asked, can_confirm, confirm};
use crate::open::{Secret, follow_lock_requests};
use crate::output::{Output, Report, plain};

#[derive(Serialize)]
struct NewKeyMade {
    #[serde(flatten)]
    slots: Slots,
    /// What does not open the vault any more.
    dropped: Vec<SlotView>,
    /// In place of the earlier one, if there was one.
    recovery_kit: Option<KitWords>,
}

pub(super) async fn run(global: &Global, out: &Output, yes: bool) -> Result<(), CommandError> {
    can_confirm(yes)?;
    let (home, slots) = global.existing()?;
    let by_kit = if global.kit {
        Some(global.secret()?)
    } else {
        None
    };
    let passwords = passwords(global)?;
    let secret = match (by_kit, passwords.first()) {
        (Some(kit), Some(_)) => kit,
        (None, Some(first)) => Secret::Password(first.clone()),
        (_, None) => {
            return Err(CommandError::InputEnded {
                asked: Asked::Password,
            });
        }
    };
    let vault = secret.unlock(&home).await?;
    follow_lock_requests(&vault);
    let (vault, made) = match confirm(&question(&slots, passwords.len()), yes) {
        Ok(()) => vault.new_key(passwords, password_cost().await).await?,
        Err(refused) => {
            vault.lock().await;
            return Err(refused);
        }
    };
    // No backup here: its folder may be slow, and the words of a new kit are shown once, by what comes next.
    let shown = out.show(&NewKeyMade::new(&vault, made));
    if shown.is_ok() {
        for slot in vault.unseen_recovery_kits().await.unwrap_or_default() {
            kit::shown(&vault, slot.id).await;
        }
    }
    vault.lock().await;
    shown
}

/// Those that are to open the vault under its new key.
fn passwords(global: &Global) -> Result<Vec<SecretString>, CommandError> {
    if global.password_stdin {
        input::secret_lines()
    } else {
        input::passwords_prompt()
    }
}

fn question(slots: &[SlotInfo], given: usize) -> String {
    let count = |kind| slots.iter().filter(|slot| slot.kind == kind).count();
    let (passwords, kits) = (count(SlotKind::Password), count(SlotKind::RecoveryKit));
    let kept = given.min(passwords);
    let mut question = format!(
        "Encrypt everything anew, so that {kept} of {passwords} passwords open it from now on"
    );
    if kits > 0 {
        question.push_str(" and the recovery kit is replaced by a new one");
    }
    question.push('?');
    question
}

impl NewKeyMade {
    fn new(vault: &Vault, made: NewKey) -> Self {
        Self {
            slots: Slots::after("The vault has a new key.", vault),
            dropped: made.dropped.iter().map(SlotView::from).collect(),
            recovery_kit: made.kit.map(KitWords::from),
        }
    }
}

impl Report for NewKeyMade {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        self.slots.write_text(out)?;
        for slot in &self.dropped {
            let kind = slot.kind.replace('_', " ");
            writeln!(
                out,
                "No longer opens it: {kind} {} ({})",
                plain(&slot.name),
                slot.id
            )?;
        }
        writeln!(
            out,
            "Backups and copies from before still open by what opened them."
        )?;
        if let Some(kit) = &self.recovery_kit {
            writeln!(out)?;
            kit.write_text(out)?;
        }
        Ok(())
    }
}
