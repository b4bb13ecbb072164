//! Starting the app and its one window.

use std::path::PathBuf;

use deskfob_flows::{SmtpServer, SmtpServerError};
use deskfob_lock::Reason;
use deskfob_platform::Http;
use deskfob_vault::{Home, HomeError};
use tauri::{
    App, AppHandle, Builder, DragDropEvent, Manager, RunEvent, Runtime, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder, WindowEvent,
};

use crate::commands;
use crate::launch::Options;
use crate::link::{self, Link, is_link};
use crate::lock::{self, ReadClocks, lock, system_clocks};
use crate::person::Person;
use crate::screen_signals::Buses;
use crate::state::AppState;

use crate::{daily_backup, refresh, ssh_renewal, tray};

/// What the vault's history calls this program.
const PROGRAM: &str = "window";

/// The label of the one window.
pub(crate) const MAIN_WINDOW: &str = "main";

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
    /// Where the system tells of sleep and of a locked screen.
    pub buses: Buses,
    /// What tells how long nothing was done.
    pub clocks: ReadClocks,
    /// The person's own folders and programs.
    pub person: Person,
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
        buses: Buses::default(),
        clocks: system_clocks(),
        person: Person::here(),
    };
    let builder = Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, args, _cwd| {
            show(app);
            link::opened(
                app,
                args.into_iter().filter_map(Link::from_argument).collect(),
            );
        }))
        .plugin(tauri_plugin_dialog::init());
    let app = build(builder, surroundings)?;
    // A second process has handed its links over and ended by now.
    if let Some(arguments) = options.arguments
        && !options.links.is_empty()
        && let Err(error) = arguments.forget(is_link)
    {
        tracing::warn!(%error, "other programs can see the link that this one was started with");
    }
    link::opened(app.handle(), options.links);
    let window = WebviewWindowBuilder::new(&app, MAIN_WINDOW, WebviewUrl::default())
        .title("Deskfob")
        .inner_size(1080.0, 760.0)
        .min_inner_size(360.0, 480.0)
        .build()?;
    let handle = app.handle().clone();
    window.on_window_event(move |event| match event {
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
            commands::drafts::dropped(handle.clone(), paths.clone());
        }
        WindowEvent::Focused(true) => handle.state::<AppState>().lock_watch.activity(),
        _ => {}
    });
    apply_content_protection(&window, CONTENT_PROTECTION);
    tray::add(app.handle());
    app.run(|app, event| match event {
        // Takes a copied code off the clipboard and closes the database.
        RunEvent::Exit => tauri::async_runtime::block_on(lock(app, Reason::Person)),
        // Where the system sends links instead of starting a program with them.
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            show(app);
            let links = urls.into_iter().map(String::from);
            link::opened(app, links.filter_map(Link::from_argument).collect());
        }
        _ => {}
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
            commands::slots::vault_unlock_recovery_kit,
            commands::slots::vault_repair,
            commands::slots::vault_new_key,
            commands::backups::vault_check,
            commands::slots::slot_list,
            commands::slots::slot_add_password,
            commands::slots::slot_change_password,
            commands::slots::slot_add_recovery_kit,
            commands::slots::slot_rename,
            commands::slots::slot_remove,
            commands::slots::recovery_kit_save_file,
            commands::slots::recovery_kit_forget,
            commands::settings::settings_get,
            commands::settings::settings_set,
            commands::settings::backup_choose_folder,
            commands::settings::backup_default_folder,
            commands::backups::backup_list,
            commands::backups::backup_now,
            commands::backups::backup_open,
            commands::backups::backup_restore,
            commands::backups::backup_close,
            commands::export::export_encrypted,
            commands::export::export_plain,
            commands::entries::entry_list,
            commands::entries::entry_codes,
            commands::entries::entry_copy,
            commands::entries::entry_advance,
            commands::entries::entry_details,
            commands::entries::entry_edit,
            commands::entries::entry_favourite,
            commands::entries::entry_reorder,
            commands::entries::entry_remove,
            commands::entries::entry_restore,
            commands::trash::entry_purge,
            commands::trash::entry_unreadable,
            commands::trash::trash_list,
            commands::trash::trash_empty,
            commands::trash::history_list,
            commands::drafts::draft_from_image_file,
            commands::drafts::draft_from_clipboard,
            commands::drafts::draft_from_text,
            commands::drafts::draft_from_form,
            commands::links::link_take,
            commands::links::link_status,
            commands::links::link_register,
            commands::drafts::draft_list,
            commands::drafts::draft_transfer_take,
            commands::drafts::draft_transfer_forget,
            commands::drafts::draft_codes,
            commands::drafts::saving::draft_save,
            commands::drafts::draft_discard,
            commands::screen::screen_scan,
            commands::screen::screen_show,
            commands::screen::screen_region,
            commands::screen::screen_release,
            commands::camera::camera_list,
            commands::camera::camera_start,
            commands::camera::camera_drawn,
            commands::camera::camera_stop,
            commands::accounts::account_list,
            commands::accounts::account_refresh,
            commands::accounts::account_check_deployment,
            commands::accounts::account_connect,
            commands::accounts::account_connect_token,
            commands::accounts::account_renew,
            commands::accounts::account_cancel_sign_in,
            commands::accounts::account_sign_out,
            commands::accounts::account_answer_step_up,
            commands::accounts::sandbox_open,
            commands::enrolment::enrol_begin,
            commands::enrolment::enrol_code,
            commands::enrolment::enrol_elsewhere,
            commands::enrolment::enrol_reveal,
            commands::enrolment::enrol_copy_key,
            commands::enrolment::enrol_confirm,
            commands::enrolment::enrol_discard,
            commands::enrolment::enrol_resolve,
            commands::recovery_codes::recovery_codes_acknowledge,
            commands::recovery_codes::recovery_codes_copy,
            commands::recovery_codes::recovery_codes_save_file,
            commands::recovery_codes::recovery_codes_reveal,
            commands::recovery_codes::recovery_codes_new,
            commands::recovery_codes::recovery_code_mark,
            commands::factor::factor_withdraw,
            commands::factor::factor_resolve,
            commands::factor::factor_move,
            commands::factor::factor_abandon_move,
            commands::factor::factor_check,
            commands::factor::factor_sign_in,
            commands::factor::factor_proven,
            commands::factor::factor_clock,
            commands::doctor::doctor_read,
            commands::doctor::doctor_check,
            commands::doctor::doctor_sign_in,
            commands::doctor::doctor_open_console,
            commands::doctor::doctor_forget,
            commands::organizations::org_list,
            commands::organizations::org_members,
            commands::organizations::org_remind,
            commands::organizations::org_enforce,
            commands::ssh::ssh_status,
            commands::ssh::ssh_refresh,
            commands::ssh::ssh_configure,
            commands::command_line::ssh_command_line_sign_in,
            commands::activity::activity,
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
    let mut home = Home::at(&folder)?.with_program(PROGRAM);
    if let Some(service) = surroundings.keyring_service {
        home = home.with_keyring_service(service);
    }
    let http = Http::new().map_err(|error| RunError::Http(error.to_string()))?;
    let (lock_watch, ends) = lock::channels(surroundings.clocks);
    let state = AppState::new(
        home,
        http,
        surroundings.smtp,
        surroundings.open_url,
        lock_watch,
        surroundings.person,
    );
    state
        .screen_signals
        .start(surroundings.buses, &state.lock_watch);
    app.manage(state);
    lock::start(app.handle(), ends);
    refresh::start(app.handle());
    daily_backup::start(app.handle());
    ssh_renewal::start(app.handle());
    Ok(app)
}

/// Whether the app hears of a locked screen at the moment. Without, only the idle time locks the vault behind it.
pub fn screen_lock_supported<R: Runtime>(app: &AppHandle<R>) -> bool {
    let state = app.state::<AppState>();
    state.screen_signals.screen_lock_supported()
}

/// Whether the system can keep a window out of screenshots and shared screens. Linux desktops have no way to.
pub(crate) const CONTENT_PROTECTION_SUPPORTED: bool =
    cfg!(any(target_os = "macos", target_os = "windows"));

/// What holds until the vault's settings are known.
pub(crate) const CONTENT_PROTECTION: bool = true;

/// Keeps the window out of screenshots and shared screens, where the system can.
pub(crate) fn apply_content_protection<R: Runtime>(window: &WebviewWindow<R>, on: bool) {
    if !CONTENT_PROTECTION_SUPPORTED {
        return;
    }
    if let Err(error) = window.set_content_protected(on) {
        tracing::warn!(%error, on, "the window's protection from screenshots was not changed");
    }
}

/// Brings the window to the front.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MAIN_WINDOW) {
        let shown = window
            .unminimize()
            .and_then(|()| window.show())
            .and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window was not brought to the front");
        }
    }
}
