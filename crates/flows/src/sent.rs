//! What may have come of a request that turns MFA on or off, or ends a set of recovery codes, when it failed.
//!
//! A refusal that the platform's description knows is believed as far as the platform does not contradict it. Any
//! other answer may have been written by something on the way after the platform acted: then only asking tells.

use deskfob_platform::{ApiError, Cause};
use deskfob_vault::StoredAccount;

use crate::{Desk, SessionError};

/// The tries to send one request: renewing a session and a step-up repeat it.
#[derive(Default)]
pub(crate) struct Sent {
    /// It left this computer.
    left: bool,
    /// A try ended in a way that leaves open whether the platform acted.
    doubtful: bool,
}

impl Sent {
    /// Notes how a try ended.
    pub(crate) fn noted<T>(&mut self, answer: Result<T, ApiError>) -> Result<T, ApiError> {
        match &answer {
            Err(error) if never_left(error) => {}
            Err(error) => {
                self.left = true;
                self.doubtful |= !is_refusal(error);
            }
            Ok(_) => self.left = true,
        }
        answer
    }

    /// Whether the platform may have acted on it, by the answers alone.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.doubtful
    }
}

/// What came of a failed request to turn MFA on or off.
pub(crate) enum Effect {
    /// Nothing: it is as before.
    None,
    /// MFA is as was wanted, whatever the answer said.
    Done,
    /// That is for asking the platform later.
    Unknown,
}

impl Desk {
    /// What came of a request to turn MFA on (`wanted`) or off, which failed with `error`. Asks the platform where an
    /// answer came.
    pub(crate) async fn effect(
        &self,
        account: &StoredAccount,
        sent: &Sent,
        error: &SessionError,
        wanted: bool,
    ) -> Effect {
        // A conflict says that it was so before.
        let conflict = matches!(error, SessionError::Api(ApiError::Conflict { .. }));
        if !sent.left || (conflict && !sent.doubtful) {
            return Effect::None;
        }
        if is_lost(error) {
            return Effect::Unknown;
        }
        match self.account_status(account).await {
            Ok(user) => match user.mfa_enabled {
                Some(enabled) if enabled == wanted => Effect::Done,
                Some(_) => Effect::None,
                None if sent.doubtful => Effect::Unknown,
                // There is nothing to turn off.
                None if !wanted && matches!(error, SessionError::Api(ApiError::NotFound)) => {
                    Effect::Done
                }
                None => Effect::None,
            },
            Err(asking) => {
                tracing::warn!(code = asking.code(), "what came of a request is not known");
                Effect::Unknown
            }
        }
    }
}

/// No usable answer came back at all.
fn is_lost(error: &SessionError) -> bool {
    match error {
        SessionError::Api(ApiError::Unauthenticated | ApiError::TooManyRequests { .. }) => false,
        SessionError::Api(error) => !never_left(error) && !is_refusal(error),
        _ => false,
    }
}

fn never_left(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::Unreachable {
            cause: Cause::NameNotFound
                | Cause::Refused
                | Cause::NoRoute
                | Cause::Tls
                | Cause::NoTrustStore,
            ..
        } | ApiError::NotEncrypted { .. }
            | ApiError::InvalidId { .. }
    )
}

/// The platform's own no. Its description has no 401 but the challenge of RFC 9470, and no 429: those may come from
/// something on the way.
fn is_refusal(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::Forbidden { .. }
            | ApiError::NotFound
            | ApiError::Conflict { .. }
            | ApiError::Rejected { .. }
            | ApiError::StepUp(_)
    )
}
