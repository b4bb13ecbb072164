//! `fob org`: organisations, who is covered, reminders, requiring MFA.

mod enforce;
mod list;
mod members;
mod remind;
mod status;

use deskfob_flows::{Desk, EnforceBlocker, MembersReport};
use deskfob_platform::{MfaStatus, Organization};
use deskfob_vault::StoredAccount;
use serde::Serialize;

use crate::args::{Global, OrgArgs, OrgCommand, RemindArgs};
use crate::choose;
use crate::error::CommandError;
use crate::input::can_confirm;
use crate::open::{Purpose, with_desk};
use crate::output::{Outcome, Output};

/// An organisation.
#[derive(Clone, Serialize)]
struct OrganizationView {
    id: String,
    /// Machine name.
    name: String,
    /// Name for people.
    label: String,
}

impl From<&Organization> for OrganizationView {
    fn from(organization: &Organization) -> Self {
        Self {
            id: organization.id.as_str().to_owned(),
            name: organization.name.clone(),
            label: organization.label.clone(),
        }
    }
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    args: OrgArgs,
) -> Result<Outcome, CommandError> {
    // A matter of usage, so said before anything is opened.
    match &args.command {
        OrgCommand::Remind(RemindArgs { yes, .. }) | OrgCommand::Enforce { yes, .. } => {
            can_confirm(*yes)?
        }
        OrgCommand::List | OrgCommand::Members { .. } | OrgCommand::Status { .. } => {}
    }
    let purpose = match &args.command {
        // Reminders are kept.
        OrgCommand::Remind(_) => Purpose::Change,
        _ => Purpose::Read,
    };
    with_desk(global, purpose, async |desk| {
        let account = choose::account(desk.vault(), args.account.as_deref()).await?;
        match args.command {
            OrgCommand::List => list::run(out, desk, &account).await,
            OrgCommand::Members { org } => members::run(out, desk, &account, &org).await,
            OrgCommand::Status { org } => status::run(out, desk, &account, &org).await,
            OrgCommand::Remind(args) => remind::run(out, desk, &account, &args).await,
            OrgCommand::Enforce { org, required, yes } => {
                enforce::run(out, desk, &account, &org, required, yes).await
            }
        }
    })
    .await
}

/// The organisation that `query` names and everyone in it.
async fn report(
    out: &Output,
    desk: &Desk,
    account: &StoredAccount,
    query: &str,
) -> Result<(Organization, MembersReport), CommandError> {
    let organization = choose::organization(desk, account, query).await?;
    let report = desk
        .members(account, &organization.id, |done, total| {
            out.progress(&match total {
                Some(total) => format!("{done} of {total} members"),
                None => format!("{done} members"),
            });
        })
        .await;
    out.progress("");
    Ok((organization, report?))
}

/// The status in JSON and in text.
fn status_name(status: MfaStatus) -> &'static str {
    match status {
        MfaStatus::On => "on",
        MfaStatus::Off => "off",
        MfaStatus::Sso => "sso",
        MfaStatus::Invited => "invited",
        MfaStatus::Unknown => "unknown",
    }
}

/// The fact in JSON.
fn blocker_name(blocker: EnforceBlocker) -> &'static str {
    match blocker {
        EnforceBlocker::NoAddon => "no_addon",
        EnforceBlocker::NotOwnerOrAdmin => "not_owner_or_admin",
        EnforceBlocker::OwnMfaOff => "own_mfa_off",
        EnforceBlocker::SessionWithoutMfa => "session_without_mfa",
    }
}
