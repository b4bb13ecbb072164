//! The commands of the page, one file a feature. Each takes the state, calls one function, maps the error.

pub(crate) mod accounts;
pub(crate) mod activity;
pub(crate) mod backups;
pub(crate) mod camera;
pub(crate) mod command_line;
mod dialogs;
pub(crate) mod doctor;
pub(crate) mod drafts;
pub(crate) mod enrolment;
pub(crate) mod entries;
pub(crate) mod export;
pub(crate) mod factor;
pub(crate) mod links;
pub(crate) mod organizations;
pub(crate) mod recovery_codes;
pub(crate) mod screen;
pub(crate) mod settings;
pub(crate) mod slots;
pub(crate) mod ssh;
pub(crate) mod trash;
pub(crate) mod vault;

use std::future::Future;
use std::str::FromStr;

use crate::error::CommandError;

type Answer<T> = Result<T, CommandError>;

/// An id that the page gives back.
fn id<T: FromStr>(text: &str, what: &str) -> Answer<T> {
    text.parse().map_err(|_| CommandError::not_found(what))
}

/// Waits for a command's work on the thread that Tauri gave it. The work borrows the state and the open
/// vault across its waits, which holds on one thread and can't be shown to hold across several.
fn wait<T>(work: impl Future<Output = T>) -> T {
    let done = tokio::task::block_in_place(|| tauri::async_runtime::block_on(work));
    // The thread waits for its next work with what this one left on its stack, codes among it.
    deskfob_hardening::wipe_unused_stack();
    done
}
