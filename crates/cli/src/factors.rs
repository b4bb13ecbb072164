//! `fob factors`: whether MFA is on, whether its codes come from here, turning it off, moving it, the clock.

use std::io::{self, Write};

use deskfob_flows::{Desk, Factor, FactorFinding, MoveStep, WithdrawalResolution, Withdrawn};
use deskfob_platform::TokenSet;
use deskfob_vault::{StoredAccount, WithdrawalStage};
use serde::Serialize;

use crate::account::RecoveryCodesView;
use crate::args::{BrowserArg, FactorsCommand, Global};
use crate::choose;
use crate::error::CommandError;
use crate::input;
use crate::open::{Purpose, with_desk};
use crate::output::{self, Outcome, Output, Report, Table, plain, seconds};
use crate::prompt::{self, SIGN_IN_WAIT};

/// What is known of an account's factor.
#[derive(Serialize)]
struct FactorView {
    /// The account's id.
    account_id: String,
    /// Its e-mail address.
    account: String,
    deployment: String,
    /// `on`, `off` or `unknown`: the platform's last word.
    mfa: &'static str,
    /// When it was asked, Unix time, seconds.
    checked: Option<i64>,
    /// The entry that is linked to the account.
    entry_id: Option<String>,
    /// `unknown`, `off`, `off_with_entry`, `elsewhere`, `taken` or `unproven`.
    finding: &'static str,
    /// When the platform last took the entry's secret or a code of it, Unix time, seconds.
    taken: Option<i64>,
    session_has_mfa: bool,
    /// `withdrawing`, `moving_asking`, `moving_off`, `moving_proposed` or `moving_confirming`.
    under_way: Option<&'static str>,
    /// How far the platform's clock is ahead of the time of the account's codes, seconds, from 5 on.
    clock_ahead: Option<i64>,
    /// What is added to the time of its codes, seconds.
    clock_correction: i64,
    recovery_codes: Option<RecoveryCodesView>,
}

#[derive(Serialize)]
struct Factors {
    factors: Vec<FactorView>,
}

#[derive(Serialize)]
struct OneFactor {
    /// What was done: `checked`, `removed`, `was_off`, `moved`, `abandoned`, `corrected` or `uncorrected`.
    outcome: &'static str,
    factor: FactorView,
}

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
    let tokens: TokenSet = attempt.finish(SIGN_IN_WAIT).await?;
    let question = "Did you type the code of this vault's entry, and no recovery code?";
    let ours = account.entry_id.is_some() && input::confirm(question, false).is_ok();
    desk.finish_proof(account, tokens, ours).await?;
    Ok(())
}

impl FactorView {
    async fn of(desk: &Desk, account: &StoredAccount) -> Result<Self, CommandError> {
        let vault = desk.vault();
        let Factor { status, finding } = desk.factor(account).await?;
        let (finding, taken) = match finding {
            FactorFinding::Unknown => ("unknown", None),
            FactorFinding::Off => ("off", None),
            FactorFinding::OffWithEntry => ("off_with_entry", None),
            FactorFinding::Elsewhere => ("elsewhere", None),
            FactorFinding::Taken { at_ms } => ("taken", Some(seconds(at_ms))),
            FactorFinding::Unproven => ("unproven", None),
        };
        let under_way = match desk.move_step(account).await? {
            Some(MoveStep::Asking) => Some("moving_asking"),
            Some(MoveStep::Off) => Some("moving_off"),
            Some(MoveStep::Proposed) => Some("moving_proposed"),
            Some(MoveStep::Confirming) => Some("moving_confirming"),
            None => vault.withdrawal(account.id).await?.map(|_| "withdrawing"),
        };
        Ok(Self {
            account_id: account.id.to_string(),
            account: account.email.clone(),
            deployment: choose::platform(account),
            mfa: mfa_word(status.and_then(|status| status.mfa)),
            checked: status.map(|status| seconds(status.checked_ms)),
            entry_id: account.entry_id.map(|entry| entry.to_string()),
            finding,
            taken,
            session_has_mfa: desk.session_has_mfa(account.id).await?,
            under_way,
            clock_ahead: desk.skew(account).await?,
            clock_correction: account.clock_correction_s,
            recovery_codes: RecoveryCodesView::of(vault, account).await?,
        })
    }

    /// What is known, and what to do about it.
    fn sentence(&self) -> String {
        match self.under_way {
            Some("withdrawing" | "moving_asking") => {
                return "The platform was asked to turn MFA off and gave no answer: fob factors check"
                    .into();
            }
            Some("moving_confirming") => {
                return "The new secret was sent and there was no answer: fob factors move".into();
            }
            Some(_) => {
                return "MFA is off, the new secret is not in force yet: fob factors move".into();
            }
            None => {}
        }
        match (self.finding, self.taken) {
            ("off", _) => "MFA is off: fob enrol".into(),
            ("off_with_entry", _) => {
                "MFA is off, so the entry in this vault is of no use: fob enrol".into()
            }
            ("elsewhere", _) => {
                "MFA is on and another app makes its codes: fob factors move brings it here".into()
            }
            ("taken", Some(at)) => format!(
                "MFA is on and this vault makes its codes: the platform took one on {}. Whether it was \
                 replaced from elsewhere since cannot be asked: fob factors check --sign-in",
                output::date(at)
            ),
            ("unproven", _) => {
                "MFA is on. Whether this vault's entry is the one that the platform knows is not \
                                proven: fob factors check --sign-in"
                    .into()
            }
            _ => "The platform was not asked, or does not say: fob factors check".into(),
        }
    }

    fn clock(&self) -> Option<String> {
        let side = |ahead: i64| if ahead > 0 { "behind" } else { "ahead of" };
        if let Some(ahead) = self.clock_ahead {
            return Some(format!(
                "This computer's clock is {} s {} the platform's, so codes may be refused. Set it right, or: \
                 fob factors clock --correct",
                ahead.unsigned_abs(),
                side(ahead)
            ));
        }
        (self.clock_correction != 0).then(|| {
            format!(
                "The time of its codes is corrected by {} s: fob factors clock --undo ends that",
                self.clock_correction
            )
        })
    }
}

/// As it is printed.
pub(crate) fn mfa_word(mfa: Option<bool>) -> &'static str {
    match mfa {
        Some(true) => "on",
        Some(false) => "off",
        None => "unknown",
    }
}

impl OneFactor {
    async fn of(
        desk: &Desk,
        account: &StoredAccount,
        outcome: &'static str,
    ) -> Result<Self, CommandError> {
        let account = desk.account(account.id).await?;
        Ok(Self {
            outcome,
            factor: FactorView::of(desk, &account).await?,
        })
    }
}

impl Report for OneFactor {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let email = plain(&self.factor.account);
        match self.outcome {
            "removed" => writeln!(
                out,
                "MFA is off for {email}. Its entry is in the trash; its recovery codes do not work any more."
            ),
            "was_off" => writeln!(out, "MFA was off for {email} already."),
            "moved" => {
                writeln!(out, "{email} has a new secret, kept in this vault.")?;
                writeln!(
                    out,
                    "Its recovery codes are new, too: fob recovery-codes {email}"
                )
            }
            "abandoned" => writeln!(out, "MFA stays off for {email}."),
            "uncorrected" => writeln!(out, "{email}: codes are made by this computer's time."),
            "corrected" if self.factor.clock_correction == 0 => {
                writeln!(out, "{email}: the clocks agree, nothing is corrected.")
            }
            _ => {
                writeln!(out, "{email}: {}", self.factor.sentence())?;
                match self.factor.clock() {
                    Some(clock) => writeln!(out, "{clock}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl Report for Factors {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.factors.is_empty() {
            return writeln!(out, "No platform account is connected.");
        }
        let mut table = Table::new(&["PLATFORM", "E-MAIL", "MFA", "AS OF", "CODES FROM"]);
        for factor in &self.factors {
            let from = match factor.finding {
                "taken" => "here",
                "unproven" => "here, not proven",
                "elsewhere" => "another app",
                _ => "-",
            };
            table.row([
                factor.deployment.clone(),
                factor.account.clone(),
                factor.mfa.to_owned(),
                factor.checked.map_or_else(|| "-".into(), output::date),
                from.to_owned(),
            ]);
        }
        table.write(out)?;
        for factor in &self.factors {
            if let Some(clock) = factor.clock() {
                writeln!(out, "{}: {clock}", plain(&factor.account))?;
            }
            if factor.under_way.is_some() {
                writeln!(out, "{}: {}", plain(&factor.account), factor.sentence())?;
            }
        }
        Ok(())
    }
}
