//! `--fix`: doing the first thing that is needed, after asking.

use deskfob_doctor::{Asked, Remedy};
use deskfob_flows::{CommandLineError, Desk, SshRefresh};
use deskfob_vault::StoredAccount;

use super::live::Live;
use crate::account::in_browser;
use crate::args::DoctorArgs;
use crate::error::CommandError;
use crate::input::confirm;
use crate::output::{Outcome, Output};
use crate::ssh;

pub(super) async fn first(
    out: &Output,
    desk: &Desk,
    live: &Live,
    remedy: Option<&Remedy>,
    args: &DoctorArgs,
) -> Result<Outcome, CommandError> {
    let Some(account) = &live.account else {
        out.note("Nothing was changed: it is not clear which account this is about.");
        return Ok(Outcome::Partly);
    };
    let email = &account.email;
    match remedy {
        Some(Remedy::Enrol) => {
            confirm(&format!("Turn on MFA for {email} now?"), args.yes)?;
            desk.finish_enrolment(account).await?;
            out.note("MFA is on, and its codes and recovery codes are in the vault. Run this again for the next step.");
        }
        Some(Remedy::SignIn(asked)) => {
            confirm(
                &format!("Sign in again as {email} in the browser?"),
                args.yes,
            )?;
            sign_in(out, desk, account, asked, args).await?;
        }
        Some(Remedy::NewCertificate) => {
            confirm(
                &format!("Make a new SSH certificate for {email}?"),
                args.yes,
            )?;
            desk.refresh_ssh(account, SshRefresh::Now).await?;
            out.note(
                "A new SSH certificate is kept. `fob ssh config` tells whether OpenSSH uses it.",
            );
        }
        Some(Remedy::TellOpenssh) => {
            confirm(
                "Put Deskfob's lines before everything in your OpenSSH configuration?",
                args.yes,
            )?;
            ssh::tell(desk, account).await?;
            out.note("ssh and git show Deskfob's certificate from now on. `fob ssh config --remove` takes the lines out again.");
        }
        Some(Remedy::SignInByCommandLine { name, asked })
            if asked.is_empty() || *asked == Asked::mfa() =>
        {
            confirm(&format!("Run {name} login -f?"), args.yes)?;
            ssh::command_line()
                .ok_or(CommandLineError::NotThere)?
                .sign_in()?;
        }
        Some(Remedy::NewToken) => {
            let Some(page) = desk.console(account).await? else {
                out.note("Nothing was changed: make the token on the platform's own page.");
                return Ok(Outcome::Partly);
            };
            confirm(
                &format!("Open {page}, where API tokens are made?"),
                args.yes,
            )?;
            if args.browser.no_browser || webbrowser::open(page.as_str()).is_err() {
                out.note(page.as_str());
            }
        }
        _ => {
            out.note("Nothing was changed: this is not something that can be done from here.");
            return Ok(Outcome::Partly);
        }
    }
    Ok(Outcome::Done)
}

async fn sign_in(
    out: &Output,
    desk: &Desk,
    account: &StoredAccount,
    asked: &Asked,
    args: &DoctorArgs,
) -> Result<(), CommandError> {
    let attempt = desk.start_asked_renewal(account, asked).await?;
    let tokens = in_browser(desk, attempt, &args.browser).await?;
    let account = desk.finish_renewal(account, tokens).await?;
    ssh::follow_session(desk, out, &account).await;
    out.note("Signed in again. Run this again for the next step.");
    Ok(())
}
