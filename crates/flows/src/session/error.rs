//! Why an account's session cannot be used.

use deskfob_platform::{ApiError, RegistrationError, SignInError, StepUp};
use deskfob_vault::StoreError;

use crate::{DeploymentChoiceError, SandboxHostError};

/// Why an account's session cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The platform refused or did not answer.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The session ended and could not be renewed without the person.
    #[error("the session of this account has ended")]
    SignedOut,
    /// Renewing the session failed.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The platform gave no client identifier, and none was given by the person.
    #[error(transparent)]
    Registration(#[from] RegistrationError),
    /// The platform wants another sign-in, and the session is an API token's, which has none.
    #[error("an API token does not do for this: the platform wants a sign-in, {0}")]
    ApiTokenTooWeak(StepUp),
    /// The person signed in as asked, and the platform wants yet another sign-in.
    #[error("the platform took the new sign-in and wants another: {0}")]
    StepUpAgain(StepUp),
    /// The person did not sign in again.
    #[error("the sign-in was cancelled")]
    Declined,
    /// Signed in as somebody else than the account whose call it was.
    #[error("signed in as {found}, not as {expected}")]
    OtherAccount {
        /// Address of the account that was to be signed in.
        expected: String,
        /// Address of the account that was signed in.
        found: String,
    },
    /// The vault refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The platform of the account cannot be reached as configured.
    #[error(transparent)]
    Deployment(#[from] DeploymentChoiceError),
    /// The embedded platform did not start.
    #[error(transparent)]
    Sandbox(#[from] SandboxHostError),
    /// The lock file beside the vault cannot be used.
    #[error("the lock file for sign-in renewal cannot be used: {0}")]
    Lock(std::io::Error),
}

impl SessionError {
    /// Whether the person has to sign in before anything else.
    pub(crate) fn ended_the_session(&self) -> bool {
        matches!(self, Self::SignedOut | Self::SignIn(_))
    }

    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Api(error) => error.code(),
            Self::SignedOut => "signed_out",
            Self::SignIn(error) => error.code(),
            Self::Registration(error) => error.code(),
            Self::ApiTokenTooWeak(_) => "api_token_too_weak",
            Self::StepUpAgain(_) => "step_up_again",
            Self::Declined => "sign_in_cancelled",
            Self::OtherAccount { .. } => "other_account",
            Self::Store(error) => error.code(),
            Self::Deployment(error) => error.code(),
            Self::Sandbox(error) => error.code(),
            Self::Lock(_) => "refresh_lock",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Api(error) => error.hint().map(Into::into),
            Self::SignedOut => Some("sign in to this account again".into()),
            Self::SignIn(error) => error.hint().map(Into::into),
            Self::Registration(error) => error.hint().map(Into::into),
            // A new token carries MFA, and no other method.
            Self::ApiTokenTooWeak(wanted) if wanted.amr == ["mfa"] => Some(
                "turn on MFA for the account, then make a new API token: one keeps what it was made with; \
                 or sign in with the browser"
                    .into(),
            ),
            Self::ApiTokenTooWeak(_) => Some("sign in to this account with the browser".into()),
            Self::StepUpAgain(wanted) if wanted.needs_mfa() => {
                Some("look whether MFA is on for this account".into())
            }
            Self::StepUpAgain(_) => Some("try again; if it stays, ask the platform's support".into()),
            Self::Declined => Some("nothing was changed; start again when you are ready".into()),
            Self::OtherAccount { expected, .. } => Some(format!("sign in as {expected}")),
            Self::Store(error) => error.hint().map(Into::into),
            Self::Deployment(error) => error.hint().map(Into::into),
            Self::Sandbox(error) => error.hint().map(Into::into),
            Self::Lock(_) => Some("look at the rights of the folder that the vault is in".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OrganizationError;

    /// All methods that are asked for are needed, so that a token helps only where MFA is the only one.
    #[test]
    fn a_new_token_is_advised_where_it_is_enough() {
        let asked = |amr: &[&str], max_age| StepUp {
            amr: amr.iter().map(|&method| method.to_owned()).collect(),
            max_age,
            ..StepUp::default()
        };
        let cases = [
            ("MFA", asked(&["mfa"], None), true),
            (
                "MFA and single sign-on",
                asked(&["mfa", "sso:acme"], None),
                false,
            ),
            ("single sign-on", asked(&["sso:acme"], None), false),
            ("a young sign-in with MFA", asked(&["mfa"], Some(300)), true),
            ("a young sign-in", asked(&[], Some(300)), false),
        ];
        for (name, wanted, token) in cases {
            let of_session = SessionError::ApiTokenTooWeak(wanted.clone());
            let of_organization = OrganizationError::from(SessionError::ApiTokenTooWeak(wanted));
            assert_eq!(of_organization.code(), of_session.code(), "{name}");
            for hint in [of_session.hint(), of_organization.hint()] {
                let hint = hint.unwrap_or_default();
                assert_eq!(hint.contains("new API token"), token, "{name}: {hint}");
                assert!(
                    hint.contains("the browser") || hint.contains("in with"),
                    "{name}: {hint}"
                );
            }
        }
    }
}
