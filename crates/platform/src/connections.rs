//! The sign-in providers of a user (`/users/{user_id}/connections`).

use serde::Deserialize;
use serde_json::Value;

use crate::lenient;
use crate::{ApiError, Client, UserId};

/// A provider that a user can sign in through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its name, as in `sso:<provider>`.
    pub provider: String,
    /// Whether the user has to sign in through it. `None`: the platform did not say.
    pub is_mandatory: Option<bool>,
}

#[derive(Deserialize)]
struct WireConnection {
    #[serde(default, deserialize_with = "lenient::text")]
    provider: String,
    #[serde(default, deserialize_with = "lenient::flag")]
    is_mandatory: Option<bool>,
}

impl Client {
    /// The user's sign-in providers: `GET /users/{user_id}/connections`.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`] for another user's; [`ApiError::Unexpected`] when it is no list of objects.
    pub async fn connections(&self, user: &UserId) -> Result<Vec<Connection>, ApiError> {
        let url = self.url(&["users", user.segment()?, "connections"]);
        let items = self.get_items(&url).await?;
        items.into_iter().map(connection).collect()
    }
}

fn connection(item: Value) -> Result<Connection, ApiError> {
    let wire: WireConnection =
        lenient::object(item).ok_or_else(|| ApiError::unexpected("connections"))?;
    Ok(Connection {
        provider: wire.provider,
        is_mandatory: wire.is_mandatory,
    })
}
