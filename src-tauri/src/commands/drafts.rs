//! Reading an enrolment, showing it, keeping it.

mod arriving;
mod content;
pub(crate) mod saving;

use deskfob_capture::clipboard::{self, Clip};
use deskfob_flows::unix_now;
use deskfob_otp::Kind;
use deskfob_scan::Progress;
use deskfob_vault::StoreError;
use tauri::{AppHandle, Runtime, State};

use super::{Answer, dialogs, wait};
use crate::drafts::{self, Draft, Reading};
use crate::error::CommandError;
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::{
    CodeView, DraftView, DuplicateView, EntryView, FoundView, ManualEntry, TransferView,
};

pub use arriving::dropped;
pub(super) use arriving::{collect, shown};
pub(crate) use content::Content;
use content::{read_file, scanned};

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
