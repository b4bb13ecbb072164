//! `fob enrol`: turning on MFA for a platform account, its secret straight into the vault.

use std::io::{self, IsTerminal, Write};

use deskfob_flows::{Desk, Finished, QrCode, now_ms};
use deskfob_vault::{Action, Stage, StoredAccount};
use secrecy::ExposeSecret;
use serde::Serialize;

use crate::account::AccountView;
use crate::args::{EnrolArgs, Global};
use crate::choose;
use crate::error::CommandError;
use crate::input::{self, Asked};
use crate::open::{Purpose, with_desk, with_desk_by_person};
use crate::output::{Outcome, Output, Report, plain};

#[derive(Serialize)]
struct Enrolled {
    outcome: Enrolment,
    account: AccountView,
    /// The codes themselves, when they were asked for.
    codes: Option<Vec<String>>,
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
    Ok(Outcome::Done)
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
        if !account.session_has_mfa {
            writeln!(
                out,
                "This session was made before that. For organisations that require MFA: fob account renew {email}"
            )?;
        }
        Ok(())
    }
}
