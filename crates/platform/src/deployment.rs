//! Where a platform is, and as which OAuth client to speak to it.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Hosts of one authorization server known by two names.
const PUBLIC_AUTH_HOSTS: [&str; 2] = ["auth.upsun.com", "auth.api.platform.sh"];

/// The ports that the client id's redirect URIs may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoopbackPorts {
    /// Any port (RFC 8252 section 7.3).
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Described")]
pub struct Deployment {
    /// Name for people.
    pub name: String,
    /// Base address of the REST API.
    pub api: Url,
    /// Base address of the authorization server; `oauth2/authorize`, `oauth2/token` and
    /// `oauth2/revoke` lie under it.
    pub auth: Url,
    /// Base address of what signs SSH keys; `ssh` and `ssh/authority` lie under it. The authorization server unless
    /// told otherwise.
    pub certifier: Url,
    /// The public client identifier (RFC 6749 section 2.2).
    pub client_id: String,
    /// Ports that the browser may be sent back to.
    pub ports: LoopbackPorts,
    /// How the client names itself.
    pub client_authentication: ClientAuthentication,
}

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

#[derive(Deserialize)]
struct Described {
    name: String,
    api: Url,
    auth: Url,
    #[serde(default)]
    certifier: Option<Url>,
    client_id: String,
    ports: LoopbackPorts,
    #[serde(default)]
    client_authentication: ClientAuthentication,
}

impl TryFrom<Described> for Deployment {
    type Error = DeploymentError;

    fn try_from(from: Described) -> Result<Self, DeploymentError> {
        if let LoopbackPorts::Range { first, last } = from.ports
            && (first == 0 || first > last)
        {
            return Err(DeploymentError::Ports { first, last });
        }
        let deployment = Self {
            ports: from.ports,
            client_authentication: from.client_authentication,
            ..Self::custom(from.name, from.api, from.auth, from.client_id)?
        };
        match from.certifier {
            Some(certifier) => deployment.with_certifier(certifier),
            None => Ok(deployment),
        }
    }
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
        if client_id.is_empty() || !client_id.bytes().all(|b| (0x20..=0x7e).contains(&b)) {
            return Err(DeploymentError::ClientId);
        }
        let auth = base(auth)?;
        Ok(Self {
            name: name.into(),
            api: base(api)?,
            certifier: auth.clone(),
            auth,
            client_id,
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

    fn public(name: &str, api: &str, auth: &str, client_id: &str) -> Self {
        Self {
            name: name.to_owned(),
            api: https(api),
            auth: https(auth),
            certifier: https(auth),
            client_id: client_id.to_owned(),
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
        plain
            && [&self.api, &self.auth, &self.certifier]
                .iter()
                .any(|own| own.origin() == url.origin())
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
        self.owns(&issuer) || (public(&issuer) && public(&self.auth))
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

/// `base` with path segments added, each escaped.
pub(crate) fn under(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// Whether only this machine can answer at `url`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        // RFC 6761 section 6.3; the client resolves this name by itself.
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn base(url: Url) -> Result<Url, DeploymentError> {
    let host = url.host_str().unwrap_or_default().to_owned();
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(DeploymentError::NotEncrypted { host }),
        scheme => {
            return Err(DeploymentError::NotWeb {
                scheme: scheme.to_owned(),
            });
        }
    }
    let user = !url.username().is_empty() || url.password().is_some();
    if user || url.query().is_some() || url.fragment().is_some() {
        return Err(DeploymentError::NotBase { host });
    }
    Ok(url)
}

#[expect(
    clippy::expect_used,
    reason = "called with the constants above only; a test calls it"
)]
fn https(host: &str) -> Url {
    Url::parse(&format!("https://{host}/")).expect("a constant host is a valid one")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(api: &str) -> Result<Deployment, DeploymentError> {
        let auth = Url::parse("https://auth.example.com").unwrap();
        Deployment::custom("Test", Url::parse(api).unwrap(), auth, "deskfob")
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        let cases = [
            ("https", "https://api.example.com", "ok"),
            ("https with a path", "https://example.com/platform/", "ok"),
            ("loopback IPv4", "http://127.0.0.1:4000", "ok"),
            ("another loopback IPv4", "http://127.8.9.1:4000", "ok"),
            ("loopback IPv6", "http://[::1]:4000", "ok"),
            ("localhost", "http://localhost:4000", "ok"),
            (
                "http elsewhere",
                "http://api.example.com",
                "deployment_not_encrypted",
            ),
            (
                "a name that begins like it",
                "http://localhost.example.com",
                "deployment_not_encrypted",
            ),
            (
                "a name under it",
                "http://a.localhost",
                "deployment_not_encrypted",
            ),
            (
                "a private network",
                "http://192.168.0.4",
                "deployment_not_encrypted",
            ),
            (
                "all addresses",
                "http://0.0.0.0",
                "deployment_not_encrypted",
            ),
            ("a file", "file:///etc/passwd", "deployment_not_web"),
            (
                "a user name",
                "https://me@api.example.com",
                "deployment_not_base",
            ),
            (
                "a query",
                "https://api.example.com/?a=b",
                "deployment_not_base",
            ),
        ];
        for (name, api, expected) in cases {
            let found = custom(api).map_or_else(|error| error.code(), |_| "ok");
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn what_is_read_back_is_checked_like_what_is_made() {
        for deployment in [Deployment::upsun(), Deployment::platform_sh()] {
            let json = serde_json::to_string(&deployment).unwrap();
            assert_eq!(
                serde_json::from_str::<Deployment>(&json).unwrap(),
                deployment,
                "{json}"
            );
            let plain = json.replace("https://", "http://");
            assert!(
                serde_json::from_str::<Deployment>(&plain).is_err(),
                "unencrypted: {plain}"
            );
            let ports = json.replace("5010", "4999");
            assert!(
                serde_json::from_str::<Deployment>(&ports).is_err(),
                "empty range: {ports}"
            );
        }
    }

    #[test]
    fn tokens_stay_with_their_own_hosts() {
        let upsun = Deployment::upsun();
        let cases = [
            ("the API", "https://api.upsun.com/users/me", true),
            (
                "the authorization server",
                "https://auth.upsun.com/ssh",
                true,
            ),
            ("the port written out", "https://api.upsun.com:443/x", true),
            ("unencrypted", "http://api.upsun.com/users/me", false),
            ("another port", "https://api.upsun.com:8443/", false),
            (
                "a host that ends alike",
                "https://evil-api.upsun.com/",
                false,
            ),
            (
                "a host that begins alike",
                "https://api.upsun.com.evil.example/",
                false,
            ),
            ("a user name", "https://api.upsun.com@evil.example/", false),
            (
                "a user name at the right host",
                "https://me@api.upsun.com/",
                false,
            ),
        ];
        for (name, url, expected) in cases {
            assert_eq!(upsun.owns(&Url::parse(url).unwrap()), expected, "{name}");
        }
    }

    #[test]
    fn another_certifier_gets_the_token_too_and_is_checked_alike() {
        let certifier = |url: &str| Deployment::upsun().with_certifier(Url::parse(url).unwrap());
        let own = certifier("https://ssh.example.com").unwrap();
        assert!(own.owns(&Url::parse("https://ssh.example.com/ssh").unwrap()));
        let json = serde_json::to_string(&own).unwrap();
        assert_eq!(serde_json::from_str::<Deployment>(&json).unwrap(), own);
        assert_eq!(
            certifier("http://ssh.example.com").unwrap_err().code(),
            "deployment_not_encrypted"
        );
        assert!(!Deployment::upsun().owns(&Url::parse("https://ssh.example.com/ssh").unwrap()));
    }

    #[test]
    fn an_issuer_is_the_authorization_server() {
        let cases = [
            ("its own", "https://auth.upsun.com", true),
            ("with a path", "https://auth.upsun.com/oauth2", true),
            ("its other name", "https://auth.api.platform.sh/", true),
            ("another server", "https://auth.evil.example", false),
            ("unencrypted", "http://auth.upsun.com", false),
            ("no address", "upsun", false),
        ];
        for (name, issuer, expected) in cases {
            assert_eq!(Deployment::upsun().is_issuer(issuer), expected, "{name}");
        }
        let own = custom("https://api.example.com").unwrap();
        assert!(
            !own.is_issuer("https://auth.upsun.com"),
            "not the issuer of another deployment"
        );
    }

    #[test]
    fn a_path_in_the_base_is_kept() {
        let base = Url::parse("https://example.com/platform/").unwrap();
        assert_eq!(
            under(&base, &["users", "me"]).as_str(),
            "https://example.com/platform/users/me"
        );
        let bare = Url::parse("https://example.com").unwrap();
        assert_eq!(
            under(&bare, &["users", "a/b"]).as_str(),
            "https://example.com/users/a%2Fb"
        );
    }
}
