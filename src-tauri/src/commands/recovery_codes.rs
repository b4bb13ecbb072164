//! Recovery codes of an account.

use std::time::{Duration, Instant};

use deskfob_flows::now_ms;
use deskfob_vault::{AccountId, Action, RecoveryCode};
use secrecy::{ExposeSecret, SecretString};
use tauri::{AppHandle, Runtime, State};

use super::accounts::known;
use super::entries::copy;
use super::vault::confirm_person;
use super::{Answer, dialogs, wait};
use crate::error::CommandError;
use crate::open_vault::Open;
use crate::private_file;
use crate::state::AppState;
use crate::step_up::attended;
use crate::view::{BackendEvent, RecoveryCodeView};

/// How long the vault's password, once given, lets what it showed be copied and saved.
pub(super) const CONFIRMED_FOR: Duration = Duration::from_secs(5 * 60);

#[tauri::command(async)]
pub(crate) fn recovery_codes_acknowledge<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<()> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        open.desk
            .vault()
            .acknowledge_recovery_codes(account.id, now_ms())
            .await?;
        BackendEvent::AccountsChanged.send(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn recovery_codes_copy(state: State<'_, AppState>, account_id: String) -> Answer<()> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        may_leave(&open, account.id).await?;
        let codes = open.desk.vault().recovery_codes(account.id).await?;
        copy(&state, lines(&codes)).await
    })
}

#[tauri::command(async)]
pub(crate) fn recovery_codes_save_file<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<Option<String>> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        may_leave(&open, account.id).await?;
        let name = "recovery-codes.txt";
        let Some(path) = dialogs::save(&app, "Save recovery codes", name).await? else {
            return Ok(None);
        };
        // The dialog may have been open for long, and the vault be locked by now.
        may_leave(&open, account.id).await?;
        let codes = open.desk.vault().recovery_codes(account.id).await?;
        private_file::write_text(&path, lines(&codes))
            .await
            .map_err(|error| {
                CommandError::new(
                    "file_unwritable",
                    &format!("the codes were not saved: {error}"),
                    Some("choose another folder; the codes are still in the vault"),
                )
            })?;
        Ok(Some(dialogs::name(&path)))
    })
}

#[tauri::command(async)]
pub(crate) fn recovery_codes_reveal(
    state: State<'_, AppState>,
    account_id: String,
    password: String,
) -> Answer<Vec<RecoveryCodeView>> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        confirm_person(&state, open.desk.vault(), SecretString::from(password)).await?;
        open.revealed().insert(account.id, Instant::now());
        let vault = open.desk.vault();
        vault
            .note(Action::RecoveryCodesShown, &account.email, now_ms())
            .await?;
        let codes = open.desk.vault().recovery_codes(account.id).await?;
        Ok(codes.iter().map(Into::into).collect())
    })
}

#[tauri::command(async)]
pub(crate) fn recovery_codes_new<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    password: String,
) -> Answer<Vec<RecoveryCodeView>> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let vault = open.desk.vault();
        confirm_person(&state, vault, SecretString::from(password)).await?;
        let codes = attended(&app, &open).new_recovery_codes(&account).await;
        BackendEvent::AccountsChanged.send(&app);
        let codes = codes?;
        open.issued().insert(account.id);
        open.revealed().insert(account.id, Instant::now());
        vault
            .note(Action::RecoveryCodesShown, &account.email, now_ms())
            .await?;
        Ok(codes.iter().map(Into::into).collect())
    })
}

#[tauri::command(async)]
pub(crate) fn recovery_code_mark<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    position: u32,
    used: bool,
) -> Answer<()> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        open.desk
            .vault()
            .mark_recovery_code_used(account.id, position, used, now_ms())
            .await?;
        BackendEvent::AccountsChanged.send(&app);
        Ok(())
    })
}

/// Codes leave the vault while they are new and were made in this window, or soon after the person has shown to know the
/// vault's password.
async fn may_leave(open: &Open, account: AccountId) -> Answer<()> {
    let issued = open.issued().contains(&account);
    let new = issued
        && !open
            .desk
            .vault()
            .recovery_codes_acknowledged(account)
            .await?;
    let confirmed = open
        .revealed()
        .get(&account)
        .is_some_and(|at| at.elapsed() < CONFIRMED_FOR);
    if new || confirmed {
        return Ok(());
    }
    Err(CommandError::new(
        "confirm_first",
        "copying and saving recovery codes needs the vault's password",
        Some("show the codes first"),
    ))
}

fn lines(codes: &[RecoveryCode]) -> SecretString {
    let mut text = String::new();
    for code in codes {
        text.push_str(code.code.expose_secret());
        text.push('\n');
    }
    text.into()
}
