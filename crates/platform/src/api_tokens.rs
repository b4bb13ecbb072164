//! The API tokens of a user (`/users/{user_id}/api-tokens`), without the tokens themselves.

use serde::Deserialize;
use serde_json::Value;

use crate::lenient;
use crate::{ApiError, Client, UserId};

/// What the platform tells of an API token. The token itself is told only where it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenRecord {
    /// Its id.
    pub id: String,
    /// The name that its user gave it.
    pub name: String,
    /// Whether MFA was on when it was made, so that what is done with it counts as done with MFA. `None`: the
    /// platform did not say.
    pub mfa_on_creation: Option<bool>,
}

#[derive(Deserialize)]
struct WireToken {
    #[serde(default, deserialize_with = "lenient::text")]
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::flag")]
    mfa_on_creation: Option<bool>,
}

impl Client {
    /// The user's API tokens: `GET /users/{user_id}/api-tokens`.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`] for another user's; [`ApiError::Unexpected`] when it is no list of objects.
    pub async fn api_tokens(&self, user: &UserId) -> Result<Vec<ApiTokenRecord>, ApiError> {
        let url = self.url(&["users", user.segment()?, "api-tokens"]);
        let items = self.get_items(&url).await?;
        items.into_iter().map(record).collect()
    }
}

fn record(item: Value) -> Result<ApiTokenRecord, ApiError> {
    let wire: WireToken = lenient::object(item).ok_or_else(|| ApiError::unexpected("tokens"))?;
    Ok(ApiTokenRecord {
        id: wire.id,
        name: wire.name,
        mfa_on_creation: wire.mfa_on_creation,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_flag_that_is_not_said_is_not_false() {
        let cases = [
            (
                "made before MFA",
                json!({"id": "1", "name": "ci", "mfa_on_creation": false}),
                Some(false),
            ),
            (
                "made with MFA",
                json!({"id": "1", "name": "ci", "mfa_on_creation": true}),
                Some(true),
            ),
            ("not said", json!({"id": "1", "name": "ci"}), None),
            (
                "of another type",
                json!({"id": "1", "name": "ci", "mfa_on_creation": "false"}),
                None,
            ),
        ];
        for (name, item, expected) in cases {
            assert_eq!(record(item).unwrap().mfa_on_creation, expected, "{name}");
        }
        assert!(record(json!("ci")).is_err(), "no object");
    }
}
