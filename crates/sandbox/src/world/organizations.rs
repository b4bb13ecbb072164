//! The organisations and who belongs to them.

use sha2::{Digest, Sha256};
use ulid::Ulid;

use super::people::{ACME, Person};
use crate::{clock::UnixSeconds, ids::OrgId};

/// What a member may do in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Owner,
    Admin,
    /// With these permissions, in the API's words.
    Viewer(&'static [&'static str]),
}

impl Role {
    /// `permissions` of the API. An administrator's is `admin` alone, which covers the others.
    pub(crate) fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::Owner | Self::Admin => &["admin"],
            Self::Viewer(permissions) => permissions,
        }
    }

    /// `level` of the API.
    pub(crate) fn level(self) -> &'static str {
        match self {
            Self::Owner | Self::Admin => "admin",
            Self::Viewer(_) => "viewer",
        }
    }

    /// Owner or administrator.
    pub(crate) fn is_admin(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// Owners, administrators and holders of the `members` permission.
    pub(crate) fn may_list_members(self) -> bool {
        self.is_admin() || self.permissions().contains(&"members")
    }
}

/// One person's place in one organisation.
pub(crate) struct Membership {
    /// Position in the world's people.
    pub(crate) person: u32,
    pub(crate) role: Role,
    pub(crate) created_at: UnixSeconds,
    pub(crate) updated_at: UnixSeconds,
}

/// An organisation. Members are ordered by the time they joined.
pub(crate) struct Organization {
    pub(crate) id: OrgId,
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) about: &'static str,
    pub(crate) created_at: UnixSeconds,
    /// Has the user management add-on that MFA enforcement needs, from the start.
    pub(crate) enhanced_at_first: bool,
    /// Requires MFA from the start.
    pub(crate) enforcing_at_first: bool,
    /// Requires sign-in through this identity provider.
    pub(crate) sso: Option<&'static str>,
    pub(crate) members: Vec<Membership>,
    /// Positions in `members`, ordered by the time of the last change.
    pub(crate) by_update: Vec<u32>,
}

impl Organization {
    /// Position of the owner in the world's people.
    pub(crate) fn owner(&self) -> Option<u32> {
        self.members
            .iter()
            .find(|m| m.role == Role::Owner)
            .map(|m| m.person)
    }
}

const ADA: u32 = 0;
const GRACE: u32 = 1;
const ALAN: u32 = 2;
const KATHERINE: u32 = 3;
/// Where the generated members begin.
const GENERATED: u32 = 4;

struct Plan {
    name: &'static str,
    label: &'static str,
    about: &'static str,
    created_at: UnixSeconds,
    enhanced: bool,
    enforcing: bool,
    sso: Option<&'static str>,
    named: &'static [(u32, Role)],
    /// Which generated people belong to it; cut at the number there are.
    generated: std::ops::Range<u32>,
}

const PLANS: [Plan; 6] = [
    Plan {
        name: "acme",
        label: "Acme Corporation",
        about: "Has the Advanced User Management add-on. MFA is not required yet.",
        created_at: 1_614_556_800,
        enhanced: true,
        enforcing: false,
        sso: None,
        named: &[
            (ADA, Role::Owner),
            (GRACE, Role::Admin),
            (ALAN, Role::Viewer(&["projects:list"])),
        ],
        generated: 0..u32::MAX,
    },
    Plan {
        name: "globex",
        label: "Globex",
        about: "Requires MFA: closed to sessions without it.",
        created_at: 1_640_995_200,
        enhanced: true,
        enforcing: true,
        sso: None,
        named: &[(GRACE, Role::Owner), (ADA, Role::Admin)],
        generated: 0..5,
    },
    Plan {
        name: "hooli",
        label: "Hooli",
        about: "Requires Acme SSO: a code of an authenticator does not help.",
        created_at: 1_648_771_200,
        enhanced: true,
        enforcing: false,
        sso: Some(ACME),
        named: &[(KATHERINE, Role::Owner), (ALAN, Role::Viewer(&[]))],
        generated: 13..16,
    },
    Plan {
        name: "initech",
        label: "Initech",
        about: "No add-on: MFA cannot be required.",
        created_at: 1_656_633_600,
        enhanced: false,
        enforcing: false,
        sso: None,
        named: &[(ADA, Role::Owner), (ALAN, Role::Admin)],
        generated: 5..10,
    },
    Plan {
        name: "stark",
        label: "Stark",
        about: "Requires both MFA and Acme SSO.",
        created_at: 1_664_582_400,
        enhanced: true,
        enforcing: true,
        sso: Some(ACME),
        named: &[(KATHERINE, Role::Owner), (ALAN, Role::Viewer(&[]))],
        generated: 16..18,
    },
    Plan {
        name: "umbrella",
        label: "Umbrella",
        about: "Ada is a viewer here and may not list the members.",
        created_at: 1_672_531_200,
        enhanced: true,
        enforcing: false,
        sso: None,
        named: &[(GRACE, Role::Owner), (ADA, Role::Viewer(&[]))],
        generated: 10..13,
    },
];

fn role_of(person: &Person) -> Role {
    match person.role_draw {
        0..6 => Role::Admin,
        6..9 => Role::Viewer(&["members"]),
        9..16 => Role::Viewer(&["billing", "plans"]),
        16..40 => Role::Viewer(&["projects:create", "projects:list"]),
        40..70 => Role::Viewer(&["projects:list"]),
        _ => Role::Viewer(&[]),
    }
}

/// The organisations for these people, ordered by name.
pub(super) fn all(people: &[Person]) -> Vec<Organization> {
    PLANS.into_iter().map(|plan| build(plan, people)).collect()
}

fn build(plan: Plan, people: &[Person]) -> Organization {
    let named = plan.named.iter().copied();
    let last = plan
        .generated
        .end
        .saturating_add(GENERATED)
        .min(people.len() as u32);
    let generated = (plan.generated.start + GENERATED..last)
        .map(|person| (person, role_of(&people[person as usize])));
    let mut members: Vec<Membership> = named
        .chain(generated)
        .map(|(person, role)| {
            let someone = &people[person as usize];
            let created_at = someone.joined_at.max(plan.created_at);
            Membership {
                person,
                role,
                created_at,
                updated_at: someone.updated_at.max(created_at),
            }
        })
        .collect();
    members.sort_by_key(|m| (m.created_at, m.person));
    let mut by_update: Vec<u32> = (0..members.len() as u32).collect();
    by_update.sort_by_key(|&i| (members[i as usize].updated_at, members[i as usize].person));
    Organization {
        id: id(plan.name, plan.created_at),
        name: plan.name,
        label: plan.label,
        about: plan.about,
        created_at: plan.created_at,
        enhanced_at_first: plan.enhanced,
        enforcing_at_first: plan.enforcing,
        sso: plan.sso,
        members,
        by_update,
    }
}

/// The same organisation has the same id in every sandbox.
fn id(name: &str, created_at: UnixSeconds) -> OrgId {
    let mut random = [0; 16];
    random.copy_from_slice(&Sha256::digest(name)[..16]);
    OrgId::new(Ulid::from_parts(
        created_at.unsigned_abs() * 1000,
        u128::from_be_bytes(random),
    ))
}
