//! Codes on the screen: all of it, or a region that the person marks.

use std::time::Duration;

use deskfob_capture::screen::{self, Capture, ScreenError};
use deskfob_scan::Found;
use tauri::ipc::Response;
use tauri::{AppHandle, Runtime, State};

use super::drafts::{Content, take};
use super::{Answer, wait};
use crate::error::CommandError;
use crate::own_window::Hidden;
use crate::shown_screen::ShownScreen;
use crate::state::AppState;
use crate::view::{FoundView, ScreenRegion};

/// How long the desktop may take to draw what the window covered. Without any code on it, the window is away for as long.
const PATIENCE: Duration = Duration::from_millis(800);

/// Hides the window, looks at the whole desktop, and comes back.
#[tauri::command(async)]
pub(crate) fn screen_scan<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<FoundView> {
    wait(async {
        let open = state.opened().await?;
        let found = looking(move || {
            let _hidden = Hidden::from_screen(&app)?;
            screen::find_codes(PATIENCE)
        })
        .await?;
        let hint = "see that no other window covers it, or mark its region";
        take(&open, vec![codes(&found, "on the screen", hint)?]).await
    })
}

/// Hides the window, takes a picture of the whole desktop and fills the screen to show it. The answer is its width and
/// its height, 4 bytes each with the least first, and its pixels: red, green, blue and alpha, rows from the top.
#[tauri::command(async)]
pub(crate) fn screen_show<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<Response> {
    wait(async {
        let open = state.opened().await?;
        let (capture, filling) = looking(move || {
            let hidden = Hidden::from_screen(&app)?;
            let capture = screen::capture()?;
            Ok((capture, hidden.fill_screen()))
        })
        .await?;
        let answer = bytes(&capture);
        open.show_screen(ShownScreen::new(capture, filling))?;
        Ok(Response::new(answer))
    })
}

/// The codes in a region of the picture that is shown. It stays until it is released.
#[tauri::command(async)]
pub(crate) fn screen_region(state: State<'_, AppState>, region: ScreenRegion) -> Answer<FoundView> {
    wait(async {
        let open = state.opened().await?;
        let capture = open
            .shown_screen()
            .ok_or_else(|| CommandError::not_found("the picture of the screen"))?;
        let found = looking(move || capture.codes_in(region.into())).await?;
        let hint = "mark the whole code with some space around it";
        take(&open, vec![codes(&found, "in that region", hint)?]).await
    })
}

/// Forgets the picture; the window is as it was.
#[tauri::command(async)]
pub(crate) fn screen_release(state: State<'_, AppState>) -> Answer<()> {
    wait(async {
        // With a vault that was locked meanwhile the picture is gone already.
        if let Ok(open) = state.opened().await {
            open.release_screen();
        }
        Ok(())
    })
}

/// Looks at pixels on a thread that may wait.
async fn looking<T: Send + 'static>(
    look: impl FnOnce() -> Result<T, ScreenError> + Send + 'static,
) -> Answer<T> {
    let looked = tokio::task::spawn_blocking(look).await;
    let looked = looked.map_err(|_| {
        CommandError::new(
            "scan_failed",
            "the screen could not be read",
            Some("take a screenshot of the code and choose that, or paste the key instead"),
        )
    })?;
    Ok(looked?)
}

fn codes(found: &[Found], place: &str, hint: &str) -> Answer<Content> {
    if found.is_empty() {
        let message = format!("no QR code was found {place}");
        return Err(CommandError::new("no_code_found", &message, Some(hint)));
    }
    Ok(Content::Codes(deskfob_scan::enrolments(found)))
}

fn bytes(capture: &Capture) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(8 + capture.rgba().len());
    bytes.extend(capture.width().to_le_bytes());
    bytes.extend(capture.height().to_le_bytes());
    bytes.extend_from_slice(capture.rgba());
    bytes
}
