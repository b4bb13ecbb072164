//! `fob ssh config`: Deskfob's block in `~/.ssh/config`.

use std::io::{self, Write};

use deskfob_flows::{Desk, OpensshConfig, OpensshNotice, SshFolder};
use deskfob_vault::StoredAccount;
use serde::Serialize;

use super::ssh_dir;
use crate::args::{Global, SshConfigArgs};
use crate::choose;
use crate::error::CommandError;
use crate::input::confirm;
use crate::open::{Purpose, with_desk};
use crate::output::{self, Outcome, Output, Report, plain};

#[derive(Serialize)]
struct Configured {
    file: String,
    /// The block is in it.
    configured: bool,
    block: String,
    #[serde(skip)]
    done: Done,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Shown,
    Added,
    Removed,
}

pub(super) async fn run(
    global: &Global,
    out: &Output,
    args: &SshConfigArgs,
) -> Result<Outcome, CommandError> {
    let dir = ssh_dir()?;
    let folder = SshFolder::at(&global.folder()?);
    let found = folder.openssh_config(&dir)?;
    warn_of(&found);
    let (config, done) = if args.add {
        if !found.present {
            out.note(&format!(
                "These lines go before everything in {}:",
                found.file.display()
            ));
            for line in found.block.lines() {
                out.note(line);
            }
            confirm("Put them in?", args.yes)?;
        }
        if args.account.is_some() {
            with_desk(global, Purpose::Read, async |desk| {
                let account = choose::account(desk.vault(), args.account.as_deref()).await?;
                Ok(desk.use_for_ssh(&account).await?)
            })
            .await?;
        }
        (folder.tell_openssh(&dir)?, Done::Added)
    } else if args.remove {
        confirm(
            &format!("Take Deskfob's lines out of {}?", found.file.display()),
            args.yes,
        )?;
        (folder.untell_openssh(&dir)?, Done::Removed)
    } else {
        (found, Done::Shown)
    };
    out.show(&Configured {
        file: config.file.display().to_string(),
        configured: config.present,
        block: config.block,
        done,
    })?;
    Ok(Outcome::Done)
}

/// Has OpenSSH show the account's certificate.
pub(crate) async fn tell(desk: &Desk, account: &StoredAccount) -> Result<(), CommandError> {
    desk.use_for_ssh(account).await?;
    desk.ssh_folder().tell_openssh(&ssh_dir()?)?;
    Ok(())
}

fn warn_of(config: &OpensshConfig) {
    let file = config.file.display();
    for notice in &config.notices {
        match notice {
            OpensshNotice::WritableByOthers => output::warn(
                &format!("others may write {file}, so OpenSSH refuses to read it"),
                Some("chmod go-w it"),
            ),
            OpensshNotice::Link => output::warn(
                &format!("the configuration is a link: the file is {file}"),
                None,
            ),
        }
    }
}

impl Report for Configured {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let file = plain(&self.file);
        match self.done {
            Done::Added => writeln!(out, "OpenSSH finds Deskfob's certificates by {file}."),
            Done::Removed => writeln!(out, "Deskfob's lines are out of {file}."),
            Done::Shown if self.configured => writeln!(out, "{file} has Deskfob's lines."),
            Done::Shown => {
                writeln!(
                    out,
                    "{file} does not have Deskfob's lines (fob ssh config --add):"
                )?;
                write!(out, "{}", self.block)
            }
        }
    }
}
