//! Deskfob's window: wiring between the page and the crates that decide.
#![forbid(unsafe_code)]

mod backup_desk;
mod browsing;
mod camera;
mod clipboard;
mod commands;
mod daily_backup;
mod drafts;
mod error;
mod kit;
mod launch;
mod link;
mod lock;
mod open_vault;
mod own_window;
mod person;
mod private_file;
mod refresh;
mod screen_signals;
mod shown_screen;
mod ssh_renewal;
mod state;
mod step_up;
mod tray;
pub mod view;
mod webview_memory;
mod window;

pub use commands::accounts::SandboxPage;
pub use commands::drafts::dropped;
#[cfg(target_os = "linux")]
pub use deskfob_capture::screen::ask_if_asked_to as ask_portal_if_asked_to;
pub use deskfob_lock::Now;
pub use error::CommandError;
pub use launch::{Launch, LaunchError, Options};
pub use link::{Link, is_link, opened as links_opened};
pub use lock::{ReadClocks, system_clocks};
pub use person::Person;
pub use screen_signals::{Bus, Buses};
pub use window::{OpenUrl, RunError, Surroundings, build, run, screen_lock_supported};
