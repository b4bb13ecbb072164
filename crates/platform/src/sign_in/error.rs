//! Why a sign-in failed.

use std::io;

use crate::{ApiError, StepUp};

/// Why a sign-in, a renewal or its end failed. The platform's words are kept as one line of at most 256
/// characters.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// Every port that the platform takes is in use.
    #[error("the ports {first} to {last} of this computer are in use")]
    PortsBusy {
        /// Lowest port.
        first: u16,
        /// Highest port.
        last: u16,
    },
    /// This computer lets nothing listen on loopback.
    #[error("this computer cannot be listened on for the browser's answer")]
    Listen(#[source] io::Error),
    /// The person, or the platform for them, said no (`access_denied`, `consent_required`).
    #[error("the sign-in was declined{}", told(.description.as_deref()))]
    Denied {
        /// The platform's words.
        description: Option<String>,
    },
    /// The platform needs a page to be answered that was not shown (`login_required`,
    /// `interaction_required`, `account_selection_required`).
    #[error("the platform needs you to sign in on its page")]
    LoginRequired,
    /// The account cannot sign in the way that was asked for (`unmet_authentication_requirements`).
    #[error("the account cannot sign in in the way that is asked for{}", told(.description.as_deref()))]
    StepUpUnmet {
        /// How it was to sign in.
        asked: StepUp,
        /// The platform's words.
        description: Option<String>,
    },
    /// The token endpoint does not know the client identifier, or not any more (`invalid_client`).
    #[error("the platform does not know this client{}", told(.description.as_deref()))]
    UnknownClient {
        /// The platform itself had given that identifier (RFC 7591), so it can give another.
        registered: bool,
        /// The platform's words.
        description: Option<String>,
    },
    /// Another refusal of the platform.
    #[error("the platform refused the sign-in with {error}{}", told(.description.as_deref()))]
    Refused {
        /// The code of the refusal (RFC 6749 sections 4.1.2.1 and 5.2).
        error: String,
        /// The platform's words.
        description: Option<String>,
    },
    /// Only answers that belong to another sign-in came. They are not taken.
    #[error("the answers that came belong to another sign-in")]
    StateMismatch,
    /// The answer came from another authorization server (RFC 9207).
    #[error("the answer came from another server than was asked")]
    IssuerMismatch,
    /// The browser brought no answer in time.
    #[error("no answer came from the browser in time")]
    TimedOut,
    /// The code or refresh token is not taken, or not any more (`invalid_grant`).
    #[error("the sign-in has ended{}", told(.description.as_deref()))]
    InvalidGrant {
        /// The platform's words.
        description: Option<String>,
    },
    /// The single sign-on behind the session has ended.
    #[error("the single sign-on session has ended")]
    SsoSessionExpired,
    /// The API token is wrong, revoked or expired.
    #[error("the API token is not accepted")]
    ApiTokenInvalid,
    /// The platform did not answer as it should.
    #[error(transparent)]
    Api(#[from] ApiError),
}

fn told(description: Option<&str>) -> String {
    description
        .map(|text| format!(": {text}"))
        .unwrap_or_default()
}

impl SignInError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PortsBusy { .. } => "ports_busy",
            Self::Listen(_) => "listen",
            Self::Denied { .. } => "sign_in_denied",
            Self::LoginRequired => "login_required",
            Self::StepUpUnmet { .. } => "step_up_unmet",
            Self::UnknownClient { .. } => "client_unknown",
            Self::Refused { .. } => "sign_in_refused",
            Self::StateMismatch => "state_mismatch",
            Self::IssuerMismatch => "issuer_mismatch",
            Self::TimedOut => "sign_in_timed_out",
            Self::InvalidGrant { .. } => "invalid_grant",
            Self::SsoSessionExpired => "sso_session_expired",
            Self::ApiTokenInvalid => "api_token_invalid",
            Self::Api(error) => error.code(),
        }
    }

    /// The next step, in plain words.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::PortsBusy { .. } => "close other programs that are signing in, then try again",
            Self::Listen(_) => {
                "check whether a firewall keeps programs from listening on 127.0.0.1"
            }
            Self::Denied { .. } | Self::TimedOut | Self::LoginRequired => "start the sign-in again",
            Self::StepUpUnmet { asked, .. } => unmet(asked),
            Self::UnknownClient {
                registered: true, ..
            } => "sign in to the platform again, and have Deskfob registered there anew",
            Self::UnknownClient { .. } => {
                "check the client identifier, or leave it out so that Deskfob registers itself"
            }
            Self::Refused { .. } => {
                "start the sign-in again; if it is refused again, ask the platform's support"
            }
            Self::StateMismatch => "close older sign-in pages, then start again from Deskfob",
            Self::IssuerMismatch => "check the platform's sign-in address",
            Self::InvalidGrant { .. } => "sign in again",
            Self::SsoSessionExpired => "sign in again with your single sign-on",
            Self::ApiTokenInvalid => "make a new API token in the platform's console",
            Self::Api(error) => return error.hint(),
        })
    }
}

/// What is missing, as far as what was asked for tells.
fn unmet(asked: &StepUp) -> &'static str {
    let sso = asked.amr.iter().any(|method| method.starts_with("sso:"));
    match (asked.needs_mfa(), sso) {
        (true, false) => "turn on MFA for the account, then sign in again",
        (false, true) => {
            "have the single sign-on that is asked for set up for the account, then sign in again through it"
        }
        _ => {
            "look whether the account has all that is asked for, such as MFA or a single sign-on, then sign in again"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_what_was_asked_for() {
        let cases: &[(&[&str], &str)] = &[
            (&["mfa"], "turn on MFA"),
            (&["sso:acme"], "have the single sign-on"),
            (&["mfa", "sso:acme"], "look whether the account has all"),
            (&[], "look whether the account has all"),
        ];
        for (amr, begins) in cases {
            let error = SignInError::StepUpUnmet {
                asked: StepUp {
                    amr: amr.iter().map(|&method| method.to_owned()).collect(),
                    ..StepUp::default()
                },
                description: None,
            };
            let hint = error.hint().unwrap_or_default();
            assert!(hint.starts_with(begins), "{amr:?}: {hint}");
        }
    }
}
