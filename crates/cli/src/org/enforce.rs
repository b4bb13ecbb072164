//! `fob org enforce`.

use std::io::{self, Write};

use deskfob_flows::Desk;
use deskfob_vault::StoredAccount;
use serde::Serialize;

use super::OrganizationView;
use crate::args::Switch;
use crate::choose;
use crate::error::CommandError;
use crate::input::confirm;
use crate::output::{Outcome, Output, Report, plain};

#[derive(Serialize)]
struct Enforcement {
    organization: OrganizationView,
    /// What the platform says now; `null` when it took the change and then did not say.
    mfa_required: Option<bool>,
}

pub(super) async fn run(
    out: &Output,
    desk: &Desk,
    account: &StoredAccount,
    query: &str,
    required: Switch,
    yes: bool,
) -> Result<Outcome, CommandError> {
    let organization = choose::organization(desk, account, query).await?;
    let (required, question) = match required {
        Switch::On => (true, "Require MFA of everyone in"),
        Switch::Off => (false, "Stop requiring MFA in"),
    };
    confirm(&format!("{question} {}?", organization.label), yes)?;
    let mfa_required = desk
        .require_mfa(account, &organization.id, required)
        .await?;
    out.show(&Enforcement {
        organization: (&organization).into(),
        mfa_required,
    })?;
    Ok(if mfa_required == Some(required) {
        Outcome::Done
    } else {
        Outcome::Partly
    })
}

impl Report for Enforcement {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let label = plain(&self.organization.label);
        match self.mfa_required {
            Some(true) => writeln!(out, "MFA is required in {label}."),
            Some(false) => writeln!(out, "MFA is not required in {label}."),
            None => writeln!(
                out,
                "The platform took the change and did not say what holds now in {label}: fob org status tells."
            ),
        }
    }
}
