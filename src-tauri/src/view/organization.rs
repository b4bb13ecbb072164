//! Organisations, members, reminders.

use deskfob_flows::{EnforceBlocker, MembersReport, Reminded};
use deskfob_platform::{OrgId, ReminderOutcome, Role};
use serde::Serialize;
use ts_rs::TS;

use super::MfaStatusView;
use crate::error::CommandError;

/// The account's own part in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum OrganizationRole {
    /// Owns it.
    Owner,
    /// Known only from the member list.
    Unknown,
}

/// An organisation.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct OrganizationView {
    /// Names the organisation in later calls.
    pub id: String,
    /// Machine name.
    pub name: String,
    /// Name for people.
    pub label: String,
    /// The account's own part in it.
    pub role: OrganizationRole,
    /// The platform lets the account list members.
    pub can_list_members: bool,
}

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "Role", export_to = "types.ts")]
pub enum RoleView {
    /// Owns the organisation.
    Owner,
    /// Administers it.
    Admin,
    /// Neither.
    Viewer,
}

/// A member.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct MemberView {
    /// Names the member in later calls.
    pub id: String,
    /// The person's name; empty when the platform did not say.
    pub name: String,
    /// E-mail address; empty when the platform did not say.
    pub email: String,
    /// What the member may do.
    pub role: RoleView,
    /// Whether MFA is on.
    pub status: MfaStatusView,
    /// Unix time, ms.
    #[ts(type = "number | null")]
    pub joined_at: Option<i64>,
    /// When a reminder last went out from here, Unix time, ms.
    #[ts(type = "number | null")]
    pub last_reminded_at: Option<i64>,
    /// Reminders sent from here.
    pub reminders: u32,
    /// The member is the signed-in account.
    pub is_you: bool,
}

/// A fact that stands against requiring MFA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "EnforceBlocker", export_to = "types.ts")]
pub enum EnforceBlockerView {
    /// The plan lacks the user management add-on.
    NoAddon,
    /// The account is neither owner nor admin.
    NotOwnerOrAdmin,
    /// The account itself has MFA off.
    OwnMfaOff,
    /// The session was made without MFA.
    SessionWithoutMfa,
}

/// An organisation's members and its requirement.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct MembersView {
    /// The organisation.
    pub organization_id: String,
    /// Everyone the platform listed.
    pub members: Vec<MemberView>,
    /// Null: the platform did not say.
    pub mfa_required: Option<bool>,
    /// What is known to stand against requiring MFA.
    pub enforce_blockers: Vec<EnforceBlockerView>,
    /// When the platform was asked, Unix time, ms.
    #[ts(type = "number")]
    pub checked_at: i64,
}

/// What became of one person's reminder.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct ReminderResult {
    /// The member.
    pub member_id: String,
    /// A mail went out.
    pub sent: bool,
    /// The platform's HTTP-like code; 0 when it left the person out.
    pub code: u16,
    /// The platform's words.
    pub message: String,
}

/// What became of reminders.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct RemindReport {
    /// Everyone the platform answered for.
    pub results: Vec<ReminderResult>,
    /// What stopped it before everyone was asked for.
    pub stopped: Option<CommandError>,
}

impl From<Reminded> for RemindReport {
    fn from(reminded: Reminded) -> Self {
        Self {
            results: reminded.outcomes.into_iter().map(Into::into).collect(),
            stopped: reminded.stopped.map(Into::into),
        }
    }
}

impl MembersView {
    pub(crate) fn new(org: &OrgId, report: MembersReport) -> Self {
        Self {
            organization_id: org.as_str().to_owned(),
            members: report
                .members
                .into_iter()
                .map(|row| MemberView {
                    id: row.member.user_id.as_str().to_owned(),
                    name: row.member.name,
                    email: row.member.email,
                    role: match row.member.role {
                        Role::Owner => RoleView::Owner,
                        Role::Admin => RoleView::Admin,
                        Role::Viewer => RoleView::Viewer,
                    },
                    status: row.member.status.into(),
                    joined_at: row.member.joined.map(|joined| joined.as_millisecond()),
                    last_reminded_at: row.last_reminded_ms,
                    reminders: row.reminders,
                    is_you: row.is_you,
                })
                .collect(),
            mfa_required: report.mfa_required,
            enforce_blockers: report.blockers.into_iter().map(Into::into).collect(),
            checked_at: report.checked_ms,
        }
    }
}

impl From<EnforceBlocker> for EnforceBlockerView {
    fn from(blocker: EnforceBlocker) -> Self {
        match blocker {
            EnforceBlocker::NoAddon => Self::NoAddon,
            EnforceBlocker::NotOwnerOrAdmin => Self::NotOwnerOrAdmin,
            EnforceBlocker::OwnMfaOff => Self::OwnMfaOff,
            EnforceBlocker::SessionWithoutMfa => Self::SessionWithoutMfa,
        }
    }
}

impl From<ReminderOutcome> for ReminderResult {
    fn from(outcome: ReminderOutcome) -> Self {
        Self {
            member_id: outcome.user_id.as_str().to_owned(),
            sent: outcome.is_sent(),
            code: outcome.code,
            message: outcome.message,
        }
    }
}
