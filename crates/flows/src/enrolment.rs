//! Protecting an account: the secret straight into the vault, confirmed with the platform.
//!
//! Each step is durable in the vault before the next one touches the platform, so that a crash at any
//! point leaves either nothing, a proposal to finish or discard, or a finished entry.

use deskfob_otp::SecretString;
use deskfob_platform::{ApiError, Cause, UserId};
use deskfob_vault::{
    AccountId, PendingEnrolment, RecoveryCode, Stage, StoreError, StoredAccount, corrected_window,
};

use crate::{DeploymentChoice, Desk, SessionError, now_ms, unix_now};

/// A proposal older than this is asked for anew, ms. How long the platform keeps its own is not published.
const PROPOSAL_LIFE_MS: i64 = 50 * 60 * 1000;

/// Why an account could not be protected.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The platform says that MFA is on already.
    #[error("this account already has MFA on")]
    AlreadyOn,
    /// Confirming was tried and never answered.
    #[error("an earlier confirmation got no answer, so the platform may have accepted it")]
    Unresolved,
    /// There is nothing to confirm.
    #[error("no enrolment is in progress for this account")]
    NoneInProgress,
    /// The platform has forgotten the secret that it proposed.
    #[error("the setup has expired")]
    Expired,
    /// The typed code has the wrong form.
    #[error("a code has {digits} digits")]
    PasscodeForm {
        /// Digits of this enrolment's codes.
        digits: u8,
    },
    /// The platform refused the code.
    #[error("that code didn't match")]
    WrongCode {
        /// How far the platform's clock is ahead of the time by which the code was made, s, when it matters.
        skew_s: Option<i64>,
    },
    /// Another app makes the codes, and its code was not given.
    #[error("the code of the other app is needed")]
    OtherAppsCode,
    /// No answer came back; the platform may or may not have accepted the code.
    #[error("the platform did not answer, so it may or may not have accepted the code")]
    Unanswered(#[source] SessionError),
    /// The platform does not say whether MFA is on.
    #[error("the platform does not say whether this account has MFA")]
    StatusUnknown,
    /// The session, the platform or the vault.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// What became of a confirmation that got no answer.
#[derive(Clone)]
pub enum Resolution {
    /// The platform has MFA on: the entry was kept, with a new set of recovery codes where the platform gave one.
    Accepted(Vec<RecoveryCode>),
    /// The platform has MFA off: the proposal waits for another code.
    NotAccepted,
}

/// How an enrolment was finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    /// The platform took the code now.
    Enrolled,
    /// It had taken one earlier, and its answer was lost.
    Resolved,
}

impl From<StoreError> for EnrolError {
    fn from(error: StoreError) -> Self {
        Self::Session(error.into())
    }
}

impl Desk {
    /// Gets a secret from the platform into the vault. A proposal still waiting is used again.
    ///
    /// # Errors
    /// [`EnrolError::AlreadyOn`], [`EnrolError::Unresolved`].
    pub async fn begin_enrolment(
        &self,
        account: &StoredAccount,
    ) -> Result<PendingEnrolment, EnrolError> {
        if let Some(pending) = self.vault.enrolment(account.id).await? {
            if matches!(pending.stage, Stage::Confirming) {
                return Err(EnrolError::Unresolved);
            }
            if now_ms() - pending.started_ms < PROPOSAL_LIFE_MS {
                return Ok(pending);
            }
        }
        let user = user_id(account);
        let proposal = self
            .signed_in(account, async |client| client.totp_proposal(&user).await)
            .await
            .map_err(|error| match error {
                SessionError::Api(ApiError::Conflict { .. }) => EnrolError::AlreadyOn,
                other => other.into(),
            })?;
        let mut entry = proposal.into_entry();
        // The platform's issuer is an address; the person knows the platform by its name.
        entry.issuer = DeploymentChoice::from_record(&account.deployment)
            .map_or(entry.issuer, |choice| choice.label().to_owned());
        self.vault
            .begin_enrolment(account.id, &entry, now_ms())
            .await?;
        self.pending(account.id).await
    }

    /// Confirms with `passcode`, or with the code that the vault makes now, and keeps entry and recovery codes.
    ///
    /// # Errors
    /// [`EnrolError::WrongCode`] leaves the proposal as it was; [`EnrolError::Unanswered`] leaves it to
    /// [`Self::resolve_enrolment`].
    pub async fn confirm_enrolment(
        &self,
        account: &StoredAccount,
        passcode: Option<&str>,
    ) -> Result<Vec<RecoveryCode>, EnrolError> {
        let pending = self.pending(account.id).await?;
        if matches!(pending.stage, Stage::Confirming) {
            return Err(EnrolError::Unresolved);
        }
        if now_ms() - pending.started_ms >= PROPOSAL_LIFE_MS {
            return Err(EnrolError::Expired);
        }
        let passcode = match passcode {
            Some(typed) => passcode_digits(typed, pending.entry.digits.get())?,
            // A code made here would prove nothing of the other app.
            None if pending.elsewhere => return Err(EnrolError::OtherAppsCode),
            None => {
                let correction = account.clock_correction_s;
                let window = corrected_window(&pending.entry, correction, unix_now());
                SecretString::from(window.code.expose().to_owned())
            }
        };
        let user = user_id(account);
        self.vault.mark_enrolment_confirming(account.id).await?;
        let answer = self
            .signed_in(account, async |client| {
                client
                    .confirm_totp(&user, &pending.entry.seed, &passcode)
                    .await
            })
            .await;
        match answer {
            Ok(codes) => {
                self.vault
                    .complete_enrolment(account.id, &codes, true, now_ms())
                    .await?;
                self.know_mfa(account, true).await?;
                Ok(self.vault.recovery_codes(account.id).await?)
            }
            Err(error) if leaves_outcome_open(&error) => Err(EnrolError::Unanswered(error)),
            Err(error) => {
                self.vault
                    .begin_enrolment(account.id, &pending.entry, pending.started_ms)
                    .await?;
                Err(match error {
                    SessionError::Api(ApiError::Rejected { .. }) => EnrolError::WrongCode {
                        skew_s: self.uncorrected_skew(account),
                    },
                    SessionError::Api(ApiError::Conflict { .. }) => EnrolError::AlreadyOn,
                    other => other.into(),
                })
            }
        }
    }

    /// Asks the platform what became of a confirmation that got no answer.
    ///
    /// # Errors
    /// [`EnrolError::StatusUnknown`] when the platform does not tell; nothing is changed then.
    pub async fn resolve_enrolment(
        &self,
        account: &StoredAccount,
    ) -> Result<Resolution, EnrolError> {
        let pending = self.pending(account.id).await?;
        let user = user_id(account);
        match self.account_status(account).await?.mfa_enabled {
            None => Err(EnrolError::StatusUnknown),
            Some(false) => {
                self.vault
                    .begin_enrolment(account.id, &pending.entry, pending.started_ms)
                    .await?;
                Ok(Resolution::NotAccepted)
            }
            Some(true) => {
                // The codes of the lost answer can't be had again: ask for a new set (POST /users/{id}/codes).
                let codes = self
                    .signed_in(account, async |client| {
                        client.recreate_recovery_codes(&user).await
                    })
                    .await
                    .unwrap_or_else(|error| {
                        tracing::warn!(
                            code = error.code(),
                            "no new recovery codes after a lost answer"
                        );
                        Vec::new()
                    });
                self.vault
                    .complete_enrolment(account.id, &codes, false, now_ms())
                    .await?;
                // Without a new set the vault may still hold one of an earlier setup, which is of no use now.
                let new = match codes.is_empty() {
                    true => Vec::new(),
                    false => self.vault.recovery_codes(account.id).await?,
                };
                Ok(Resolution::Accepted(new))
            }
        }
    }

    /// Turns MFA on with a code of the vault's own, from however far an earlier try got.
    ///
    /// # Errors
    /// As [`Self::begin_enrolment`], [`Self::confirm_enrolment`] and [`Self::resolve_enrolment`].
    pub async fn finish_enrolment(&self, account: &StoredAccount) -> Result<Finished, EnrolError> {
        let unanswered = self
            .vault
            .enrolment(account.id)
            .await?
            .is_some_and(|pending| pending.stage == Stage::Confirming);
        if unanswered
            && matches!(
                self.resolve_enrolment(account).await?,
                Resolution::Accepted(_)
            )
        {
            return Ok(Finished::Resolved);
        }
        self.begin_enrolment(account).await?;
        self.confirm_enrolment(account, None).await?;
        Ok(Finished::Enrolled)
    }

    /// Forgets a proposal that was not confirmed.
    ///
    /// # Errors
    /// [`EnrolError::Unresolved`]: its secret may be the one the platform now asks for.
    pub async fn discard_enrolment(&self, account: &StoredAccount) -> Result<(), EnrolError> {
        if matches!(self.pending(account.id).await?.stage, Stage::Confirming) {
            return Err(EnrolError::Unresolved);
        }
        Ok(self.vault.discard_enrolment(account.id).await?)
    }

    /// The proposal that waits for its confirmation.
    ///
    /// # Errors
    /// [`EnrolError::NoneInProgress`].
    pub async fn pending(&self, account: AccountId) -> Result<PendingEnrolment, EnrolError> {
        self.vault
            .enrolment(account)
            .await?
            .ok_or(EnrolError::NoneInProgress)
    }
}

pub(crate) fn user_id(account: &StoredAccount) -> UserId {
    UserId::new(account.user_id.clone())
}

/// Digits of a typed code; spaces and hyphens are for the eye.
fn passcode_digits(typed: &str, digits: u8) -> Result<SecretString, EnrolError> {
    let bare: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    let right_form = bare.len() == usize::from(digits) && bare.bytes().all(|b| b.is_ascii_digit());
    right_form
        .then(|| bare.into())
        .ok_or(EnrolError::PasscodeForm { digits })
}

/// The request may have reached the platform and been acted on, though no usable answer came back.
pub(crate) fn leaves_outcome_open(error: &SessionError) -> bool {
    matches!(
        error,
        SessionError::Api(
            ApiError::Unreachable {
                cause: Cause::Closed | Cause::Other,
                ..
            } | ApiError::Timeout { .. }
                | ApiError::Server { .. }
                | ApiError::Redirected { .. }
                | ApiError::NotJson { .. }
                | ApiError::CutOff
                | ApiError::TooLarge
                | ApiError::Unexpected { .. }
        )
    )
}

impl EnrolError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyOn => "already_on",
            Self::Unresolved => "enrolment_unresolved",
            Self::NoneInProgress => "no_enrolment",
            Self::Expired => "enrolment_expired",
            Self::PasscodeForm { .. } => "passcode_form",
            Self::WrongCode { .. } => "wrong_code",
            Self::OtherAppsCode => "other_apps_code",
            Self::Unanswered(_) => "enrolment_unanswered",
            Self::StatusUnknown => "mfa_status_unknown",
            Self::Session(error) => error.code(),
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::AlreadyOn => Some("nothing needs doing; to move it here, turn MFA off at the platform first".into()),
            Self::Unresolved | Self::Unanswered(_) => {
                Some("ask the platform what became of it; nothing is lost until then".into())
            }
            Self::NoneInProgress => Some("start protecting the account again".into()),
            Self::Expired => {
                Some("get a new secret from the platform; the old one was never in use".into())
            }
            Self::PasscodeForm { .. } => Some("type the digits shown by the authenticator".into()),
            Self::OtherAppsCode => Some("type the code that the other app shows".into()),
            Self::WrongCode { skew_s: Some(seconds) } => Some(format!(
                "this computer's clock is {} s {} the platform's: set it right, or correct the time of this account's codes",
                seconds.unsigned_abs(),
                if *seconds > 0 { "behind" } else { "ahead of" },
            )),
            Self::WrongCode { skew_s: None } => Some(
                "codes change every 30 seconds, so try the next one; if it keeps failing, check this computer's clock".into(),
            ),
            Self::StatusUnknown => Some("look at the account's security page in the browser".into()),
            Self::Session(error) => error.hint(),
        }
    }
}
