//! A browser's signed-in session.

use serde::{Deserialize, Serialize};

use super::Method;
use crate::{clock::UnixSeconds, ids::UserId};

/// How long a browser stays signed in.
const SESSION_LIFE: UnixSeconds = 12 * 3600;

/// A browser's signed-in session.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct BrowserSession {
    pub(crate) user: UserId,
    /// When the password was given.
    pub(crate) password_at: UnixSeconds,
    /// When a code was given, never before the password.
    pub(crate) mfa_at: Option<UnixSeconds>,
}

impl BrowserSession {
    pub(crate) fn signed_in(user: UserId, now: UnixSeconds) -> Self {
        Self {
            user,
            password_at: now,
            mfa_at: None,
        }
    }

    pub(crate) fn is_current(&self, now: UnixSeconds) -> bool {
        now - self.password_at < SESSION_LIFE
    }

    /// `amr` (RFC 8176) of tokens made from this session.
    pub(crate) fn methods(&self) -> Vec<Method> {
        let mfa = self.mfa_at.map(|_| Method::Mfa);
        std::iter::once(Method::Pwd).chain(mfa).collect()
    }
}
