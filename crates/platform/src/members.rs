//! Members of an organisation and whether their MFA is on (`/organizations/{organization_id}/members`,
//! `/ref/users`).

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::lenient;
use crate::paging::{Page, Pages, resolve};
use crate::user::{WireUser, name_of};
use crate::{ApiError, Client, OrgId, UserId};

/// Most links to users of one page.
const MAX_REFERENCES: usize = 100;

/// What a member may do in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Owns it.
    Owner,
    /// Administers it.
    Admin,
    /// Neither; may have single permissions.
    Viewer,
}

/// Whether somebody's MFA is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MfaStatus {
    /// On.
    On,
    /// Off.
    Off,
    /// Off at the platform, and a mandatory single sign-on answers for it.
    Sso,
    /// Invited and not joined. The member list has no invitations, so [`Client::members`] never gives it.
    Invited,
    /// The platform did not say.
    Unknown,
}

/// A member of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The member's user id.
    pub user_id: UserId,
    /// What the member may do.
    pub role: Role,
    /// The person's name; empty when the platform did not say, as for an account that is gone.
    pub name: String,
    /// E-mail address; empty when the platform did not say.
    pub email: String,
    /// When the member joined, if the platform says.
    pub joined: Option<Timestamp>,
    /// Whether MFA is on.
    pub status: MfaStatus,
}

#[derive(Deserialize)]
struct WireMember {
    #[serde(default, deserialize_with = "lenient::text")]
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    user_id: String,
    #[serde(default, deserialize_with = "lenient::flag")]
    owner: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    level: String,
    #[serde(default, deserialize_with = "lenient::texts")]
    permissions: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    created_at: String,
}

/// Users by id. Somebody who is gone is not in it.
type References = BTreeMap<String, WireUser>;

impl MfaStatus {
    /// What two flags of the platform mean. A flag that is absent is never taken for `false`.
    pub fn of(mfa_enabled: Option<bool>, sso_enabled: Option<bool>) -> Self {
        match (mfa_enabled, sso_enabled) {
            (Some(true), _) => Self::On,
            (Some(false), Some(true)) => Self::Sso,
            (Some(false), _) => Self::Off,
            (None, _) => Self::Unknown,
        }
    }
}

impl Client {
    /// Everyone in the organisation, of all pages: `GET /organizations/{organization_id}/members`, and
    /// for names and MFA the signed `ref:users:N` links of each page. `progress` is told after each page
    /// how many members are read and, where the platform says, how many there are.
    ///
    /// Dropping the future stops it. A reference that the platform refuses leaves its people with the
    /// status Unknown.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`] without the right to list; [`ApiError::StepUp`]; a list that never ends.
    pub async fn members(
        &self,
        org: &OrgId,
        mut progress: impl FnMut(usize, Option<usize>),
    ) -> Result<Vec<Member>, ApiError> {
        let mut pages = Pages::from(self.url(&["organizations", org.segment()?, "members"]));
        let mut members = Vec::new();
        // A list that changes while it is read can show somebody twice.
        let mut seen = HashSet::new();
        while let Some((url, page)) = pages.next(self).await? {
            let users = self.references(&url, &page).await?;
            for item in page.items {
                let member = member(item, &users)?;
                if seen.insert(member.user_id.clone()) {
                    members.push(member);
                }
            }
            let total = page.count.and_then(|count| usize::try_from(count).ok());
            progress(members.len(), total);
        }
        Ok(members)
    }

    /// The users that a page refers to.
    async fn references(&self, at: &url::Url, page: &Page) -> Result<References, ApiError> {
        let mut users = References::new();
        let links = page.links.numbered("ref:users:");
        if links.len() > MAX_REFERENCES {
            return Err(ApiError::unexpected("_links"));
        }
        let listed: HashSet<String> = page.items.iter().filter_map(listed_id).collect();
        for href in links {
            let url = resolve(self, at, href)?;
            let found = match self.get_fields(&url).await {
                Ok(found) => found,
                Err(
                    error @ (ApiError::Forbidden { .. }
                    | ApiError::NotFound
                    | ApiError::Rejected { .. }),
                ) => {
                    tracing::warn!(code = error.code(), "the users of a page are not told");
                    continue;
                }
                Err(error) => return Err(error),
            };
            users.extend(found.into_iter().filter_map(|(id, user)| {
                let id = id.to_ascii_lowercase();
                // Whoever the page does not list is not asked about, however many there are.
                if !listed.contains(&id) {
                    return None;
                }
                // `null`: the account is gone.
                Some((id, lenient::object(user)?))
            }));
        }
        Ok(users)
    }
}

/// The id by which the users of a page name a member of it.
fn listed_id(item: &Value) -> Option<String> {
    let id = |name: &str| item.get(name)?.as_str().filter(|id| !id.is_empty());
    Some(id("user_id").or_else(|| id("id"))?.to_ascii_lowercase())
}

fn member(item: Value, users: &References) -> Result<Member, ApiError> {
    let wire: WireMember = lenient::object(item).ok_or_else(|| ApiError::unexpected("items"))?;
    // `id` is the older name of `user_id`.
    let user_id = if wire.user_id.is_empty() {
        wire.id
    } else {
        wire.user_id
    };
    if user_id.is_empty() {
        return Err(ApiError::unexpected("items.user_id"));
    }
    let administers = wire.level == "admin" || wire.permissions.iter().any(|p| p == "admin");
    let role = match wire.owner {
        Some(true) => Role::Owner,
        _ if administers => Role::Admin,
        _ => Role::Viewer,
    };
    let user = users.get(&user_id.to_ascii_lowercase());
    Ok(Member {
        role,
        name: user
            .map(|user| name_of(&user.first_name, &user.last_name, &user.username, ""))
            .unwrap_or_default(),
        email: user.map(|user| user.email.clone()).unwrap_or_default(),
        joined: wire.created_at.parse().ok(),
        status: user.map_or(MfaStatus::Unknown, |u| {
            MfaStatus::of(u.mfa_enabled, u.sso_enabled)
        }),
        user_id: UserId::new(user_id),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_said_is_unknown() {
        let cases = [
            ("on", Some(true), Some(false), MfaStatus::On),
            (
                "on, single sign-on not said",
                Some(true),
                None,
                MfaStatus::On,
            ),
            (
                "on with single sign-on",
                Some(true),
                Some(true),
                MfaStatus::On,
            ),
            ("off", Some(false), Some(false), MfaStatus::Off),
            (
                "off, single sign-on not said",
                Some(false),
                None,
                MfaStatus::Off,
            ),
            ("single sign-on", Some(false), Some(true), MfaStatus::Sso),
            ("not said", None, Some(false), MfaStatus::Unknown),
            (
                "not said, with single sign-on",
                None,
                Some(true),
                MfaStatus::Unknown,
            ),
            ("nothing said", None, None, MfaStatus::Unknown),
        ];
        for (name, mfa, sso, expected) in cases {
            assert_eq!(MfaStatus::of(mfa, sso), expected, "{name}");
        }
    }

    #[test]
    fn a_member_is_joined_with_its_user() {
        let user = json!({"id": "U-1", "email": "a@x", "first_name": "Ada", "mfa_enabled": false, "sso_enabled": true});
        let users = References::from([("u-1".to_owned(), serde_json::from_value(user).unwrap())]);
        let found = member(
            json!({"user_id": "U-1", "owner": false, "level": "admin", "created_at": "2023-11-14T22:13:20Z"}),
            &users,
        )
        .unwrap();
        let expected = Member {
            user_id: UserId::new("U-1"),
            role: Role::Admin,
            name: "Ada".into(),
            email: "a@x".into(),
            joined: Some(Timestamp::from_second(1_700_000_000).unwrap()),
            status: MfaStatus::Sso,
        };
        assert_eq!(found, expected);
        let gone = member(
            json!({"id": "u-2", "owner": true, "created_at": "soon"}),
            &users,
        )
        .unwrap();
        assert_eq!(
            (gone.name.as_str(), gone.email.as_str()),
            ("", ""),
            "somebody who is gone"
        );
        assert_eq!(
            (gone.role, gone.status, gone.joined),
            (Role::Owner, MfaStatus::Unknown, None)
        );
        assert!(member(json!({"owner": true}), &users).is_err(), "nobody");
    }

    #[test]
    fn roles_are_told_apart() {
        let cases = [
            (
                "owner",
                json!({"id": "u", "owner": true, "level": "admin"}),
                Role::Owner,
            ),
            (
                "admin by level",
                json!({"id": "u", "owner": false, "level": "admin"}),
                Role::Admin,
            ),
            (
                "admin by permission",
                json!({"id": "u", "permissions": ["admin"]}),
                Role::Admin,
            ),
            (
                "viewer",
                json!({"id": "u", "level": "viewer", "permissions": ["members"]}),
                Role::Viewer,
            ),
            (
                "a level of the future",
                json!({"id": "u", "level": "auditor"}),
                Role::Viewer,
            ),
            ("nothing said", json!({"id": "u"}), Role::Viewer),
        ];
        for (name, item, expected) in cases {
            assert_eq!(
                member(item, &References::new()).unwrap().role,
                expected,
                "{name}"
            );
        }
    }
}
