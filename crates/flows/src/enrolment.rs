//! Protecting an account: the secret straight into the vault, confirmed with the platform.
//!
//! Each step is durable in the vault before the next one touches the platform, so that a crash at any
//! point leaves either nothing, a proposal to finish or discard, or a finished entry.

use deskfob_otp::{Entry, SecretString};
use deskfob_platform::{ApiError, UserId};
use deskfob_vault::{
    AccountId, PendingEnrolment, RecoveryCode, Stage, StoredAccount, corrected_window,
};

use crate::sent::{Effect, Sent};
use crate::{DeploymentChoice, Desk, SessionError, now_ms, unix_now};

mod error;

pub use error::EnrolError;

/// A proposal older than this is asked for anew, ms. How long the platform keeps its own is not published.
const PROPOSAL_LIFE_MS: i64 = 50 * 60 * 1000;

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
        let entry = self.proposed(account).await?;
        self.vault
            .begin_enrolment(account.id, &entry, now_ms())
            .await?;
        self.pending(account.id).await
    }

    /// A secret that the platform proposes. What it proposed before may be of no use from then on.
    async fn proposed(&self, account: &StoredAccount) -> Result<Entry, EnrolError> {
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
        Ok(entry)
    }

    /// Confirms with `passcode`, or with the code that the vault makes now, and keeps entry and recovery codes. Where
    /// the platform refuses and MFA is on all the same, it took the code and its answer was lost: then the codes are a
    /// new set, or none.
    ///
    /// # Errors
    /// [`EnrolError::WrongCode`] leaves the proposal as it was; [`EnrolError::Unanswered`] leaves it to
    /// [`Self::resolve_enrolment`], and so does any other error after which the platform could not be asked whether
    /// MFA is on, such as [`SessionError::SignedOut`].
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
        let typed = match passcode {
            Some(typed) => Some(passcode_digits(typed, pending.entry.digits.get())?),
            // A code made here would prove nothing of the other app.
            None if pending.elsewhere => return Err(EnrolError::OtherAppsCode),
            None => None,
        };
        let user = user_id(account);
        self.vault.mark_pending_confirming(&pending).await?;
        let mut sent = Sent::default();
        let answer = self
            .signed_in(account, async |client| {
                let seed = &pending.entry.seed;
                // Made anew for each try: a sign-in in between takes longer than a code lives.
                let passcode = typed.clone().unwrap_or_else(|| {
                    let correction = account.clock_correction_s;
                    let window = corrected_window(&pending.entry, correction, unix_now());
                    SecretString::from(window.code.expose().to_owned())
                });
                sent.noted(client.confirm_totp(&user, seed, &passcode).await)
            })
            .await;
        match answer {
            Ok(codes) => {
                // Whatever another program made of the proposal meanwhile: this secret is the one in use.
                self.vault
                    .complete_enrolment(&pending, &codes, true, now_ms())
                    .await?;
                self.know_mfa(account, true).await?;
                Ok(self.vault.recovery_codes(account.id).await?)
            }
            Err(error) => match self.effect(account, &sent, &error, true).await {
                Effect::Done => self.keep_accepted(account, &pending).await,
                Effect::Unknown if error.ended_the_session() => Err(error.into()),
                Effect::Unknown => Err(EnrolError::Unanswered(error)),
                Effect::None => {
                    self.vault.mark_pending_proposed(&pending).await?;
                    Err(match error {
                        SessionError::Api(ApiError::Rejected { .. }) => EnrolError::WrongCode {
                            skew_s: self.uncorrected_skew(account),
                        },
                        SessionError::Api(ApiError::Conflict { .. }) => EnrolError::AlreadyOn,
                        other => other.into(),
                    })
                }
            },
        }
    }

    /// Asks the platform what became of a confirmation that got no answer. Where it does not say whether MFA is on, it
    /// is asked for another secret: it refuses while MFA is on, and what it proposes instead is the one to confirm.
    ///
    /// # Errors
    /// [`EnrolError::StatusUnknown`] when the platform tells neither way; nothing is changed then.
    pub async fn resolve_enrolment(
        &self,
        account: &StoredAccount,
    ) -> Result<Resolution, EnrolError> {
        let pending = self.pending(account.id).await?;
        if pending.stage == Stage::Proposed {
            // Nothing was sent.
            return Ok(Resolution::NotAccepted);
        }
        match self.account_status(account).await?.mfa_enabled {
            None => self.resolve_by_proposal(account, &pending).await,
            Some(false) => {
                self.vault.mark_pending_proposed(&pending).await?;
                Ok(Resolution::NotAccepted)
            }
            Some(true) => Ok(Resolution::Accepted(
                self.keep_accepted(account, &pending).await?,
            )),
        }
    }

    async fn resolve_by_proposal(
        &self,
        account: &StoredAccount,
        pending: &PendingEnrolment,
    ) -> Result<Resolution, EnrolError> {
        match self.proposed(account).await {
            Ok(entry) => {
                self.vault.mark_pending_proposed(pending).await?;
                self.vault
                    .begin_enrolment(account.id, &entry, now_ms())
                    .await?;
                if pending.elsewhere {
                    self.vault.set_enrolment_elsewhere(account.id, true).await?;
                }
                Ok(Resolution::NotAccepted)
            }
            Err(EnrolError::AlreadyOn) => Ok(Resolution::Accepted(
                self.keep_accepted(account, pending).await?,
            )),
            Err(EnrolError::Session(error)) if error.ended_the_session() => Err(error.into()),
            Err(error) => {
                tracing::warn!(code = error.code(), "no proposal told whether MFA is on");
                Err(EnrolError::StatusUnknown)
            }
        }
    }

    /// Keeps an enrolment whose answer was lost and that the platform accepted, as it says that MFA is on. Gives the
    /// new set of recovery codes; empty where the platform gave none.
    async fn keep_accepted(
        &self,
        account: &StoredAccount,
        pending: &PendingEnrolment,
    ) -> Result<Vec<RecoveryCode>, EnrolError> {
        let user = user_id(account);
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
            .complete_enrolment(pending, &codes, false, now_ms())
            .await?;
        // Without a new set the vault may still hold one of an earlier setup, which is of no use now.
        Ok(match codes.is_empty() {
            true => Vec::new(),
            false => self.vault.recovery_codes(account.id).await?,
        })
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
