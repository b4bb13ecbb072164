//! Why Deskfob could not be registered as a client.

use crate::{ApiError, DeploymentError};

/// Why an authorization server gave no client identifier. Its words are kept as one line of at most 256 characters.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistrationError {
    /// The address of the authorization server.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// It registers no clients: the registration endpoint is missing (404, 405, 501).
    #[error("the platform registers no clients by itself (status {status})")]
    NotSupported {
        /// HTTP status.
        status: u16,
    },
    /// It registers clients and did not take this one (RFC 7591 section 3.2.2).
    #[error(
        "the platform refused to register Deskfob with {error}{}",
        .description.as_ref().map(|text| format!(": {text}")).unwrap_or_default()
    )]
    Refused {
        /// The code of the refusal, such as `invalid_client_metadata`.
        error: String,
        /// The platform's words.
        description: Option<String>,
    },
    /// It registered a client with a secret, which a program on the person's own computer cannot keep (RFC 8252
    /// section 8.5). That registration is not used.
    #[error("the platform registered a client with a secret, and Deskfob was to be one without")]
    Confidential,
    /// It did not answer as it should.
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl RegistrationError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Deployment(error) => error.code(),
            Self::NotSupported { .. } => "registration_not_supported",
            Self::Refused { .. } => "registration_refused",
            Self::Confidential => "registration_confidential",
            Self::Api(error) => error.code(),
        }
    }

    /// The next step, in plain words.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Deployment(error) => error.hint(),
            Self::NotSupported { .. } | Self::Refused { .. } | Self::Confidential => Some(
                "ask whoever runs the platform for the client identifier of a public client, and give it",
            ),
            Self::Api(error) => error.hint(),
        }
    }
}
