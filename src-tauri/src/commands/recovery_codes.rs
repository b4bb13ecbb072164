//! Recovery codes of an account.

use deskfob_flows::now_ms;
use deskfob_vault::RecoveryCode;
use secrecy::{ExposeSecret, SecretString};
use tauri::{AppHandle, Runtime, State};
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;

use super::accounts::known;
use super::entries::copy;
use super::vault::confirm_person;
use super::{Answer, wait};
use crate::error::CommandError;
use crate::private_file;
use crate::state::AppState;
use crate::view::{BackendEvent, RecoveryCodeView};

#[tauri::command(async)]
pub(crate) fn recovery_codes_acknowledge<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<()> {
    wait(async {
        let (desk, account) = known(&state, &account_id).await?;
        desk.vault()
            .acknowledge_recovery_codes(account.id, now_ms())
            .await?;
        BackendEvent::AccountsChanged.send(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn recovery_codes_copy(state: State<'_, AppState>, account_id: String) -> Answer<()> {
    wait(async {
        let (desk, account) = known(&state, &account_id).await?;
        let codes = desk.vault().recovery_codes(account.id).await?;
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
        let (desk, account) = known(&state, &account_id).await?;
        let codes = desk.vault().recovery_codes(account.id).await?;
        let (chosen, choice) = oneshot::channel();
        app.dialog()
            .file()
            .set_title("Save recovery codes")
            .set_file_name("recovery-codes.txt")
            .save_file(move |path| {
                // The window may have gone meanwhile.
                let _ = chosen.send(path);
            });
        let Ok(Some(path)) = choice.await else {
            return Ok(None);
        };
        let path = path.into_path().map_err(|_| {
            CommandError::new(
                "file_unwritable",
                "that is not a folder on this computer",
                None,
            )
        })?;
        private_file::write(&path, lines(&codes))
            .await
            .map_err(|error| {
                CommandError::new(
                    "file_unwritable",
                    &format!("the codes were not saved: {error}"),
                    Some("choose another folder; the codes are still in the vault"),
                )
            })?;
        Ok(path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned()))
    })
}

#[tauri::command(async)]
pub(crate) fn recovery_codes_reveal(
    state: State<'_, AppState>,
    account_id: String,
    password: String,
) -> Answer<Vec<RecoveryCodeView>> {
    wait(async {
        let (desk, account) = known(&state, &account_id).await?;
        confirm_person(desk.vault(), password).await?;
        let codes = desk.vault().recovery_codes(account.id).await?;
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
        let (desk, account) = known(&state, &account_id).await?;
        desk.vault()
            .mark_recovery_code_used(account.id, position, used, now_ms())
            .await?;
        BackendEvent::AccountsChanged.send(&app);
        Ok(())
    })
}

fn lines(codes: &[RecoveryCode]) -> SecretString {
    let mut text = String::new();
    for code in codes {
        text.push_str(code.code.expose_secret());
        text.push('\n');
    }
    text.into()
}
