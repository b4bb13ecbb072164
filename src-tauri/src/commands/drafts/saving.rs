//! Keeping drafts.

use deskfob_flows::now_ms;
use deskfob_vault::{KeepError, Kept, NewEntry, OnDuplicate};
use tauri::{AppHandle, Runtime, State};

use crate::commands::{Answer, id, wait};
use crate::drafts::Draft;
use crate::error::CommandError;
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::{BackendEvent, DraftChoice, DuplicateChoice, EntryView};

/// Keeps drafts: all of them or none.
#[tauri::command(async)]
pub(crate) fn draft_save<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    drafts: Vec<DraftChoice>,
) -> Answer<Vec<EntryView>> {
    wait(async {
        let open = state.opened().await?;
        // Taken, so that asking twice does not keep them twice; they come back when they could not be kept.
        let mut taken = Vec::with_capacity(drafts.len());
        let mut missing = None;
        for choice in &drafts {
            match open.drafts().take(&choice.id) {
                Some(draft) => taken.push((choice.id.clone(), named(draft, choice))),
                None => missing = Some(CommandError::not_found("that code")),
            }
        }
        let kept = match missing {
            Some(error) => Err(error),
            None => keep(&open, &taken, &drafts).await,
        };
        if kept.is_err() {
            let mut held = open.drafts();
            for (id, draft) in taken {
                held.put_back(&id, draft);
            }
        }
        let views = kept?;
        BackendEvent::EntriesChanged.send(&app);
        Ok(views)
    })
}

fn named(mut draft: Draft, choice: &DraftChoice) -> Draft {
    draft.entry.issuer = choice.issuer.trim().to_owned();
    draft.entry.account = choice.account.trim().to_owned();
    draft
}

async fn keep(
    open: &Open,
    drafts: &[(String, Draft)],
    choices: &[DraftChoice],
) -> Answer<Vec<EntryView>> {
    let mut new = Vec::with_capacity(drafts.len());
    for ((_, draft), choice) in drafts.iter().zip(choices) {
        new.push(NewEntry {
            entry: draft.entry.clone(),
            tags: choice.tags.clone(),
            on_duplicate: match &choice.duplicate {
                DuplicateChoice::Ask => OnDuplicate::Refuse,
                DuplicateChoice::KeepBoth => OnDuplicate::KeepBoth,
                DuplicateChoice::Replace(other) => {
                    OnDuplicate::ReplaceThis(id(other, "the entry to replace")?)
                }
            },
        });
    }
    let vault = open.desk.vault();
    let kept = vault
        .keep_entries(&new, now_ms())
        .await
        .map_err(|error| match &error {
            KeepError::Duplicate { of, .. } => CommandError::new(
                error.code(),
                &format!(
                    "{} is in the vault by now",
                    entry_name(&of.issuer, &of.account)
                ),
                error.hint(),
            ),
            _ => CommandError::new(error.code(), &error.to_string(), error.hint()),
        })?;
    let mut views = Vec::with_capacity(kept.len());
    for one in kept {
        if let Kept::Added(id) | Kept::Replaced(id) = one {
            views.push(EntryView::from(&vault.entry(id).await?));
        }
    }
    Ok(views)
}

fn entry_name(issuer: &str, account: &str) -> String {
    match (issuer, account) {
        ("", "") => "a code without a name".to_owned(),
        ("", name) | (name, "") => name.to_owned(),
        (issuer, account) => format!("{issuer} ({account})"),
    }
}
