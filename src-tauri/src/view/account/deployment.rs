//! A platform as the person chooses it.

use deskfob_flows::{CustomDeployment, DeploymentChoice};
use deskfob_platform::{ClientAuthentication, Deployment, LoopbackPorts};
use deskfob_ssh::HostPattern;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

use crate::error::CommandError;

/// A platform as the person chooses it.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(tag = "preset", rename_all = "lowercase")]
#[ts(rename = "DeploymentChoice", export_to = "types.ts")]
pub enum DeploymentChoiceView {
    /// The embedded platform.
    Sandbox,
    /// Upsun.
    Upsun,
    /// Platform.sh.
    PlatformSh,
    /// Another deployment of the same API.
    Custom(CustomDeploymentView),
}

/// A deployment that is none of the presets, as a person types it.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "CustomDeployment", export_to = "types.ts")]
pub struct CustomDeploymentView {
    /// Shown to the person.
    pub name: String,
    /// Base address of the API.
    pub api: String,
    /// Base address of the authorization server.
    pub auth: String,
    /// Client identifier registered there (RFC 6749 section 2.2); empty: Deskfob registers itself (RFC 7591).
    pub client_id: String,
    /// Base address of what signs SSH keys; empty: that of the authorization server.
    pub certifier: String,
    /// Patterns of the names of its SSH hosts, apart by blanks or commas.
    pub ssh_hosts: String,
    /// Ports that the browser may be sent back to; null: any (RFC 8252 section 7.3).
    pub ports: Option<PortRangeView>,
    /// The client names itself with an empty secret, as the platforms' own command line does.
    pub empty_secret: bool,
}

/// Ports, as a person types them.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(rename = "PortRange", export_to = "types.ts")]
pub struct PortRangeView {
    /// Lowest port.
    pub first: String,
    /// Highest port.
    pub last: String,
}

/// A field of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "DeploymentField", export_to = "types.ts")]
pub enum DeploymentFieldView {
    /// Its name.
    Name,
    /// Base address of the API.
    Api,
    /// Base address of the authorization server.
    Auth,
    /// Client identifier.
    ClientId,
    /// Base address of what signs SSH keys.
    Certifier,
    /// Names of its SSH hosts.
    SshHosts,
    /// Ports that the browser may be sent back to.
    Ports,
}

/// What is wrong with a field.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "DeploymentProblem", export_to = "types.ts")]
pub struct DeploymentProblemView {
    /// Which one.
    pub field: DeploymentFieldView,
    /// What is wrong with it.
    pub error: CommandError,
}

impl DeploymentChoiceView {
    /// The choice, or what is wrong with its first wrong field.
    pub(crate) fn choice(self) -> Result<DeploymentChoice, CommandError> {
        Ok(match self {
            Self::Sandbox => DeploymentChoice::Sandbox,
            Self::Upsun => DeploymentChoice::Upsun,
            Self::PlatformSh => DeploymentChoice::PlatformSh,
            Self::Custom(custom) => DeploymentChoice::Custom(Box::new(custom.deployment()?)),
        })
    }

    /// What is wrong with it, in the order of the fields.
    pub(crate) fn problems(&self) -> Vec<DeploymentProblemView> {
        match self {
            Self::Sandbox | Self::Upsun | Self::PlatformSh => Vec::new(),
            Self::Custom(custom) => custom.problems(),
        }
    }
}

impl CustomDeploymentView {
    fn deployment(&self) -> Result<CustomDeployment, CommandError> {
        Ok(CustomDeployment {
            name: self.name()?,
            api: address("API", &self.api)?,
            auth: address("sign-in", &self.auth)?,
            client_id: self.client_id()?,
            ports: self.ports()?,
            client_authentication: if self.empty_secret {
                ClientAuthentication::EmptySecret
            } else {
                ClientAuthentication::None
            },
            certifier: self.certifier()?,
            ssh_hosts: self.ssh_hosts()?,
        })
    }

    fn problems(&self) -> Vec<DeploymentProblemView> {
        use DeploymentFieldView as Field;

        let fields = [
            (Field::Name, self.name().err()),
            (Field::Api, address("API", &self.api).err()),
            (Field::Auth, address("sign-in", &self.auth).err()),
            (Field::ClientId, self.client_id().err()),
            (Field::Certifier, self.certifier().err()),
            (Field::SshHosts, self.ssh_hosts().err()),
            (Field::Ports, self.ports().err()),
        ];
        let wrong = fields.into_iter().filter_map(|(field, error)| {
            let error = error?;
            Some(DeploymentProblemView { field, error })
        });
        wrong.collect()
    }

    fn name(&self) -> Result<String, CommandError> {
        match self.name.trim() {
            "" => Err(CommandError::new(
                "name_missing",
                "the platform has no name",
                Some("give it one, to tell it from others"),
            )),
            name => Ok(name.to_owned()),
        }
    }

    fn client_id(&self) -> Result<Option<String>, CommandError> {
        let Some(client) = given(&self.client_id) else {
            return Ok(None);
        };
        let Deployment { api, auth, .. } = Deployment::upsun();
        Deployment::custom("", api, auth, client)?;
        Ok(Some(client.to_owned()))
    }

    fn certifier(&self) -> Result<Option<Url>, CommandError> {
        given(&self.certifier)
            .map(|text| address("certifier", text))
            .transpose()
    }

    fn ssh_hosts(&self) -> Result<Vec<String>, CommandError> {
        self.ssh_hosts
            .split(|character: char| character.is_whitespace() || character == ',')
            .filter(|host| !host.is_empty())
            .map(|host| match HostPattern::new(host) {
                Ok(pattern) => Ok(pattern.as_str().to_owned()),
                Err(error) => Err(CommandError::new(
                    error.code(),
                    &error.to_string(),
                    Some(error.hint()),
                )),
            })
            .collect()
    }

    fn ports(&self) -> Result<LoopbackPorts, CommandError> {
        let Some(PortRangeView { first, last }) = &self.ports else {
            return Ok(LoopbackPorts::Any);
        };
        let port = |text: &String| text.trim().parse().ok();
        let (Some(first), Some(last)) = (port(first), port(last)) else {
            return Err(CommandError::new(
                "deployment_ports",
                &format!("ports {first} to {last} are not a range"),
                Some("give the lower port first, from 1 to 65535"),
            ));
        };
        let ports = LoopbackPorts::Range { first, last };
        Deployment::upsun().with_ports(ports)?;
        Ok(ports)
    }
}

/// What stands in a field, if anything does.
fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// A base address, which may be one of a deployment.
fn address(which: &str, text: &str) -> Result<Url, CommandError> {
    let url: Url = text.trim().parse().map_err(|_| {
        CommandError::new(
            "address_invalid",
            &format!("the {which} address is not a web address"),
            Some("write it like https://api.example.com"),
        )
    })?;
    Deployment::custom("", url.clone(), url.clone(), "any")?;
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> CustomDeploymentView {
        CustomDeploymentView {
            name: " Staging ".into(),
            api: "https://api.staging.example".into(),
            auth: "https://auth.staging.example/".into(),
            client_id: String::new(),
            certifier: " ".into(),
            ssh_hosts: String::new(),
            ports: None,
            empty_secret: false,
        }
    }

    fn codes(custom: &CustomDeploymentView) -> Vec<(DeploymentFieldView, String)> {
        let problems = custom.problems().into_iter();
        problems.map(|one| (one.field, one.error.code)).collect()
    }

    #[test]
    fn what_is_left_empty_is_as_usual() {
        let usual = good().deployment().unwrap();
        assert_eq!(usual.name, "Staging");
        assert_eq!((usual.client_id, usual.certifier), (None, None));
        assert_eq!(usual.ports, LoopbackPorts::Any);
        assert_eq!(usual.client_authentication, ClientAuthentication::None);
        assert!(usual.ssh_hosts.is_empty());
    }

    #[test]
    fn every_field_arrives() {
        let whole = CustomDeploymentView {
            client_id: " deskfob ".into(),
            certifier: "https://ssh.staging.example".into(),
            ssh_hosts: "*.staging.example,git.staging.example\n*.eu.staging.example".into(),
            ports: Some(PortRangeView {
                first: "5000".into(),
                last: " 5010".into(),
            }),
            empty_secret: true,
            ..good()
        };
        assert!(whole.problems().is_empty());
        let whole = whole.deployment().unwrap();
        assert_eq!(whole.client_id.as_deref(), Some("deskfob"));
        assert_eq!(
            whole.certifier.map(String::from).as_deref(),
            Some("https://ssh.staging.example/")
        );
        assert_eq!(
            whole.ssh_hosts,
            [
                "*.staging.example",
                "git.staging.example",
                "*.eu.staging.example"
            ]
        );
        let (first, last) = (5000, 5010);
        assert_eq!(whole.ports, LoopbackPorts::Range { first, last });
        assert_eq!(
            whole.client_authentication,
            ClientAuthentication::EmptySecret
        );
    }

    #[test]
    fn what_is_wrong_is_told_of_each_field() {
        let range = |first: &str, last: &str| {
            Some(PortRangeView {
                first: first.into(),
                last: last.into(),
            })
        };
        let all = CustomDeploymentView {
            name: " ".into(),
            api: "api.staging.example".into(),
            auth: "http://auth.staging.example".into(),
            client_id: "caf\u{e9}".into(),
            certifier: "https://ssh.staging.example/?a=b".into(),
            ssh_hosts: "git.staging.example *.com".into(),
            ports: range("5010", "5000"),
            empty_secret: false,
        };
        use DeploymentFieldView as Field;
        let expected = [
            (Field::Name, "name_missing"),
            (Field::Api, "address_invalid"),
            (Field::Auth, "deployment_not_encrypted"),
            (Field::ClientId, "deployment_client_id"),
            (Field::Certifier, "deployment_not_base"),
            (Field::SshHosts, "ssh_host_pattern"),
            (Field::Ports, "deployment_ports"),
        ];
        let expected: Vec<_> = expected
            .map(|(field, code)| (field, code.to_owned()))
            .into();
        assert_eq!(codes(&all), expected);
        let refused = DeploymentChoiceView::Custom(all).choice().unwrap_err();
        assert_eq!(refused.code, "name_missing", "the first of them");
        for (first, last) in [("0", "10"), ("5000", "70000"), ("", "5000"), ("a", "b")] {
            let wrong = CustomDeploymentView {
                ports: range(first, last),
                ..good()
            };
            assert_eq!(
                codes(&wrong),
                [(Field::Ports, "deployment_ports".to_owned())],
                "{first} to {last}"
            );
        }
    }
}
