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
    /// When the password was given, or the identity provider vouched.
    #[serde(alias = "password_at")]
    pub(crate) signed_in_at: UnixSeconds,
    /// When a code was given, never before signing in.
    pub(crate) mfa_at: Option<UnixSeconds>,
    /// A password was given.
    #[serde(default = "yes")]
    pub(crate) password: bool,
    /// The identity provider that vouched.
    #[serde(default)]
    pub(crate) provider: Option<String>,
}

fn yes() -> bool {
    true
}

impl BrowserSession {
    /// Signed in with a password.
    pub(crate) fn signed_in(user: UserId, now: UnixSeconds) -> Self {
        Self {
            user,
            signed_in_at: now,
            mfa_at: None,
            password: true,
            provider: None,
        }
    }

    /// Signed in through an identity provider.
    pub(crate) fn vouched_for(user: UserId, provider: &str, now: UnixSeconds) -> Self {
        Self {
            password: false,
            provider: Some(provider.to_owned()),
            ..Self::signed_in(user, now)
        }
    }

    pub(crate) fn is_current(&self, now: UnixSeconds) -> bool {
        now - self.signed_in_at < SESSION_LIFE
    }

    /// `amr` (RFC 8176) of tokens made from this session.
    pub(crate) fn methods(&self) -> Vec<Method> {
        let password = self.password.then_some(Method::Pwd);
        let provider = self.provider.clone().map(Method::Sso);
        let mfa = self.mfa_at.map(|_| Method::Mfa);
        password.into_iter().chain(provider).chain(mfa).collect()
    }
}
