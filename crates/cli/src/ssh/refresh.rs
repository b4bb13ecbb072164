//! `fob ssh refresh`.

use std::io::{self, Write};

use deskfob_flows::{Desk, SshError, SshFolder, SshRefresh, SshStatus, unix_now};
use deskfob_ssh::Life;
use deskfob_vault::StoredAccount;
use serde::Serialize;

use super::{command_line, ssh_dir};
use crate::args::{Global, SshRefreshArgs};
use crate::choose;
use crate::error::CommandError;
use crate::open::{Purpose, with_desk};
use crate::output::{self, Outcome, Output, Report, date, plain};

#[derive(Serialize)]
struct Refreshed {
    /// The account's e-mail address; null where the vault was not opened.
    account: Option<String>,
    /// Whether a certificate was made now.
    refreshed: bool,
    /// `valid`, `due`, `lacks_mfa`, `not_yet`, `expired`.
    state: &'static str,
    /// Unix time, seconds.
    valid_until: Option<u64>,
    mfa: bool,
    /// The private key; the certificate is beside it.
    file: Option<String>,
    hosts: Vec<String>,
    /// OpenSSH's configuration names it for these hosts.
    in_use: bool,
    /// `~/.ssh/config` has Deskfob's block.
    #[serde(rename = "configured")]
    told: bool,
}

pub(super) async fn run(
    global: &Global,
    out: &Output,
    args: &SshRefreshArgs,
) -> Result<Outcome, CommandError> {
    if args.with_cli {
        let cli = command_line().ok_or(deskfob_flows::CommandLineError::NotThere)?;
        cli.sign_in()?;
        return Ok(Outcome::Done);
    }
    if args.if_due
        && args.account.account.is_none()
        && let Some(current) = current(&SshFolder::at(&global.folder()?))?
    {
        out.show(&current)?;
        return Ok(Outcome::Done);
    }
    let when = if args.if_due {
        SshRefresh::IfDue
    } else {
        SshRefresh::Now
    };
    let refreshed = with_desk(global, Purpose::Read, async |desk| {
        let account = choose::account(desk.vault(), args.account.account.as_deref()).await?;
        let (status, refreshed) = desk.refresh_ssh(&account, when).await?;
        Ok(Refreshed::of(desk, &account, &status, refreshed))
    })
    .await?;
    out.show(&refreshed)?;
    Ok(Outcome::Done)
}

/// The one certificate that is kept, if it holds for long enough. For that the vault need not be opened.
fn current(folder: &SshFolder) -> Result<Option<Refreshed>, CommandError> {
    let accounts = folder.accounts()?;
    let [account] = accounts.as_slice() else {
        return Ok(None);
    };
    let Some(credentials) = folder.credentials(account)? else {
        return Ok(None);
    };
    let file = credentials.key_file();
    let Ok(certificate) = credentials.certificate else {
        return Ok(None);
    };
    if !matches!(certificate.life(unix_now().0), Life::Valid { .. }) {
        return Ok(None);
    }
    Ok(Some(Refreshed {
        account: None,
        refreshed: false,
        state: "valid",
        valid_until: Some(certificate.valid_until()),
        mfa: certificate.has_mfa(),
        file: Some(file.display().to_string()),
        hosts: Vec::new(),
        in_use: folder.is_in_use(account),
        told: is_told(folder),
    }))
}

/// After a new sign-in: an account that has a certificate gets one that fits it. Says which, when one was made.
pub(crate) async fn follow(
    desk: &Desk,
    account: &StoredAccount,
) -> Result<Option<String>, SshError> {
    let made = desk.follow_ssh(account).await?;
    Ok(made.map(|status| format!("A new SSH certificate {}.", says(&status))))
}

/// The same where nothing else hangs on it: what goes wrong is only told.
pub(crate) async fn follow_session(desk: &Desk, out: &Output, account: &StoredAccount) {
    match follow(desk, account).await {
        Ok(Some(made)) => out.note(&made),
        Ok(None) => {}
        Err(error) => output::warn(
            &format!("the SSH certificate is still the earlier one: {error}"),
            Some("make a new one with: fob ssh refresh"),
        ),
    }
}

fn says(status: &SshStatus) -> String {
    let certificate = status.certificate.as_ref();
    let until = certificate.map_or(0, deskfob_ssh::Certificate::valid_until);
    let mfa = certificate.is_some_and(deskfob_ssh::Certificate::has_mfa);
    sentence(until, mfa)
}

fn sentence(until: u64, mfa: bool) -> String {
    format!(
        "{} until {}",
        if mfa { "with MFA" } else { "without MFA" },
        date(i64::try_from(until).unwrap_or(i64::MAX))
    )
}

/// A configuration that cannot be read is told by `fob ssh config`.
fn is_told(folder: &SshFolder) -> bool {
    ssh_dir().is_ok_and(|dir| {
        folder
            .openssh_config(&dir)
            .is_ok_and(|config| config.present)
    })
}

impl Refreshed {
    fn of(desk: &Desk, account: &StoredAccount, status: &SshStatus, refreshed: bool) -> Self {
        let certificate = status.certificate.as_ref();
        Self {
            account: Some(account.email.clone()),
            refreshed,
            state: status.state.name(),
            valid_until: certificate.map(deskfob_ssh::Certificate::valid_until),
            mfa: certificate.is_some_and(deskfob_ssh::Certificate::has_mfa),
            file: status
                .key_file
                .as_ref()
                .map(|file| file.display().to_string()),
            hosts: status
                .hosts
                .iter()
                .map(|host| host.as_str().to_owned())
                .collect(),
            in_use: status.in_use,
            told: is_told(&desk.ssh_folder()),
        }
    }
}

impl Report for Refreshed {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let holds = sentence(self.valid_until.unwrap_or(0), self.mfa);
        if !self.refreshed {
            return writeln!(out, "The SSH certificate is {holds}; it is not due.");
        }
        writeln!(out, "A new SSH certificate {holds}.")?;
        let file = self.file.as_deref().map(plain).unwrap_or_default();
        if self.hosts.is_empty() {
            writeln!(
                out,
                "No hosts are known for this platform. Name the key to ssh: ssh -i {file}"
            )
        } else if !self.in_use {
            writeln!(
                out,
                "Another account's certificate is shown to {}. To show this one: fob ssh config --add {}",
                self.hosts.join(", "),
                self.account.as_deref().map(plain).unwrap_or_default()
            )
        } else if self.told {
            writeln!(out, "ssh and git show it to {}.", self.hosts.join(", "))
        } else {
            writeln!(out, "OpenSSH does not know of it yet: fob ssh config --add")
        }
    }
}
