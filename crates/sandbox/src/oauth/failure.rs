//! How the token endpoint says no: `{error, error_description}` (RFC 6749, section 5.2).

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::state::StoreError;

/// A refusal by the token or revocation endpoint.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OauthFailure {
    pub(crate) error: &'static str,
    description: &'static str,
}

impl OauthFailure {
    pub(crate) fn invalid_request(description: &'static str) -> Self {
        Self {
            error: "invalid_request",
            description,
        }
    }

    pub(crate) fn invalid_grant(description: &'static str) -> Self {
        Self {
            error: "invalid_grant",
            description,
        }
    }

    /// The identity provider's word for the person is over.
    pub(crate) fn sso_expired() -> Self {
        Self::invalid_grant("The SSO session has expired. Sign in again.")
    }

    pub(crate) fn invalid_client() -> Self {
        Self {
            error: "invalid_client",
            description: "There is no such client.",
        }
    }

    /// RFC 7591, section 3.2.2.
    pub(crate) fn invalid_client_metadata(description: &'static str) -> Self {
        Self {
            error: "invalid_client_metadata",
            description,
        }
    }

    /// RFC 7591, section 3.2.2.
    pub(crate) fn invalid_redirect_uri() -> Self {
        Self {
            error: "invalid_redirect_uri",
            description: "Redirects have to be http addresses on loopback.",
        }
    }

    pub(crate) fn unsupported_grant_type() -> Self {
        Self {
            error: "unsupported_grant_type",
            description: "The grant type is not served.",
        }
    }

    pub(crate) fn server_error() -> Self {
        Self {
            error: "server_error",
            description: "The sandbox could not answer.",
        }
    }
}

impl From<StoreError> for OauthFailure {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "state not written");
        Self::server_error()
    }
}

impl IntoResponse for OauthFailure {
    fn into_response(self) -> Response {
        let status = match self.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"sandbox\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
