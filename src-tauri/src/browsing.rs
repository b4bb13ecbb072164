//! A sign-in in the system browser, while the page shows that it waits.

use std::time::Duration;

use deskfob_platform::{BrowserSignIn, SignInError, TokenSet};
use tauri::{AppHandle, Manager, Runtime};

use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::BackendEvent;

/// How long a sign-in waits for the person in the browser.
const SIGN_IN_WAIT: Duration = Duration::from_secs(15 * 60);

/// Waits for the attempt, which may ask the platform first, opens its address and waits for its end. `None`: cancelled
/// at any moment, by the person, by a newer sign-in or because the vault is being locked.
pub(crate) async fn browse<R: Runtime, E: From<SignInError>>(
    app: &AppHandle<R>,
    state: &AppState,
    open: &Open,
    attempt: impl Future<Output = Result<BrowserSignIn, E>>,
) -> Result<Option<TokenSet>, E> {
    let Some(mut cancelled) = open.begin_sign_in() else {
        return Ok(None);
    };
    let attempt = tokio::select! {
        attempt = attempt => attempt?,
        _ = &mut cancelled => return Ok(None),
    };
    let url = attempt.url().to_string();
    BackendEvent::SignInOpened { url: url.clone() }.send(app);
    if let Err(error) = state.open_url(url).await {
        // The page shows the address, to be opened by hand.
        tracing::warn!(code = error.code, "no browser was opened");
    }
    let tokens = tokio::select! {
        finished = open.desk.finish_sign_in(attempt, SIGN_IN_WAIT) => finished?,
        _ = cancelled => return Ok(None),
    };
    if let Some(window) = app.get_webview_window("main")
        && let Err(error) = window.set_focus()
    {
        tracing::debug!(%error, "the window was not brought to the front");
    }
    Ok(Some(tokens))
}
