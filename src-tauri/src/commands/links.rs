//! Links that were opened, and whether this program is what opens them.

use tauri::{AppHandle, Manager, Runtime, State};
use tauri_plugin_deep_link::{DeepLink, DeepLinkExt};

use super::drafts::{self, Content};
use super::{Answer, wait};
use crate::error::CommandError;
use crate::link::{Link, SCHEMES};
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::{FoundView, LinksView};

/// What the links say that were opened while the vault was not.
#[tauri::command(async)]
pub(crate) fn link_take(state: State<'_, AppState>) -> Answer<Option<FoundView>> {
    wait(async {
        let open = state.opened().await?;
        take(&state, &open).await
    })
}

/// Whether links of a page in the browser open in this program.
#[tauri::command(async)]
pub(crate) fn link_status<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<LinksView> {
    wait(async {
        state.opened().await?;
        status(&app)
    })
}

/// Lets this program open such links, or no longer.
#[tauri::command(async)]
pub(crate) fn link_register<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    on: bool,
) -> Answer<LinksView> {
    wait(async {
        state.opened().await?;
        let links = registry(&app)?;
        for scheme in SCHEMES {
            if on {
                links.register(scheme)
            } else {
                links.unregister(scheme)
            }
            .map_err(unanswered)?;
        }
        status(&app)
    })
}

/// None when no link waits.
pub(crate) async fn take(state: &AppState, open: &Open) -> Answer<Option<FoundView>> {
    let links = state.links.take();
    if links.is_empty() {
        return Ok(None);
    }
    let texts = links.into_iter().map(Link::into_text).map(Content::Text);
    drafts::take(open, texts.collect()).await.map(Some)
}

/// Elsewhere the installed app says itself which links it opens.
const REGISTERS: bool = cfg!(any(target_os = "linux", windows));

fn status<R: Runtime>(app: &AppHandle<R>) -> Answer<LinksView> {
    let supported = REGISTERS && !is_packaged()?;
    let mut view = LinksView {
        supported,
        registered: REGISTERS,
    };
    if supported {
        let links = registry(app)?;
        for scheme in SCHEMES {
            view.registered &= links.is_registered(scheme).map_err(unanswered)?;
        }
    }
    Ok(view)
}

/// The desktop entry that the packages install: the bundler names it after the product.
#[cfg(target_os = "linux")]
const PACKAGED_ENTRY: &str = "Deskfob.desktop";

/// Whether the installed package opens them, which the program neither has to see to nor can undo.
#[cfg(target_os = "linux")]
fn is_packaged() -> Answer<bool> {
    for scheme in SCHEMES {
        let told = std::process::Command::new("xdg-mime")
            .args(["query", "default", &format!("x-scheme-handler/{scheme}")])
            .output()
            .map_err(|error| unanswered(error.into()))?;
        let entry = String::from_utf8_lossy(&told.stdout);
        if entry.lines().next().map(str::trim) != Some(PACKAGED_ENTRY) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
fn is_packaged() -> Answer<bool> {
    Ok(false)
}

/// The system's list of which program opens what. The plugin is there only for this: it would keep a link that the program
/// was started with, and show it to the page, so it is added when the arguments are forgotten.
fn registry<R: Runtime>(app: &AppHandle<R>) -> Answer<&DeepLink<R>> {
    if app.try_state::<DeepLink<R>>().is_none() {
        app.plugin(tauri_plugin_deep_link::init())
            .map_err(|error| unanswered(error.into()))?;
    }
    Ok(app.deep_link())
}

fn unanswered(error: tauri_plugin_deep_link::Error) -> CommandError {
    CommandError::new(
        "links_unavailable",
        &format!("the system does not answer which program opens links: {error}"),
        Some("on Linux this needs xdg-mime, of the package xdg-utils"),
    )
}
