//! Why a deployment cannot be used.

/// Why a deployment cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeploymentError {
    /// Tokens would travel unencrypted.
    #[error("{host} would be asked without encryption")]
    NotEncrypted {
        /// Host of the address.
        host: String,
    },
    /// Not an address of a web server.
    #[error("{scheme} addresses cannot be used for a platform")]
    NotWeb {
        /// Scheme of the address.
        scheme: String,
    },
    /// The address has parts that a base address cannot have.
    #[error("the address of {host} has a user name, a query or a fragment")]
    NotBase {
        /// Host of the address.
        host: String,
    },
    /// No client identifier, or one with characters that none can have (RFC 6749 appendix A.1).
    #[error("the client identifier is empty or has characters that it cannot have")]
    ClientId,
    /// The ports are in the wrong order, or 0 is among them.
    #[error("ports {first} to {last} are not a range")]
    Ports {
        /// Lowest port.
        first: u16,
        /// Highest port.
        last: u16,
    },
}

impl DeploymentError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotEncrypted { .. } => "deployment_not_encrypted",
            Self::NotWeb { .. } => "deployment_not_web",
            Self::NotBase { .. } => "deployment_not_base",
            Self::ClientId => "deployment_client_id",
            Self::Ports { .. } => "deployment_ports",
        }
    }

    /// The next step, in plain words.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotEncrypted { .. } | Self::NotWeb { .. } => {
                "use an https address; plain http is for this computer only"
            }
            Self::NotBase { .. } => "write the address like https://api.example.com",
            Self::ClientId => "ask whoever runs the platform for a client identifier",
            Self::Ports { .. } => "give the lower port first, from 1 to 65535",
        })
    }
}
