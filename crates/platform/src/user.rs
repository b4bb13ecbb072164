//! The signed-in account (`/users/me`).

use serde::Deserialize;

use crate::lenient;
use crate::{ApiError, Client, UserId};

/// A user as the platform describes it. Texts that it does not give are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// E-mail address.
    pub email: String,
    /// Unique name.
    pub username: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Whether MFA is on. `None`: the platform did not say. Not in its published description.
    pub mfa_enabled: Option<bool>,
    /// Whether a mandatory single sign-on answers for the user. `None`: the platform did not say.
    pub sso_enabled: Option<bool>,
}

/// What `/users/me` and `/ref/users` say of a user.
#[derive(Deserialize)]
pub(crate) struct WireUser {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) email: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) username: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) first_name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) last_name: String,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(crate) mfa_enabled: Option<bool>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(crate) sso_enabled: Option<bool>,
}

impl User {
    /// First and last name; else the user name; else the e-mail address.
    pub fn display_name(&self) -> String {
        name_of(
            &self.first_name,
            &self.last_name,
            &self.username,
            &self.email,
        )
    }
}

pub(crate) fn name_of(first: &str, last: &str, username: &str, email: &str) -> String {
    let full = format!("{first} {last}");
    let names = [full.trim(), username, email];
    names
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or_default()
        .to_owned()
}

impl Client {
    /// The account that the access token belongs to: `GET /users/me`.
    ///
    /// # Errors
    /// [`ApiError::Unexpected`] when the answer has no id.
    pub async fn me(&self) -> Result<User, ApiError> {
        let user: WireUser = self.get(&self.url(&["users", "me"])).await?;
        if user.id.is_empty() {
            return Err(ApiError::unexpected("id"));
        }
        Ok(User {
            id: UserId::new(user.id),
            email: user.email,
            username: user.username,
            first_name: user.first_name,
            last_name: user.last_name,
            mfa_enabled: user.mfa_enabled,
            sso_enabled: user.sso_enabled,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_the_best_name_there_is() {
        let cases = [
            (
                "both names",
                ["Ada", "Lovelace", "ada", "a@x"],
                "Ada Lovelace",
            ),
            ("last name only", ["", "Lovelace", "ada", "a@x"], "Lovelace"),
            ("user name", ["", "", "ada", "a@x"], "ada"),
            ("address", ["", "", "", "a@x"], "a@x"),
            ("nothing", ["", "", "", ""], ""),
        ];
        for (name, [first, last, username, email], expected) in cases {
            assert_eq!(name_of(first, last, username, email), expected, "{name}");
        }
    }
}
