//! `fob org list`.

use std::io::{self, Write};

use deskfob_flows::Desk;
use deskfob_vault::StoredAccount;
use serde::Serialize;

use super::OrganizationView;
use crate::error::CommandError;
use crate::output::{Outcome, Output, Report, Table};

#[derive(Serialize)]
struct Organizations {
    organizations: Vec<ListedOrganization>,
}

#[derive(Serialize)]
struct ListedOrganization {
    #[serde(flatten)]
    organization: OrganizationView,
    /// The account owns it.
    owner: bool,
    /// The platform lets the account list members.
    can_list_members: bool,
}

pub(super) async fn run(
    out: &Output,
    desk: &Desk,
    account: &StoredAccount,
) -> Result<Outcome, CommandError> {
    let organizations = desk
        .organizations(account)
        .await?
        .iter()
        .map(|organization| ListedOrganization {
            organization: organization.into(),
            owner: organization.owner_id.as_str() == account.user_id,
            can_list_members: organization.can_list_members,
        })
        .collect();
    out.show(&Organizations { organizations })?;
    Ok(Outcome::Done)
}

impl Report for Organizations {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.organizations.is_empty() {
            return writeln!(out, "The account belongs to no organisation.");
        }
        let mut table = Table::new(&["NAME", "LABEL", "YOU", "MEMBERS"]);
        for listed in &self.organizations {
            table.row([
                listed.organization.name.clone(),
                listed.organization.label.clone(),
                if listed.owner { "owner" } else { "member" }.to_owned(),
                if listed.can_list_members {
                    "listed"
                } else {
                    "not shown to you"
                }
                .to_owned(),
            ]);
        }
        table.write(out)
    }
}
