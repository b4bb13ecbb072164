//! What the backend tells the page unasked.

use deskfob_lock::Reason;
use serde::Serialize;
use tauri::{AppHandle, Emitter, Runtime};
use ts_rs::TS;

use super::FoundView;
use crate::error::CommandError;

/// Why the vault was locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum LockReason {
    /// The person wanted it.
    Person,
    /// Nothing was done for a while.
    Idle,
    /// The machine was suspended.
    Suspend,
    /// The screen was locked.
    ScreenLock,
    /// Another program wanted it, as `fob vault lock`.
    OtherProgram,
}

impl From<Reason> for LockReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Person => Self::Person,
            Reason::Idle => Self::Idle,
            Reason::Suspend => Self::Suspend,
            Reason::ScreenLock => Self::ScreenLock,
            Reason::OtherProgram => Self::OtherProgram,
        }
    }
}

/// What the backend tells the page unasked.
#[derive(Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum BackendEvent {
    /// The vault was locked: forget everything.
    Locked {
        /// Why.
        reason: LockReason,
    },
    /// The vault was opened.
    Unlocked,
    /// Entries changed.
    EntriesChanged,
    /// Backups were made or removed.
    BackupsChanged,
    /// Settings changed.
    SettingsChanged,
    /// The backup that is made by itself was not made.
    BackupFailed {
        /// Why.
        error: CommandError,
    },
    /// Accounts changed.
    AccountsChanged,
    /// A sign-in waits in the system browser.
    SignInOpened {
        /// Its address, to open by hand.
        url: String,
    },
    /// A command waits for the person to agree to sign in again (RFC 9470).
    #[serde(rename_all = "camelCase")]
    SignInWanted {
        /// Whose session it is.
        account_id: String,
        /// The platform's name.
        platform: String,
        /// The account's e-mail address.
        email: String,
        /// A second factor is asked for.
        mfa: bool,
        /// Every method that is asked for: `mfa`, `sso:acme` and so on.
        methods: Vec<String>,
        /// Most seconds since the sign-in; null: any.
        max_age: Option<u32>,
    },
    /// The sign-in that such a command waited for is over.
    SignInEnded,
    /// The platforms' command line, which signs in, said more.
    CommandLineSaid {
        /// All that it said so far, without secrets.
        text: String,
    },
    /// A dropped file or a link that was opened held enrolments.
    DraftsFound {
        /// What was read.
        found: FoundView,
    },
    /// It held none.
    DraftsFailed {
        /// Why.
        error: CommandError,
    },
    /// A link was opened while the vault was locked. It waits.
    LinkWaits,
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
