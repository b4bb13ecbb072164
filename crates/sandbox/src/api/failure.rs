//! How the API says no: `{status, message, code, detail, title}`, and the bearer challenges
//! of RFC 6750 and RFC 9470.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    clock::UnixSeconds,
    error_shape::Words,
    state::{Method, StoreError},
};

/// What another sign-in has to be like (RFC 9470).
#[derive(Clone, Debug, Default)]
pub(crate) struct Challenge {
    /// Methods that are needed, all of them.
    pub(crate) amr: Vec<Method>,
    /// Seconds since the sign-in, at most.
    pub(crate) max_age: Option<u64>,
}

impl Challenge {
    pub(crate) fn mfa() -> Self {
        Self {
            amr: vec![Method::Mfa],
            max_age: None,
        }
    }

    fn description(&self) -> &'static str {
        let sso = self.amr.iter().any(|method| method.provider().is_some());
        match (self.amr.contains(&Method::Mfa), sso) {
            (true, true) => "Multi-factor authentication and single sign-on are required.",
            (true, false) => "Multi-factor authentication is required.",
            (false, true) => "Single sign-on is required.",
            (false, false) => "A more recent sign-in is required.",
        }
    }

    /// Header and body: clients differ in where they look.
    pub(crate) fn respond(&self) -> Response {
        let description = self.description();
        let methods: Vec<String> = self.amr.iter().cloned().map(String::from).collect();
        let mut header = format!(
            "Bearer error=\"insufficient_user_authentication\", error_description=\"{description}\""
        );
        let mut body =
            json!({"error": "insufficient_user_authentication", "error_description": description});
        if !methods.is_empty() {
            header.push_str(&format!(", amr=\"{}\"", methods.join(" ")));
            body["amr"] = json!(methods);
        }
        if let Some(seconds) = self.max_age {
            header.push_str(&format!(", max_age=\"{seconds}\""));
            body["max_age"] = json!(seconds);
        }
        challenge(&header, body)
    }
}

/// Why the API refuses a request.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No bearer token was sent.
    NoToken,
    /// The bearer token does not count: forged, expired or revoked.
    InvalidToken,
    /// The session was not signed in well enough for this (RFC 9470).
    StepUp(Challenge),
    BadRequest(String),
    Forbidden(String),
    NotFound(String),
    Conflict(String),
    TooManyRequests {
        message: String,
        wait: UnixSeconds,
    },
    TooLarge,
    /// An error that was ordered, see [`crate::Faults`].
    Ordered(u16),
    /// A refusal whose body the API description leaves empty.
    Bare(StatusCode),
    Internal(&'static str),
}

/// A [`Failure`] written as `application/problem+json`: organisations, members and add-ons.
pub(crate) struct Problem(pub(crate) Failure);

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "state not written");
        Self::Internal("The sandbox cannot write its state.")
    }
}

impl From<getrandom::Error> for Failure {
    fn from(_: getrandom::Error) -> Self {
        Self::Internal("No random bytes from the system.")
    }
}

fn challenge(value: &str, body: serde_json::Value) -> Response {
    let mut response = (StatusCode::UNAUTHORIZED, axum::Json(body)).into_response();
    // Names of methods hold no characters that a header may not.
    if let Ok(value) = HeaderValue::from_str(value) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, value);
    }
    response
}

impl Failure {
    fn respond(self, media_type: &'static str) -> Response {
        let (status, message, wait) = match self {
            Self::NoToken => {
                return challenge(
                    "Bearer",
                    json!({"error": "invalid_request", "error_description": "A bearer token is required."}),
                );
            }
            Self::InvalidToken => {
                return challenge(
                    "Bearer error=\"invalid_token\", error_description=\"The access token is not valid.\"",
                    json!({"error": "invalid_token", "error_description": "The access token is not valid."}),
                );
            }
            Self::StepUp(asked) => return asked.respond(),
            Self::Bare(status) => return status.into_response(),
            Self::BadRequest(message) => (StatusCode::BAD_REQUEST, message, None),
            Self::Forbidden(message) => (StatusCode::FORBIDDEN, message, None),
            Self::NotFound(message) => (StatusCode::NOT_FOUND, message, None),
            Self::Conflict(message) => (StatusCode::CONFLICT, message, None),
            Self::TooManyRequests { message, wait } => {
                (StatusCode::TOO_MANY_REQUESTS, message, Some(wait))
            }
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "The request body is too large.".to_owned(),
                None,
            ),
            Self::Ordered(status) => (
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                "This fault was ordered.".to_owned(),
                None,
            ),
            Self::Internal(message) => {
                (StatusCode::INTERNAL_SERVER_ERROR, message.to_owned(), None)
            }
        };
        let body = json!({
            "status": "error",
            "title": status.canonical_reason().unwrap_or_default(),
            "message": &message,
            "code": status.as_u16(),
            "detail": {},
        });
        let mut response = (status, axum::Json(body)).into_response();
        response.extensions_mut().insert(Words(message));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        if let Some(wait) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        response
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.respond("application/json")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.0.respond("application/problem+json")
    }
}
