//! `fob enrol`: turning on MFA for a platform account, its secret straight into the vault.

use std::io::{self, IsTerminal, Write};

use deskfob_flows::{Desk, Finished, QrCode, now_ms};
use deskfob_vault::{Action, Stage, StoredAccount};
use secrecy::ExposeSecret;
use serde::Serialize;

use crate::account::{AccountView, in_browser};
use crate::args::{EnrolArgs, Global};
use crate::choose;
use crate::error::{CommandError, ErrorView};
use crate::input::{self, Asked};
use crate::open::{Purpose, with_desk, with_desk_by_person};
use crate::output::{self, Outcome, Output, Report, plain};

#[derive(Serialize)]
struct Enrolled {
    outcome: Enrolment,
    account: AccountView,
    /// The codes themselves, when they were asked for.
    codes: Option<Vec<String>>,
    /// `renewed`, `kept` or `failed`.
    session: Step,
    /// `refreshed`, `unchanged`, `left_out` or `failed`.
    ssh: Step,
    /// The new certificate in words.
    #[serde(skip)]
    certificate: Option<String>,
}

/// What became of something that follows enrolment. MFA is on whatever it is.
#[derive(Serialize)]
struct Step {
    outcome: &'static str,
    error: Option<ErrorView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Enrolment {
    /// Confirmed now.
    Enrolled,
    /// An earlier confirmation that got no answer turned out to have been accepted.
    Resolved,
    /// The unfinished enrolment was forgotten.
    Discarded,
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    args: &EnrolArgs,
) -> Result<Outcome, CommandError> {
    let work = async |desk: &Desk| {
        let account = choose::account(desk.vault(), args.account.account.as_deref()).await?;
        let outcome = if args.discard {
            desk.discard_enrolment(&account).await?;
            Enrolment::Discarded
        } else if args.show_key {
            show_key(desk, &account, args.other_app).await?
        } else {
            desk.finish_enrolment(&account).await?.into()
        };
        let renewed = match outcome {
            Enrolment::Discarded => None,
            Enrolment::Enrolled | Enrolment::Resolved => renew(desk, &account, args).await,
        };
        let session = Step::of(&renewed, "renewed", "kept");
        let (ssh, certificate) = match &renewed {
            Some(Ok(account)) => ssh(desk, account, args.no_ssh).await,
            _ => (Step::done("unchanged"), None),
        };
        let codes = if args.show_recovery_codes {
            Some(codes(desk, &account).await?)
        } else {
            None
        };
        let account = desk.account(account.id).await?;
        Ok(Enrolled {
            outcome,
            account: AccountView::of(desk, &account).await?,
            codes,
            session,
            ssh,
            certificate,
        })
    };
    let enrolled = if args.show_key {
        if out.is_json() || !io::stderr().is_terminal() {
            return Err(CommandError::KeyToNoTerminal);
        }
        with_desk_by_person(global, Purpose::Change, work).await?
    } else {
        with_desk(global, Purpose::Change, work).await?
    };
    out.show(&enrolled)?;
    Ok(
        match enrolled.session.error.is_some() || enrolled.ssh.error.is_some() {
            true => Outcome::Partly,
            false => Outcome::Done,
        },
    )
}

/// Signs in again with MFA, when that is wanted. `None` when it is not.
async fn renew(
    desk: &Desk,
    account: &StoredAccount,
    args: &EnrolArgs,
) -> Option<Result<StoredAccount, CommandError>> {
    let question =
        "MFA is on. Sign in again in the browser now, so that the session is made with it?";
    let agreed = || io::stdin().is_terminal() && input::confirm(question, false).is_ok();
    if !args.renew && !agreed() {
        return None;
    }
    let work = async {
        let account = desk.account(account.id).await?;
        let attempt = desk.start_renewal(&account).await?;
        if let Some(entry) = account.entry_id {
            output::tell("When a code is asked for, type the next one of this vault:");
            output::tell(&format!("  fob code {entry} --next"));
        }
        let tokens = in_browser(desk, attempt, &args.browser).await?;
        Ok(desk.finish_renewal(&account, tokens).await?)
    };
    Some(work.await)
}

/// Has the account's SSH certificate follow its new session.
async fn ssh(desk: &Desk, account: &StoredAccount, left_out: bool) -> (Step, Option<String>) {
    if left_out {
        return (Step::done("left_out"), None);
    }
    match crate::ssh::follow(desk, account).await {
        Ok(Some(made)) => (Step::done("refreshed"), Some(made)),
        Ok(None) => (Step::done("unchanged"), None),
        Err(error) => (Step::failed(&error.into()), None),
    }
}

impl Step {
    fn of<T>(
        result: &Option<Result<T, CommandError>>,
        done: &'static str,
        not: &'static str,
    ) -> Self {
        match result {
            None => Self::done(not),
            Some(Ok(_)) => Self::done(done),
            Some(Err(error)) => Self::failed(error),
        }
    }

    fn done(outcome: &'static str) -> Self {
        Self {
            outcome,
            error: None,
        }
    }

    fn failed(error: &CommandError) -> Self {
        Self {
            outcome: "failed",
            error: Some(ErrorView::from(error)),
        }
    }

    /// Says what failed, and how to do it by hand.
    fn tell(&self, what: &str, command: &str, out: &mut dyn Write) -> io::Result<()> {
        match &self.error {
            Some(error) => writeln!(out, "{what}: {}. Try: {command}", plain(&error.message)),
            None => Ok(()),
        }
    }
}

/// Shows the secret for another app, then turns MFA on: with the vault's code, or with the other app's.
async fn show_key(
    desk: &Desk,
    account: &StoredAccount,
    other_app: bool,
) -> Result<Enrolment, CommandError> {
    if desk
        .vault()
        .enrolment(account.id)
        .await?
        .is_some_and(|pending| pending.stage == Stage::Confirming)
    {
        // Its secret may be in force already, and then it is not for showing.
        return Ok(desk.finish_enrolment(account).await?.into());
    }
    let pending = desk.begin_enrolment(account).await?;
    let vault = desk.vault();
    vault.set_enrolment_elsewhere(account.id, other_app).await?;
    vault
        .note(Action::SecretShown, &account.email, now_ms())
        .await?;
    let code = QrCode::of(&pending.entry)?;
    let key = pending.entry.seed.to_base32();
    let mut terminal = io::stderr();
    let shown = terminal
        .write_all(code.terminal().expose_secret().as_bytes())
        .and_then(|()| writeln!(terminal, "Setup key: {}", key.expose_secret()))
        .and_then(|()| writeln!(terminal, "Time-based, SHA-1, 6 digits, every 30 seconds"));
    shown.map_err(CommandError::Output)?;
    if other_app {
        let typed = input::secret_prompt(Asked::Code)?;
        desk.confirm_enrolment(account, Some(typed.expose_secret()))
            .await?;
    } else {
        desk.confirm_enrolment(account, None).await?;
    }
    Ok(Enrolment::Enrolled)
}

impl From<Finished> for Enrolment {
    fn from(finished: Finished) -> Self {
        match finished {
            Finished::Enrolled => Self::Enrolled,
            Finished::Resolved => Self::Resolved,
        }
    }
}

async fn codes(desk: &Desk, account: &StoredAccount) -> Result<Vec<String>, CommandError> {
    let codes = desk.vault().recovery_codes(account.id).await?;
    desk.vault()
        .acknowledge_recovery_codes(account.id, now_ms())
        .await?;
    desk.vault()
        .note(Action::RecoveryCodesShown, &account.email, now_ms())
        .await?;
    Ok(codes
        .iter()
        .map(|code| code.code.expose_secret().to_owned())
        .collect())
}

impl Report for Enrolled {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let account = &self.account;
        let email = plain(&account.email);
        if self.outcome == Enrolment::Discarded {
            return writeln!(out, "The unfinished enrolment of {email} is forgotten.");
        }
        writeln!(out, "MFA is on for {email}.")?;
        if let Some(entry) = &account.entry_id {
            writeln!(out, "Its codes: fob code {entry}")?;
        }
        match (&account.recovery_codes, &self.codes) {
            (None, _) => writeln!(
                out,
                "The platform gave no recovery codes; make a set on its security page."
            )?,
            (Some(kept), None) => writeln!(
                out,
                "{} recovery codes are kept in the vault, each works once: fob recovery-codes {email}",
                kept.total
            )?,
            (Some(kept), Some(codes)) => {
                writeln!(
                    out,
                    "{} recovery codes, each works once, kept in the vault:",
                    kept.total
                )?;
                for code in codes {
                    writeln!(out, "{}", plain(code))?;
                }
            }
        }
        if self.session.outcome == "renewed" {
            writeln!(out, "The session was made anew, with MFA.")?;
        } else if self.session.error.is_none() && !account.session_has_mfa {
            writeln!(
                out,
                "This session was made before that. For organisations that require MFA: fob account renew {email}"
            )?;
        }
        if let Some(certificate) = &self.certificate {
            writeln!(out, "{certificate}")?;
        }
        let renew = format!("fob account renew {email}");
        self.session
            .tell("The session is still the one from before", &renew, out)?;
        let refresh = format!("fob ssh refresh {email}");
        self.ssh.tell(
            "The SSH certificate is still the earlier one",
            &refresh,
            out,
        )
    }
}
