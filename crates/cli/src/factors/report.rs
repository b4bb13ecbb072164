//! What the commands about factors print.

use std::io::{self, Write};

use deskfob_flows::Desk;
use deskfob_vault::StoredAccount;
use serde::Serialize;

use super::view::FactorView;
use crate::error::CommandError;
use crate::output::{self, Report, Table, plain};

#[derive(Serialize)]
pub(super) struct Factors {
    pub(super) factors: Vec<FactorView>,
}

#[derive(Serialize)]
pub(super) struct OneFactor {
    /// What was done: `checked`, `removed`, `was_off`, `moved`, `abandoned`, `corrected` or `uncorrected`.
    outcome: &'static str,
    factor: FactorView,
}

impl OneFactor {
    pub(super) async fn of(
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
