//! Entries of the vault and their codes.

use deskfob_flows::{now_ms, unix_now};
use deskfob_vault::{EntryId, StoredEntry};
use secrecy::SecretString;
use tauri::{AppHandle, Runtime, State};

use super::{Answer, id, wait};
use crate::error::CommandError;
use crate::state::AppState;
use crate::view::{
    BackendEvent, CodeView, CopiedView, EntryDetailsView, EntryEditView, EntryView, Which,
};

#[tauri::command(async)]
pub(crate) fn entry_list(state: State<'_, AppState>) -> Answer<Vec<EntryView>> {
    wait(async {
        let entries = state.desk().await?.vault().entries().await?;
        Ok(entries.iter().map(EntryView::from).collect())
    })
}

#[tauri::command(async)]
pub(crate) fn entry_codes(state: State<'_, AppState>) -> Answer<Vec<CodeView>> {
    wait(async {
        let entries = state.desk().await?.vault().entries().await?;
        let now = unix_now();
        Ok(entries
            .iter()
            .map(|stored| CodeView::of(stored, now))
            .collect())
    })
}

#[tauri::command(async)]
pub(crate) fn entry_copy(
    state: State<'_, AppState>,
    id: String,
    which: Which,
) -> Answer<CopiedView> {
    wait(async {
        let desk = state.desk().await?;
        let entry_id: EntryId = self::id(&id, "that entry")?;
        let stored = desk.vault().entry(entry_id).await?;
        let window = CodeView::of(&stored, unix_now());
        let (text, until) = match which {
            Which::Current => (window.code, window.valid_until),
            Which::Next => (
                window.next,
                window.valid_until.map(|until| until + period_ms(&stored)),
            ),
        };
        let text = match text {
            Some(text) => SecretString::from(text),
            // A counter-based code is used up by being copied: the clipboard has to be there first.
            None => {
                state.clipboard.ready()?;
                let code = desk.vault().advance_counter(entry_id, now_ms()).await?;
                SecretString::from(code.expose().to_owned())
            }
        };
        copy(&state, text).await?;
        if let Err(error) = desk.vault().mark_used(entry_id, now_ms()).await {
            // The code is on the clipboard; only the count of its uses is behind.
            tracing::warn!(code = error.code(), "the use was not counted");
        }
        let now = u64::try_from(now_ms()).unwrap_or_default();
        let valid_for_ms = until.map(|until| until.saturating_sub(now));
        Ok(CopiedView { valid_for_ms })
    })
}

#[tauri::command(async)]
pub(crate) fn entry_advance(state: State<'_, AppState>, id: String) -> Answer<CodeView> {
    wait(async {
        let desk = state.desk().await?;
        let entry_id: EntryId = self::id(&id, "that entry")?;
        let code = desk.vault().advance_counter(entry_id, now_ms()).await?;
        let code = Some(code.expose().to_owned());
        Ok(CodeView {
            id,
            code,
            next: None,
            valid_from: None,
            valid_until: None,
        })
    })
}

#[tauri::command(async)]
pub(crate) fn entry_details(state: State<'_, AppState>, id: String) -> Answer<EntryDetailsView> {
    wait(async {
        let desk = state.desk().await?;
        let entry_id: EntryId = self::id(&id, "that entry")?;
        Ok((&desk.vault().entry(entry_id).await?).into())
    })
}

#[tauri::command(async)]
pub(crate) fn entry_edit<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: String,
    edit: EntryEditView,
) -> Answer<EntryView> {
    wait(async {
        let desk = state.desk().await?;
        let entry_id: EntryId = self::id(&id, "that entry")?;
        let vault = desk.vault();
        vault.edit_entry(entry_id, &edit.into(), now_ms()).await?;
        BackendEvent::EntriesChanged.send(&app);
        Ok((&vault.entry(entry_id).await?).into())
    })
}

#[tauri::command(async)]
pub(crate) fn entry_favourite<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: String,
    favourite: bool,
) -> Answer<()> {
    wait(async {
        let desk = state.desk().await?;
        let entry_id = self::id(&id, "that entry")?;
        desk.vault()
            .set_favourite(entry_id, favourite, now_ms())
            .await?;
        BackendEvent::EntriesChanged.send(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn entry_reorder<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    ids: Vec<String>,
) -> Answer<()> {
    wait(async {
        let desk = state.desk().await?;
        let order: Vec<EntryId> = ids
            .iter()
            .map(|id| self::id(id, "that entry"))
            .collect::<Result<_, _>>()?;
        desk.vault().reorder_entries(&order).await?;
        BackendEvent::EntriesChanged.send(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn entry_remove<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: String,
) -> Answer<()> {
    wait(async {
        let desk = state.desk().await?;
        let entry_id = self::id(&id, "that entry")?;
        desk.vault().remove_entry(entry_id, now_ms()).await?;
        BackendEvent::EntriesChanged.send(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn entry_restore<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: String,
) -> Answer<()> {
    wait(async {
        let desk = state.desk().await?;
        let entry_id = self::id(&id, "that entry")?;
        desk.vault().restore_entry(entry_id, now_ms()).await?;
        BackendEvent::EntriesChanged.send(&app);
        Ok(())
    })
}

/// Copies off the async threads: the clipboard's owner may be slow to answer.
pub(super) async fn copy(state: &AppState, text: SecretString) -> Answer<()> {
    let clipboard = state.clipboard.clone();
    let copied = tokio::task::spawn_blocking(move || clipboard.copy_sensitive(text)).await;
    match copied {
        // Locked meanwhile: locking looked at the clipboard before this came onto it.
        Ok(Ok(())) if !state.is_open().await => {
            state.clear_clipboard().await;
            Err(CommandError::locked())
        }
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(CommandError::new(
            "clipboard_unavailable",
            "the clipboard did not answer",
            Some("try again, or type the code"),
        )),
    }
}

fn period_ms(stored: &StoredEntry) -> u64 {
    let period = stored.entry.period().map_or(0, |period| period.get());
    u64::from(period) * 1000
}
