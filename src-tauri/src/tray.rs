//! The icon in the system's tray.
//!
//! On Linux it is shown through D-Bus (StatusNotifierItem); a desktop without a place for such icons has none.

use deskfob_lock::{Asker, Event};
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, Runtime};

use crate::state::AppState;
use crate::window::show;

const SHOW: &str = "tray-show";
const LOCK: &str = "tray-lock";
const QUIT: &str = "tray-quit";

/// How long the desktop may take to answer.
#[cfg(target_os = "linux")]
const ANSWER_WAIT: std::time::Duration = std::time::Duration::from_secs(5);

/// Adds the icon and its menu, when the desktop has said that there is a place for it. The window does not wait
/// for that, and does without.
pub(crate) fn add<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = place().await {
            tracing::debug!(%error, "the desktop has no tray");
            return;
        }
        let built = tauri::async_runtime::spawn_blocking(move || build(&app)).await;
        if let Ok(Err(error)) = built {
            tracing::debug!(%error, "there is no tray");
        }
    });
}

/// Asks the desktop for a place for icons. Registering one waits for the desktop, on the window's own thread.
#[cfg(target_os = "linux")]
async fn place() -> zbus::Result<()> {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let bus = zbus::connection::Builder::session()?
        .method_timeout(ANSWER_WAIT)
        .build()
        .await?;
    let watcher = zbus::Proxy::new(&bus, WATCHER, "/StatusNotifierWatcher", WATCHER).await?;
    watcher
        .get_property::<bool>("IsStatusNotifierHostRegistered")
        .await?
        .then_some(())
        .ok_or_else(|| zbus::Error::Failure("nobody shows icons".into()))
}

/// Every desktop has a place for icons.
#[cfg(not(target_os = "linux"))]
async fn place() -> Result<(), std::convert::Infallible> {
    Ok(())
}

fn build<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let item = |id: &str, text: &str| MenuItem::with_id(app, id, text, true, None::<&str>);
    let menu = Menu::with_items(
        app,
        &[
            &item(SHOW, "Show Deskfob")?,
            &item(LOCK, "Lock")?,
            &PredefinedMenuItem::separator(app)?,
            &item(QUIT, "Quit")?,
        ],
    )?;
    let mut tray = TrayIconBuilder::with_id("deskfob")
        .menu(&menu)
        .tooltip("Deskfob")
        .title("Deskfob")
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()));
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    Ok(())
}

fn chosen<R: Runtime>(app: &AppHandle<R>, item: &str) {
    match item {
        SHOW => show(app),
        LOCK => {
            let watch = app.state::<AppState>().lock_watch.clone();
            tauri::async_runtime::spawn(async move {
                watch.tell(Event::Asked(Asker::Person)).await;
            });
        }
        QUIT => app.exit(0),
        _ => {}
    }
}
