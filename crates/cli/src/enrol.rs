//! `fob enrol`: turning on MFA for a platform account, its secret straight into the vault.

use std::io::{self, Write};

use deskfob_flows::{Desk, Resolution, now_ms};
use deskfob_vault::{Action, Stage, StoredAccount};
use secrecy::ExposeSecret;
use serde::Serialize;

use crate::account::AccountView;
use crate::args::{EnrolArgs, Global};
use crate::choose;
use crate::error::CommandError;
use crate::open::{Purpose, with_desk};
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
    let enrolled = with_desk(global, Purpose::Change, async |desk| {
        let account = choose::account(desk.vault(), args.account.account.as_deref()).await?;
        let outcome = if args.discard {
            desk.discard_enrolment(&account).await?;
            Enrolment::Discarded
        } else {
            enrol(desk, &account).await?
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
    })
    .await?;
    out.show(&enrolled)?;
    Ok(Outcome::Done)
}

pub(crate) async fn enrol(desk: &Desk, account: &StoredAccount) -> Result<Enrolment, CommandError> {
    let unanswered = desk
        .vault()
        .enrolment(account.id)
        .await?
        .is_some_and(|pending| matches!(pending.stage, Stage::Confirming));
    if unanswered
        && matches!(
            desk.resolve_enrolment(account).await?,
            Resolution::Accepted(_)
        )
    {
        return Ok(Enrolment::Resolved);
    }
    desk.begin_enrolment(account).await?;
    desk.confirm_enrolment(account, None).await?;
    Ok(Enrolment::Enrolled)
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
