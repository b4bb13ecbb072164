//! Where a platform is, and as which OAuth client to speak to it.

use serde::{Deserialize, Serialize};
use url::Url;

mod address;
mod error;

pub(crate) use address::{base, is_loopback, under};
pub use error::DeploymentError;

use address::https;

/// Hosts of one authorization server known by two names.
const PUBLIC_AUTH_HOSTS: [&str; 2] = ["auth.upsun.com", "auth.api.platform.sh"];

/// Names that the public platforms' own hosts end in, with one label before them: `api.upsun.com`, `eu-5.platform.sh`.
/// Both platforms are one behind, and a list may lead on to another of its hosts. What has more labels may be a
/// customer's.
const PUBLIC_DOMAINS: [&str; 2] = ["upsun.com", "platform.sh"];

/// Longest client identifier, bytes.
const MAX_CLIENT_ID_BYTES: usize = 512;

/// The ports that the client id's redirect URIs may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoopbackPorts {
    /// Any port (RFC 8252 section 7.3).
    #[default]
    Any,
    /// The server takes these ports only.
    Range {
        /// Lowest port.
        first: u16,
        /// Highest port.
        last: u16,
    },
}

/// How the client names itself at the token endpoint. It never has a real secret (RFC 8252 section 8.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// `client_id` in the body (RFC 6749 section 3.2.1).
    #[default]
    None,
    /// An empty secret, as the platforms' own command line sends it: by HTTP Basic with a code, in
    /// the body otherwise.
    EmptySecret,
}

/// One deployment of the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Name for people.
    pub name: String,
    /// Base address of the REST API.
    pub api: Url,
    /// Base address of the authorization server; `oauth2/authorize`, `oauth2/token`,
    /// `oauth2/revoke` and `oauth2/register` lie under it.
    pub auth: Url,
    /// Base address of what signs SSH keys; `ssh` and `ssh/authority` lie under it. The authorization server unless
    /// told otherwise.
    pub certifier: Url,
    /// The public client identifier (RFC 6749 section 2.2).
    pub client_id: String,
    /// Whether the authorization server gave that identifier to this installation when it registered itself
    /// (RFC 7591), so that it can be given another.
    pub registered: bool,
    /// Ports that the browser may be sent back to.
    pub ports: LoopbackPorts,
    /// How the client names itself.
    pub client_authentication: ClientAuthentication,
}

impl Deployment {
    /// Upsun's public platform, as the client of its command line.
    pub fn upsun() -> Self {
        Self::public("Upsun", "api.upsun.com", "auth.upsun.com", "upsun-cli")
    }

    /// Platform.sh's public platform, as the client of its command line.
    pub fn platform_sh() -> Self {
        Self::public(
            "Platform.sh",
            "api.platform.sh",
            "auth.api.platform.sh",
            "platform-cli",
        )
    }

    /// Any other deployment, with a public client that may use every loopback port.
    ///
    /// # Errors
    /// Addresses that are not https, unless on loopback; parts that a base address cannot have.
    pub fn custom(
        name: impl Into<String>,
        api: Url,
        auth: Url,
        client_id: impl Into<String>,
    ) -> Result<Self, DeploymentError> {
        let client_id = client_id.into();
        if !is_client_id(&client_id) {
            return Err(DeploymentError::ClientId);
        }
        let auth = base(auth)?;
        Ok(Self {
            name: name.into(),
            api: base(api)?,
            certifier: auth.clone(),
            auth,
            client_id,
            registered: false,
            ports: LoopbackPorts::Any,
            client_authentication: ClientAuthentication::None,
        })
    }

    /// The same deployment, with SSH keys signed elsewhere.
    ///
    /// # Errors
    /// As [`Self::custom`].
    pub fn with_certifier(self, certifier: Url) -> Result<Self, DeploymentError> {
        Ok(Self {
            certifier: base(certifier)?,
            ..self
        })
    }

    /// The same deployment, with the browser sent back to these ports.
    ///
    /// # Errors
    /// [`DeploymentError::Ports`].
    pub fn with_ports(self, ports: LoopbackPorts) -> Result<Self, DeploymentError> {
        match ports {
            LoopbackPorts::Range { first, last } if first == 0 || first > last => {
                Err(DeploymentError::Ports { first, last })
            }
            _ => Ok(Self { ports, ..self }),
        }
    }

    fn public(name: &str, api: &str, auth: &str, client_id: &str) -> Self {
        Self {
            name: name.to_owned(),
            api: https(api),
            auth: https(auth),
            certifier: https(auth),
            client_id: client_id.to_owned(),
            registered: false,
            // The range that the command line listens on and the server checks for its client id.
            ports: LoopbackPorts::Range {
                first: 5000,
                last: 5010,
            },
            client_authentication: ClientAuthentication::EmptySecret,
        }
    }

    /// Whether a bearer token of this deployment may be sent to `url`.
    pub fn owns(&self, url: &Url) -> bool {
        let plain = url.username().is_empty() && url.password().is_none();
        let own = || {
            [&self.api, &self.auth, &self.certifier]
                .iter()
                .any(|own| own.origin() == url.origin())
        };
        plain && (own() || (is_public(&self.api) && is_public(url)))
    }

    /// Whether `issuer` (RFC 9207) names this deployment's authorization server.
    pub(crate) fn is_issuer(&self, issuer: &str) -> bool {
        let Ok(issuer) = Url::parse(issuer) else {
            return false;
        };
        let public = |url: &Url| {
            url.scheme() == "https"
                && url
                    .host_str()
                    .is_some_and(|h| PUBLIC_AUTH_HOSTS.contains(&h))
        };
        let plain = issuer.username().is_empty() && issuer.password().is_none();
        let own = plain && issuer.origin() == self.auth.origin();
        own || (public(&issuer) && public(&self.auth))
    }

    /// An address under the certifier's base.
    pub(crate) fn certifier_endpoint(&self, segments: &[&str]) -> Url {
        under(&self.certifier, segments)
    }

    /// An address under the authorization server's base.
    pub(crate) fn auth_endpoint(&self, segments: &[&str]) -> Url {
        under(&self.auth, segments)
    }
}

/// Whether a host of the public platforms answers at `url`.
fn is_public(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    url.scheme() == "https"
        && url.port().is_none()
        && host
            .split_once('.')
            .is_some_and(|(label, domain)| !label.is_empty() && PUBLIC_DOMAINS.contains(&domain))
}

/// What a client identifier can be (RFC 6749 appendix A.1).
pub(crate) fn is_client_id(text: &str) -> bool {
    (1..=MAX_CLIENT_ID_BYTES).contains(&text.len())
        && text.bytes().all(|b| (0x20..=0x7e).contains(&b))
}

#[cfg(test)]
mod tests;
