//! Turning MFA off, and moving it to a new secret: each step is durable in the vault before the next one, so that
//! a crash at any point loses nothing. The entry goes to the trash only after the platform agreed.

use deskfob_platform::ApiError;
use deskfob_vault::{RecoveryCode, Stage, StoreError, StoredAccount, Withdrawal, WithdrawalStage};

use crate::enrolment::user_id;
use crate::sent::{Effect, Sent};
use crate::{Desk, EnrolError, Finished, SessionError, now_ms};

/// Why MFA could not be turned off.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// The platform was asked before and never answered.
    #[error("an earlier try to turn MFA off got no answer, so the platform may have done it")]
    Unresolved,
    /// No answer came back that can be trusted; the platform may or may not have turned MFA off.
    #[error("the platform gave no clear answer, so it may or may not have turned MFA off")]
    Unanswered(#[source] SessionError),
    /// MFA is not being turned off.
    #[error("MFA of this account is not being turned off")]
    NoneInProgress,
    /// An enrolment was confirmed and never answered.
    #[error("an earlier confirmation got no answer, so the platform may have accepted it")]
    EnrolmentUnresolved,
    /// The platform does not say whether MFA is on.
    #[error("the platform does not say whether this account has MFA")]
    StatusUnknown,
    /// The session, the platform or the vault.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// How MFA came to be off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// The platform turned it off now.
    Now,
    /// It had been off before.
    Before,
}

/// What became of a try that got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithdrawalResolution {
    /// MFA is off: the entry is in the trash.
    Off,
    /// MFA is on: everything is as it was.
    StillOn,
}

/// How far moving to a new secret got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveStep {
    /// The platform was asked to turn MFA off and gave no answer that was kept.
    Asking,
    /// MFA is off and there is no new secret yet.
    Off,
    /// MFA is off; the new secret is in the vault and not confirmed.
    Proposed,
    /// The new secret was sent to the platform, whose answer was not kept.
    Confirming,
}

/// Why moving to a new secret did not get to its end. [`Desk::move_factor`] goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// MFA was not turned off, or it is not known.
    #[error(transparent)]
    Withdraw(#[from] WithdrawError),
    /// MFA is off and the new secret is not in force.
    #[error("MFA is off now, and the new secret is not in force yet: {0}")]
    Enrol(#[source] EnrolError),
}

impl From<StoreError> for WithdrawError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoWithdrawal => Self::NoneInProgress,
            StoreError::EnrolmentUnresolved => Self::EnrolmentUnresolved,
            other => Self::Session(other.into()),
        }
    }
}

impl Desk {
    /// Turns MFA off at the platform; then the account's entry goes to the trash and its recovery codes count as
    /// dead. `moving`: a new secret is to follow.
    ///
    /// # Errors
    /// [`WithdrawError::Unanswered`] leaves it to [`Self::resolve_withdrawal`], and so does an error after which the
    /// platform could not be asked whether MFA is off; all others leave everything as it was.
    pub async fn withdraw(
        &self,
        account: &StoredAccount,
        moving: bool,
    ) -> Result<Withdrawn, WithdrawError> {
        match self.vault.withdrawal(account.id).await? {
            Some(begun) if begun.stage == WithdrawalStage::Asking => {
                return Err(WithdrawError::Unresolved);
            }
            Some(begun) if moving && begun.moving => return Ok(Withdrawn::Before),
            _ => {}
        }
        self.vault
            .begin_withdrawal(account.id, moving, now_ms())
            .await?;
        let user = user_id(account);
        let mut sent = Sent::default();
        let answer = self
            .signed_in(account, async |client| {
                sent.noted(client.withdraw_totp(&user).await)
            })
            .await;
        let withdrawn = match answer {
            Ok(()) => Withdrawn::Now,
            Err(error) => match self.effect(account, &sent, &error, false).await {
                Effect::Done if matches!(error, SessionError::Api(ApiError::NotFound)) => {
                    Withdrawn::Before
                }
                Effect::Done => Withdrawn::Now,
                Effect::None => {
                    self.vault.end_withdrawal(account.id).await?;
                    return Err(error.into());
                }
                Effect::Unknown if error.ended_the_session() => return Err(error.into()),
                Effect::Unknown => return Err(WithdrawError::Unanswered(error)),
            },
        };
        self.vault.complete_withdrawal(account.id, now_ms()).await?;
        self.know_mfa(account, false).await?;
        Ok(withdrawn)
    }

    /// Asks the platform what became of a try that got no answer.
    ///
    /// # Errors
    /// [`WithdrawError::StatusUnknown`] when the platform does not tell; nothing is changed then.
    pub async fn resolve_withdrawal(
        &self,
        account: &StoredAccount,
    ) -> Result<WithdrawalResolution, WithdrawError> {
        let begun = self.withdrawal(account).await?;
        if begun.stage == WithdrawalStage::Withdrawn {
            return Ok(WithdrawalResolution::Off);
        }
        match self.account_status(account).await?.mfa_enabled {
            None => Err(WithdrawError::StatusUnknown),
            Some(false) => {
                self.vault.complete_withdrawal(account.id, now_ms()).await?;
                Ok(WithdrawalResolution::Off)
            }
            Some(true) => {
                self.vault.end_withdrawal(account.id).await?;
                Ok(WithdrawalResolution::StillOn)
            }
        }
    }

    /// Gives up moving to a new secret: MFA stays off until somebody turns it on.
    ///
    /// # Errors
    /// [`WithdrawError::Unresolved`] and [`WithdrawError::EnrolmentUnresolved`] while an answer is missing.
    pub async fn abandon_move(&self, account: &StoredAccount) -> Result<(), WithdrawError> {
        match self.move_step(account).await? {
            None => Err(WithdrawError::NoneInProgress),
            Some(MoveStep::Asking) => Err(WithdrawError::Unresolved),
            Some(MoveStep::Confirming) => Err(WithdrawError::EnrolmentUnresolved),
            Some(MoveStep::Off | MoveStep::Proposed) => {
                self.vault.discard_enrolment(account.id).await?;
                self.vault.end_withdrawal(account.id).await?;
                Ok(())
            }
        }
    }

    /// How far moving to a new secret got; `None` when it is not under way.
    ///
    /// # Errors
    /// The vault refused.
    pub async fn move_step(&self, account: &StoredAccount) -> Result<Option<MoveStep>, StoreError> {
        let Some(begun) = self.vault.withdrawal(account.id).await? else {
            return Ok(None);
        };
        if !begun.moving {
            return Ok(None);
        }
        if begun.stage == WithdrawalStage::Asking {
            return Ok(Some(MoveStep::Asking));
        }
        let pending = self.vault.enrolment(account.id).await?;
        Ok(Some(match pending.map(|pending| pending.stage) {
            None => MoveStep::Off,
            Some(Stage::Proposed) => MoveStep::Proposed,
            Some(Stage::Confirming) => MoveStep::Confirming,
        }))
    }

    /// Gives the account a new secret: turns MFA off and on again with the vault's own code, from however far an
    /// earlier try got. In between, MFA is off.
    ///
    /// # Errors
    /// [`MoveError::Withdraw`]: nothing was changed, or it is not known; [`MoveError::Enrol`]: MFA is off. Both
    /// are taken up where they stopped by calling this again.
    pub async fn move_factor(
        &self,
        account: &StoredAccount,
    ) -> Result<Vec<RecoveryCode>, MoveError> {
        let step = self.move_step(account).await.map_err(WithdrawError::from)?;
        if step == Some(MoveStep::Asking) {
            self.resolve_withdrawal(account).await?;
        }
        self.withdraw(account, true).await?;
        let finished = self.finish_enrolment(account).await;
        match finished.map_err(MoveError::Enrol)? {
            Finished::Enrolled | Finished::Resolved => {}
        }
        let codes = self.vault.recovery_codes(account.id).await;
        Ok(codes.map_err(WithdrawError::from)?)
    }

    async fn withdrawal(&self, account: &StoredAccount) -> Result<Withdrawal, WithdrawError> {
        self.vault
            .withdrawal(account.id)
            .await?
            .ok_or(WithdrawError::NoneInProgress)
    }
}

impl WithdrawError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unresolved => "withdrawal_unresolved",
            Self::Unanswered(_) => "withdrawal_unanswered",
            Self::NoneInProgress => "no_withdrawal",
            Self::EnrolmentUnresolved => "enrolment_unresolved",
            Self::StatusUnknown => "mfa_status_unknown",
            Self::Session(error) => error.code(),
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unresolved | Self::Unanswered(_) => Some(
                "ask the platform what became of it; the entry stays in the vault until then"
                    .into(),
            ),
            Self::NoneInProgress => Some("look at the account again".into()),
            Self::EnrolmentUnresolved => Some("ask the platform what became of it first".into()),
            Self::StatusUnknown => {
                Some("look at the account's security page in the browser".into())
            }
            Self::Session(error) => error.hint(),
        }
    }
}

impl MoveError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Withdraw(error) => error.code(),
            Self::Enrol(error) => error.code(),
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Withdraw(error) => error.hint(),
            Self::Enrol(error) => error.hint(),
        }
    }
}
