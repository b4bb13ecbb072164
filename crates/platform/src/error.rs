//! Why a call to the platform failed.

use std::fmt;
use std::time::Duration;

use crate::StepUp;

/// Why no answer came from a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The name has no address.
    NameNotFound,
    /// Nothing listens at the address.
    Refused,
    /// No way to the network of the address.
    NoRoute,
    /// No encrypted connection came about: a certificate that is not trusted, or no common version.
    Tls,
    /// This system has no certificates to trust.
    NoTrustStore,
    /// The connection ended before an answer began.
    Closed,
    /// Another fault of the connection.
    Other,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NameNotFound => "the name has no address",
            Self::Refused => "the connection was refused",
            Self::NoRoute => "there is no way to its network",
            Self::Tls => "no trusted encrypted connection came about",
            Self::NoTrustStore => "this system has no certificates to trust",
            Self::Closed => "the connection was closed",
            Self::Other => "the connection failed",
        })
    }
}

/// Why a call failed. Messages of the platform are kept as one line of at most 256 characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// No answer came.
    #[error("{host} cannot be reached: {cause}")]
    Unreachable {
        /// Host that was asked.
        host: String,
        /// What went wrong.
        cause: Cause,
    },
    /// No whole answer came in time.
    #[error("{host} took too long to answer")]
    Timeout {
        /// Host that was asked.
        host: String,
    },
    /// The access token is not taken, or not any more (401).
    #[error("the session is not accepted any more")]
    Unauthenticated,
    /// The session is fine and not good enough for this call (401, RFC 9470).
    #[error("this needs another sign-in: {0}")]
    StepUp(StepUp),
    /// The account may not do this (403).
    #[error("the platform refused: {message}")]
    Forbidden {
        /// The platform's words.
        message: String,
    },
    /// There is no such thing (404), e.g. no enrolment to withdraw.
    #[error("the platform has no such thing")]
    NotFound,
    /// It does not fit the present state (409), e.g. MFA is on already.
    #[error("it does not fit the present state: {message}")]
    Conflict {
        /// The platform's words.
        message: String,
    },
    /// Asked too often (429).
    #[error("the platform asks to wait before the next try")]
    TooManyRequests {
        /// How long to wait, if the platform says; at most a day.
        retry_after: Option<Duration>,
    },
    /// The request was refused for what it says (400, 422, 402 and other 4xx).
    #[error("the platform did not accept this: {message}")]
    Rejected {
        /// HTTP status.
        status: u16,
        /// The platform's words.
        message: String,
    },
    /// The platform failed (5xx).
    #[error("the platform failed with status {status}")]
    Server {
        /// HTTP status.
        status: u16,
    },
    /// Sent elsewhere (3xx), as a network's sign-in page does. Not followed.
    #[error("the answer leads to another address")]
    Redirected {
        /// HTTP status.
        status: u16,
    },
    /// An answer that is no JSON, as from a page of a network or a proxy.
    #[error("the answer is not from the platform")]
    NotJson {
        /// Media type of the answer, if it named one.
        content_type: Option<String>,
    },
    /// The answer ended too early.
    #[error("the answer was cut off")]
    CutOff,
    /// The answer is larger than any this call can have.
    #[error("the answer is too large")]
    TooLarge,
    /// The answer lacks what the call is for, or has it in a form that cannot be used.
    #[error("the answer has no usable {field}")]
    Unexpected {
        /// The field, as a path in the answer.
        field: String,
    },
    /// A link of the answer leads to a host that must not get the token. Not followed.
    #[error("a link of the answer leads to {host}")]
    ForeignLink {
        /// Host of the link; empty for an address without one.
        host: String,
    },
    /// The pages of a list come round again.
    #[error("the pages of the list never end")]
    RepeatedPage,
    /// The list has more pages than are read.
    #[error("the list has more than {max} pages")]
    TooManyPages {
        /// Most pages that are read.
        max: usize,
    },
    /// The list has more items than are kept.
    #[error("the list has more than {max} items")]
    TooManyItems {
        /// Most items that are kept.
        max: usize,
    },
    /// An identifier that cannot be sent. Nothing was.
    #[error("the {field} cannot be one")]
    InvalidId {
        /// Which identifier.
        field: &'static str,
    },
    /// The address would be asked without encryption. Nothing was sent.
    #[error("{host} would be asked without encryption")]
    NotEncrypted {
        /// Host of the address.
        host: String,
    },
}

impl ApiError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::Timeout { .. } => "timeout",
            Self::Unauthenticated => "unauthenticated",
            Self::StepUp(_) => "step_up_required",
            Self::Forbidden { .. } => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict { .. } => "conflict",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::Rejected { .. } => "rejected",
            Self::Server { .. } => "server_failed",
            Self::Redirected { .. } => "redirected",
            Self::NotJson { .. } => "not_json",
            Self::CutOff => "cut_off",
            Self::TooLarge => "too_large",
            Self::Unexpected { .. } => "unexpected_answer",
            Self::ForeignLink { .. } => "foreign_link",
            Self::RepeatedPage => "repeated_page",
            Self::TooManyPages { .. } => "too_many_pages",
            Self::TooManyItems { .. } => "too_many_items",
            Self::InvalidId { .. } => "invalid_id",
            Self::NotEncrypted { .. } => "not_encrypted",
        }
    }

    /// The next step, in plain words.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Unreachable { cause, .. } => match cause {
                Cause::Tls => {
                    "check this computer's clock, and whether the network inspects traffic"
                }
                Cause::NoTrustStore => {
                    "install the system's certificates (package ca-certificates)"
                }
                _ => "check the network connection and try again",
            },
            Self::Timeout { .. } | Self::CutOff => "check the network connection and try again",
            Self::Unauthenticated => "sign in again",
            Self::StepUp(step_up) if step_up.needs_mfa() => {
                "turn on MFA for your account, then sign in again"
            }
            Self::StepUp(_) => "sign in again in the way that is asked for",
            Self::Forbidden { .. } => "ask somebody who may do this, such as an owner",
            Self::NotFound => "look again: it may have been removed",
            Self::Conflict { .. } => "look again: it may have changed in the meantime",
            Self::TooManyRequests { .. } => "wait a little, then try again",
            Self::Server { .. } => "try again later",
            Self::Redirected { .. } | Self::NotJson { .. } => {
                "the network may want you to sign in to it first: open any page in the browser"
            }
            Self::NotEncrypted { .. } => "use the platform's https address",
            Self::Rejected { .. }
            | Self::TooLarge
            | Self::Unexpected { .. }
            | Self::ForeignLink { .. }
            | Self::RepeatedPage
            | Self::TooManyPages { .. }
            | Self::TooManyItems { .. }
            | Self::InvalidId { .. } => return None,
        })
    }

    /// How long the platform asks to wait, if it does.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyRequests { retry_after } => *retry_after,
            _ => None,
        }
    }

    pub(crate) fn unexpected(field: impl Into<String>) -> Self {
        Self::Unexpected {
            field: field.into(),
        }
    }
}
