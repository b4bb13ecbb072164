//! What errors are called, and the next step after each.

use deskfob_flows::{MoveError, NewCodesError, WithdrawError};

use super::{CommandError, EnrolError, OrganizationError};
use crate::input::Asked;

impl CommandError {
    /// Stable name of the error.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoDataFolder => "no_data_folder",
            Self::NoVault { .. } => "no_vault",
            Self::Damaged { .. } => "vault_damaged",
            Self::LockedMeanwhile => "locked_meanwhile",
            Self::KitIsNoHelp => "kit_is_no_help",
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
            Self::SeveralEntries { .. } => "several_entries",
            Self::NotInTrash { .. } => "not_in_trash",
            Self::NoSuchTag { .. } => "no_such_tag",
            Self::CounterHasNoNext { .. } => "counter_has_no_next",
            Self::NoUri => "no_uri",
            Self::Line { problem, .. } => problem.code(),
            Self::Duplicate { .. } => "duplicate",
            Self::SeveralDuplicates { .. } => "duplicates",
            Self::File(_) => "file_unreadable",
            Self::NoCodeFound | Self::NoCodeOnScreen | Self::NothingShown => "no_code_found",
            Self::Camera(error) => error.code(),
            Self::Screen(error) => error.code(),
            Self::Clipboard(error) => error.code(),
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
            Self::NoSuchRecoveryCode { .. } => "no_such_recovery_code",
            Self::NoKeyringSlot => "no_keyring_slot",
            Self::NoSuchSlot { .. } => "no_such_slot",
            Self::SeveralSlots { .. } => "several_slots",
            Self::UnknownSetting { .. } => "unknown_setting",
            Self::SettingValue { .. } | Self::SettingWithoutValue { .. } => "setting_value",
            Self::VaultFolder(_) => "home_unusable",
            Self::FileExists { .. } => "file_exists",
            Self::FileUnwritable { .. } => "file_unwritable",
            Self::ExportToTerminal => "export_to_terminal",
            Self::Home(error) => error.code(),
            Self::Header(error) => error.code(),
            Self::Create(error) => error.code(),
            Self::Unlock(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Slot(error) => error.code(),
            Self::Kit(error) => error.code(),
            Self::NewKey(error) => error.code(),
            Self::Repair(error) => error.code(),
            Self::Backup(error) => error.code(),
            Self::Encrypt(error) => error.code(),
            Self::Uri(error) => error.code(),
            Self::Seed(error) => error.code(),
            Self::Parameter(error) => error.code(),
            Self::ScannedFile(error) => error.code(),
            Self::ScannedText(error) => error.code(),
            Self::SignIn(error) => error.code(),
            Self::Connect(error) => error.code(),
            Self::Enrol(error) => error.code(),
            Self::Withdraw(error) => error.code(),
            Self::Move(error) => error.code(),
            Self::NewCodes(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::QrCode(_) => "qr_code",
            Self::KeyToNoTerminal => "key_to_no_terminal",
            Self::Organization(error) => error.code(),
            Self::Session(error) => error.code(),
            Self::Ssh(error) => error.code(),
            Self::Openssh(error) => error.code(),
            Self::Certificate(error) => error.code(),
            Self::CommandLine(error) => error.code(),
            Self::NoHomeFolder => "no_home_folder",
        }
    }

    /// The next step, for a person.
    pub(crate) fn hint(&self) -> Option<String> {
        let own = match self {
            Self::NoDataFolder => "name a folder with --home",
            Self::NoVault { .. } => "make one with: fob vault create",
            Self::Damaged {
                can_repair: true, ..
            } => "repair it with: fob vault repair",
            Self::Damaged { .. } => {
                "see the backups with: fob vault check, and bring one back with: fob vault restore FILE --everything"
            }
            Self::LockedMeanwhile => "run it again once the vault may be open",
            Self::KitIsNoHelp => "leave --kit out and give the password",
            Self::NoTerminal { asked } if asked.opens_the_vault() => {
                "give it as the first line of standard input, with --password-stdin"
            }
            Self::NoTerminal { .. } => "give it as a line of standard input",
            Self::NeedsYes => "add --yes",
            Self::InputEnded {
                asked: Asked::Password,
            } => "with --password-stdin the first line of standard input is the password",
            Self::InputEnded { asked: Asked::Kit } => {
                "with --password-stdin and --kit the first line of standard input is the kit's words"
            }
            Self::InputEnded { .. } => {
                "give it as a line of standard input, after the password when that comes from there too"
            }
            Self::NoEntries => "add one with: fob add, or fob scan FILE --add",
            Self::NoSuchEntry { .. } => "see them all with: fob list",
            Self::SeveralEntries { .. } => "name one by its id",
            Self::NotInTrash { .. } => "see what is there with: fob trash",
            Self::NoSuchTag { .. } => "see the tags with: fob list",
            Self::CounterHasNoNext { .. } => "leave --next out",
            Self::NoUri => "give otpauth URIs on standard input, one a line",
            Self::Duplicate { .. } => {
                "add it all the same with --keep-both, or put it in the place of the other with --replace"
            }
            Self::SeveralDuplicates { .. } => {
                "add it all the same with --keep-both, or remove all but one of them first"
            }
            Self::NoCodeFound => "use a sharper or larger picture",
            Self::NoCodeOnScreen => "see that no window covers the code, and make it larger",
            Self::NothingShown => "hold it closer and still, in good light",
            Self::Camera(error) => return error.hint().map(Into::into),
            Self::Screen(error) => return error.hint().map(Into::into),
            Self::Clipboard(error) => return error.hint().map(Into::into),
            Self::NotAnEnrolment { code } => code.hint(),
            Self::TransferIncomplete(_) => {
                "put all of its codes into one picture, or show them one by one: fob scan --camera"
            }
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
            Self::NoSuchRecoveryCode { .. } => "see them with: fob recovery-codes",
            Self::NoSuchSlot { .. } => "see them all with: fob vault slots",
            Self::SeveralSlots { .. } => "name one by its id",
            Self::UnknownSetting { .. } | Self::SettingWithoutValue { .. } => {
                "see them all with: fob settings"
            }
            Self::VaultFolder(_) => "check the folder's owner and permissions",
            Self::FileExists { .. } => "choose another name, or write over it with --force",
            Self::FileUnwritable { .. } => "check the folder, its permissions and the free space",
            Self::ExportToTerminal => "name a file, or add --yes to see it all the same",
            Self::Line { problem, .. } => return problem.hint(),
            Self::Smtp(error) => return error.hint().map(Into::into),
            Self::Home(error) => return error.hint(),
            Self::Header(error) => return error.hint().map(Into::into),
            Self::Create(error) => return error.hint().map(Into::into),
            Self::Unlock(error) => return error.hint().map(Into::into),
            Self::Store(error) => return error.hint().map(Into::into),
            Self::Slot(error) => return error.hint().map(Into::into),
            Self::Kit(error) => return error.hint().map(Into::into),
            Self::NewKey(error) => return error.hint().map(Into::into),
            Self::Repair(error) => return error.hint().map(Into::into),
            Self::Backup(error) => return error.hint().map(Into::into),
            Self::Encrypt(error) => return error.hint().map(Into::into),
            Self::Uri(error) => return error.hint().map(Into::into),
            Self::Seed(error) => return error.hint().map(Into::into),
            Self::Parameter(error) => return error.hint().map(Into::into),
            Self::ScannedFile(error) => return error.hint().map(Into::into),
            Self::ScannedText(error) => return error.hint().map(Into::into),
            Self::SignIn(error) => return error.hint().map(Into::into),
            Self::Connect(error) => return error.hint(),
            Self::Enrol(EnrolError::Unanswered(_) | EnrolError::Unresolved) => {
                "run fob enrol again: it asks the platform what became of it, and nothing is lost until then"
            }
            Self::Enrol(error) => return error.hint(),
            Self::Withdraw(WithdrawError::Unanswered(_) | WithdrawError::Unresolved) => {
                "run fob factors check: it asks the platform what became of it, and the entry stays until then"
            }
            Self::Withdraw(error) => return error.hint(),
            Self::Move(MoveError::Withdraw(
                WithdrawError::Unanswered(_) | WithdrawError::Unresolved,
            )) => "run fob factors move again: it asks the platform first what became of it",
            Self::Move(MoveError::Withdraw(error)) => return error.hint(),
            Self::Move(MoveError::Enrol(_)) => {
                "run fob factors move again: it goes on where it stopped; with --abandon MFA stays off"
            }
            Self::NewCodes(NewCodesError::Unanswered(_) | NewCodesError::Empty) => {
                "run fob recovery-codes --new again: that is safe, and only the last set counts"
            }
            Self::NewCodes(error) => return error.hint(),
            Self::Proof(error) => return error.hint(),
            Self::QrCode(_) => "leave --show-key out",
            Self::KeyToNoTerminal => "leave --show-key out, or run it in a terminal without --json",
            Self::Organization(OrganizationError::MfaRequired) => {
                "turn on MFA with fob enrol, then sign in again with fob account renew"
            }
            Self::Organization(error) => return error.hint(),
            Self::Session(error) => return error.hint(),
            Self::Ssh(error) => return error.hint(),
            Self::Openssh(error) => return error.hint().map(Into::into),
            Self::Certificate(error) => return error.hint().map(Into::into),
            Self::CommandLine(error) => return error.hint().map(Into::into),
            Self::NoHomeFolder => "set HOME",
            Self::Unconfirmed
            | Self::PasswordsDiffer
            | Self::Input(_)
            | Self::NotText
            | Self::LineTooLong
            | Self::Output(_)
            | Self::Runtime(_)
            | Self::Http(_)
            | Self::File(_)
            | Self::NoKeyringSlot
            | Self::SettingValue { .. } => return None,
        };
        Some(own.into())
    }
}
