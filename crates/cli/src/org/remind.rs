//! `fob org remind`.

use std::io::{self, Write};

use deskfob_flows::{Desk, MemberRow};
use deskfob_platform::{MfaStatus, ReminderOutcome};
use deskfob_vault::StoredAccount;
use serde::Serialize;

use super::{OrganizationView, report};
use crate::args::RemindArgs;
use crate::error::{CommandError, ErrorView};
use crate::input::confirm;
use crate::output::{Outcome, Output, Report, Table};

#[derive(Serialize)]
struct Reminders {
    organization: OrganizationView,
    results: Vec<ReminderView>,
    /// What stopped it before everyone was asked for.
    stopped: Option<ErrorView>,
}

/// What became of one person's reminder.
#[derive(Serialize)]
struct ReminderView {
    id: String,
    name: String,
    email: String,
    /// A mail went out.
    sent: bool,
    /// The platform's HTTP-like code; 0 when it left the person out.
    code: u16,
    /// The platform's words.
    message: String,
}

pub(super) async fn run(
    out: &Output,
    desk: &Desk,
    account: &StoredAccount,
    args: &RemindArgs,
) -> Result<Outcome, CommandError> {
    let (organization, report) = report(out, desk, account, &args.org).await?;
    let people = if args.all_off {
        report
            .members
            .iter()
            .filter(|row| row.member.status == MfaStatus::Off)
            .collect()
    } else {
        named(&report.members, &organization.label, &args.users)?
    };
    let mut results = Vec::new();
    let mut stopped = None;
    if !people.is_empty() {
        let count = people.len();
        let noun = if count == 1 { "person" } else { "people" };
        confirm(
            &format!(
                "Send reminders to {count} {noun} of {}?",
                organization.label
            ),
            args.yes,
        )?;
        let users: Vec<_> = people
            .iter()
            .map(|row| row.member.user_id.clone())
            .collect();
        let reminded = desk.remind(account, &organization.id, &users).await?;
        results = reminded
            .outcomes
            .into_iter()
            .map(|outcome| ReminderView::of(outcome, &people))
            .collect();
        stopped = reminded.stopped.map(CommandError::from);
    }
    let reminders = Reminders {
        organization: (&organization).into(),
        results,
        stopped: stopped.as_ref().map(Into::into),
    };
    out.show(&reminders)?;
    if let Some(error) = stopped {
        return Err(error);
    }
    let all_sent = reminders.results.iter().all(|result| result.sent);
    Ok(if all_sent {
        Outcome::Done
    } else {
        Outcome::Partly
    })
}

/// The members with these addresses or ids, each once; nobody when one of them is no member.
fn named<'a>(
    members: &'a [MemberRow],
    org: &str,
    queries: &[String],
) -> Result<Vec<&'a MemberRow>, CommandError> {
    let mut people: Vec<&MemberRow> = Vec::new();
    let mut strangers = Vec::new();
    for query in queries {
        let wanted = query.trim().to_lowercase();
        let found = members.iter().find(|row| {
            row.member.user_id.as_str() == wanted
                || (!wanted.is_empty() && row.member.email.to_lowercase() == wanted)
        });
        match found {
            Some(row)
                if people
                    .iter()
                    .any(|known| known.member.user_id == row.member.user_id) => {}
            Some(row) => people.push(row),
            None => strangers.push(query.clone()),
        }
    }
    if strangers.is_empty() {
        return Ok(people);
    }
    Err(CommandError::NoSuchMember {
        org: org.to_owned(),
        queries: strangers,
    })
}

impl ReminderView {
    fn of(outcome: ReminderOutcome, people: &[&MemberRow]) -> Self {
        let person = people
            .iter()
            .find(|row| row.member.user_id == outcome.user_id);
        let text = |field: fn(&MemberRow) -> &str| person.map(|row| field(row).to_owned());
        Self {
            name: text(|row| &row.member.name).unwrap_or_default(),
            email: text(|row| &row.member.email).unwrap_or_default(),
            id: outcome.user_id.as_str().to_owned(),
            sent: outcome.is_sent(),
            code: outcome.code,
            message: outcome.message,
        }
    }
}

impl Report for Reminders {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.results.is_empty() {
            return writeln!(out, "Nobody to remind: nobody's MFA is off.");
        }
        let mut table = Table::new(&["REMINDER", "NAME", "E-MAIL", "ANSWER"]);
        for result in &self.results {
            table.row([
                if result.sent { "sent" } else { "not sent" }.to_owned(),
                result.name.clone(),
                result.email.clone(),
                format!("{} {}", result.code, result.message),
            ]);
        }
        table.write(out)?;
        let sent = self.results.iter().filter(|result| result.sent).count();
        writeln!(out, "{sent} sent, {} not", self.results.len() - sent)
    }
}
