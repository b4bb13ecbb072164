//! `fob vault restore`: what a backup holds, and bringing it back.

mod report;

use deskfob_flows::now_ms;
use deskfob_vault::{BackupError, BackupUnlock, Home, OpenBackup, Presence, Vault};

use crate::args::{Global, RestoreArgs};
use crate::error::CommandError;
use crate::input::{Asked, can_confirm, confirm};
use crate::open::{Secret, back_up_if_due, follow_lock_requests, home_at, open};
use crate::output::{date, warn};
use report::{BackupContents, Restored, Restoring};

/// The vault that is there now.
struct Present {
    vault: Vault,
    /// What the person opened it by; none when the keyring did.
    secret: Option<Secret>,
}

pub(super) async fn run(global: &Global, args: &RestoreArgs) -> Result<Restoring, CommandError> {
    if args.everything {
        can_confirm(args.yes)?;
    }
    let home = home_at(&global.folder()?)?;
    let present = present(global, &home, args).await?;
    let vault = present.as_ref().map(|present| present.vault.clone());
    if let Some(vault) = &vault {
        follow_lock_requests(vault);
    }
    let result = match open_backup(global, args, &home, present).await {
        Ok(backup) => restore(args, &home, backup, vault.clone()).await,
        Err(error) => Err(error),
    };
    if let Some(vault) = vault {
        vault.lock().await;
    }
    result
}

/// Opens the vault. One that is missing or damaged is no obstacle to seeing a backup or bringing all of it back.
async fn present(
    global: &Global,
    home: &Home,
    args: &RestoreArgs,
) -> Result<Option<Present>, CommandError> {
    let opened = match deskfob_vault::presence(home)? {
        Presence::Absent => Err(CommandError::NoVault {
            folder: home.path().to_owned(),
        }),
        Presence::Damaged { damage, can_repair } => Err(CommandError::Damaged {
            folder: home.path().to_owned(),
            damage,
            can_repair,
        }),
        // Replacing everything needs the person, and not only their session.
        Presence::Present { .. } if args.everything || global.password_stdin || global.kit => {
            let secret = global.secret()?;
            secret.unlock(home).await.map(|vault| Present {
                vault,
                secret: Some(secret),
            })
        }
        Presence::Present { .. } => open(global).await.map(|vault| Present {
            vault,
            secret: None,
        }),
    };
    match opened {
        Ok(present) => Ok(Some(present)),
        Err(error) if error.asks_for_a_backup() && !args.missing => {
            warn(&error.sentence(), None);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Opens the backup by the vault's key, else by what opened the vault, else by another secret.
async fn open_backup(
    global: &Global,
    args: &RestoreArgs,
    home: &Home,
    present: Option<Present>,
) -> Result<OpenBackup, CommandError> {
    let open = async |by: BackupUnlock<'_>| OpenBackup::open(&args.file, home, by).await;
    if let Some(Present { vault, secret }) = &present {
        match open(BackupUnlock::Vault(vault)).await {
            Err(BackupError::NeedsPassword) => {}
            answer => return Ok(answer?),
        }
        if let Some(secret) = secret {
            match open(secret.for_backup()?).await {
                Err(BackupError::WrongPassword | BackupError::WrongKit) => {}
                answer => return Ok(answer?),
            }
        }
    }
    let secret = if global.kit {
        Secret::Kit(global.ask(Asked::Kit)?)
    } else {
        Secret::Password(global.ask(Asked::BackupPassword)?)
    };
    Ok(open(secret.for_backup()?).await?)
}

async fn restore(
    args: &RestoreArgs,
    home: &Home,
    backup: OpenBackup,
    vault: Option<Vault>,
) -> Result<Restoring, CommandError> {
    let mut restoring = Restoring {
        backup: BackupContents::of(args, &backup).await?,
        difference: match &vault {
            Some(vault) => Some(backup.difference(vault).await?.into()),
            None => None,
        },
        restored: None,
        added: None,
        kept_in: None,
    };
    if args.everything {
        confirm(&question(&restoring), args.yes)?;
        let had_something =
            vault.is_some() || !matches!(deskfob_vault::presence(home), Ok(Presence::Absent));
        let restored = backup.restore_everything(home, vault, now_ms()).await?;
        restored.lock().await;
        restoring.restored = Some(Restored::Everything);
        restoring.kept_in = had_something.then(|| {
            let folder = home.path().join(super::check::OWN_BACKUPS);
            folder.display().to_string()
        });
        return Ok(restoring);
    }
    if let (true, Some(vault)) = (args.missing, &vault) {
        restoring.added = Some(backup.restore_missing(vault, now_ms()).await?);
        restoring.restored = Some(Restored::Missing);
        back_up_if_due(vault).await;
    }
    backup.close().await;
    Ok(restoring)
}

fn question(restoring: &Restoring) -> String {
    let made = date(restoring.backup.made);
    let lost = restoring
        .difference
        .as_ref()
        .map_or(0, |difference| difference.only_in_vault.len());
    let mut question =
        format!("Put the backup of {made} in the place of the whole vault, its passwords too?");
    if lost > 0 {
        question = format!("{lost} entries of the vault are not in the backup. {question}");
    }
    question
}
