//! Organisations of a user (`/users/{user_id}/organizations`).

use serde::Deserialize;
use serde_json::Value;

use crate::lenient;
use crate::paging::{Links, Pages};
use crate::{ApiError, Client, OrgId, UserId};

/// An organisation. Texts that the platform does not give are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// The organisation's id.
    pub id: OrgId,
    /// Machine name, unique.
    pub name: String,
    /// Name for people.
    pub label: String,
    /// The owner; an empty id when the platform did not say.
    pub owner_id: UserId,
    /// `active`, `restricted`, `suspended` or `deleted`.
    pub status: String,
    /// `fixed` or `flexible`.
    pub plan: String,
    /// The platform lets this account list the members: there is a `members` link.
    pub can_list_members: bool,
    /// There is an `mfa-enforcement` link. Its absence does not say that enforcement is impossible.
    pub has_mfa_enforcement_link: bool,
}

#[derive(Deserialize)]
struct WireOrganization {
    #[serde(default, deserialize_with = "lenient::text")]
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    label: String,
    #[serde(default, deserialize_with = "lenient::text")]
    owner_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    status: String,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    plan: String,
    #[serde(default, rename = "_links")]
    links: Links,
}

impl Client {
    /// The organisations that the user belongs to, of all pages: `GET /users/{user_id}/organizations`.
    ///
    /// # Errors
    /// [`ApiError::Unexpected`] when one has no id.
    pub async fn organizations(&self, user: &UserId) -> Result<Vec<Organization>, ApiError> {
        let mut pages = Pages::from(self.url(&["users", user.segment()?, "organizations"]));
        let mut organizations = Vec::new();
        while let Some((_, page)) = pages.next(self).await? {
            for item in page.items {
                organizations.push(organization(item)?);
            }
        }
        Ok(organizations)
    }
}

fn organization(item: Value) -> Result<Organization, ApiError> {
    let wire: WireOrganization =
        lenient::object(item).ok_or_else(|| ApiError::unexpected("items"))?;
    if wire.id.is_empty() {
        return Err(ApiError::unexpected("items.id"));
    }
    Ok(Organization {
        id: OrgId::new(wire.id),
        label: if wire.label.is_empty() {
            wire.name.clone()
        } else {
            wire.label
        },
        name: wire.name,
        owner_id: UserId::new(wire.owner_id),
        status: wire.status,
        plan: wire.plan,
        can_list_members: wire.links.has("members"),
        has_mfa_enforcement_link: wire.links.has("mfa-enforcement"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn links_say_what_is_allowed() {
        let open = organization(json!({
            "id": "01A", "type": "flexible", "name": "acme", "label": "Acme", "owner_id": "u1",
            "status": "active", "capabilities": [],
            "_links": {"self": {"href": "/o"}, "members": {"href": "/o/m"}, "mfa-enforcement": {"href": "/o/e"}},
        }))
        .unwrap();
        assert!(
            open.can_list_members && open.has_mfa_enforcement_link,
            "{open:?}"
        );
        assert_eq!(
            (open.plan.as_str(), open.owner_id.as_str()),
            ("flexible", "u1")
        );
        let closed = organization(json!({"id": "01A", "name": "acme", "label": null})).unwrap();
        assert!(
            !closed.can_list_members && !closed.has_mfa_enforcement_link,
            "no link, no right"
        );
        assert_eq!(
            closed.label, "acme",
            "an organisation always has a name to show"
        );
        for (name, item) in [
            ("no id", json!({"name": "acme"})),
            ("no object", json!("acme")),
        ] {
            assert!(organization(item).is_err(), "{name}");
        }
    }
}
