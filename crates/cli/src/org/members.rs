//! `fob org members`.

use std::io::{self, Write};

use deskfob_flows::{Desk, MemberRow};
use deskfob_platform::Role;
use deskfob_vault::StoredAccount;
use serde::Serialize;

use super::{OrganizationView, blocker_name, report, status_name};
use crate::error::CommandError;
use crate::output::{Outcome, Output, Report, Table};

#[derive(Serialize)]
struct Members {
    organization: OrganizationView,
    /// Null: the platform did not say.
    mfa_required: Option<bool>,
    /// What is known to stand against requiring MFA.
    enforce_blockers: Vec<&'static str>,
    /// When the platform was asked, Unix time in seconds.
    checked: i64,
    members: Vec<MemberView>,
}

/// Text is empty where the platform did not say.
#[derive(Serialize)]
struct MemberView {
    id: String,
    name: String,
    email: String,
    /// `owner`, `admin` or `viewer`.
    role: &'static str,
    /// `on`, `off`, `sso`, `invited` or `unknown`.
    status: &'static str,
    /// Unix time, seconds.
    joined: Option<i64>,
    /// When a reminder last went out from here, Unix time in seconds.
    last_reminded: Option<i64>,
    /// Reminders sent from here.
    reminders: u32,
    /// The member is the signed-in account.
    you: bool,
}

pub(super) async fn run(
    out: &Output,
    desk: &Desk,
    account: &StoredAccount,
    query: &str,
) -> Result<Outcome, CommandError> {
    let (organization, report) = report(out, desk, account, query).await?;
    out.show(&Members {
        organization: (&organization).into(),
        mfa_required: report.mfa_required,
        enforce_blockers: report.blockers.into_iter().map(blocker_name).collect(),
        checked: report.checked_ms.div_euclid(1000),
        members: report.members.into_iter().map(MemberView::from).collect(),
    })?;
    Ok(Outcome::Done)
}

impl From<MemberRow> for MemberView {
    fn from(row: MemberRow) -> Self {
        let MemberRow {
            member,
            last_reminded_ms,
            reminders,
            is_you,
        } = row;
        Self {
            id: member.user_id.as_str().to_owned(),
            role: match member.role {
                Role::Owner => "owner",
                Role::Admin => "admin",
                Role::Viewer => "viewer",
            },
            status: status_name(member.status),
            joined: member.joined.map(|joined| joined.as_second()),
            name: member.name,
            email: member.email,
            last_reminded: last_reminded_ms.map(|sent| sent.div_euclid(1000)),
            reminders,
            you: is_you,
        }
    }
}

impl Report for Members {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(&["NAME", "E-MAIL", "ROLE", "MFA", "REMINDED"]);
        for member in &self.members {
            // Somebody of whom the platform says nothing is still somebody.
            let nameless = member.name.is_empty() && member.email.is_empty();
            table.row([
                if nameless { &member.id } else { &member.name }.clone(),
                member.email.clone(),
                member.role.to_owned(),
                member.status.to_owned(),
                match member.reminders {
                    0 => String::new(),
                    1 => "once".to_owned(),
                    times => format!("{times} times"),
                },
            ]);
        }
        table.write(out)
    }
}
