//! Which platform an account lives on, as it is chosen by a person and kept in the vault.

use deskfob_platform::{Deployment, DeploymentError};
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
}

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
                } = custom.as_ref();
                Ok(Deployment::custom(
                    name,
                    api.clone(),
                    auth.clone(),
                    client_id,
                )?)
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
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        let choice = DeploymentChoice::Custom(Box::new(CustomDeployment {
            name: "Office".into(),
            api: "http://api.office.example/".parse().unwrap(),
            auth: "https://auth.office.example/".parse().unwrap(),
            client_id: "deskfob".into(),
        }));
        assert!(
            choice.resolve(None).is_err(),
            "tokens would travel in clear"
        );
    }
}
