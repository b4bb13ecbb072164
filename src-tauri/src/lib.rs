//! Deskfob's window: wiring between the page and the crates that decide.
#![forbid(unsafe_code)]

mod clipboard;
mod commands;
mod drafts;
mod error;
mod launch;
mod private_file;
mod state;
pub mod view;
mod window;

pub use commands::accounts::SandboxPage;
pub use error::CommandError;
pub use launch::{Launch, LaunchError, Options};
pub use window::{OpenUrl, RunError, Surroundings, build, run};
