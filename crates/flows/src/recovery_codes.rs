//! A new set of recovery codes. The old set is given up in the same transaction that keeps the new one.

use deskfob_platform::ApiError;
use deskfob_vault::{RecoveryCode, StoreError, StoredAccount};

use crate::enrolment::user_id;
use crate::sent::Sent;
use crate::{Desk, SessionError, now_ms};

/// Why there is no new set of recovery codes.
#[derive(Debug, thiserror::Error)]
pub enum NewCodesError {
    /// The platform makes recovery codes for accounts with MFA only.
    #[error("MFA is off for this account, so the platform makes no recovery codes")]
    MfaOff,
    /// No answer came back that can be trusted: the platform may have ended the set that is kept here.
    #[error(
        "the platform gave no clear answer, so the recovery codes kept here may not work any more"
    )]
    Unanswered(#[source] SessionError),
    /// The platform answered with an empty set.
    #[error("the platform made an empty set of recovery codes")]
    Empty,
    /// The session, the platform or the vault.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<StoreError> for NewCodesError {
    fn from(error: StoreError) -> Self {
        Self::Session(error.into())
    }
}

impl Desk {
    /// Has the platform make a new set and keeps it in place of the old one, which stops working.
    ///
    /// # Errors
    /// After [`NewCodesError::Unanswered`], [`NewCodesError::Empty`] and a session that ended in the middle the old set
    /// stays, marked as one that may not work; asking again is safe and clears it up.
    pub async fn new_recovery_codes(
        &self,
        account: &StoredAccount,
    ) -> Result<Vec<RecoveryCode>, NewCodesError> {
        let asked_before = self.vault.recovery_codes_state(account.id).await?.asked_ms;
        self.vault
            .begin_new_recovery_codes(account.id, asked_before.unwrap_or_else(now_ms))
            .await?;
        let user = user_id(account);
        let mut sent = Sent::default();
        let answer = self
            .signed_in(account, async |client| {
                sent.noted(client.recreate_recovery_codes(&user).await)
            })
            .await;
        match answer {
            Ok(codes) if codes.is_empty() => Err(NewCodesError::Empty),
            Ok(codes) => {
                self.vault
                    .replace_recovery_codes(account.id, &codes)
                    .await?;
                Ok(self.vault.recovery_codes(account.id).await?)
            }
            // No call tells which set the platform has.
            Err(error) if sent.is_doubtful() && error.ended_the_session() => Err(error.into()),
            Err(error) if sent.is_doubtful() => Err(NewCodesError::Unanswered(error)),
            Err(error) => {
                // What an earlier try left open stays open.
                if asked_before.is_none() {
                    self.vault.cancel_new_recovery_codes(account.id).await?;
                }
                Err(match error {
                    SessionError::Api(ApiError::NotFound) => NewCodesError::MfaOff,
                    other => other.into(),
                })
            }
        }
    }
}

impl NewCodesError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MfaOff => "mfa_off",
            Self::Unanswered(_) => "new_codes_unanswered",
            Self::Empty => "new_codes_empty",
            Self::Session(error) => error.code(),
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::MfaOff => Some("turn on MFA first; a set comes with it".into()),
            Self::Unanswered(_) | Self::Empty => {
                Some("ask for a new set again: that is safe, and only the last one counts".into())
            }
            Self::Session(error) => error.hint(),
        }
    }
}
