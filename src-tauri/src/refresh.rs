//! What other programs do to the open vault: they write to it, or want it locked.

use std::time::Duration;

use deskfob_lock::{Asker, Event};
use deskfob_vault::Vault;
use tauri::{AppHandle, Manager, Runtime};

use crate::commands::settings::take_effect;
use crate::lock::settings_of;
use crate::state::AppState;
use crate::view::BackendEvent;

/// How often it is looked whether another program wants the vault locked.
const REQUESTS_EVERY: Duration = Duration::from_millis(500);

/// How often it is looked whether another program has written to the vault.
const CHANGES_EVERY: Duration = Duration::from_secs(1);

/// Whether another program wants this vault locked. One that this program is replacing is locked already.
fn lock_requested(vault: &Vault) -> bool {
    !vault.is_locked() && vault.lock_requested()
}

/// Starts looking, whenever a vault is open.
pub(crate) fn start<R: Runtime>(app: &AppHandle<R>) {
    tauri::async_runtime::spawn(follow_requests(app.clone()));
    tauri::async_runtime::spawn(follow_changes(app.clone()));
}

async fn follow_requests<R: Runtime>(app: AppHandle<R>) {
    let state = app.state::<AppState>();
    loop {
        let open = state.once_open(REQUESTS_EVERY).await;
        if lock_requested(open.desk.vault()) {
            drop(open);
            state
                .lock_watch
                .tell(Event::Asked(Asker::OtherProgram))
                .await;
        }
    }
}

async fn follow_changes<R: Runtime>(app: AppHandle<R>) {
    let state = app.state::<AppState>();
    loop {
        let open = state.once_open(CHANGES_EVERY).await;
        match open.written_elsewhere().await {
            Ok(false) => {}
            Ok(true) => {
                let settings = settings_of(open.desk.vault()).await;
                take_effect(&app, &state, &settings);
                BackendEvent::EntriesChanged.send(&app);
                BackendEvent::AccountsChanged.send(&app);
                BackendEvent::SettingsChanged.send(&app);
            }
            // Locked meanwhile, or a database that the next command has more to say about.
            Err(error) => {
                tracing::debug!(code = error.code(), "not seen whether the vault changed")
            }
        }
    }
}
