//! Commands about entries.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

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
#[command(group = ArgGroup::new("source").args(["files", "screen", "clipboard", "camera"]).required(true))]
pub(crate) struct ScanArgs {
    /// Pictures (PNG, JPEG, WebP, GIF, BMP or TIFF), or texts with otpauth links
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Look at the whole desktop
    #[arg(long)]
    pub(crate) screen: bool,
    /// Take the picture or the links on the clipboard
    #[arg(long)]
    pub(crate) clipboard: bool,
    /// Read from a camera until it has shown an enrolment; NAME is its name or a part of it
    #[arg(long, value_name = "NAME", num_args = 0..=1)]
    pub(crate) camera: Option<Option<String>>,
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["files", "screen", "clipboard"], value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: Option<u64>,
    /// Print the text of every QR code and every line of a text as it is, secrets included
    #[arg(long, conflicts_with = "add")]
    pub(crate) raw: bool,
    /// Add the enrolments to the vault
    #[arg(long, required_if_eq_any = [("keep_both", "true"), ("replace", "true")])]
    pub(crate) add: bool,
    #[command(flatten)]
    pub(crate) duplicates: DuplicateArgs,
}

/// What to do with what the vault seems to have already; without, it is left out and told.
#[derive(Args)]
pub(crate) struct DuplicateArgs {
    /// Add even what looks like an entry of the vault
    #[arg(long)]
    pub(crate) keep_both: bool,
    /// Put it in the place of the entry that it looks like, whose old key goes to the trash
    #[arg(long, conflicts_with = "keep_both")]
    pub(crate) replace: bool,
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
    #[command(flatten)]
    pub(crate) duplicates: DuplicateArgs,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum KindArg {
    Totp,
    Hotp,
    Steam,
}

#[derive(Args)]
pub(crate) struct QueryArg {
    /// Words of the issuer or account, or an entry's id; exactly one entry has to fit
    pub(crate) query: String,
}

#[derive(Args)]
#[command(group = ArgGroup::new("what")
    .args(["issuer", "account", "icon", "tag", "untag", "notes_stdin", "favourite", "no_favourite"])
    .required(true).multiple(true))]
pub(crate) struct EditArgs {
    /// Words of the issuer or account, or an entry's id; exactly one entry has to fit
    pub(crate) query: String,
    /// Who the account is with
    #[arg(long, value_name = "NAME")]
    pub(crate) issuer: Option<String>,
    /// The account's name there
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// A character for its icon; nothing: the usual one
    #[arg(long, value_name = "TEXT")]
    pub(crate) icon: Option<String>,
    /// Add a tag
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Vec<String>,
    /// Take a tag away
    #[arg(long, value_name = "TAG")]
    pub(crate) untag: Vec<String>,
    /// Take new notes from standard input (what follows the password, when that comes from there too)
    #[arg(long)]
    pub(crate) notes_stdin: bool,
    /// Mark it as a favourite
    #[arg(long, conflicts_with = "no_favourite")]
    pub(crate) favourite: bool,
    /// No longer a favourite
    #[arg(long)]
    pub(crate) no_favourite: bool,
}

#[derive(Subcommand)]
pub(crate) enum TrashCommand {
    /// List the removed entries
    List,
    /// Bring an entry back
    Restore(QueryArg),
    /// Destroy an entry for good
    Purge {
        #[command(flatten)]
        entry: QueryArg,
        /// Do not ask first
        #[arg(long)]
        yes: bool,
    },
    /// Destroy all of them for good
    Empty {
        /// Do not ask first
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(crate) struct ExportArgs {
    /// What is written: an encrypted age file, or everything in clear
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) to: ExportForm,
    /// Where to; - is standard output
    pub(crate) file: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
    /// Do not ask before writing secrets in clear
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportForm {
    /// Encrypted with a passphrase; the age program opens it
    Age,
    /// A JSON document, all secrets in clear
    Json,
    /// otpauth URIs, one a line, all secrets in clear
    Uris,
}

#[derive(Subcommand)]
pub(crate) enum SettingsCommand {
    /// Change settings: idle-lock off|1|5|15|60, lock-on-suspend, lock-on-screen-lock, content-protection and backups on|off, backup-folder DIR|default, keep-days N, keep-months N
    Set {
        /// A setting and its new value, as often as wanted
        #[arg(required = true, num_args = 2.., value_names = ["NAME", "VALUE"])]
        changes: Vec<String>,
    },
}
