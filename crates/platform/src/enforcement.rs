//! Requiring MFA in an organisation (`/organizations/{organization_id}/mfa-enforcement`), and the
//! add-ons that it takes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::lenient;
use crate::{ApiError, Client, OrgId};

/// Add-ons of an organisation. The API's value `enhanced` is what people know as "Advanced".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addons {
    /// Levels of user management that the organisation has: `standard`, `enhanced`.
    pub user_management: Vec<String>,
    /// Higher levels that it could have. Which level enforcement takes is not published as a name; where
    /// there is a higher one, the platform may refuse for lack of it.
    pub user_management_upgrades: Vec<String>,
    /// Levels of support that it has.
    pub support_level: Vec<String>,
}

#[derive(Deserialize)]
struct WireAddons {
    /// A plan is current because its key is there, even with 0 days left.
    #[serde(deserialize_with = "lenient::map")]
    current: BTreeMap<String, Value>,
    #[serde(default, deserialize_with = "lenient::map")]
    upgrades_available: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct WireEnforcement {
    enforce_mfa: bool,
}

impl Client {
    /// Whether MFA is required: `GET /organizations/{organization_id}/mfa-enforcement`.
    ///
    /// # Errors
    /// [`ApiError::Unexpected`] when the platform does not say.
    pub async fn mfa_enforcement(&self, org: &OrgId) -> Result<bool, ApiError> {
        let url = self.url(&["organizations", org.segment()?, "mfa-enforcement"]);
        let answer: WireEnforcement = self.get(&url).await?;
        Ok(answer.enforce_mfa)
    }

    /// Requires MFA of everyone: `POST /organizations/{organization_id}/mfa-enforcement/enable`. Who has
    /// none cannot get in any more.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`] without the right, the add-on or own MFA; [`ApiError::StepUp`] when the
    /// session was made without MFA. Which of the two is not published.
    pub async fn enable_mfa_enforcement(&self, org: &OrgId) -> Result<(), ApiError> {
        self.enforce(org, "enable").await
    }

    /// Stops requiring MFA: `POST /organizations/{organization_id}/mfa-enforcement/disable`.
    ///
    /// # Errors
    /// As [`Client::enable_mfa_enforcement`].
    pub async fn disable_mfa_enforcement(&self, org: &OrgId) -> Result<(), ApiError> {
        self.enforce(org, "disable").await
    }

    async fn enforce(&self, org: &OrgId, verb: &str) -> Result<(), ApiError> {
        let url = self.url(&["organizations", org.segment()?, "mfa-enforcement", verb]);
        self.post(&url).await?.done()
    }

    /// The organisation's add-ons: `GET /organizations/{organization_id}/addons`.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] where the platform has none.
    pub async fn addons(&self, org: &OrgId) -> Result<Addons, ApiError> {
        let url = self.url(&["organizations", org.segment()?, "addons"]);
        let wire: WireAddons = self.get(&url).await?;
        Ok(Addons {
            user_management: levels(&wire.current, "user_management"),
            user_management_upgrades: upgrades(&wire.upgrades_available, "user_management"),
            support_level: levels(&wire.current, "support_level"),
        })
    }
}

fn levels(addons: &BTreeMap<String, Value>, name: &str) -> Vec<String> {
    let levels = addons.get(name).and_then(Value::as_object);
    levels
        .map(|levels| levels.keys().cloned().collect())
        .unwrap_or_default()
}

fn upgrades(addons: &BTreeMap<String, Value>, name: &str) -> Vec<String> {
    addons.get(name).map(lenient::as_texts).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_add_on_is_there_by_its_key() {
        let cases: [(&str, &str, &[&str]); 5] = [
            (
                "with days left",
                r#"{"current":{"user_management":{"enhanced":12}}}"#,
                &["enhanced"],
            ),
            (
                "with none left",
                r#"{"current":{"user_management":{"standard":0}}}"#,
                &["standard"],
            ),
            ("none", r#"{"current":{}}"#, &[]),
            (
                "none, as a list",
                r#"{"current":{"user_management":[]},"upgrades_available":null}"#,
                &[],
            ),
            ("nothing current", r#"{"current":[]}"#, &[]),
        ];
        for (name, json, expected) in cases {
            let wire: WireAddons = serde_json::from_str(json).unwrap();
            assert_eq!(levels(&wire.current, "user_management"), expected, "{name}");
        }
        let upgrade = r#"{"current":{},"upgrades_available":{"user_management":["enhanced"]}}"#;
        let wire: WireAddons = serde_json::from_str(upgrade).unwrap();
        let found = upgrades(&wire.upgrades_available, "user_management");
        assert_eq!(found, ["enhanced"]);
        assert!(
            serde_json::from_str::<WireAddons>("{}").is_err(),
            "not said is not none"
        );
    }
}
