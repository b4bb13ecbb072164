//! The backup that is made by itself, once a day.

use std::time::Duration;

use deskfob_flows::now_ms;
use tauri::{AppHandle, Manager, Runtime};

use crate::state::AppState;
use crate::view::BackendEvent;

/// After the vault is opened: the first codes come before it.
const FIRST_AFTER: Duration = Duration::from_secs(10);

/// While it stays open.
const THEN_EVERY: Duration = Duration::from_secs(60 * 60);

/// Starts looking whether a backup is due, whenever a vault is open.
pub(crate) fn start<R: Runtime>(app: &AppHandle<R>) {
    tauri::async_runtime::spawn(follow(app.clone()));
}

async fn follow<R: Runtime>(app: AppHandle<R>) {
    let state = app.state::<AppState>();
    let mut pause = FIRST_AFTER;
    loop {
        let open = state.once_open(pause).await;
        match open.desk.vault().back_up_if_due(now_ms()).await {
            Ok(None) => {}
            Ok(Some(_)) => BackendEvent::BackupsChanged.send(&app),
            // Locked meanwhile.
            Err(deskfob_vault::BackupError::Locked) => {}
            Err(error) => BackendEvent::BackupFailed {
                error: error.into(),
            }
            .send(&app),
        }
        drop(open);
        // Opened again in between, it is looked at then.
        let mut openings = state.openings();
        openings.mark_unchanged();
        pause = tokio::select! {
            () = tokio::time::sleep(THEN_EVERY) => Duration::ZERO,
            _ = openings.changed() => FIRST_AFTER,
        };
    }
}
