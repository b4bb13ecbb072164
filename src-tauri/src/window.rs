//! Starting the app and its one window.

use std::path::PathBuf;

use deskfob_flows::{SmtpServer, SmtpServerError};
use deskfob_platform::Http;
use deskfob_vault::{Home, HomeError};
use tauri::{
    App, AppHandle, Builder, DragDropEvent, Manager, RunEvent, Runtime, WebviewUrl,
    WebviewWindowBuilder, WindowEvent,
};

use crate::commands;
use crate::launch::Options;
use crate::state::AppState;

/// Why the app cannot start.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The system does not say where an app may keep its data.
    #[error("no data folder is known; give one with --home")]
    NoDataFolder,
    /// The folder for the vault cannot be used.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The network client cannot be set up.
    #[error("the network client cannot be set up: {0}")]
    Http(String),
    /// `DESKFOB_SANDBOX_SMTP` is not a mail server's address.
    #[error("DESKFOB_SANDBOX_SMTP: {0}")]
    Smtp(#[from] SmtpServerError),
    /// The window toolkit.
    #[error("the window cannot be opened: {0}")]
    Window(#[from] tauri::Error),
}

/// What the app takes from around it.
pub struct Surroundings {
    /// Folder for all state; the system's data folder when `None`.
    pub home: Option<PathBuf>,
    /// Name of the system keyring's service; Deskfob's own when `None`.
    pub keyring_service: Option<String>,
    /// Where the sandbox sends its mail, besides its outbox.
    pub smtp: Option<SmtpServer>,
    /// Opens an address in the person's browser.
    pub open_url: OpenUrl,
}

/// Opens an address in the person's browser.
pub type OpenUrl = Box<dyn Fn(&str) -> std::io::Result<()> + Send + Sync>;

/// Opens the window and returns when it is closed.
///
/// # Errors
/// [`RunError`] says what is missing.
pub fn run(options: Options) -> Result<(), RunError> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("DESKFOB_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,sqlx=off")),
        )
        .with_writer(std::io::stderr)
        .init();
    let surroundings = Surroundings {
        home: options.home.or_else(|| {
            std::env::var_os("DESKFOB_HOME")
                .filter(|home| !home.is_empty())
                .map(PathBuf::from)
        }),
        keyring_service: std::env::var("DESKFOB_KEYRING_SERVICE").ok(),
        smtp: std::env::var("DESKFOB_SANDBOX_SMTP")
            .ok()
            .map(|smtp| smtp.parse())
            .transpose()?,
        open_url: Box::new(webbrowser::open),
    };
    let builder = Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _args, _cwd| {
            show(app)
        }))
        .plugin(tauri_plugin_dialog::init());
    let app = build(builder, surroundings)?;
    let window = WebviewWindowBuilder::new(&app, "main", WebviewUrl::default())
        .title("Deskfob")
        .inner_size(1080.0, 760.0)
        .min_inner_size(360.0, 480.0)
        .build()?;
    let handle = app.handle().clone();
    window.on_window_event(move |event| {
        if let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event {
            commands::drafts::dropped(handle.clone(), paths.clone());
        }
    });
    app.run(|app, event| {
        if matches!(event, RunEvent::Exit) {
            // Takes a copied code off the clipboard and closes the database.
            tauri::async_runtime::block_on(app.state::<AppState>().lock());
        }
    });
    Ok(())
}

/// The app without its window: state and commands.
///
/// # Errors
/// [`RunError`] says what is missing.
pub fn build<R: Runtime>(
    builder: Builder<R>,
    surroundings: Surroundings,
) -> Result<App<R>, RunError> {
    let app = builder
        .invoke_handler(tauri::generate_handler![
            commands::vault::vault_status,
            commands::vault::vault_create,
            commands::vault::vault_unlock,
            commands::vault::vault_unlock_keyring,
            commands::vault::vault_lock,
            commands::vault::vault_keyring,
            commands::entries::entry_list,
            commands::entries::entry_codes,
            commands::entries::entry_copy,
            commands::entries::entry_advance,
            commands::entries::entry_rename,
            commands::entries::entry_remove,
            commands::entries::entry_restore,
            commands::drafts::draft_from_image_file,
            commands::drafts::draft_from_clipboard,
            commands::drafts::draft_from_text,
            commands::drafts::draft_from_form,
            commands::drafts::draft_codes,
            commands::drafts::draft_save,
            commands::drafts::draft_discard,
            commands::accounts::account_list,
            commands::accounts::account_refresh,
            commands::accounts::account_connect,
            commands::accounts::account_connect_token,
            commands::accounts::account_renew,
            commands::accounts::account_cancel_sign_in,
            commands::accounts::account_sign_out,
            commands::accounts::sandbox_open,
            commands::enrolment::enrol_begin,
            commands::enrolment::enrol_code,
            commands::enrolment::enrol_confirm,
            commands::enrolment::enrol_discard,
            commands::enrolment::enrol_resolve,
            commands::recovery_codes::recovery_codes_acknowledge,
            commands::recovery_codes::recovery_codes_copy,
            commands::recovery_codes::recovery_codes_save_file,
            commands::recovery_codes::recovery_codes_reveal,
            commands::recovery_codes::recovery_code_mark,
            commands::organizations::org_list,
            commands::organizations::org_members,
            commands::organizations::org_remind,
            commands::organizations::org_enforce,
        ])
        .build(tauri::generate_context!())?;
    let folder = match surroundings.home {
        Some(home) => home,
        None => app
            .path()
            .app_local_data_dir()
            .map_err(|_| RunError::NoDataFolder)?
            .join("vault"),
    };
    let mut home = Home::at(&folder)?;
    if let Some(service) = surroundings.keyring_service {
        home = home.with_keyring_service(service);
    }
    let http = Http::new().map_err(|error| RunError::Http(error.to_string()))?;
    app.manage(AppState::new(
        home,
        http,
        surroundings.smtp,
        surroundings.open_url,
    ));
    Ok(app)
}

fn show<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window("main") {
        let shown = window
            .unminimize()
            .and_then(|()| window.show())
            .and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window was not brought to the front");
        }
    }
}
