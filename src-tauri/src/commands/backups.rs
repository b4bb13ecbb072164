//! Backups: making, looking into and bringing back.

use std::path::PathBuf;

use deskfob_flows::now_ms;
use deskfob_lock::Reason;
use deskfob_vault::{
    Backup, BackupError, BackupKind, BackupUnlock, Finding, OpenBackup, RecoveryKit, Vault,
};
use secrecy::SecretString;
use tauri::{AppHandle, Runtime, State};

use super::vault::confirm_person;
use super::{Answer, dialogs, wait};
use crate::error::CommandError;
use crate::lock::lock;
use crate::state::AppState;
use crate::view::{
    BackendEvent, BackupPreview, BackupView, CheckView, FindingView, RestoreHow, RestoredView,
};

const FILES: (&str, &[&str]) = ("Backups", &["zip"]);

#[tauri::command(async)]
pub(crate) fn backup_list(state: State<'_, AppState>) -> Answer<Vec<BackupView>> {
    wait(async {
        let backups = state.desk().await?.vault().backups().await?;
        Ok(backups.iter().map(Into::into).collect())
    })
}

#[tauri::command(async)]
pub(crate) fn backup_now<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<BackupView> {
    wait(async {
        let desk = state.desk().await?;
        let made = desk.vault().back_up(BackupKind::Manual, now_ms()).await?;
        BackendEvent::BackupsChanged.send(&app);
        Ok((&made).into())
    })
}

#[tauri::command(async)]
pub(crate) fn backup_open<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    name: Option<String>,
    password: Option<String>,
) -> Answer<Option<BackupPreview>> {
    let password = password.map(SecretString::from);
    wait(async {
        let opening = state.opening();
        let vault = state.desk().await.ok().map(|desk| desk.vault().clone());
        let path = match name {
            Some(name) => listed(vault.as_ref(), &name).await?,
            None => match state.backup.chosen().filter(|_| password.is_some()) {
                // The file that was chosen a moment ago, and wanted its password.
                Some(path) => path,
                None => match dialogs::open(&app, "Choose a backup", FILES).await? {
                    Some(path) => path,
                    None => return Ok(None),
                },
            },
        };
        state.backup.choose(path.clone());
        let by = match (password, &vault) {
            (Some(password), _) => match RecoveryKit::parse(&password) {
                Ok(kit) => BackupUnlock::Kit(kit),
                Err(_) => BackupUnlock::Password(password),
            },
            (None, Some(vault)) => BackupUnlock::Vault(vault),
            (None, None) => return Err(BackupError::NeedsPassword.into()),
        };
        let backup = OpenBackup::open(&path, &state.home, by).await?;
        let difference = match &vault {
            Some(vault) => Some(backup.difference(vault).await?),
            None => None,
        };
        let (entries, accounts) = backup.counts().await?;
        let preview = BackupPreview {
            name: dialogs::name(&path),
            made_at: backup.made_ms(),
            entries,
            accounts,
            difference: difference.as_ref().map(Into::into),
        };
        state.keep_backup(&opening, backup).await?;
        Ok(Some(preview))
    })
}

#[tauri::command(async)]
pub(crate) fn backup_close(state: State<'_, AppState>) -> Answer<()> {
    wait(async {
        state.backup.close().await;
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn backup_restore<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    how: RestoreHow,
    password: Option<String>,
) -> Answer<RestoredView> {
    let password = password.map(SecretString::from);
    wait(async {
        let restored = match how {
            RestoreHow::Missing => missing(&state).await?,
            RestoreHow::Everything => everything(&app, &state, password).await?,
        };
        BackendEvent::EntriesChanged.send(&app);
        BackendEvent::AccountsChanged.send(&app);
        BackendEvent::BackupsChanged.send(&app);
        Ok(restored)
    })
}

async fn missing(state: &AppState) -> Answer<RestoredView> {
    let desk = state.desk().await?;
    let backup = state.backup.take().await.ok_or_else(none_open)?;
    let added = backup.restore_missing(desk.vault(), now_ms()).await;
    backup.close().await;
    Ok(RestoredView {
        added: Some(added?),
        safety_backup: None,
    })
}

/// The vault that is open, if one is, is set aside first.
async fn everything<R: Runtime>(
    app: &AppHandle<R>,
    state: &AppState,
    password: Option<SecretString>,
) -> Answer<RestoredView> {
    let opening = state.opening();
    let current = match state.opened().await {
        Ok(open) => {
            let vault = open.desk.vault().clone();
            confirm_person(state, &vault, password.unwrap_or_default()).await?;
            Some(vault)
        }
        Err(_) => None,
    };
    let backup = match &current {
        Some(_) => state.backup.take().await,
        // No vault is open, and so nobody was asked.
        None => state.backup.take_fresh().await,
    };
    let backup = backup.ok_or_else(none_open)?;
    let began_ms = now_ms();
    let restored = backup
        .restore_everything(&state.home, current, began_ms)
        .await;
    let vault = match restored {
        Ok(vault) => vault,
        Err(error) => {
            // The vault that was open may be closed by now: the page has to ask for its password then.
            let open = state.opened().await;
            if open.is_ok_and(|open| open.desk.vault().is_locked()) {
                lock(app, Reason::Person).await;
            }
            return Err(error.into());
        }
    };
    // One that was made just now: names tell whole seconds.
    let made_now =
        |backup: &&Backup| backup.kind == BackupKind::Safety && backup.made_ms >= began_ms - 1000;
    let backups = vault.backups().await.unwrap_or_default();
    let safety = backups.iter().find(made_now).map(Backup::name);
    state.open(opening, vault).await?;
    BackendEvent::Unlocked.send(app);
    Ok(RestoredView {
        added: None,
        safety_backup: safety,
    })
}

#[tauri::command(async)]
pub(crate) fn vault_check(state: State<'_, AppState>) -> Answer<CheckView> {
    wait(async {
        let report = state.desk().await?.vault().check(now_ms()).await;
        let finding = |finding: Finding| FindingView {
            level: finding.level.into(),
            what: finding.what,
            hint: finding.hint,
        };
        Ok(CheckView {
            findings: report.findings.into_iter().map(finding).collect(),
        })
    })
}

/// A backup of the list. A name that is not on it is none of ours, whatever path it may spell.
async fn listed(vault: Option<&Vault>, name: &str) -> Answer<PathBuf> {
    let backups = match vault {
        Some(vault) => vault.backups().await?,
        None => Vec::new(),
    };
    backups
        .into_iter()
        .find(|backup| backup.name() == name)
        .map(|backup| backup.path)
        .ok_or_else(|| CommandError::not_found("that backup"))
}

fn none_open() -> CommandError {
    CommandError::not_found("the opened backup")
}
