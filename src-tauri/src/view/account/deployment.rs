//! A platform as the person chooses it.

use deskfob_flows::{CustomDeployment, DeploymentChoice};
use serde::Deserialize;
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
    #[serde(rename_all = "camelCase")]
    Custom {
        /// Shown to the person.
        name: String,
        /// Base address of the API.
        api: String,
        /// Base address of the authorization server.
        auth: String,
        /// Client identifier registered there; empty: Deskfob registers itself (RFC 7591).
        client_id: String,
    },
}

impl DeploymentChoiceView {
    pub(crate) fn choice(self) -> Result<DeploymentChoice, CommandError> {
        Ok(match self {
            Self::Sandbox => DeploymentChoice::Sandbox,
            Self::Upsun => DeploymentChoice::Upsun,
            Self::PlatformSh => DeploymentChoice::PlatformSh,
            Self::Custom {
                name,
                api,
                auth,
                client_id,
            } => DeploymentChoice::Custom(Box::new(CustomDeployment {
                client_id: Some(client_id).filter(|id| !id.is_empty()),
                ..CustomDeployment::at(name, address("API", &api)?, address("sign-in", &auth)?)
            })),
        })
    }
}

fn address(which: &str, text: &str) -> Result<Url, CommandError> {
    text.trim().parse().map_err(|_| {
        CommandError::new(
            "address_invalid",
            &format!("the {which} address is not a web address"),
            Some("write it like https://api.example.com"),
        )
    })
}
