//! Organisations: who is covered, reminders kept with their results, requiring MFA.

use std::collections::HashMap;

use deskfob_platform::{
    ApiError, Member, MfaStatus, OrgId, Organization, ReminderOutcome, Role, StepUp, UserId,
};
use deskfob_vault::{ReminderRecord, StoreError, StoredAccount};

use crate::{Desk, SessionError, now_ms};

/// One request of the reminder call names at most this many people; the platform publishes no cap.
const REMIND_AT_ONCE: usize = 100;

/// Why an organisation cannot be shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum OrganizationError {
    /// The organisation opens only for sessions made with MFA (RFC 9470).
    #[error("this organisation requires MFA and this session was made without it")]
    MfaRequired,
    /// The same, and the session is an API token's, which carries what it was made with.
    #[error(
        "this organisation requires MFA, and the API token of this session was made without it"
    )]
    ApiTokenWithoutMfa,
    /// The account may not do this.
    #[error("the platform refused: {message}")]
    Forbidden {
        /// The platform's words.
        message: String,
    },
    /// The session, the platform or the vault.
    #[error(transparent)]
    Session(SessionError),
}

/// A fact that stands against requiring MFA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnforceBlocker {
    /// The plan lacks the user management add-on.
    NoAddon,
    /// The account is neither owner nor admin.
    NotOwnerOrAdmin,
    /// The account itself has MFA off.
    OwnMfaOff,
    /// The session was made without MFA.
    SessionWithoutMfa,
}

/// A member with what was done from here.
#[derive(Clone, Debug)]
pub struct MemberRow {
    /// What the platform says.
    pub member: Member,
    /// When a reminder last went out from here, ms since 1970.
    pub last_reminded_ms: Option<i64>,
    /// Reminders sent from here.
    pub reminders: u32,
    /// The member is the signed-in account.
    pub is_you: bool,
}

/// An organisation's members and its requirement.
#[derive(Clone, Debug)]
pub struct MembersReport {
    /// Everyone the platform listed.
    pub members: Vec<MemberRow>,
    /// Whether MFA is required; `None` when the platform did not say.
    pub mfa_required: Option<bool>,
    /// What is known to stand against requiring it.
    pub blockers: Vec<EnforceBlocker>,
    /// When the platform was asked, ms since 1970.
    pub checked_ms: i64,
}

/// What became of reminders.
#[derive(Debug)]
pub struct Reminded {
    /// Everyone the platform answered for. Their mails are out, or it said why not.
    pub outcomes: Vec<ReminderOutcome>,
    /// What stopped it before everyone was asked for, or before the answers were kept.
    pub stopped: Option<SessionError>,
}

impl From<SessionError> for OrganizationError {
    fn from(error: SessionError) -> Self {
        match error {
            // Another sign-in than one with MFA is not met by turning MFA on.
            SessionError::Api(ApiError::StepUp(wanted)) if wanted == StepUp::mfa() => {
                Self::MfaRequired
            }
            SessionError::ApiTokenTooWeak(wanted) if wanted.amr == ["mfa"] => {
                Self::ApiTokenWithoutMfa
            }
            SessionError::Api(ApiError::Forbidden { message }) => Self::Forbidden { message },
            other => Self::Session(other),
        }
    }
}

impl Desk {
    /// The organisations the account belongs to.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn organizations(
        &self,
        account: &StoredAccount,
    ) -> Result<Vec<Organization>, OrganizationError> {
        let user = UserId::new(account.user_id.clone());
        Ok(self
            .signed_in(account, async |client| client.organizations(&user).await)
            .await?)
    }

    /// Everyone in the organisation with MFA status and the reminders sent from here.
    /// `progress` is told the members read so far and, when the platform says, how many there are.
    ///
    /// # Errors
    /// [`OrganizationError::MfaRequired`], [`OrganizationError::Forbidden`].
    pub async fn members(
        &self,
        account: &StoredAccount,
        org: &OrgId,
        mut progress: impl FnMut(usize, Option<usize>),
    ) -> Result<MembersReport, OrganizationError> {
        let members = self
            .signed_in(account, async |client| {
                client.members(org, &mut progress).await
            })
            .await?;
        let mfa_required = match self
            .signed_in(account, async |client| client.mfa_enforcement(org).await)
            .await
        {
            Ok(required) => Some(required),
            Err(SessionError::Api(_) | SessionError::ApiTokenTooWeak(_)) => None,
            Err(other) => return Err(other.into()),
        };
        let blockers = self.enforce_blockers(account, org, &members).await?;
        let reminders = self
            .vault
            .reminders(account.id, org.as_str())
            .await
            .map_err(SessionError::from)?;
        let mut reminded: HashMap<String, (i64, u32)> = HashMap::new();
        for reminder in reminders
            .iter()
            .filter(|reminder| ReminderOutcome::is_success(reminder.code))
        {
            let (last, count) = reminded
                .entry(reminder.user_id.clone())
                .or_insert((reminder.sent_ms, 0));
            *last = (*last).max(reminder.sent_ms);
            *count += 1;
        }
        let members = members
            .into_iter()
            .map(|member| {
                let sent = reminded.get(member.user_id.as_str());
                MemberRow {
                    last_reminded_ms: sent.map(|(last, _)| *last),
                    reminders: sent.map_or(0, |(_, count)| *count),
                    is_you: member.user_id.as_str() == account.user_id,
                    member,
                }
            })
            .collect();
        Ok(MembersReport {
            members,
            mfa_required,
            blockers,
            checked_ms: now_ms(),
        })
    }

    /// Sends reminders and keeps each person's result. A mail that went out is told in any case, so that nobody is
    /// reminded twice unawares.
    ///
    /// # Errors
    /// See [`OrganizationError`]; nobody was reminded.
    pub async fn remind(
        &self,
        account: &StoredAccount,
        org: &OrgId,
        users: &[UserId],
    ) -> Result<Reminded, OrganizationError> {
        let mut reminded = Reminded {
            outcomes: Vec::with_capacity(users.len()),
            stopped: None,
        };
        for some in users.chunks(REMIND_AT_ONCE) {
            let answer = self
                .signed_in(account, async |client| client.remind(org, some).await)
                .await;
            let answered = match answer {
                Ok(answered) => answered,
                Err(cause) if reminded.outcomes.is_empty() => return Err(cause.into()),
                Err(cause) => {
                    reminded.stopped = Some(cause);
                    break;
                }
            };
            let kept = self.keep_reminders(account, org, &answered).await;
            reminded.outcomes.extend(answered);
            if let Err(cause) = kept {
                reminded.stopped = Some(cause.into());
                break;
            }
        }
        Ok(reminded)
    }

    async fn keep_reminders(
        &self,
        account: &StoredAccount,
        org: &OrgId,
        outcomes: &[ReminderOutcome],
    ) -> Result<(), StoreError> {
        let sent_ms = now_ms();
        for outcome in outcomes {
            let record = ReminderRecord {
                account: account.id,
                org: org.as_str().to_owned(),
                user_id: outcome.user_id.as_str().to_owned(),
                sent_ms,
                code: outcome.code,
                message: outcome.message.clone(),
            };
            self.vault.record_reminder(&record).await?;
        }
        Ok(())
    }

    /// Requires MFA of everyone, or stops requiring it. Returns what the platform says afterwards; `None` when it took
    /// the change and then did not say.
    ///
    /// # Errors
    /// [`OrganizationError::Forbidden`] with the platform's words, [`OrganizationError::MfaRequired`].
    pub async fn require_mfa(
        &self,
        account: &StoredAccount,
        org: &OrgId,
        required: bool,
    ) -> Result<Option<bool>, OrganizationError> {
        self.signed_in(account, async |client| {
            if required {
                client.enable_mfa_enforcement(org).await
            } else {
                client.disable_mfa_enforcement(org).await
            }
        })
        .await?;
        let afterwards = self
            .signed_in(account, async |client| client.mfa_enforcement(org).await)
            .await;
        if let Err(error) = &afterwards {
            tracing::warn!(code = error.code(), "whether MFA is required was not told");
        }
        Ok(afterwards.ok())
    }

    async fn enforce_blockers(
        &self,
        account: &StoredAccount,
        org: &OrgId,
        members: &[Member],
    ) -> Result<Vec<EnforceBlocker>, OrganizationError> {
        let mut blockers = Vec::new();
        let you = members
            .iter()
            .find(|member| member.user_id.as_str() == account.user_id);
        if you.is_some_and(|you| you.role == Role::Viewer) {
            blockers.push(EnforceBlocker::NotOwnerOrAdmin);
        }
        if you.is_some_and(|you| you.status == MfaStatus::Off) {
            blockers.push(EnforceBlocker::OwnMfaOff);
        } else if !self
            .session_has_mfa(account.id)
            .await
            .map_err(SessionError::from)?
        {
            blockers.push(EnforceBlocker::SessionWithoutMfa);
        }
        match self
            .signed_in(account, async |client| client.addons(org).await)
            .await
        {
            Ok(addons) if addons.user_management.is_empty() => {
                blockers.push(EnforceBlocker::NoAddon)
            }
            // A plan that can't be read is no fact against it.
            Ok(_) | Err(SessionError::Api(_) | SessionError::ApiTokenTooWeak(_)) => {}
            Err(other) => return Err(other.into()),
        }
        Ok(blockers)
    }
}

impl OrganizationError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MfaRequired => "mfa_required",
            Self::ApiTokenWithoutMfa => "api_token_too_weak",
            Self::Forbidden { .. } => "forbidden",
            Self::Session(error) => error.code(),
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::MfaRequired => Some("turn on MFA for your account, then sign in again".into()),
            Self::ApiTokenWithoutMfa => Some(
                "turn on MFA for your account, then make a new API token: one keeps what it was made with; or sign \
                 in with the browser"
                    .into(),
            ),
            Self::Forbidden { .. } => {
                Some("owners and admins can; ask an owner of the organisation".into())
            }
            Self::Session(cause) => cause.hint(),
        }
    }
}
