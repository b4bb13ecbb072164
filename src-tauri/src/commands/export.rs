//! Taking everything out of the vault.

use deskfob_flows::now_ms;
use deskfob_vault::Action;
use secrecy::SecretString;
use tauri::{AppHandle, Runtime, State};
use zeroize::Zeroizing;

use super::vault::confirm_person;
use super::{Answer, dialogs, wait};
use crate::error::CommandError;
use crate::private_file;
use crate::state::AppState;
use crate::view::ExportFormat;

#[tauri::command(async)]
pub(crate) fn export_encrypted<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    password: String,
    passphrase: String,
) -> Answer<Option<String>> {
    let (password, passphrase) = (SecretString::from(password), SecretString::from(passphrase));
    wait(async {
        let desk = state.desk().await?;
        confirm_person(&state, desk.vault(), password).await?;
        deskfob_transfer::check_passphrase(&passphrase)?;
        let file = dialogs::save(&app, "Save the encrypted export", "deskfob-export.age").await?;
        let Some(path) = file else {
            return Ok(None);
        };
        let document = deskfob_flows::export(desk.vault(), now_ms())
            .await?
            .to_json();
        let encrypting =
            tokio::task::spawn_blocking(move || deskfob_transfer::encrypt(&document, passphrase));
        let encrypted = encrypting.await.map_err(|_| not_encrypted())??;
        write(&path, Zeroizing::new(encrypted)).await?;
        told(&desk, "encrypted").await;
        Ok(Some(dialogs::name(&path)))
    })
}

#[tauri::command(async)]
pub(crate) fn export_plain<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    password: String,
    format: ExportFormat,
) -> Answer<Option<String>> {
    let password = SecretString::from(password);
    wait(async {
        let desk = state.desk().await?;
        confirm_person(&state, desk.vault(), password).await?;
        let name = match format {
            ExportFormat::Json => "deskfob-export.json",
            ExportFormat::Uris => "deskfob-export.txt",
        };
        let Some(path) = dialogs::save(&app, "Save the export", name).await? else {
            return Ok(None);
        };
        let export = deskfob_flows::export(desk.vault(), now_ms()).await?;
        let bytes = match format {
            ExportFormat::Json => export.to_json(),
            ExportFormat::Uris => export.to_uris(),
        };
        write(&path, bytes).await?;
        told(&desk, "readable by everyone").await;
        Ok(Some(dialogs::name(&path)))
    })
}

async fn write(path: &std::path::Path, bytes: Zeroizing<Vec<u8>>) -> Answer<()> {
    private_file::write(path, bytes).await.map_err(|error| {
        CommandError::new(
            "file_unwritable",
            &format!("the export was not saved: {error}"),
            Some("choose another folder"),
        )
    })
}

/// The export is there; only the history may be behind.
async fn told(desk: &deskfob_flows::Desk, how: &str) {
    if let Err(error) = desk.vault().note(Action::Exported, how, now_ms()).await {
        tracing::warn!(code = error.code(), "the export was not noted");
    }
}

fn not_encrypted() -> CommandError {
    CommandError::new(
        "export_not_encrypted",
        "the export could not be encrypted",
        Some("try again"),
    )
}
