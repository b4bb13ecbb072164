//! The vault's settings.

use deskfob_vault::{IdleLock, IdleLockError, Settings};
use tauri::{AppHandle, Manager, Runtime, State};

use super::{Answer, dialogs, wait};
use crate::error::CommandError;
use crate::lock::policy;
use crate::state::AppState;
use crate::view::{BackendEvent, IdleMinutes, SettingsChange, SettingsView};
use crate::window::{CONTENT_PROTECTION_SUPPORTED, MAIN_WINDOW, apply_content_protection};

#[tauri::command(async)]
pub(crate) fn settings_get(state: State<'_, AppState>) -> Answer<SettingsView> {
    wait(async { view(&state).await })
}

#[tauri::command(async)]
pub(crate) fn settings_set<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    change: SettingsChange,
) -> Answer<SettingsView> {
    wait(async {
        let apply = |settings: &mut _| apply(&change, settings);
        change_settings(&app, &state, apply).await
    })
}

#[tauri::command(async)]
pub(crate) fn backup_choose_folder<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<Option<SettingsView>> {
    wait(async {
        // Nobody chooses a folder for a vault that is locked.
        state.opened().await?;
        let Some(folder) = dialogs::folder(&app, "Choose a folder for backups").await? else {
            return Ok(None);
        };
        let choose = |settings: &mut Settings| {
            settings.backups.folder = Some(folder);
            Ok(())
        };
        change_settings(&app, &state, choose).await.map(Some)
    })
}

#[tauri::command(async)]
pub(crate) fn backup_default_folder<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<SettingsView> {
    wait(async {
        let choose = |settings: &mut Settings| {
            settings.backups.folder = None;
            Ok(())
        };
        change_settings(&app, &state, choose).await
    })
}

/// Changes the settings and lets them take effect.
async fn change_settings<R: Runtime>(
    app: &AppHandle<R>,
    state: &AppState,
    change: impl FnOnce(&mut Settings) -> Answer<()>,
) -> Answer<SettingsView> {
    let desk = state.desk().await?;
    let settings = desk.vault().change_settings(change).await?;
    take_effect(app, state, &settings);
    BackendEvent::SettingsChanged.send(app);
    view(state).await
}

/// Applies what another process, or the person, has changed.
pub(crate) fn take_effect<R: Runtime>(app: &AppHandle<R>, state: &AppState, settings: &Settings) {
    state.lock_watch.set_policy(policy(settings));
    if let Some(window) = app.get_webview_window(MAIN_WINDOW) {
        apply_content_protection(&window, settings.content_protection);
    }
}

fn apply(change: &SettingsChange, settings: &mut Settings) -> Answer<()> {
    if let Some(minutes) = change.idle_minutes {
        settings.idle_lock = idle_lock(minutes.0)?;
    }
    set(&mut settings.lock_on_suspend, change.lock_on_suspend);
    set(
        &mut settings.lock_on_screen_lock,
        change.lock_on_screen_lock,
    );
    set(&mut settings.content_protection, change.content_protection);
    set(&mut settings.backups.enabled, change.backups_enabled);
    set(&mut settings.backups.keep_days, change.keep_days);
    set(&mut settings.backups.keep_months, change.keep_months);
    Ok(())
}

fn set<T>(setting: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *setting = value;
    }
}

fn idle_lock(minutes: u32) -> Answer<Option<IdleLock>> {
    if minutes == 0 {
        return Ok(None);
    }
    u8::try_from(minutes)
        .ok()
        .and_then(|minutes| IdleLock::try_from(minutes).ok())
        .map(Some)
        .ok_or_else(|| {
            CommandError::new(
                "idle_lock",
                &IdleLockError.to_string(),
                Some("choose one of these"),
            )
        })
}

async fn view(state: &AppState) -> Answer<SettingsView> {
    let desk = state.desk().await?;
    let settings = desk.vault().settings().await?;
    let backups = &settings.backups;
    Ok(SettingsView {
        idle_minutes: IdleMinutes(settings.idle_lock.map_or(0, |idle| idle.minutes().into())),
        lock_on_suspend: settings.lock_on_suspend,
        lock_on_screen_lock: settings.lock_on_screen_lock,
        content_protection: settings.content_protection,
        content_protection_supported: CONTENT_PROTECTION_SUPPORTED,
        screen_lock_supported: state.screen_signals.screen_lock_supported(),
        backups_enabled: backups.enabled,
        backup_folder: desk.vault().backup_folder(&settings).display().to_string(),
        backup_folder_is_default: backups.folder.is_none(),
        keep_days: backups.keep_days,
        keep_months: backups.keep_months,
    })
}
