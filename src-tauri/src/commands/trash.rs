//! The trash, what cannot be read, and the history.

use deskfob_flows::now_ms;
use deskfob_vault::EntryId;
use tauri::{AppHandle, Runtime, State};

use super::{Answer, id, wait};
use crate::state::AppState;
use crate::view::{BackendEvent, HistoryView, TrashedView, UnreadableView};

/// Most rows of the history at a time.
const MAX_HISTORY: u32 = 500;

#[tauri::command(async)]
pub(crate) fn trash_list(state: State<'_, AppState>) -> Answer<Vec<TrashedView>> {
    wait(async {
        let trashed = state.desk().await?.vault().trash().await?;
        Ok(trashed.iter().map(Into::into).collect())
    })
}

#[tauri::command(async)]
pub(crate) fn trash_empty<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<u32> {
    wait(async {
        let removed = state.desk().await?.vault().empty_trash(now_ms()).await?;
        BackendEvent::EntriesChanged.send(&app);
        Ok(removed)
    })
}

#[tauri::command(async)]
pub(crate) fn entry_purge<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: String,
) -> Answer<()> {
    wait(async {
        let desk = state.desk().await?;
        let entry_id: EntryId = self::id(&id, "that entry")?;
        desk.vault().purge_entry(entry_id).await?;
        BackendEvent::EntriesChanged.send(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn entry_unreadable(state: State<'_, AppState>) -> Answer<Vec<UnreadableView>> {
    wait(async {
        let unreadable = state.desk().await?.vault().unreadable_entries().await?;
        Ok(unreadable.into_iter().map(Into::into).collect())
    })
}

#[tauri::command(async)]
pub(crate) fn history_list(
    state: State<'_, AppState>,
    before: Option<i64>,
    limit: u32,
) -> Answer<Vec<HistoryView>> {
    wait(async {
        let desk = state.desk().await?;
        let records = desk.vault().history(before, limit.min(MAX_HISTORY)).await?;
        Ok(records.into_iter().map(Into::into).collect())
    })
}
