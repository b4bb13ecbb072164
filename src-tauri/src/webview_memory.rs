//! Forgetting what the page knew.
//!
//! A JavaScript engine does not wipe its heap, and nothing asks it to. What does end with certainty is the process
//! that runs it: when the vault is locked that process is ended, and the page starts again in a new one.

use tauri::{AppHandle, Manager, Runtime};

use crate::window::MAIN_WINDOW;

/// Starts the page again in a fresh process. Returns before that is done; call it when the vault is locked, for the
/// new page asks at once how things are.
///
/// On Linux the old process is ended, and its memory goes back to the system. On macOS and Windows the page is loaded
/// anew: its memory is the engine's to use again, and may hold what was shown until it does.
pub(crate) fn forget_page<R: Runtime>(app: &AppHandle<R>) {
    // None while the app ends, and without a window in tests.
    let Some(window) = app.get_webview_window(MAIN_WINDOW) else {
        return;
    };
    #[cfg(target_os = "linux")]
    let forgotten = window.with_webview(|webview| {
        use webkit2gtk::WebViewExt;
        let webview = webview.inner();
        webview.terminate_web_process();
        webview.reload();
    });
    #[cfg(not(target_os = "linux"))]
    let forgotten = window.reload();
    if let Err(error) = forgotten {
        tracing::warn!(%error, "the page was not started again");
    }
}
