//! `fob vault create`.

use deskfob_vault::Vault;

use super::slots::KEYRING_SLOT;
use super::{Slots, password_cost};
use crate::args::Global;
use crate::error::CommandError;
use crate::input::Asked;
use crate::open::home_at;

pub(super) async fn run(global: &Global, keyring: bool) -> Result<Slots, CommandError> {
    global.refuse_kit()?;
    let home = home_at(&global.folder()?)?;
    let password = global.ask_new(if global.password_stdin {
        Asked::Password
    } else {
        Asked::NewPassword
    })?;
    let vault = Vault::create(&home, password, password_cost().await).await?;
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
