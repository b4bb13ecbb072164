//! What a failed command tells the page: a stable code, a sentence, the next step.

use serde::Serialize;
use ts_rs::TS;

/// Every rejected call carries this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct CommandError {
    /// Stable name, for code.
    pub code: String,
    /// What happened.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// How long to wait before the next try, ms.
    #[ts(type = "number | null")]
    pub retry_after_ms: Option<u64>,
}

impl CommandError {
    pub(crate) fn new(code: &str, message: &str, hint: Option<&str>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            hint: hint.map(Into::into),
            retry_after_ms: None,
        }
    }

    pub(crate) fn locked() -> Self {
        Self::new(
            "vault_locked",
            "the vault is locked",
            Some("unlock it first"),
        )
    }

    pub(crate) fn not_found(what: &str) -> Self {
        let message = format!("{what} is no longer there");
        Self::new("not_found", &message, Some("look at the list again"))
    }
}

/// Crates' errors have a code, a message and a hint of the same form.
macro_rules! from_coded {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self {
                    code: error.code().into(),
                    message: error.to_string(),
                    hint: error.hint().map(Into::into),
                    retry_after_ms: None,
                }
            }
        }
    )+};
}

from_coded!(
    deskfob_capture::clipboard::ClipboardError,
    deskfob_capture::screen::ScreenError,
    deskfob_flows::CommandLineError,
    deskfob_flows::ConnectError,
    deskfob_flows::EnrolError,
    deskfob_flows::MoveError,
    deskfob_flows::NewCodesError,
    deskfob_flows::ProofError,
    deskfob_flows::WithdrawError,
    deskfob_flows::OrganizationError,
    deskfob_flows::OpensshConfigError,
    deskfob_flows::SessionError,
    deskfob_flows::SshError,
    deskfob_otp::SeedError,
    deskfob_otp::UriError,
    deskfob_platform::DeploymentError,
    deskfob_platform::SignInError,
    deskfob_scan::FileError,
    deskfob_scan::TextError,
    deskfob_scan::TransferError,
    deskfob_transfer::EncryptError,
    deskfob_vault::BackupError,
    deskfob_vault::CreateError,
    deskfob_vault::HeaderError,
    deskfob_vault::HomeError,
    deskfob_vault::RecoveryKitError,
    deskfob_vault::SlotError,
    deskfob_vault::StoreError,
);

/// The same, for those that may have to wait.
macro_rules! from_waiting {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self {
                    code: error.code().into(),
                    message: error.to_string(),
                    hint: error.hint().map(Into::into),
                    retry_after_ms: error.retry_after_ms(),
                }
            }
        }
    )+};
}

from_waiting!(
    deskfob_vault::RekeyError,
    deskfob_vault::RepairError,
    deskfob_vault::UnlockError,
);

impl From<deskfob_flows::SandboxHostError> for CommandError {
    fn from(error: deskfob_flows::SandboxHostError) -> Self {
        Self::new(error.code(), &error.to_string(), error.hint())
    }
}
