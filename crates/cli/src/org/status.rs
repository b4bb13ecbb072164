//! `fob org status`: who is covered, in numbers.

use std::io::{self, Write};

use deskfob_flows::{Desk, MemberRow};
use deskfob_platform::{MfaStatus, Role};
use deskfob_vault::StoredAccount;
use serde::Serialize;

use super::{OrganizationView, blocker_name, report};
use crate::error::CommandError;
use crate::output::{Outcome, Output, Report, plain};

#[derive(Serialize)]
struct Status {
    organization: OrganizationView,
    /// Null: the platform did not say.
    mfa_required: Option<bool>,
    /// What is known to stand against requiring MFA.
    enforce_blockers: Vec<&'static str>,
    /// When the platform was asked, Unix time in seconds.
    checked: i64,
    coverage: Coverage,
}

/// Members by MFA status. Covered are those with MFA on and those of single sign-on; people who were
/// invited and have not joined count neither as covered nor as members.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Coverage {
    members: usize,
    covered: usize,
    on: usize,
    sso: usize,
    off: usize,
    unknown: usize,
    invited: usize,
    /// Owners and admins whose MFA is off.
    admins_off: usize,
}

pub(super) async fn run(
    out: &Output,
    desk: &Desk,
    account: &StoredAccount,
    query: &str,
) -> Result<Outcome, CommandError> {
    let (organization, report) = report(out, desk, account, query).await?;
    out.show(&Status {
        organization: (&organization).into(),
        mfa_required: report.mfa_required,
        enforce_blockers: report.blockers.iter().copied().map(blocker_name).collect(),
        checked: report.checked_ms.div_euclid(1000),
        coverage: Coverage::of(&report.members),
    })?;
    Ok(Outcome::Done)
}

impl Coverage {
    fn of(rows: &[MemberRow]) -> Self {
        let mut coverage = Self::default();
        for row in rows {
            coverage.count(row.member.status, row.member.role);
        }
        coverage.covered = coverage.on + coverage.sso;
        coverage.members = coverage.covered + coverage.off + coverage.unknown;
        coverage
    }

    fn count(&mut self, status: MfaStatus, role: Role) {
        match status {
            MfaStatus::On => self.on += 1,
            MfaStatus::Sso => self.sso += 1,
            MfaStatus::Unknown => self.unknown += 1,
            MfaStatus::Invited => self.invited += 1,
            MfaStatus::Off => {
                self.off += 1;
                if matches!(role, Role::Owner | Role::Admin) {
                    self.admins_off += 1;
                }
            }
        }
    }

    /// Whole percent, rounded down: 100 only when everyone is covered.
    fn percent(&self) -> usize {
        (self.covered * 100).checked_div(self.members).unwrap_or(0)
    }
}

impl Report for Status {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let Coverage {
            members,
            covered,
            on,
            sso,
            off,
            unknown,
            invited,
            admins_off,
        } = self.coverage;
        let percent = self.coverage.percent();
        writeln!(
            out,
            "{}: {covered} of {members} covered ({percent} %)",
            plain(&self.organization.label)
        )?;
        writeln!(
            out,
            "  on {on}, by single sign-on {sso}, off {off}, unknown {unknown}, invited {invited}"
        )?;
        if admins_off > 0 {
            writeln!(out, "  {admins_off} of those without are owners or admins")?;
        }
        match self.mfa_required {
            Some(true) => writeln!(out, "MFA is required."),
            Some(false) => writeln!(out, "MFA is not required."),
            None => writeln!(out, "The platform does not say whether MFA is required."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_is_whole_and_never_flatters() {
        let cases = [
            ((0, 0), 0),
            ((0, 3), 0),
            ((2, 3), 66),
            ((999, 1000), 99),
            ((1000, 1000), 100),
        ];
        for ((covered, members), expected) in cases {
            let coverage = Coverage {
                covered,
                members,
                ..Coverage::default()
            };
            assert_eq!(coverage.percent(), expected, "{covered} of {members}");
        }
    }

    #[test]
    fn admins_off_are_counted_among_those_off() {
        let mut coverage = Coverage::default();
        for role in [Role::Owner, Role::Admin, Role::Viewer] {
            coverage.count(MfaStatus::Off, role);
            coverage.count(MfaStatus::Unknown, role);
        }
        let expected = Coverage {
            off: 3,
            admins_off: 2,
            unknown: 3,
            ..Coverage::default()
        };
        assert_eq!(coverage, expected, "what is unknown is not off");
    }
}
