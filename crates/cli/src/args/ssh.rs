//! Commands about SSH certificates.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::platform::AccountArg;

#[derive(Subcommand)]
pub(crate) enum SshCommand {
    /// Make a new SSH certificate for an account
    Refresh(SshRefreshArgs),
    /// Show what a certificate says, without any network
    Inspect {
        /// The certificate; - is standard input. Without it, the ones that Deskfob keeps
        file: Option<PathBuf>,
    },
    /// Show the lines that tell OpenSSH of the certificates; put them into ~/.ssh/config, or take them out
    Config(SshConfigArgs),
}

#[derive(Args)]
pub(crate) struct SshRefreshArgs {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// Only when there is none, its end is near, or it says otherwise than the session
    #[arg(long)]
    pub(crate) if_due: bool,
    /// Let the platform's own command line sign in anew and make one for itself (upsun login -f)
    #[arg(long, conflicts_with_all = ["account", "if_due"])]
    pub(crate) with_cli: bool,
}

#[derive(Args)]
pub(crate) struct SshConfigArgs {
    /// With --add: the account whose certificate is shown, where several have the same hosts
    #[arg(requires = "add")]
    pub(crate) account: Option<String>,
    /// Put them in, before everything else
    #[arg(long)]
    pub(crate) add: bool,
    /// Take them out
    #[arg(long, conflicts_with = "add")]
    pub(crate) remove: bool,
    /// Do not ask first
    #[arg(long)]
    pub(crate) yes: bool,
}
