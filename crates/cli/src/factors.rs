//! `fob factors`: whether MFA is on, whether its codes come from here, turning it off, moving it, the clock.

mod report;
mod view;

use deskfob_flows::{Desk, WithdrawalResolution, Withdrawn};
use deskfob_vault::{StoredAccount, WithdrawalStage};

use crate::args::{BrowserArg, FactorsCommand, Global};
use crate::choose;
use crate::error::CommandError;
use crate::input;
use crate::open::{Purpose, with_desk};
use crate::output::{self, Outcome, Output};
use crate::prompt::{self, SIGN_IN_WAIT};

use report::{Factors, OneFactor};
use view::FactorView;

pub(crate) use view::mfa_word;

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    command: FactorsCommand,
) -> Result<Outcome, CommandError> {
    match command {
        FactorsCommand::List => {
            let factors = with_desk(global, Purpose::Read, async |desk| {
                let mut factors = Vec::new();
                for account in desk.vault().accounts().await? {
                    factors.push(FactorView::of(desk, &account).await?);
                }
                Ok(Factors { factors })
            })
            .await?;
            out.show(&factors)?;
        }
        FactorsCommand::Check {
            account,
            sign_in,
            browser,
        } => {
            let checked = with_desk(global, Purpose::Change, async |desk| {
                let account = choose::account(desk.vault(), account.account.as_deref()).await?;
                if sign_in {
                    prove(desk, &account, &browser).await?;
                } else {
                    settle(desk, &account).await?;
                    desk.check_factor(&account).await?;
                }
                OneFactor::of(desk, &account, "checked").await
            })
            .await?;
            out.show(&checked)?;
        }
        FactorsCommand::Remove { account, yes } => {
            input::can_confirm(yes)?;
            let removed = with_desk(global, Purpose::Change, async |desk| {
                let account = choose::account(desk.vault(), account.account.as_deref()).await?;
                let question = format!(
                    "Turn off MFA for {}? A password alone opens the account then.",
                    account.email
                );
                input::confirm(&question, yes)?;
                let outcome = match settle(desk, &account).await? {
                    Some(WithdrawalResolution::Off) => "removed",
                    Some(WithdrawalResolution::StillOn) | None => {
                        match desk.withdraw(&account, false).await? {
                            Withdrawn::Now => "removed",
                            Withdrawn::Before => "was_off",
                        }
                    }
                };
                OneFactor::of(desk, &account, outcome).await
            })
            .await?;
            out.show(&removed)?;
        }
        FactorsCommand::Move {
            account,
            yes,
            abandon,
        } => {
            input::can_confirm(yes)?;
            let moved = with_desk(global, Purpose::Change, async |desk| {
                let account = choose::account(desk.vault(), account.account.as_deref()).await?;
                if abandon {
                    desk.abandon_move(&account).await?;
                    return OneFactor::of(desk, &account, "abandoned").await;
                }
                if desk.move_step(&account).await?.is_none() {
                    let question = format!(
                        "Move {} to a new secret? MFA is off for a moment; the old secret and recovery codes \
                         stop working.",
                        account.email
                    );
                    input::confirm(&question, yes)?;
                }
                desk.move_factor(&account).await?;
                OneFactor::of(desk, &account, "moved").await
            })
            .await?;
            out.show(&moved)?;
        }
        FactorsCommand::Clock {
            account,
            correct,
            undo,
        } => {
            let clock = with_desk(global, Purpose::Change, async |desk| {
                let account = choose::account(desk.vault(), account.account.as_deref()).await?;
                let outcome = if correct {
                    desk.correct_clock(&account).await?;
                    "corrected"
                } else if undo {
                    desk.end_clock_correction(&account).await?;
                    "uncorrected"
                } else {
                    desk.check_factor(&account).await?;
                    "checked"
                };
                OneFactor::of(desk, &account, outcome).await
            })
            .await?;
            out.show(&clock)?;
        }
    }
    Ok(Outcome::Done)
}

/// Asks what became of an earlier try to turn MFA off, if its answer is missing.
async fn settle(
    desk: &Desk,
    account: &StoredAccount,
) -> Result<Option<WithdrawalResolution>, CommandError> {
    let asking = desk
        .vault()
        .withdrawal(account.id)
        .await?
        .is_some_and(|begun| begun.stage == WithdrawalStage::Asking);
    if asking {
        return Ok(Some(desk.resolve_withdrawal(account).await?));
    }
    Ok(None)
}

async fn prove(
    desk: &Desk,
    account: &StoredAccount,
    browser: &BrowserArg,
) -> Result<(), CommandError> {
    let attempt = desk.start_proof(account).await?;
    prompt::open(&attempt, browser.no_browser);
    if let Some(entry) = account.entry_id {
        output::tell("When a code is asked for, type the one of this vault:");
        output::tell(&format!("  fob code {entry}"));
    }
    let tokens = desk.finish_sign_in(attempt, SIGN_IN_WAIT).await?;
    let question = "Did you type the code of this vault's entry, and no recovery code?";
    let ours = account.entry_id.is_some() && input::confirm(question, false).is_ok();
    desk.finish_proof(account, tokens, ours).await?;
    Ok(())
}
