//! The command line. No option takes a secret: arguments can be read by every process of the machine.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use url::Url;

/// Deskfob in a terminal: codes, enrolment and organisations.
#[derive(Parser)]
#[command(name = "fob", version, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 refused or nothing found, 2 usage.")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Args)]
pub(crate) struct Global {
    /// Keep all state in DIR (also: DESKFOB_HOME)
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Take the vault's password from the first line of standard input
    #[arg(long, global = true)]
    pub(crate) password_stdin: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show codes
    Code(CodeArgs),
    /// Read QR codes from pictures
    Scan(ScanArgs),
    /// Add an entry
    Add(AddArgs),
    /// List the entries, without their codes
    List,
    /// Make the vault and see what opens it
    #[command(subcommand)]
    Vault(VaultCommand),
    /// Connect platform accounts
    #[command(subcommand)]
    Account(AccountCommand),
    /// Turn on MFA for a platform account, or finish an enrolment that was interrupted
    Enrol(EnrolArgs),
    /// Show the recovery codes kept for a platform account
    RecoveryCodes(AccountArg),
    /// See who in an organisation has MFA, remind, require
    Org(OrgArgs),
}

#[derive(Args)]
pub(crate) struct CodeArgs {
    /// Words of the issuer or account, or an entry's id; when one entry fits, only its code is printed
    pub(crate) query: Option<String>,
    /// The time to make codes for, Unix time in seconds [default: now]
    #[arg(long, value_name = "UNIX")]
    pub(crate) at: Option<u64>,
    /// Print the code of the next period
    #[arg(long)]
    pub(crate) next: bool,
    /// Read otpauth URIs, one a line, and print one code a line; no vault is opened
    #[arg(long, conflicts_with = "query")]
    pub(crate) uri_stdin: bool,
}

#[derive(Args)]
pub(crate) struct ScanArgs {
    /// Pictures: PNG, JPEG, WebP, GIF, BMP or TIFF
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Print the text of every QR code as it is, secrets included
    #[arg(long, conflicts_with = "add")]
    pub(crate) raw: bool,
    /// Add the enrolments to the vault
    #[arg(long)]
    pub(crate) add: bool,
    /// Add even what looks like an entry of the vault
    #[arg(long, requires = "add")]
    pub(crate) keep_both: bool,
}

/// The key is asked for on the terminal, or read from standard input (after the password, when that comes from there too).
#[derive(Args)]
#[command(group = ArgGroup::new("what").args(["uri_stdin", "issuer", "account"]).required(true).multiple(true))]
pub(crate) struct AddArgs {
    /// Read otpauth URIs from standard input, one a line; all are added or none
    #[arg(long, conflicts_with_all = ["issuer", "account", "kind", "algorithm", "digits", "period", "counter"])]
    pub(crate) uri_stdin: bool,
    /// Who the account is with
    #[arg(long, value_name = "NAME")]
    pub(crate) issuer: Option<String>,
    /// The account's name there
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// How codes are made
    #[arg(long = "type", value_enum, default_value_t = KindArg::Totp)]
    pub(crate) kind: KindArg,
    /// SHA1, SHA256 or SHA512
    #[arg(long, value_name = "HASH", default_value = "SHA1")]
    pub(crate) algorithm: deskfob_otp::Algorithm,
    /// Digits of a code, 1 to 10
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) digits: u8,
    /// Seconds a code lives
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) period: u32,
    /// The first counter of a counter-based entry
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) counter: u64,
    /// Add it even when it looks like an entry of the vault
    #[arg(long)]
    pub(crate) keep_both: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum KindArg {
    Totp,
    Hotp,
    Steam,
}

#[derive(Subcommand)]
pub(crate) enum VaultCommand {
    /// Make a vault
    Create {
        /// Let the system's keyring open it, too
        #[arg(long)]
        keyring: bool,
    },
    /// List what opens the vault
    Slots,
    /// Let the system's keyring open the vault, or no longer
    #[command(subcommand)]
    Keyring(KeyringCommand),
}

#[derive(Clone, Copy, Subcommand)]
pub(crate) enum KeyringCommand {
    /// Add the keyring slot
    Add,
    /// Remove the keyring slot
    Remove,
}

#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    /// Connect an account, in the browser or by an API token
    SignIn(SignInArgs),
    /// Sign in again in the browser, so that the session is made with MFA
    Renew {
        #[command(flatten)]
        account: AccountArg,
        #[command(flatten)]
        browser: BrowserArg,
    },
    /// List the connected accounts
    List,
    /// End the session; the account's codes stay in the vault
    SignOut(AccountArg),
}

#[derive(Args)]
#[command(group = ArgGroup::new("platform").args(["deployment", "api"]).required(true))]
pub(crate) struct SignInArgs {
    /// A known platform
    #[arg(long, value_enum)]
    pub(crate) deployment: Option<DeploymentArg>,
    /// Base address of another deployment's API
    #[arg(long, value_name = "URL", requires_all = ["auth", "client_id"])]
    pub(crate) api: Option<Url>,
    /// Base address of its authorization server
    #[arg(long, value_name = "URL", requires = "api")]
    pub(crate) auth: Option<Url>,
    /// The public client identifier registered there
    #[arg(long, value_name = "ID", requires = "api")]
    pub(crate) client_id: Option<String>,
    /// Take an API token from standard input (the line after the password, when that comes from there too)
    #[arg(long)]
    pub(crate) token_stdin: bool,
    #[command(flatten)]
    pub(crate) browser: BrowserArg,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum DeploymentArg {
    /// The embedded platform
    Sandbox,
    /// Upsun
    Upsun,
    /// Platform.sh
    Platformsh,
}

#[derive(Args)]
pub(crate) struct BrowserArg {
    /// Only print the address to open; start no browser
    #[arg(long)]
    pub(crate) no_browser: bool,
}

#[derive(Args)]
pub(crate) struct AccountArg {
    /// E-mail address, name or id; not needed when one account is connected
    pub(crate) account: Option<String>,
}

#[derive(Args)]
pub(crate) struct EnrolArgs {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// Print the recovery codes; they are kept in the vault either way
    #[arg(long)]
    pub(crate) show_recovery_codes: bool,
    /// Forget an enrolment that was not confirmed
    #[arg(long, conflicts_with = "show_recovery_codes")]
    pub(crate) discard: bool,
}

#[derive(Args)]
pub(crate) struct OrgArgs {
    /// The platform account to use: e-mail address, name or id; not needed when one is connected
    #[arg(long, global = true)]
    pub(crate) account: Option<String>,
    #[command(subcommand)]
    pub(crate) command: OrgCommand,
}

#[derive(Subcommand)]
pub(crate) enum OrgCommand {
    /// List the account's organisations
    List,
    /// List the members with their MFA status
    Members {
        /// Machine name, label or id
        org: String,
    },
    /// Count who is covered
    Status {
        /// Machine name, label or id
        org: String,
    },
    /// Send people the platform's reminder to turn on MFA
    Remind(RemindArgs),
    /// Require MFA of everyone, or stop requiring it
    Enforce {
        /// Machine name, label or id
        org: String,
        #[arg(value_enum)]
        required: Switch,
        /// Do not ask first
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
#[command(group = ArgGroup::new("whom").args(["all_off", "users"]).required(true))]
pub(crate) struct RemindArgs {
    /// Machine name, label or id
    pub(crate) org: String,
    /// E-mail addresses or ids
    #[arg(value_name = "USER")]
    pub(crate) users: Vec<String>,
    /// Everyone whose MFA is off
    #[arg(long)]
    pub(crate) all_off: bool,
    /// Do not ask first
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Switch {
    /// Require MFA
    On,
    /// Stop requiring it
    Off,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_option_takes_a_secret() {
        let secret = ["password", "token", "secret", "key", "uri", "seed"];
        let mut commands = vec![Cli::command()];
        while let Some(command) = commands.pop() {
            for arg in command
                .get_arguments()
                .filter(|arg| arg.get_action().takes_values())
            {
                let name = arg.get_id().as_str();
                assert!(
                    !secret.iter().any(|word| name.contains(word)),
                    "{} {name}",
                    command.get_name()
                );
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let cases: &[(&str, &[&str], bool)] = &[
            ("codes of all entries", &["code"], true),
            (
                "URIs and a query",
                &["code", "--uri-stdin", "github"],
                false,
            ),
            ("a time that is no number", &["code", "--at", "noon"], false),
            ("no picture", &["scan"], false),
            (
                "texts and adding",
                &["scan", "a.png", "--raw", "--add"],
                false,
            ),
            ("an entry without any name", &["add"], false),
            (
                "an entry by its issuer",
                &["add", "--issuer", "GitHub"],
                true,
            ),
            (
                "a URI with settings of its own",
                &["add", "--uri-stdin", "--digits", "8"],
                false,
            ),
            (
                "an unknown hash",
                &["add", "--issuer", "x", "--algorithm", "MD5"],
                false,
            ),
            ("no platform", &["account", "sign-in"], false),
            (
                "a platform",
                &["account", "sign-in", "--deployment", "sandbox"],
                true,
            ),
            (
                "half an own platform",
                &["account", "sign-in", "--api", "https://api.example"],
                false,
            ),
            (
                "an address that is none",
                &[
                    "account",
                    "sign-in",
                    "--api",
                    "x",
                    "--auth",
                    "x",
                    "--client-id",
                    "c",
                ],
                false,
            ),
            ("nobody to remind", &["org", "remind", "acme"], false),
            (
                "everybody and somebody",
                &["org", "remind", "acme", "a@b", "--all-off"],
                false,
            ),
            (
                "options behind the command",
                &["list", "--json", "--home", "/x"],
                true,
            ),
        ];
        for (name, args, accepted) in cases {
            let line = std::iter::once(&"fob").chain(args.iter());
            assert_eq!(
                Cli::try_parse_from(line).is_ok(),
                *accepted,
                "{name}: {args:?}"
            );
        }
    }
}
