//! Commands about the vault as a whole.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(crate) enum VaultCommand {
    /// Make a vault
    Create {
        /// Let the system's keyring open it, too
        #[arg(long)]
        keyring: bool,
    },
    /// Make every program lock the vault, without a password
    Lock,
    /// List and change what opens the vault
    Slots {
        #[command(subcommand)]
        command: Option<SlotsCommand>,
    },
    /// Let the system's keyring open the vault, or no longer
    #[command(subcommand)]
    Keyring(KeyringCommand),
    /// Encrypt everything anew; what opened the vault before opens it no more, but for the passwords given
    NewKey {
        /// Do not ask first
        #[arg(long)]
        yes: bool,
    },
    /// Put the key file before its last change in the place of a damaged one
    Repair,
    /// Look for what is wrong, and change nothing
    Check {
        /// Where else to look for backups when the vault does not open
        #[arg(long, value_name = "DIR")]
        backups: Option<PathBuf>,
    },
    /// Make a backup now
    Backup {
        /// List the backups there are, and make none
        #[arg(long)]
        list: bool,
    },
    /// See what a backup holds, and bring it back
    Restore(RestoreArgs),
}

#[derive(Subcommand)]
pub(crate) enum SlotsCommand {
    /// List what opens the vault
    List,
    /// Add a password
    AddPassword {
        /// What to call it
        #[arg(long, value_name = "NAME", default_value = "Password")]
        name: String,
    },
    /// Add a recovery kit: twelve words, shown only now
    AddKit {
        /// What to call it
        #[arg(long, value_name = "NAME", default_value = "Recovery kit")]
        name: String,
    },
    /// Give a slot another name
    Rename {
        /// The slot's id, or its name when only one has it
        slot: String,
        /// Its new name
        name: String,
    },
    /// Remove a slot; never the last password
    Remove {
        /// The slot's id, or its name when only one has it
        slot: String,
    },
    /// Change a password
    ChangePassword {
        /// The slot's id, or its name when only one has it; not needed when the vault has one password
        slot: Option<String>,
    },
}

#[derive(Clone, Copy, Subcommand)]
pub(crate) enum KeyringCommand {
    /// Add the keyring slot
    Add,
    /// Remove the keyring slot
    Remove,
}

#[derive(Args)]
pub(crate) struct RestoreArgs {
    /// The backup
    pub(crate) file: PathBuf,
    /// Add the entries that the vault has not
    #[arg(long, conflicts_with = "everything")]
    pub(crate) missing: bool,
    /// Put the backup in the place of the whole vault
    #[arg(long)]
    pub(crate) everything: bool,
    /// Do not ask before replacing the vault
    #[arg(long)]
    pub(crate) yes: bool,
}
