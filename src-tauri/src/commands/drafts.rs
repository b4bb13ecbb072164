//! Reading an enrolment, showing it, keeping it.

use std::path::{Path, PathBuf};

use deskfob_flows::{Desk, now_ms, unix_now};
use deskfob_otp::Kind;
use deskfob_scan::Picture;
use deskfob_vault::EntryId;
use secrecy::SecretString;
use tauri::{AppHandle, Manager, Runtime, State};
use tauri_plugin_dialog::DialogExt;
use tokio::io::AsyncReadExt;
use tokio::sync::oneshot;

use super::{Answer, id, wait};
use crate::clipboard::Clip;
use crate::drafts::{self, Draft};
use crate::error::CommandError;
use crate::state::AppState;
use crate::view::{BackendEvent, CodeView, DraftView, DuplicateChoice, EntryView, ManualEntry};

/// Largest picture file that is read, bytes.
const PICTURE_FILE_MAX: u64 = 64 * 1024 * 1024;

#[tauri::command(async)]
pub(crate) fn draft_from_image_file<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<Option<Vec<DraftView>>> {
    wait(async {
        let desk = state.desk().await?;
        let (chosen, choice) = oneshot::channel();
        app.dialog()
            .file()
            .set_title("Choose a picture of a QR code")
            .add_filter("Pictures", &["png", "jpg", "jpeg", "webp"])
            .pick_file(move |path| {
                // The window may have gone meanwhile.
                let _ = chosen.send(path);
            });
        let Ok(Some(path)) = choice.await else {
            return Ok(None);
        };
        let path = path.into_path().map_err(|_| {
            CommandError::new(
                "file_unreadable",
                "that is not a file on this computer",
                None,
            )
        })?;
        let drafts = read_file(&path).await?;
        Ok(Some(hold(&state, &desk, drafts).await?))
    })
}

#[tauri::command(async)]
pub(crate) fn draft_from_clipboard(state: State<'_, AppState>) -> Answer<Vec<DraftView>> {
    wait(async {
        let desk = state.desk().await?;
        let clipboard = state.clipboard.clone();
        let drafts = tokio::task::spawn_blocking(move || match clipboard.read() {
            Ok(Clip::Text(text)) => drafts::from_text(&text),
            Ok(Clip::Picture {
                width,
                height,
                rgba,
            }) => drafts::from_picture(&Picture::from_rgba(&rgba, width, height)?),
            Err(error) => Err(CommandError::new(
                error.code(),
                &error.to_string(),
                error.hint(),
            )),
        })
        .await
        .map_err(|_| CommandError::new("scan_failed", "the clipboard could not be read", None))??;
        hold(&state, &desk, drafts).await
    })
}

#[tauri::command(async)]
pub(crate) fn draft_from_text(state: State<'_, AppState>, text: String) -> Answer<Vec<DraftView>> {
    wait(async {
        let desk = state.desk().await?;
        let drafts = drafts::from_text(&SecretString::from(text))?;
        hold(&state, &desk, drafts).await
    })
}

#[tauri::command(async)]
pub(crate) fn draft_from_form(
    state: State<'_, AppState>,
    form: ManualEntry,
) -> Answer<Vec<DraftView>> {
    wait(async {
        let desk = state.desk().await?;
        let draft = drafts::from_form(form)?;
        hold(&state, &desk, vec![draft]).await
    })
}

#[tauri::command(async)]
pub(crate) fn draft_codes(state: State<'_, AppState>, ids: Vec<String>) -> Answer<Vec<CodeView>> {
    wait(async {
        state.desk().await?;
        let now = unix_now();
        let drafts = state.drafts();
        let known = ids.into_iter().filter_map(|id| {
            let draft = drafts.get(&id)?;
            Some(CodeView::at(id, &draft.entry, now))
        });
        Ok(known.collect())
    })
}

#[tauri::command(async)]
pub(crate) fn draft_save<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: String,
    issuer: String,
    account: String,
    duplicate: DuplicateChoice,
) -> Answer<EntryView> {
    wait(async {
        let desk = state.desk().await?;
        let vault = desk.vault();
        let draft = state
            .drafts()
            .get(&id)
            .cloned()
            .ok_or_else(|| CommandError::not_found("that code"))?;
        let mut entry = draft.entry;
        entry.issuer = issuer.trim().to_owned();
        entry.account = account.trim().to_owned();
        let kept: EntryId = match duplicate {
            DuplicateChoice::KeepBoth => vault.add_entry(&entry, now_ms()).await?,
            DuplicateChoice::Replace(other) => {
                let other = self::id(&other, "the entry to replace")?;
                vault.replace_entry(other, &entry, now_ms()).await?;
                other
            }
        };
        let view = EntryView::from(&vault.entry(kept).await?);
        state.drafts().discard(&id);
        BackendEvent::EntriesChanged.send(&app);
        Ok(view)
    })
}

#[tauri::command(async)]
pub(crate) fn draft_discard(state: State<'_, AppState>, ids: Vec<String>) -> Answer<()> {
    wait(async {
        let mut drafts = state.drafts();
        for id in ids {
            drafts.discard(&id);
        }
        Ok(())
    })
}

/// Reads files dropped on the window and tells the page what they held.
pub(crate) fn dropped<R: Runtime>(app: AppHandle<R>, paths: Vec<PathBuf>) {
    tauri::async_runtime::spawn_blocking(move || {
        tauri::async_runtime::block_on(read_dropped(app, paths));
    });
}

async fn read_dropped<R: Runtime>(app: AppHandle<R>, paths: Vec<PathBuf>) {
    let state = app.state::<AppState>();
    let Ok(desk) = state.desk().await else { return };
    let mut drafts = Vec::new();
    let mut failed = None;
    for path in paths {
        match read_file(&path).await {
            Ok(some) => drafts.extend(some),
            Err(error) => failed = Some(error),
        }
    }
    let event = match (drafts.is_empty(), failed) {
        (true, Some(error)) => BackendEvent::DraftsFailed { error },
        (true, None) => return,
        (false, _) => match hold(&state, &desk, drafts).await {
            Ok(drafts) => BackendEvent::DraftsFound { drafts },
            Err(error) => BackendEvent::DraftsFailed { error },
        },
    };
    event.send(&app);
}

/// The enrolments in a picture file.
pub(crate) async fn read_file(path: &Path) -> Answer<Vec<Draft>> {
    let unreadable = |error: std::io::Error| {
        CommandError::new(
            "file_unreadable",
            &format!("the file cannot be read: {error}"),
            None,
        )
    };
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(PICTURE_FILE_MAX + 1)
        .read_to_end(&mut bytes)
        .await
        .map_err(unreadable)?;
    tokio::task::spawn_blocking(move || drafts::from_picture(&Picture::from_encoded(&bytes)?))
        .await
        .map_err(|_| CommandError::new("scan_failed", "that picture could not be read", None))?
}

async fn hold(state: &AppState, desk: &Desk, drafts: Vec<Draft>) -> Answer<Vec<DraftView>> {
    let mut views = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut duplicate_of = Vec::new();
        for twin in desk.vault().find_duplicates(&draft.entry).await? {
            duplicate_of.push(EntryView::from(&desk.vault().entry(twin).await?));
        }
        let id = state.drafts().hold(draft.clone());
        let Draft { entry, notices } = draft;
        views.push(DraftView {
            code: CodeView::at(id.clone(), &entry, unix_now()),
            id,
            kind: (&entry.kind).into(),
            algorithm: entry.algorithm.into(),
            digits: entry.digits.get(),
            period: entry.period().map(|period| period.get()),
            counter: match entry.kind {
                Kind::Hotp { counter } => Some(counter),
                Kind::Totp { .. } | Kind::Steam { .. } => None,
            },
            issuer: entry.issuer,
            account: entry.account,
            notices,
            duplicate_of,
        });
    }
    Ok(views)
}
