//! What the backend tells the page unasked.

use serde::Serialize;
use tauri::{AppHandle, Emitter, Runtime};
use ts_rs::TS;

use super::DraftView;
use crate::error::CommandError;

/// What the backend tells the page unasked.
#[derive(Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum BackendEvent {
    /// The vault was locked: forget everything.
    Locked,
    /// The vault was opened.
    Unlocked,
    /// Entries changed.
    EntriesChanged,
    /// Accounts changed.
    AccountsChanged,
    /// A sign-in waits in the system browser.
    SignInOpened {
        /// Its address, to open by hand.
        url: String,
    },
    /// A dropped picture held enrolments.
    DraftsFound {
        /// What was read.
        drafts: Vec<DraftView>,
    },
    /// A dropped picture held none.
    DraftsFailed {
        /// Why.
        error: CommandError,
    },
    /// Members read so far.
    MembersProgress {
        /// Read.
        done: usize,
        /// All, when the platform says.
        total: Option<usize>,
    },
}

impl BackendEvent {
    pub(crate) fn send<R: Runtime>(self, app: &AppHandle<R>) {
        if let Err(error) = app.emit("deskfob", self) {
            tracing::warn!(%error, "the page was not told");
        }
    }
}
