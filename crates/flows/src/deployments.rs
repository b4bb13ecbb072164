//! Which platform an account lives on, as it is chosen by a person and kept in the vault.

use deskfob_platform::{ClientAuthentication, Deployment, DeploymentError, LoopbackPorts};
use deskfob_ssh::HostPattern;
use serde::{Deserialize, Serialize};
use url::Url;

/// A platform as a person chooses it. The sandbox's address changes from start to start, so the
/// vault keeps the choice and not the addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "preset", rename_all = "lowercase")]
pub enum DeploymentChoice {
    /// The embedded platform.
    Sandbox,
    /// Upsun's public platform.
    Upsun,
    /// Platform.sh's public platform.
    PlatformSh,
    /// Any other deployment of the same API.
    Custom(Box<CustomDeployment>),
}

/// A deployment that is none of the presets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomDeployment {
    /// Shown to the person.
    pub name: String,
    /// Base address of the REST API.
    pub api: Url,
    /// Base address of the authorization server (RFC 6749 section 3).
    pub auth: Url,
    /// The public client identifier registered there (RFC 6749 section 2.2). `None`: Deskfob registers itself
    /// (RFC 7591), and the vault keeps the identifier for the authorization server.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Ports that the browser may be sent back to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ports: LoopbackPorts,
    /// How the client names itself at the token endpoint.
    #[serde(default, skip_serializing_if = "is_default")]
    pub client_authentication: ClientAuthentication,
    /// Base address of what signs SSH keys, when that is not the authorization server.
    #[serde(default)]
    pub certifier: Option<Url>,
    /// Patterns of the names of its SSH hosts, such as `*.platform.example`.
    #[serde(default)]
    pub ssh_hosts: Vec<String>,
}

/// What is as usual is not written: an account is found again by the text of its platform's record, and the records of
/// before there was a choice have none.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl CustomDeployment {
    /// A deployment at these addresses where Deskfob registers itself; SSH hosts are not known.
    pub fn at(name: impl Into<String>, api: Url, auth: Url) -> Self {
        Self {
            name: name.into(),
            api,
            auth,
            client_id: None,
            ports: LoopbackPorts::default(),
            client_authentication: ClientAuthentication::default(),
            certifier: None,
            ssh_hosts: Vec::new(),
        }
    }

    fn resolve(&self, registered: Option<&str>) -> Result<Deployment, DeploymentError> {
        let Self {
            name,
            api,
            auth,
            client_id,
            ports,
            client_authentication,
            certifier,
            ssh_hosts: _,
        } = self;
        let client = client_id.as_deref().or(registered).unwrap_or_default();
        let deployment = Deployment {
            registered: client_id.is_none(),
            client_authentication: *client_authentication,
            ..Deployment::custom(name, api.clone(), auth.clone(), client)?.with_ports(*ports)?
        };
        match certifier {
            Some(certifier) => deployment.with_certifier(certifier.clone()),
            None => Ok(deployment),
        }
    }
}

/// The SSH hosts of the public platforms.
const PUBLIC_SSH_HOSTS: [&str; 2] = ["*.platform.sh", "*.upsun.com"];

/// Why a chosen platform cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DeploymentChoiceError {
    /// The addresses are not acceptable.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// The record in the vault was not written by this version.
    #[error("the platform kept for this account is not known to this version")]
    Unknown,
    /// The sandbox is not running.
    #[error("the sandbox platform is not running")]
    NoSandbox,
}

impl DeploymentChoice {
    /// Name for a person to read.
    pub fn label(&self) -> &str {
        match self {
            Self::Sandbox => "Sandbox",
            Self::Upsun => "Upsun",
            Self::PlatformSh => "Platform.sh",
            Self::Custom(custom) => &custom.name,
        }
    }

    /// The names of its SSH hosts; the sandbox has none. What is no pattern of host names is left out.
    pub fn ssh_hosts(&self) -> Vec<HostPattern> {
        let patterns = |hosts: &mut dyn Iterator<Item = &str>| {
            hosts
                .filter_map(|host| HostPattern::new(host).ok())
                .collect()
        };
        match self {
            Self::Sandbox => Vec::new(),
            Self::Upsun | Self::PlatformSh => patterns(&mut PUBLIC_SSH_HOSTS.into_iter()),
            Self::Custom(custom) => patterns(&mut custom.ssh_hosts.iter().map(String::as_str)),
        }
    }

    /// Whether both are one platform, however it is described: its name, its certifier, its SSH hosts and how this
    /// program is known there may be told otherwise later.
    pub fn is_same_platform(&self, other: &Self) -> bool {
        let bare = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        match (self, other) {
            (Self::Custom(one), Self::Custom(other)) => {
                bare(&one.api) == bare(&other.api) && bare(&one.auth) == bare(&other.auth)
            }
            (one, other) => one == other,
        }
    }

    /// The form kept in the vault.
    pub fn to_record(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the form kept in the vault.
    ///
    /// # Errors
    /// [`DeploymentChoiceError::Unknown`] when the record is not one of [`Self::to_record`].
    pub fn from_record(record: &str) -> Result<Self, DeploymentChoiceError> {
        serde_json::from_str(record).map_err(|_| DeploymentChoiceError::Unknown)
    }

    /// The addresses and client identifier to talk to. `sandbox` is the running sandbox's address, `registered` the
    /// identifier that the server gave, for a deployment without one.
    ///
    /// # Errors
    /// Addresses that are neither https nor loopback; ports that are no range; a missing identifier; the sandbox when
    /// it is not running.
    pub fn resolve(
        &self,
        sandbox: Option<&Url>,
        registered: Option<&str>,
    ) -> Result<Deployment, DeploymentChoiceError> {
        match self {
            Self::Sandbox => {
                let url = sandbox.ok_or(DeploymentChoiceError::NoSandbox)?;
                Ok(Deployment::custom(
                    "Sandbox",
                    url.clone(),
                    url.clone(),
                    "deskfob",
                )?)
            }
            Self::Upsun => Ok(Deployment::upsun()),
            Self::PlatformSh => Ok(Deployment::platform_sh()),
            Self::Custom(custom) => Ok(custom.resolve(registered)?),
        }
    }
}

impl DeploymentChoiceError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Deployment(error) => error.code(),
            Self::Unknown => "deployment_unknown",
            Self::NoSandbox => "sandbox_not_running",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Deployment(error) => error.hint(),
            Self::Unknown => Some("update Deskfob, or connect the account again"),
            Self::NoSandbox => Some("start it again by connecting the sandbox"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staging() -> CustomDeployment {
        let url = |host: &str| format!("https://{host}.staging.example/").parse().unwrap();
        CustomDeployment {
            client_id: Some("deskfob".into()),
            certifier: Some(url("ssh")),
            ssh_hosts: vec!["*.staging.example".into()],
            ..CustomDeployment::at("Staging", url("api"), url("auth"))
        }
    }

    fn chosen(custom: CustomDeployment) -> DeploymentChoice {
        DeploymentChoice::Custom(Box::new(custom))
    }

    #[test]
    fn a_record_reads_back_as_the_same_choice() {
        let odd = CustomDeployment {
            client_id: None,
            ports: LoopbackPorts::Range {
                first: 5000,
                last: 5010,
            },
            client_authentication: ClientAuthentication::EmptySecret,
            ..staging()
        };
        for choice in [
            DeploymentChoice::Sandbox,
            DeploymentChoice::Upsun,
            DeploymentChoice::PlatformSh,
            chosen(staging()),
            chosen(odd),
        ] {
            let record = choice.to_record();
            assert_eq!(
                DeploymentChoice::from_record(&record).unwrap(),
                choice,
                "{record}"
            );
        }
        assert!(DeploymentChoice::from_record("{\"preset\":\"later\"}").is_err());
    }

    #[test]
    fn earlier_records_are_read_and_written_as_they_were() {
        let first = r#"{"preset":"custom","name":"x","api":"https://a.example/","auth":"https://b.example/","clientId":"c"}"#;
        let choice = DeploymentChoice::from_record(first).unwrap();
        assert!(choice.ssh_hosts().is_empty());
        assert_eq!(
            choice.resolve(None, None).unwrap().certifier.as_str(),
            "https://b.example/",
            "a record from before there were certifiers"
        );
        let later = r#"{"preset":"custom","name":"x","api":"https://a.example/","auth":"https://b.example/","clientId":"c","certifier":null,"sshHosts":[]}"#;
        let choice = DeploymentChoice::from_record(later).unwrap();
        assert_eq!(choice.to_record(), later, "its account is found again");
    }

    #[test]
    fn a_client_is_the_one_given_or_the_one_registered() {
        let without = CustomDeployment {
            client_id: None,
            ..staging()
        };
        let given = chosen(staging()).resolve(None, Some("other")).unwrap();
        assert_eq!(
            (given.client_id.as_str(), given.registered),
            ("deskfob", false)
        );
        let own = chosen(without.clone()).resolve(None, Some("c-1")).unwrap();
        assert_eq!((own.client_id.as_str(), own.registered), ("c-1", true));
        let none = chosen(without).resolve(None, None).unwrap_err();
        assert_eq!(none.code(), "deployment_client_id");
    }

    #[test]
    fn addresses_and_ports_are_checked() {
        let plain = CustomDeployment {
            api: "http://api.office.example/".parse().unwrap(),
            ..staging()
        };
        let ports = CustomDeployment {
            ports: LoopbackPorts::Range {
                first: 5010,
                last: 5000,
            },
            ..staging()
        };
        for (custom, expected) in [
            (plain, "deployment_not_encrypted"),
            (ports, "deployment_ports"),
        ] {
            let error = chosen(custom).resolve(None, None).unwrap_err();
            assert_eq!(error.code(), expected);
        }
    }
}
