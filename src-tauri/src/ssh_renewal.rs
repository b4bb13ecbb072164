//! SSH certificates that are renewed by themselves while a vault is open.

use std::time::Duration;

use tauri::{AppHandle, Manager, Runtime};

use crate::state::AppState;
use crate::view::BackendEvent;

/// How often it is looked whether one is due. A certificate is due a quarter of its time before its end, so that several looks fall into it.
const EVERY: Duration = Duration::from_secs(3 * 60);

/// Starts looking, whenever a vault is open.
pub(crate) fn start<R: Runtime>(app: &AppHandle<R>) {
    tauri::async_runtime::spawn(follow(app.clone()));
}

async fn follow<R: Runtime>(app: AppHandle<R>) {
    let state = app.state::<AppState>();
    loop {
        let open = state.once_open(EVERY).await;
        // Its work borrows the vault across waits, which can be shown to hold on one thread only.
        let renewed = tauri::async_runtime::spawn_blocking(move || {
            tauri::async_runtime::block_on(open.desk.refresh_due_ssh())
        });
        match renewed.await {
            Ok(Ok(renewed)) => {
                for error in renewed.iter().filter_map(|(_, done)| done.as_ref().err()) {
                    // The account page says how the certificate stands; the one before is kept.
                    tracing::warn!(code = error.code(), "an SSH certificate was not renewed");
                }
                if !renewed.is_empty() {
                    BackendEvent::AccountsChanged.send(&app);
                }
            }
            // Locked meanwhile, or a database that the next command has more to say about.
            Ok(Err(error)) => {
                tracing::debug!(
                    code = error.code(),
                    "not seen whether an SSH certificate is due"
                );
            }
            Err(error) => tracing::warn!(%error, "the renewal of SSH certificates did not end"),
        }
    }
}
