//! Commands about platform accounts and organisations.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use deskfob_doctor::Asked;
use deskfob_platform::LoopbackPorts;
use url::Url;

#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    /// Connect an account, in the browser or by an API token
    SignIn(Box<SignInArgs>),
    /// Sign in again in the browser, so that the session is made with MFA, or as it is asked for
    Renew {
        #[command(flatten)]
        account: AccountArg,
        #[command(flatten)]
        asked: AskedArgs,
        #[command(flatten)]
        browser: BrowserArg,
    },
    /// List the connected accounts
    List,
    /// End the session; the account's codes stay in the vault
    SignOut(AccountArg),
}

#[derive(Args)]
pub(crate) struct AskedArgs {
    /// A method that the sign-in must use: mfa, sso:PROVIDER, sso (any provider), or any; may be given several times
    #[arg(long, value_name = "NAME", value_parser = method)]
    method: Vec<String>,
    /// Most seconds since you signed in: after that, you are asked again
    #[arg(long, value_name = "SECONDS")]
    max_age: Option<u64>,
}

impl AskedArgs {
    /// What is asked for; MFA where nothing is.
    pub(crate) fn asked(&self) -> Asked {
        if self.method.is_empty() && self.max_age.is_none() {
            return Asked::mfa();
        }
        let named = self.method.iter().filter(|method| *method != "any");
        Asked {
            amr: named.cloned().collect(),
            max_age: self.max_age,
        }
    }
}

fn method(text: &str) -> Result<String, String> {
    match text {
        "sso" => Ok("sso:*".to_owned()),
        text if Asked::is_method(text) => Ok(text.to_owned()),
        _ => Err("write it like mfa or sso:acme".to_owned()),
    }
}

#[derive(Args)]
#[command(group = ArgGroup::new("platform").args(["deployment", "api"]).required(true))]
pub(crate) struct SignInArgs {
    /// A known platform
    #[arg(long, value_enum)]
    pub(crate) deployment: Option<DeploymentArg>,
    /// Base address of another deployment's API
    #[arg(long, value_name = "URL", requires = "auth")]
    pub(crate) api: Option<Url>,
    /// Base address of its authorization server
    #[arg(long, value_name = "URL", requires = "api")]
    pub(crate) auth: Option<Url>,
    /// The public client identifier registered there; without it Deskfob registers itself
    #[arg(long, value_name = "ID", requires = "api")]
    pub(crate) client_id: Option<String>,
    /// Register anew, even if Deskfob is registered there
    #[arg(long, requires = "api", conflicts_with = "client_id")]
    pub(crate) register: bool,
    /// Ports of this computer that the browser may be sent back to: any, or a range such as 5000-5010
    #[arg(long, value_name = "PORTS", requires = "api", default_value = "any", value_parser = loopback_ports)]
    pub(crate) ports: LoopbackPorts,
    /// How the client names itself at the token endpoint
    #[arg(long, value_enum, requires = "client_id", default_value = "none")]
    pub(crate) client_auth: ClientAuthArg,
    /// Base address of what signs SSH keys there, when that is another one
    #[arg(long, value_name = "URL", requires = "api")]
    pub(crate) certifier: Option<Url>,
    /// Pattern of the names of its SSH hosts, such as *.platform.example; may be given several times
    #[arg(long, value_name = "PATTERN", requires = "api", value_parser = host_pattern)]
    pub(crate) ssh_host: Vec<String>,
    /// Take an API token from standard input (the line after the password, when that comes from there too)
    #[arg(long)]
    pub(crate) token_stdin: bool,
    #[command(flatten)]
    pub(crate) browser: BrowserArg,
}

fn host_pattern(text: &str) -> Result<String, deskfob_ssh::ConfigError> {
    deskfob_ssh::HostPattern::new(text).map(|pattern| pattern.as_str().to_owned())
}

fn loopback_ports(text: &str) -> Result<LoopbackPorts, String> {
    if text == "any" {
        return Ok(LoopbackPorts::Any);
    }
    let range = text.split_once('-').and_then(|(first, last)| {
        Some(LoopbackPorts::Range {
            first: first.parse().ok()?,
            last: last.parse().ok()?,
        })
    });
    range.ok_or_else(|| "write it like any or 5000-5010".to_owned())
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ClientAuthArg {
    /// By its identifier alone
    None,
    /// With an empty secret, as the platforms' own command line does
    EmptySecret,
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
    /// Show the QR code and the setup key on the terminal, for another app as well; needs the vault's password
    #[arg(long, conflicts_with = "discard")]
    pub(crate) show_key: bool,
    /// Only another app is to make the codes: its code is asked for, and the secret is not kept here
    #[arg(long, requires = "show_key")]
    pub(crate) other_app: bool,
    /// Forget an enrolment that was not confirmed
    #[arg(long, conflicts_with_all = ["show_recovery_codes", "renew"])]
    pub(crate) discard: bool,
    /// Then sign in again in the browser, so that the session is made with MFA; asked for on a terminal without it
    #[arg(long)]
    pub(crate) renew: bool,
    /// Leave the account's SSH certificate as it is after that
    #[arg(long)]
    pub(crate) no_ssh: bool,
    #[command(flatten)]
    pub(crate) browser: BrowserArg,
}

#[derive(Subcommand)]
pub(crate) enum FactorsCommand {
    /// List the accounts' factors as they were known last; the platforms are not asked
    List,
    /// Turn off MFA; the entry goes to the trash once the platform agreed
    Remove {
        #[command(flatten)]
        account: AccountArg,
        /// Do not ask first
        #[arg(long)]
        yes: bool,
    },
    /// Move to a new secret, kept here; also takes up a move that was interrupted
    Move {
        #[command(flatten)]
        account: AccountArg,
        /// Do not ask first
        #[arg(long)]
        yes: bool,
        /// Give up a move that was interrupted: MFA stays off
        #[arg(long)]
        abandon: bool,
    },
    /// Ask the platform, and tell what is proven of the entry kept here
    Check {
        #[command(flatten)]
        account: AccountArg,
        /// Sign in with a code of the entry, which proves it
        #[arg(long)]
        sign_in: bool,
        #[command(flatten)]
        browser: BrowserArg,
    },
    /// Compare this computer's clock with the platform's
    Clock {
        #[command(flatten)]
        account: AccountArg,
        /// Make the account's codes by the platform's time from now on
        #[arg(long)]
        correct: bool,
        /// Make them by this computer's time again
        #[arg(long, conflicts_with = "correct")]
        undo: bool,
    },
}

#[derive(Args)]
pub(crate) struct RecoveryCodesArgs {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// Have the platform make a new set; the old one stops working
    #[arg(long, conflicts_with_all = ["mark_used", "mark_unused"])]
    pub(crate) new: bool,
    /// Mark the code at this place of the set as used
    #[arg(long, value_name = "N")]
    pub(crate) mark_used: Option<u32>,
    /// Take that mark away again
    #[arg(long, value_name = "N", conflicts_with = "mark_used")]
    pub(crate) mark_unused: Option<u32>,
    /// Do not ask before making a new set
    #[arg(long, requires = "new")]
    pub(crate) yes: bool,
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

#[derive(Args)]
pub(crate) struct DoctorArgs {
    /// A text with the error, such as a build's log; without it, or as -, standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The account to check: e-mail address, name or id; else the one that the error names
    #[arg(long, conflicts_with = "offline")]
    pub(crate) account: Option<String>,
    /// Look at the text alone: open no vault and ask no platform
    #[arg(long)]
    pub(crate) offline: bool,
    /// Do what it takes, after asking
    #[arg(long, conflicts_with = "offline")]
    pub(crate) fix: bool,
    /// Do not ask first
    #[arg(long, requires = "fix")]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) browser: BrowserArg,
}
