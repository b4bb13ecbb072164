//! Reading an enrolment, showing it, keeping it.

use std::path::{Path, PathBuf};

use deskfob_capture::clipboard::{self, Clip};
use deskfob_flows::{now_ms, unix_now};
use deskfob_otp::Kind;
use deskfob_scan::{MAX_ENCODED_BYTES, Payload, Picture, Progress};
use deskfob_vault::{KeepError, Kept, NewEntry, OnDuplicate, StoreError};
use secrecy::{ExposeSecret, SecretString};
use tauri::{AppHandle, Manager, Runtime, State};
use tokio::io::AsyncReadExt;
use zeroize::Zeroizing;

use super::{Answer, dialogs, id, wait};
use crate::drafts::{self, Draft, Reading};
use crate::error::CommandError;
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::{
    BackendEvent, CodeView, DraftChoice, DraftView, DuplicateChoice, DuplicateView, EntryView,
    FoundView, ManualEntry, TransferView,
};

const PICTURES: (&str, &[&str]) = (
    "Pictures",
    &["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"],
);

#[tauri::command(async)]
pub(crate) fn draft_from_image_file<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<Option<FoundView>> {
    wait(async {
        let open = state.opened().await?;
        let title = "Choose a picture of a QR code";
        let Some(path) = dialogs::open(&app, title, PICTURES).await? else {
            return Ok(None);
        };
        let file = read_file(&path).await?;
        Ok(Some(take(&open, vec![file]).await?))
    })
}

#[tauri::command(async)]
pub(crate) fn draft_from_clipboard(state: State<'_, AppState>) -> Answer<FoundView> {
    wait(async {
        let open = state.opened().await?;
        let content = tokio::task::spawn_blocking(|| match clipboard::read()? {
            Clip::Text(text) => Ok(Content::Text(text)),
            Clip::Picture(picture) => scanned(&picture),
        })
        .await
        .map_err(|_| {
            CommandError::new(
                "scan_failed",
                "the clipboard could not be read",
                Some("choose an image file instead"),
            )
        })??;
        take(&open, vec![content]).await
    })
}

#[tauri::command(async)]
pub(crate) fn draft_from_text(state: State<'_, AppState>, text: String) -> Answer<FoundView> {
    wait(async {
        let open = state.opened().await?;
        take(&open, vec![Content::Text(text.into())]).await
    })
}

#[tauri::command(async)]
pub(crate) fn draft_from_form(state: State<'_, AppState>, form: ManualEntry) -> Answer<FoundView> {
    wait(async {
        let open = state.opened().await?;
        let draft = drafts::from_form(form)?;
        let reading = Reading {
            drafts: vec![draft],
            ..Reading::default()
        };
        hold(&open, reading).await
    })
}

/// Everything that waits for the person's word.
#[tauri::command(async)]
pub(crate) fn draft_list(state: State<'_, AppState>) -> Answer<FoundView> {
    wait(async {
        let open = state.opened().await?;
        let (held, waiting) = {
            let drafts = open.drafts();
            (drafts.all(), drafts.transfers.progress())
        };
        let mut views = Vec::with_capacity(held.len());
        for (id, draft) in held {
            views.push(view(&open, id, draft).await?);
        }
        Ok(FoundView {
            drafts: views,
            transfers: waiting.iter().map(TransferView::from).collect(),
            refused: None,
        })
    })
}

/// Takes what was scanned of transfers whose other codes nobody waits for.
#[tauri::command(async)]
pub(crate) fn draft_transfer_take(state: State<'_, AppState>) -> Answer<FoundView> {
    wait(async {
        let open = state.opened().await?;
        let reading = drafts::from_unfinished(&mut open.drafts().transfers);
        hold(&open, reading).await
    })
}

#[tauri::command(async)]
pub(crate) fn draft_transfer_forget(state: State<'_, AppState>) -> Answer<()> {
    wait(async {
        let open = state.opened().await?;
        open.drafts().transfers = Default::default();
        Ok(())
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
            Some(CodeView::at(id, &draft.entry, 0, now))
        });
        Ok(known.collect())
    })
}

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
pub fn dropped<R: Runtime>(app: AppHandle<R>, paths: Vec<PathBuf>) {
    tauri::async_runtime::spawn_blocking(move || {
        tauri::async_runtime::block_on(read_dropped(app, paths));
    });
}

/// Puts a code of a transfer to those that were read before, and says how far it is.
pub(super) fn collect(open: &Open, text: &SecretString) -> Option<Progress> {
    match Payload::of(text.expose_secret()) {
        Payload::Migration(part) => Some(open.drafts().transfers.add(part)),
        _ => None,
    }
}

/// Takes what was shown to a camera, and tells the page.
pub(super) async fn shown<R: Runtime>(app: AppHandle<R>, open: &Open, texts: Vec<SecretString>) {
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

/// What a file, a picture or the clipboard holds.
pub(crate) enum Content {
    /// What the codes in a picture say, or the links in a file.
    Codes(Vec<Payload>),
    /// Links, or a key, as a person pastes them.
    Text(SecretString),
    /// It was not read.
    Refused(CommandError),
}

/// The codes in a picture file, or the text of another.
pub(crate) async fn read_file(path: &Path) -> Answer<Content> {
    let unreadable = |error: std::io::Error| {
        CommandError::new(
            "file_unreadable",
            &format!("the file cannot be read: {error}"),
            Some("look at its rights, or choose another picture"),
        )
    };
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(MAX_ENCODED_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .await
        .map_err(unreadable)?;
    tokio::task::spawn_blocking(move || content_of(&bytes))
        .await
        .map_err(|_| {
            CommandError::new(
                "scan_failed",
                "that picture could not be read",
                Some("take a new screenshot of the code, or paste the key instead"),
            )
        })?
}

/// What the codes in a picture say, or the links in a text.
fn content_of(bytes: &[u8]) -> Answer<Content> {
    said(deskfob_scan::scan_file(bytes)?)
}

fn scanned(picture: &Picture) -> Answer<Content> {
    let found = deskfob_scan::scan(picture);
    said(found.into_iter().map(|one| one.payload).collect())
}

fn said(texts: Vec<SecretString>) -> Answer<Content> {
    if texts.is_empty() {
        return Err(drafts::no_code_found());
    }
    Ok(Content::Codes(payloads(&texts)))
}

fn payloads(texts: &[SecretString]) -> Vec<Payload> {
    let of = |text: &SecretString| Payload::of(text.expose_secret());
    texts.iter().map(of).collect()
}

/// Reads what was seen, wherever that was (pictures, the screen, a camera's frame), holds it for the person's word, and
/// shows it. An error says why there is nothing in it.
pub(crate) async fn take(open: &Open, contents: Vec<Content>) -> Answer<FoundView> {
    let mut all = Reading::default();
    for content in contents {
        let reading = {
            let transfers = &mut open.drafts().transfers;
            match content {
                Content::Codes(payloads) => Ok(drafts::from_payloads(payloads, transfers)),
                Content::Text(text) => drafts::from_text(&text, transfers),
                Content::Refused(error) => Err(error),
            }
        };
        all.join(reading);
    }
    all.forget_complete(&open.drafts().transfers);
    hold(open, all).await
}

async fn hold(open: &Open, reading: Reading) -> Answer<FoundView> {
    if reading.drafts.is_empty() && reading.waiting.is_empty() {
        return Err(reading.refused.unwrap_or_else(drafts::no_code_found));
    }
    let mut views = Vec::with_capacity(reading.drafts.len());
    for draft in reading.drafts {
        let id = open.drafts().hold(draft.clone());
        views.push(view(open, id, draft).await?);
    }
    Ok(FoundView {
        drafts: views,
        transfers: reading.waiting.iter().map(TransferView::from).collect(),
        refused: reading.refused,
    })
}

async fn view(open: &Open, id: String, draft: Draft) -> Answer<DraftView> {
    let Draft { entry, notices } = draft;
    let vault = open.desk.vault();
    let mut duplicate_of = Vec::new();
    for twin in vault.find_duplicates(&entry).await? {
        match vault.entry(twin.id).await {
            Ok(stored) => duplicate_of.push(DuplicateView {
                entry: EntryView::from(&stored),
                same_codes: twin.same_codes,
            }),
            // Removed just now.
            Err(StoreError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(DraftView {
        code: CodeView::at(id.clone(), &entry, 0, unix_now()),
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
    })
}

impl From<&Progress> for TransferView {
    fn from(progress: &Progress) -> Self {
        Self {
            total: progress.total,
            have: progress.have,
            missing: progress.missing.clone(),
            repeated: progress.repeated,
        }
    }
}
