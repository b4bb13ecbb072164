//! What comes without a command of the page: files dropped on the window, codes shown to a camera.

use std::path::PathBuf;

use deskfob_scan::{Payload, Progress};
use secrecy::{ExposeSecret, SecretString};
use tauri::{AppHandle, Manager, Runtime};

use super::content::{Content, payloads, read_file};
use super::take;
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::BackendEvent;

/// Reads files dropped on the window and tells the page what they held.
pub fn dropped<R: Runtime>(app: AppHandle<R>, paths: Vec<PathBuf>) {
    tauri::async_runtime::spawn_blocking(move || {
        tauri::async_runtime::block_on(read_dropped(app, paths));
    });
}

/// Puts a code of a transfer to those that were read before, and says how far it is.
pub(in crate::commands) fn collect(open: &Open, text: &SecretString) -> Option<Progress> {
    match Payload::of(text.expose_secret()) {
        Payload::Migration(part) => Some(open.drafts().transfers.add(part)),
        _ => None,
    }
}

/// Takes what was shown to a camera, and tells the page.
pub(in crate::commands) async fn shown<R: Runtime>(
    app: AppHandle<R>,
    open: &Open,
    texts: Vec<SecretString>,
) {
    match take(open, vec![Content::Codes(payloads(&texts))]).await {
        Ok(found) => BackendEvent::DraftsFound { found },
        Err(error) => BackendEvent::DraftsFailed { error },
    }
    .send(&app);
}

/// Files of one drop that are read.
const MAX_DROPPED: usize = 100;

async fn read_dropped<R: Runtime>(app: AppHandle<R>, paths: Vec<PathBuf>) {
    let state = app.state::<AppState>();
    let open = match state.opened().await {
        Ok(open) => open,
        Err(error) => return BackendEvent::DraftsFailed { error }.send(&app),
    };
    let mut contents = Vec::new();
    for path in paths.into_iter().take(MAX_DROPPED) {
        contents.push(read_file(&path).await.unwrap_or_else(Content::Refused));
    }
    if contents.is_empty() {
        return;
    }
    match take(&open, contents).await {
        Ok(found) => BackendEvent::DraftsFound { found },
        Err(error) => BackendEvent::DraftsFailed { error },
    }
    .send(&app);
}
