//! Reading an enrolment, showing it, keeping it.

use std::path::{Path, PathBuf};

use deskfob_flows::{now_ms, unix_now};
use deskfob_otp::Kind;
use deskfob_scan::{MAX_ENCODED_BYTES, Picture};
use deskfob_vault::EntryId;
use secrecy::SecretString;
use tauri::{AppHandle, Manager, Runtime, State};
use tokio::io::AsyncReadExt;

use super::entries::clipboard_error;
use super::{Answer, dialogs, id, wait};
use crate::clipboard::Clip;
use crate::drafts::{self, Draft};
use crate::error::CommandError;
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::{BackendEvent, CodeView, DraftView, DuplicateChoice, EntryView, ManualEntry};

const PICTURES: (&str, &[&str]) = (
    "Pictures",
    &["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"],
);

#[tauri::command(async)]
pub(crate) fn draft_from_image_file<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<Option<Vec<DraftView>>> {
    wait(async {
        let open = state.opened().await?;
        let title = "Choose a picture of a QR code";
        let Some(path) = dialogs::open(&app, title, PICTURES).await? else {
            return Ok(None);
        };
        let drafts = read_file(&path).await?;
        Ok(Some(hold(&open, drafts).await?))
    })
}

#[tauri::command(async)]
pub(crate) fn draft_from_clipboard(state: State<'_, AppState>) -> Answer<Vec<DraftView>> {
    wait(async {
        let open = state.opened().await?;
        let clipboard = state.clipboard.clone();
        let drafts = tokio::task::spawn_blocking(move || match clipboard.read() {
            Ok(Clip::Text(text)) => drafts::from_text(&text),
            Ok(Clip::Picture {
                width,
                height,
                rgba,
            }) => drafts::from_picture(&Picture::from_rgba(&rgba, width, height)?),
            Err(error) => Err(clipboard_error(error)),
        })
        .await
        .map_err(|_| {
            CommandError::new(
                "scan_failed",
                "the clipboard could not be read",
                Some("choose an image file instead"),
            )
        })??;
        hold(&open, drafts).await
    })
}

#[tauri::command(async)]
pub(crate) fn draft_from_text(state: State<'_, AppState>, text: String) -> Answer<Vec<DraftView>> {
    wait(async {
        let open = state.opened().await?;
        let drafts = drafts::from_text(&SecretString::from(text))?;
        hold(&open, drafts).await
    })
}

#[tauri::command(async)]
pub(crate) fn draft_from_form(
    state: State<'_, AppState>,
    form: ManualEntry,
) -> Answer<Vec<DraftView>> {
    wait(async {
        let open = state.opened().await?;
        let draft = drafts::from_form(form)?;
        hold(&open, vec![draft]).await
    })
}

#[tauri::command(async)]
pub(crate) fn draft_codes(state: State<'_, AppState>, ids: Vec<String>) -> Answer<Vec<CodeView>> {
    wait(async {
        let open = state.opened().await?;
        let now = unix_now();
        let drafts = open.drafts();
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
        let open = state.opened().await?;
        // Taken, so that asking twice does not keep it twice; it comes back when it could not be kept.
        let draft = open
            .drafts()
            .take(&id)
            .ok_or_else(|| CommandError::not_found("that code"))?;
        let kept = keep(&open, &draft, &issuer, &account, duplicate).await;
        if kept.is_err() {
            open.drafts().put_back(&id, draft);
        }
        let view = kept?;
        BackendEvent::EntriesChanged.send(&app);
        Ok(view)
    })
}

async fn keep(
    open: &Open,
    draft: &Draft,
    issuer: &str,
    account: &str,
    duplicate: DuplicateChoice,
) -> Answer<EntryView> {
    let vault = open.desk.vault();
    let mut entry = draft.entry.clone();
    entry.issuer = issuer.trim().to_owned();
    entry.account = account.trim().to_owned();
    let kept: EntryId = match duplicate {
        DuplicateChoice::KeepBoth => vault.add_entry(&entry, now_ms()).await?,
        DuplicateChoice::Replace(other) => {
            let other = id(&other, "the entry to replace")?;
            vault.replace_entry(other, &entry, now_ms()).await?;
            other
        }
    };
    Ok(EntryView::from(&vault.entry(kept).await?))
}

#[tauri::command(async)]
pub(crate) fn draft_discard(state: State<'_, AppState>, ids: Vec<String>) -> Answer<()> {
    wait(async {
        let open = state.opened().await?;
        let mut drafts = open.drafts();
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
    let Ok(open) = state.opened().await else {
        return;
    };
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
        (false, _) => match hold(&open, drafts).await {
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
            Some("look at its rights, or choose another picture"),
        )
    };
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_ENCODED_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .await
        .map_err(unreadable)?;
    tokio::task::spawn_blocking(move || drafts::from_picture(&Picture::from_encoded(&bytes)?))
        .await
        .map_err(|_| {
            CommandError::new(
                "scan_failed",
                "that picture could not be read",
                Some("take a new screenshot of the code, or paste the key instead"),
            )
        })?
}

async fn hold(open: &Open, drafts: Vec<Draft>) -> Answer<Vec<DraftView>> {
    let mut views = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut duplicate_of = Vec::new();
        for twin in open.desk.vault().find_duplicates(&draft.entry).await? {
            duplicate_of.push(EntryView::from(&open.desk.vault().entry(twin).await?));
        }
        let id = open.drafts().hold(draft.clone());
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
