//! Opening the vault, and with it the way to the platforms.

use std::path::PathBuf;
use std::sync::Arc;

use deskfob_flows::{Desk, SandboxHost};
use deskfob_platform::Http;
use deskfob_vault::{Home, Presence, SlotInfo, SlotKind, Vault};
use secrecy::SecretString;

use crate::args::Global;
use crate::error::CommandError;
use crate::input::{self, Asked};

impl Global {
    /// The folder of all state: `--home`, `DESKFOB_HOME`, or where the window keeps it.
    pub(crate) fn folder(&self) -> Result<PathBuf, CommandError> {
        let variable = || std::env::var_os("DESKFOB_HOME").filter(|home| !home.is_empty());
        if let Some(home) = self.home.clone().or_else(|| variable().map(PathBuf::from)) {
            return Ok(home);
        }
        let data = dirs::data_local_dir().ok_or(CommandError::NoDataFolder)?;
        Ok(data.join("app.deskfob").join("vault"))
    }

    /// The folder with a vault in it, and the vault's slots. Looking makes no folder.
    pub(crate) fn existing(&self) -> Result<(Home, Vec<SlotInfo>), CommandError> {
        let folder = self.folder()?;
        if !folder.exists() {
            return Err(CommandError::NoVault { folder });
        }
        let home = Home::at(&folder)?;
        match deskfob_vault::presence(&home)? {
            Presence::Absent => Err(CommandError::NoVault { folder }),
            Presence::Damaged { damage } => Err(CommandError::Damaged { folder, damage }),
            Presence::Present { slots } => Ok((home, slots)),
        }
    }

    fn password(&self) -> Result<SecretString, CommandError> {
        if self.password_stdin {
            return input::secret_line(Asked::Password);
        }
        input::secret_prompt(Asked::Password)
    }
}

/// Runs `work` with the open vault and closes it afterwards. A password given on standard input is
/// used before the keyring.
pub(crate) async fn with_vault<T>(
    global: &Global,
    work: impl AsyncFnOnce(&Vault) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let (home, slots) = global.existing()?;
    let keyring = slots.iter().any(|slot| slot.kind == SlotKind::Keyring);
    let vault = if keyring && !global.password_stdin {
        by_keyring(&home).await?
    } else {
        Vault::unlock_with_password(&home, global.password()?).await?
    };
    closing(vault, work).await
}

/// As [`with_vault`], but only the password opens it: for what needs the person and not only their session.
pub(crate) async fn with_vault_by_password<T>(
    global: &Global,
    work: impl AsyncFnOnce(&Vault) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let (home, _) = global.existing()?;
    let vault = Vault::unlock_with_password(&home, global.password()?).await?;
    closing(vault, work).await
}

/// As [`with_vault`], with the way to the platforms.
pub(crate) async fn with_desk<T>(
    global: &Global,
    work: impl AsyncFnOnce(&Desk) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let folder = global.folder()?;
    let smtp = match std::env::var("DESKFOB_SANDBOX_SMTP") {
        Ok(server) if !server.is_empty() => Some(server.parse()?),
        _ => None,
    };
    with_vault(global, async |vault| {
        let sandbox = Arc::new(SandboxHost::new(folder.join("sandbox"), smtp));
        work(&Desk::new(vault.clone(), folder, Http::new()?, sandbox)).await
    })
    .await
}

async fn by_keyring(home: &Home) -> Result<Vault, CommandError> {
    let refused = match Vault::unlock_with_keyring(home).await {
        Ok(vault) => return Ok(vault),
        Err(refused) => refused,
    };
    match input::secret_prompt(Asked::Password) {
        Ok(password) => Ok(Vault::unlock_with_password(home, password).await?),
        // Without a terminal, what the keyring said is the better answer.
        Err(_) => Err(refused.into()),
    }
}

async fn closing<T>(
    vault: Vault,
    work: impl AsyncFnOnce(&Vault) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let result = work(&vault).await;
    vault.lock().await;
    result
}
