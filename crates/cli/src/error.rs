//! Why a command was refused, and with which exit code.

use std::io;
use std::path::PathBuf;

use deskfob_flows::{EnrolError, OrganizationError};
use deskfob_vault::{DatabaseError, HeaderError, UnlockError};
use serde::Serialize;

use crate::input::{Asked, LINE_MAX};

mod advice;

/// Why a command was refused. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// The system does not say where programs may keep their data.
    #[error("no data folder is known")]
    NoDataFolder,
    #[error("there is no vault in {}", folder.display())]
    NoVault { folder: PathBuf },
    #[error("the vault in {} cannot be read: {damage}", folder.display())]
    Damaged {
        folder: PathBuf,
        damage: deskfob_vault::Damage,
        can_repair: bool,
    },
    /// While this program waited for something.
    #[error("another program asked for the vault to be locked")]
    LockedMeanwhile,
    #[error("a recovery kit is no help here")]
    KitIsNoHelp,
    #[error("{} is needed and there is no terminal to ask on", asked.noun())]
    NoTerminal { asked: Asked },
    #[error("this needs a yes and there is no terminal to ask on")]
    NeedsYes,
    #[error("not confirmed, so nothing was done")]
    Unconfirmed,
    #[error("what was typed twice differs")]
    PasswordsDiffer,
    #[error("standard input cannot be read: {0}")]
    Input(#[source] io::Error),
    #[error("standard input ended before {}", asked.noun())]
    InputEnded { asked: Asked },
    #[error("standard input is not UTF-8 text")]
    NotText,
    #[error("a line has more than {LINE_MAX} bytes")]
    LineTooLong,
    #[error("standard output cannot be written: {0}")]
    Output(#[source] io::Error),
    #[error("the program cannot start its work: {0}")]
    Runtime(#[source] io::Error),
    #[error("DESKFOB_SANDBOX_SMTP names no mail server: {0}")]
    Smtp(#[from] deskfob_flows::SmtpServerError),
    #[error(transparent)]
    Http(#[from] deskfob_platform::HttpError),

    #[error("the vault has no entries")]
    NoEntries,
    #[error("no entry matches {query:?}")]
    NoSuchEntry { query: String },
    #[error("more than one entry fits: {}", names.join(", "))]
    SeveralEntries { names: Vec<String> },
    #[error("the trash has no entry that matches {query:?}")]
    NotInTrash { query: String },
    #[error("no entry has the tag {tag:?}")]
    NoSuchTag { tag: String },
    #[error("{name} is counter-based, so its next code exists only after this one was used")]
    CounterHasNoNext { name: String },
    #[error("no URI was given")]
    NoUri,
    #[error("line {line}: {problem}")]
    Line {
        line: usize,
        problem: Box<CommandError>,
    },
    #[error("{name} looks the same as {twin}")]
    Duplicate { name: String, twin: String },
    #[error("{name} looks the same as {count} entries")]
    SeveralDuplicates { name: String, count: usize },

    #[error("the file cannot be read: {0}")]
    File(#[source] io::Error),
    #[error("no QR code was found in the picture")]
    NoCodeFound,
    #[error("no QR code was found on the screen")]
    NoCodeOnScreen,
    #[error(transparent)]
    Screen(#[from] deskfob_capture::screen::ScreenError),
    #[error(transparent)]
    Clipboard(#[from] deskfob_capture::clipboard::ClipboardError),
    #[error("no QR code was shown to the camera")]
    NothingShown,
    #[error(transparent)]
    Camera(#[from] deskfob_capture::camera::CameraError),
    #[error("the QR code is not for an authenticator")]
    NotAnEnrolment { code: deskfob_scan::OtherCode },
    #[error("the transfer has several codes: {0}")]
    TransferIncomplete(deskfob_scan::Progress),
    #[error("not taken from the transfer: number {}: {}", .0.number, .0.reason)]
    TransferEntry(deskfob_scan::RefusedEntry),
    #[error(transparent)]
    Transfer(#[from] deskfob_scan::TransferError),

    #[error("no platform account is connected")]
    NoAccount,
    #[error("no connected account matches {query:?}")]
    NoSuchAccount { query: String },
    #[error("more than one account fits: {}", names.join(", "))]
    SeveralAccounts { names: Vec<String> },
    #[error("the account belongs to no organisation called {query:?}")]
    NoSuchOrganization { query: String },
    #[error("not a member of {org}: {}", queries.join(", "))]
    NoSuchMember { org: String, queries: Vec<String> },
    #[error("no recovery codes are kept for {account}")]
    NoRecoveryCodes { account: String },
    #[error("the set has {count} recovery codes, and none at place {position}")]
    NoSuchRecoveryCode { position: u32, count: usize },
    #[error("the keyring does not open this vault")]
    NoKeyringSlot,

    #[error("nothing that opens the vault has the id or name {query:?}")]
    NoSuchSlot { query: String },
    #[error("more than one fits: {}", names.join(", "))]
    SeveralSlots { names: Vec<String> },
    #[error("there is no setting {name:?}")]
    UnknownSetting { name: String },
    #[error("{setting} cannot be {value:?}: {expected}")]
    SettingValue {
        setting: &'static str,
        value: String,
        expected: &'static str,
    },
    #[error("{setting} has no value")]
    SettingWithoutValue { setting: String },
    #[error("the vault's folder cannot be used: {0}")]
    VaultFolder(#[source] io::Error),
    #[error("{} is there already", path.display())]
    FileExists { path: PathBuf },
    #[error("{} cannot be written: {source}", path.display())]
    FileUnwritable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the export would go to the terminal")]
    ExportToTerminal,

    #[error(transparent)]
    Home(#[from] deskfob_vault::HomeError),
    #[error(transparent)]
    Header(#[from] deskfob_vault::HeaderError),
    #[error(transparent)]
    Create(#[from] deskfob_vault::CreateError),
    #[error(transparent)]
    Unlock(#[from] deskfob_vault::UnlockError),
    #[error(transparent)]
    Store(#[from] deskfob_vault::StoreError),
    #[error(transparent)]
    Slot(#[from] deskfob_vault::SlotError),
    #[error(transparent)]
    Kit(#[from] deskfob_vault::RecoveryKitError),
    #[error(transparent)]
    NewKey(#[from] deskfob_vault::RekeyError),
    #[error(transparent)]
    Repair(#[from] deskfob_vault::RepairError),
    #[error(transparent)]
    Backup(#[from] deskfob_vault::BackupError),
    #[error(transparent)]
    Encrypt(#[from] deskfob_transfer::EncryptError),
    #[error(transparent)]
    Uri(#[from] deskfob_otp::UriError),
    #[error(transparent)]
    Seed(#[from] deskfob_otp::SeedError),
    #[error(transparent)]
    Parameter(#[from] deskfob_otp::ParameterError),
    #[error(transparent)]
    ScannedFile(#[from] deskfob_scan::FileError),
    #[error(transparent)]
    ScannedText(#[from] deskfob_scan::TextError),
    #[error(transparent)]
    SignIn(#[from] deskfob_platform::SignInError),
    #[error(transparent)]
    Connect(#[from] deskfob_flows::ConnectError),
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    #[error(transparent)]
    Withdraw(#[from] deskfob_flows::WithdrawError),
    #[error(transparent)]
    Move(#[from] deskfob_flows::MoveError),
    #[error(transparent)]
    NewCodes(#[from] deskfob_flows::NewCodesError),
    #[error(transparent)]
    Proof(#[from] deskfob_flows::ProofError),
    #[error(transparent)]
    QrCode(#[from] deskfob_flows::QrCodeError),
    #[error("the setup key would not go to a terminal")]
    KeyToNoTerminal,
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    #[error(transparent)]
    Session(#[from] deskfob_flows::SessionError),
    #[error(transparent)]
    Ssh(#[from] deskfob_flows::SshError),
    #[error(transparent)]
    Openssh(#[from] deskfob_flows::OpensshConfigError),
    #[error(transparent)]
    Certificate(#[from] deskfob_ssh::CertificateError),
    #[error(transparent)]
    CommandLine(#[from] deskfob_flows::CommandLineError),
    #[error("no home folder is known")]
    NoHomeFolder,
}

/// An error as JSON tells it.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorView {
    /// Stable name.
    pub(crate) code: &'static str,
    /// What happened.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: Option<String>,
}

impl From<&CommandError> for ErrorView {
    fn from(error: &CommandError) -> Self {
        Self {
            code: error.code(),
            message: error.sentence(),
            hint: error.hint(),
        }
    }
}

impl CommandError {
    /// 2 for a command line that has to be written otherwise, 1 for everything that was refused.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::NeedsYes
            | Self::KitIsNoHelp
            | Self::UnknownSetting { .. }
            | Self::SettingValue { .. }
            | Self::SettingWithoutValue { .. } => 2,
            _ => 1,
        }
    }

    /// Whether the vault is missing or damaged, so that a backup is the way out.
    pub(crate) fn asks_for_a_backup(&self) -> bool {
        match self {
            Self::NoVault { .. } | Self::Damaged { .. } => true,
            Self::Unlock(UnlockError::Header(error)) => matches!(
                error,
                HeaderError::Missing
                    | HeaderError::Damaged { .. }
                    | HeaderError::NotAuthentic
                    | HeaderError::Cost(_)
            ),
            Self::Unlock(UnlockError::Database(error)) => matches!(
                error,
                DatabaseError::Missing
                    | DatabaseError::Damaged
                    | DatabaseError::Migration(_)
                    | DatabaseError::Other(_)
            ),
            _ => false,
        }
    }

    /// The message with its causes, each told once.
    pub(crate) fn sentence(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !text.contains(&cause_text) {
                text.push_str(": ");
                text.push_str(&cause_text);
            }
            source = cause.source();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let denied = || io::Error::new(io::ErrorKind::PermissionDenied, "permission denied");
        let inside = CommandError::File(denied());
        assert_eq!(
            inside.sentence(),
            "the file cannot be read: permission denied"
        );
        let outside = CommandError::Home(deskfob_vault::HomeError::Io {
            path: "/x".into(),
            source: denied(),
        });
        assert_eq!(outside.sentence(), "/x cannot be used: permission denied");
    }

    #[test]
    fn only_what_could_be_written_otherwise_is_a_matter_of_usage() {
        assert_eq!(CommandError::NeedsYes.exit_code(), 2);
        assert_eq!(CommandError::KitIsNoHelp.exit_code(), 2);
        assert_eq!(CommandError::NoEntries.exit_code(), 1);
    }
}
