//! Opening the vault, and with it the way to the platforms.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use deskfob_flows::{Desk, SandboxHost, now_ms};
use deskfob_platform::Http;
use deskfob_vault::{BackupUnlock, Home, Presence, RecoveryKit, SlotInfo, SlotKind, Vault};
use secrecy::SecretString;

use crate::args::Global;
use crate::error::CommandError;
use crate::input::{self, Asked};
use crate::output;
use crate::prompt;

/// What the history calls this program.
const PROGRAM: &str = "fob";

/// How often it is looked whether another program asks for the vault to be locked.
const LOOK: Duration = Duration::from_millis(500);

/// What a person opens a vault or a backup by.
pub(crate) enum Secret {
    Password(SecretString),
    /// The words of a recovery kit.
    Kit(SecretString),
}

impl Secret {
    pub(crate) async fn unlock(&self, home: &Home) -> Result<Vault, CommandError> {
        Ok(match self {
            Self::Password(password) => Vault::unlock_with_password(home, password.clone()).await?,
            Self::Kit(words) => {
                Vault::unlock_with_recovery_kit(home, &RecoveryKit::parse(words)?).await?
            }
        })
    }

    pub(crate) fn for_backup(&self) -> Result<BackupUnlock<'static>, CommandError> {
        Ok(match self {
            Self::Password(password) => BackupUnlock::Password(password.clone()),
            Self::Kit(words) => BackupUnlock::Kit(RecoveryKit::parse(words)?),
        })
    }
}

/// Whether a command writes to the vault.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    /// An automatic backup is made afterwards when one is due.
    Change,
}

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

    /// The folder, if it is there, and what is in it. Looking makes no folder.
    pub(crate) fn presence(&self) -> Result<(Home, Presence), CommandError> {
        let folder = self.folder()?;
        if !folder.exists() {
            return Err(CommandError::NoVault { folder });
        }
        let home = home_at(&folder)?;
        let presence = deskfob_vault::presence(&home)?;
        Ok((home, presence))
    }

    /// The folder with a vault in it, and the vault's slots.
    pub(crate) fn existing(&self) -> Result<(Home, Vec<SlotInfo>), CommandError> {
        let (home, presence) = self.presence()?;
        let folder = home.path().to_owned();
        match presence {
            Presence::Absent => Err(CommandError::NoVault { folder }),
            Presence::Damaged { damage, can_repair } => Err(CommandError::Damaged {
                folder,
                damage,
                can_repair,
            }),
            Presence::Present { slots } => Ok((home, slots)),
        }
    }

    /// A secret from the next line of standard input or from the terminal, wherever the password comes from.
    pub(crate) fn ask(&self, asked: Asked) -> Result<SecretString, CommandError> {
        if self.password_stdin {
            input::secret_line(asked)
        } else {
            input::secret_prompt(asked)
        }
    }

    /// As [`Self::ask`], but on the terminal it is typed twice.
    pub(crate) fn ask_new(&self, asked: Asked) -> Result<SecretString, CommandError> {
        if self.password_stdin {
            input::secret_line(asked)
        } else {
            input::new_secret_prompt(asked)
        }
    }

    /// The vault's password, or its recovery kit's words.
    pub(crate) fn secret(&self) -> Result<Secret, CommandError> {
        Ok(if self.kit {
            Secret::Kit(self.ask(Asked::Kit)?)
        } else {
            Secret::Password(self.ask(Asked::Password)?)
        })
    }

    /// Refuses `--kit` where only a password helps.
    pub(crate) fn refuse_kit(&self) -> Result<(), CommandError> {
        if self.kit {
            Err(CommandError::KitIsNoHelp)
        } else {
            Ok(())
        }
    }
}

/// The folder, for this program.
pub(crate) fn home_at(folder: &Path) -> Result<Home, CommandError> {
    Ok(Home::at(folder)?.with_program(PROGRAM))
}

/// Runs `work` with the open vault and closes it afterwards. A secret given on standard input is used
/// before the keyring.
pub(crate) async fn with_vault<T>(
    global: &Global,
    purpose: Purpose,
    work: impl AsyncFnOnce(&Vault) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    closing(open(global).await?, purpose, work).await
}

/// As [`with_vault`], but only a person's secret opens it: for what needs the person and not only their session.
pub(crate) async fn with_vault_by_person<T>(
    global: &Global,
    purpose: Purpose,
    work: impl AsyncFnOnce(&Vault) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let (home, _) = global.existing()?;
    let vault = global.secret()?.unlock(&home).await?;
    closing(vault, purpose, work).await
}

/// As [`with_vault`], with the way to the platforms.
pub(crate) async fn with_desk<T>(
    global: &Global,
    purpose: Purpose,
    work: impl AsyncFnOnce(&Desk) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    at_desk(global, open(global).await?, purpose, work).await
}

/// As [`with_desk`], but only a person's secret opens the vault.
pub(crate) async fn with_desk_by_person<T>(
    global: &Global,
    purpose: Purpose,
    work: impl AsyncFnOnce(&Desk) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let (home, _) = global.existing()?;
    let vault = global.secret()?.unlock(&home).await?;
    at_desk(global, vault, purpose, work).await
}

async fn at_desk<T>(
    global: &Global,
    vault: Vault,
    purpose: Purpose,
    work: impl AsyncFnOnce(&Desk) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    closing(vault, purpose, async |vault| {
        work(&desk_on(global, vault)?).await
    })
    .await
}

/// The way to the platforms, for a vault that is open.
pub(crate) fn desk_on(global: &Global, vault: &Vault) -> Result<Desk, CommandError> {
    let folder = global.folder()?;
    let smtp = match std::env::var("DESKFOB_SANDBOX_SMTP") {
        Ok(server) if !server.is_empty() => Some(server.parse()?),
        _ => None,
    };
    let sandbox = Arc::new(SandboxHost::new(folder.join("sandbox"), smtp));
    let desk = Desk::new(vault.clone(), folder, Http::new()?, sandbox);
    Ok(prompt::attended(desk))
}

/// Opens the vault by whatever was asked for, or else by the keyring, or else by the password.
pub(crate) async fn open(global: &Global) -> Result<Vault, CommandError> {
    let (home, slots) = global.existing()?;
    let keyring = slots.iter().any(|slot| slot.kind == SlotKind::Keyring);
    if keyring && !global.password_stdin && !global.kit {
        by_keyring(&home).await
    } else {
        global.secret()?.unlock(&home).await
    }
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

/// Runs `work` with a vault that is open and closes it afterwards.
pub(crate) async fn closing<T>(
    vault: Vault,
    purpose: Purpose,
    work: impl AsyncFnOnce(&Vault) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    follow_lock_requests(&vault);
    let result = work(&vault).await;
    let asked_to_lock = vault.is_locked();
    if purpose == Purpose::Change && result.is_ok() {
        back_up_if_due(&vault).await;
    }
    vault.lock().await;
    match result {
        Err(error) if asked_to_lock && error.code() == "vault_locked" => {
            Err(CommandError::LockedMeanwhile)
        }
        result => result,
    }
}

/// Locks the vault when another program asks for that, also while a question waits for its answer: those block the
/// thread that works. Ends with the vault.
pub(crate) fn follow_lock_requests(vault: &Vault) {
    let vault = vault.clone();
    std::thread::spawn(move || {
        while !vault.is_locked() {
            if vault.lock_requested() {
                // What is being written is written first.
                futures_executor::block_on(vault.lock());
                return;
            }
            std::thread::sleep(LOOK);
        }
    });
}

/// The automatic backup. What was done is done, so that its failure is only told.
pub(crate) async fn back_up_if_due(vault: &Vault) {
    if let Err(error) = vault.back_up_if_due(now_ms()).await {
        output::warn(
            &format!("no automatic backup was made: {error}"),
            error.hint(),
        );
    }
}
