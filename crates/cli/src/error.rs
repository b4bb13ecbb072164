//! Why a command was refused, and with which exit code.

use std::io;
use std::path::PathBuf;

use deskfob_flows::{EnrolError, OrganizationError};
use serde::Serialize;

use crate::input::{Asked, LINE_MAX};

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
    },
    #[error("{} is needed and there is no terminal to ask on", asked.noun())]
    NoTerminal { asked: Asked },
    #[error("this needs a yes and there is no terminal to ask on")]
    NeedsYes,
    #[error("not confirmed, so nothing was done")]
    Unconfirmed,
    #[error("the two passwords differ")]
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

    #[error("the file cannot be read: {0}")]
    File(#[source] io::Error),
    #[error("no QR code was found in the picture")]
    NoCodeFound,
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
    #[error("the keyring does not open this vault")]
    NoKeyringSlot,

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
    Uri(#[from] deskfob_otp::UriError),
    #[error(transparent)]
    Seed(#[from] deskfob_otp::SeedError),
    #[error(transparent)]
    Parameter(#[from] deskfob_otp::ParameterError),
    #[error(transparent)]
    Picture(#[from] deskfob_scan::PictureError),
    #[error(transparent)]
    SignIn(#[from] deskfob_platform::SignInError),
    #[error(transparent)]
    Connect(#[from] deskfob_flows::ConnectError),
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    #[error(transparent)]
    Session(#[from] deskfob_flows::SessionError),
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
            Self::NeedsYes => 2,
            _ => 1,
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

    /// Stable name of the error.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoDataFolder => "no_data_folder",
            Self::NoVault { .. } => "no_vault",
            Self::Damaged { .. } => "vault_damaged",
            Self::NoTerminal { .. } => "no_terminal",
            Self::NeedsYes => "needs_yes",
            Self::Unconfirmed => "unconfirmed",
            Self::PasswordsDiffer => "passwords_differ",
            Self::Input(_) => "input_unreadable",
            Self::InputEnded { .. } => "input_ended",
            Self::NotText => "not_text",
            Self::LineTooLong => "line_too_long",
            Self::Output(_) => "output_unwritable",
            Self::Runtime(_) => "runtime",
            Self::Smtp(error) => error.code(),
            Self::Http(error) => error.code(),
            Self::NoEntries => "no_entries",
            Self::NoSuchEntry { .. } => "no_such_entry",
            Self::CounterHasNoNext { .. } => "counter_has_no_next",
            Self::NoUri => "no_uri",
            Self::Line { problem, .. } => problem.code(),
            Self::Duplicate { .. } => "duplicate",
            Self::File(_) => "file_unreadable",
            Self::NoCodeFound => "no_code_found",
            Self::NotAnEnrolment { .. } => "not_an_enrolment",
            Self::TransferIncomplete(_) => "transfer_incomplete",
            Self::TransferEntry(refused) => refused.reason.code(),
            Self::Transfer(error) => error.code(),
            Self::NoAccount => "no_account",
            Self::NoSuchAccount { .. } => "no_such_account",
            Self::SeveralAccounts { .. } => "several_accounts",
            Self::NoSuchOrganization { .. } => "no_such_organization",
            Self::NoSuchMember { .. } => "no_such_member",
            Self::NoRecoveryCodes { .. } => "no_recovery_codes",
            Self::NoKeyringSlot => "no_keyring_slot",
            Self::Home(error) => error.code(),
            Self::Header(error) => error.code(),
            Self::Create(error) => error.code(),
            Self::Unlock(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Slot(error) => error.code(),
            Self::Uri(error) => error.code(),
            Self::Seed(error) => error.code(),
            Self::Parameter(error) => error.code(),
            Self::Picture(error) => error.code(),
            Self::SignIn(error) => error.code(),
            Self::Connect(error) => error.code(),
            Self::Enrol(error) => error.code(),
            Self::Organization(error) => error.code(),
            Self::Session(error) => error.code(),
        }
    }

    /// The next step, for a person.
    pub(crate) fn hint(&self) -> Option<String> {
        let own = match self {
            Self::NoDataFolder => "name a folder with --home",
            Self::NoVault { .. } => "make one with: fob vault create",
            Self::Damaged { .. } => "put a backup of that folder in its place",
            Self::NoTerminal {
                asked: Asked::Password,
            } => "give it as the first line of standard input, with --password-stdin",
            Self::NoTerminal { .. } => "give it as a line of standard input",
            Self::NeedsYes => "add --yes",
            Self::InputEnded {
                asked: Asked::Password,
            } => "with --password-stdin the first line of standard input is the password",
            Self::InputEnded { .. } => {
                "give it as a line of standard input, after the password when that comes from there too"
            }
            Self::NoEntries => "add one with: fob add, or fob scan FILE --add",
            Self::NoSuchEntry { .. } => "see them all with: fob list",
            Self::CounterHasNoNext { .. } => "leave --next out",
            Self::NoUri => "give otpauth URIs on standard input, one a line",
            Self::Duplicate { .. } => "add it all the same with --keep-both",
            Self::NoCodeFound => "use a sharper or larger picture",
            Self::NotAnEnrolment { code } => code.hint(),
            Self::TransferIncomplete(_) => "put all of its codes into one picture",
            Self::TransferEntry(_) => "show that account's own QR code",
            Self::Transfer(error) => return error.hint().map(Into::into),
            Self::NoAccount => "connect one with: fob account sign-in",
            Self::NoSuchAccount { .. } | Self::SeveralAccounts { .. } => {
                "see them all with: fob account list"
            }
            Self::NoSuchOrganization { .. } => "see them all with: fob org list",
            Self::NoSuchMember { .. } => {
                "nobody was reminded; see the members with: fob org members"
            }
            Self::NoRecoveryCodes { .. } => "turn on MFA for the account with: fob enrol",
            Self::Line { problem, .. } => return problem.hint(),
            Self::Smtp(error) => return error.hint().map(Into::into),
            Self::Home(error) => return error.hint(),
            Self::Header(error) => return error.hint().map(Into::into),
            Self::Create(error) => return error.hint().map(Into::into),
            Self::Unlock(error) => return error.hint().map(Into::into),
            Self::Store(error) => return error.hint().map(Into::into),
            Self::Slot(error) => return error.hint().map(Into::into),
            Self::Uri(error) => return error.hint().map(Into::into),
            Self::Seed(error) => return error.hint().map(Into::into),
            Self::Parameter(error) => return error.hint().map(Into::into),
            Self::Picture(error) => return error.hint().map(Into::into),
            Self::SignIn(error) => return error.hint().map(Into::into),
            Self::Connect(error) => return error.hint(),
            Self::Enrol(EnrolError::Unanswered(_) | EnrolError::Unresolved) => {
                "run fob enrol again: it asks the platform what became of it, and nothing is lost until then"
            }
            Self::Enrol(error) => return error.hint(),
            Self::Organization(OrganizationError::MfaRequired) => {
                "turn on MFA with fob enrol, then sign in again with fob account renew"
            }
            Self::Organization(error) => return error.hint(),
            Self::Session(error) => return error.hint(),
            Self::Unconfirmed
            | Self::PasswordsDiffer
            | Self::Input(_)
            | Self::NotText
            | Self::LineTooLong
            | Self::Output(_)
            | Self::Runtime(_)
            | Self::Http(_)
            | Self::File(_)
            | Self::NoKeyringSlot => return None,
        };
        Some(own.into())
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
    fn only_a_missing_yes_is_a_matter_of_usage() {
        assert_eq!(CommandError::NeedsYes.exit_code(), 2);
        assert_eq!(CommandError::NoEntries.exit_code(), 1);
    }
}
