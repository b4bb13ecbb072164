//! The command line. No option takes a secret: arguments can be read by every process of the machine.

mod entries;
mod platform;
mod ssh;
mod vault;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use entries::{
    AddArgs, CodeArgs, DuplicateArgs, EditArgs, ExportArgs, ExportForm, KindArg, QueryArg,
    ScanArgs, SettingsCommand, TrashCommand,
};
pub(crate) use platform::{
    AccountCommand, BrowserArg, ClientAuthArg, DeploymentArg, DoctorArgs, EnrolArgs,
    FactorsCommand, OrgArgs, OrgCommand, RecoveryCodesArgs, RemindArgs, SignInArgs, Switch,
};
pub(crate) use ssh::{SshCommand, SshConfigArgs, SshRefreshArgs};
pub(crate) use vault::{KeyringCommand, RestoreArgs, SlotsCommand, VaultCommand};

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
    /// Open the vault by the words of its recovery kit in place of its password
    #[arg(long, global = true)]
    pub(crate) kit: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show codes
    Code(CodeArgs),
    /// Read QR codes from pictures, a camera, the screen or the clipboard
    Scan(ScanArgs),
    /// Add an entry
    Add(AddArgs),
    /// List the entries, without their codes
    List {
        /// Only those with this tag
        #[arg(long, value_name = "TAG")]
        tag: Option<String>,
    },
    /// Show everything about an entry but its secret
    Show(QueryArg),
    /// Change an entry's names, tags, notes and icon
    Edit(EditArgs),
    /// Move an entry to the trash
    Remove(QueryArg),
    /// See the removed entries, bring them back, destroy them
    Trash {
        #[command(subcommand)]
        command: Option<TrashCommand>,
    },
    /// Write everything to a file that other programs open
    Export(ExportArgs),
    /// See what was done to the vault, the newest first
    History {
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
    },
    /// See and change how the vault is kept
    Settings {
        #[command(subcommand)]
        command: Option<SettingsCommand>,
    },
    /// Make the vault, what opens it, lock, back up, check, restore
    #[command(subcommand)]
    Vault(VaultCommand),
    /// Connect platform accounts
    #[command(subcommand)]
    Account(AccountCommand),
    /// Turn on MFA for a platform account, or finish an enrolment that was interrupted
    Enrol(EnrolArgs),
    /// See whether MFA is on and whose codes it takes, turn it off, move it to a new secret
    Factors {
        #[command(subcommand)]
        command: Option<FactorsCommand>,
    },
    /// Show the recovery codes kept for a platform account, mark one as used, get a new set
    RecoveryCodes(RecoveryCodesArgs),
    /// Keep SSH certificates for a platform's hosts
    #[command(subcommand)]
    Ssh(SshCommand),
    /// See who in an organisation has MFA, remind, require
    Org(OrgArgs),
    /// Explain an error of a platform's git, SSH, command line or API, and say what to do
    Doctor(DoctorArgs),
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

    /// Connecting another deployment, with these options.
    fn own<'a>(options: &[&'a str]) -> Vec<&'a str> {
        let (api, auth) = ("https://api.example", "https://auth.example");
        let command = ["account", "sign-in", "--api", api, "--auth", auth];
        [&command, options].concat()
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
            ("nothing to scan", &["scan"], false),
            ("any camera", &["scan", "--camera"], true),
            (
                "a camera for a while",
                &["scan", "--camera", "HD", "--timeout", "9"],
                true,
            ),
            (
                "a camera and a picture",
                &["scan", "a.png", "--camera"],
                false,
            ),
            (
                "a picture for a while",
                &["scan", "a.png", "--timeout", "9"],
                false,
            ),
            ("the screen", &["scan", "--screen", "--add"], true),
            ("the clipboard", &["scan", "--clipboard", "--raw"], true),
            ("two sources", &["scan", "--screen", "--clipboard"], false),
            (
                "a picture and the screen",
                &["scan", "a.png", "--screen"],
                false,
            ),
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
            ("an edit of nothing", &["edit", "x"], false),
            (
                "an edit",
                &["edit", "x", "--tag", "a", "--untag", "b", "--icon", ""],
                true,
            ),
            (
                "a favourite and none",
                &["edit", "x", "--favourite", "--no-favourite"],
                false,
            ),
            ("the trash", &["trash"], true),
            ("no form", &["export", "x.age"], false),
            ("an unknown form", &["export", "--to", "csv", "x"], false),
            ("no history", &["history", "--limit", "0"], false),
            ("nothing to set", &["settings", "set"], false),
            ("half a setting", &["settings", "set", "idle-lock"], false),
            ("slots", &["vault", "slots"], true),
            (
                "two ways to restore",
                &["vault", "restore", "x", "--missing", "--everything"],
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
            (
                "an own platform where Deskfob registers itself",
                &own(&["--register", "--ports", "5000-5010"]),
                true,
            ),
            (
                "one that gave an identifier",
                &own(&["--client-id", "c", "--client-auth", "empty-secret"]),
                true,
            ),
            (
                "a given identifier and a new one",
                &own(&["--client-id", "c", "--register"]),
                false,
            ),
            (
                "how a client that is registered is named",
                &own(&["--client-auth", "empty-secret"]),
                false,
            ),
            ("ports that are none", &own(&["--ports", "5000"]), false),
            (
                "ports of a known platform",
                &[
                    "account",
                    "sign-in",
                    "--deployment",
                    "upsun",
                    "--ports",
                    "any",
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
