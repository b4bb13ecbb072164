//! Which platform an account lives on, as it is chosen by a person and kept in the vault.

use deskfob_platform::{Deployment, DeploymentError};
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
    /// The public client identifier registered there (RFC 6749 section 2.2).
    pub client_id: String,
    /// Base address of what signs SSH keys, when that is not the authorization server.
    #[serde(default)]
    pub certifier: Option<Url>,
    /// Patterns of the names of its SSH hosts, such as `*.platform.example`.
    #[serde(default)]
    pub ssh_hosts: Vec<String>,
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

    /// The addresses and client identifier to talk to. `sandbox` is the running sandbox's address.
    ///
    /// # Errors
    /// Addresses that are neither https nor loopback; the sandbox when it is not running.
    pub fn resolve(&self, sandbox: Option<&Url>) -> Result<Deployment, DeploymentChoiceError> {
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
            Self::Custom(custom) => {
                let CustomDeployment {
                    name,
                    api,
                    auth,
                    client_id,
                    certifier,
                    ssh_hosts: _,
                } = custom.as_ref();
                let deployment = Deployment::custom(name, api.clone(), auth.clone(), client_id)?;
                Ok(match certifier {
                    Some(certifier) => deployment.with_certifier(certifier.clone())?,
                    None => deployment,
                })
            }
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

    #[test]
    fn a_record_reads_back_as_the_same_choice() {
        let custom = DeploymentChoice::Custom(Box::new(CustomDeployment {
            name: "Staging".into(),
            api: "https://api.staging.example/".parse().unwrap(),
            auth: "https://auth.staging.example/".parse().unwrap(),
            client_id: "deskfob".into(),
            certifier: Some("https://ssh.staging.example/".parse().unwrap()),
            ssh_hosts: vec!["*.staging.example".into()],
        }));
        for choice in [
            DeploymentChoice::Sandbox,
            DeploymentChoice::Upsun,
            DeploymentChoice::PlatformSh,
            custom,
        ] {
            let record = choice.to_record();
            assert_eq!(
                DeploymentChoice::from_record(&record).unwrap(),
                choice,
                "{record}"
            );
        }
        assert!(DeploymentChoice::from_record("{\"preset\":\"later\"}").is_err());
        let earlier = r#"{"preset":"custom","name":"x","api":"https://a.example/","auth":"https://b.example/","clientId":"c"}"#;
        let choice = DeploymentChoice::from_record(earlier).unwrap();
        assert!(choice.ssh_hosts().is_empty());
        assert_eq!(
            choice.resolve(None).unwrap().certifier.as_str(),
            "https://b.example/",
            "a record from before there were certifiers"
        );
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        let choice = DeploymentChoice::Custom(Box::new(CustomDeployment {
            name: "Office".into(),
            api: "http://api.office.example/".parse().unwrap(),
            auth: "https://auth.office.example/".parse().unwrap(),
            client_id: "deskfob".into(),
            certifier: None,
            ssh_hosts: Vec::new(),
        }));
        assert!(
            choice.resolve(None).is_err(),
            "tokens would travel in clear"
        );
    }
}
