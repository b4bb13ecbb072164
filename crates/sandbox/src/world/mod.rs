//! What exists before anybody does anything: people and organisations, made from a seed.
//!
//! Nothing here changes while a sandbox runs; changes are kept beside it in the state.

mod names;
mod organizations;
mod people;

use std::collections::HashMap;

pub(crate) use organizations::{Membership, Organization, Role};
pub(crate) use people::{ACME, Person, StartingMfa};
pub use people::{API_TOKENS, Connection, DemoPerson, DemoToken, PEOPLE, SANDBOX_TOTP_ISSUER};

use crate::ids::{OrgId, UserId};

/// The people and organisations of one sandbox.
pub(crate) struct World {
    people: Vec<Person>,
    by_id: HashMap<UserId, u32>,
    organizations: Vec<Organization>,
}

impl World {
    /// Builds the world of `seed` with `members` generated people.
    pub(crate) fn new(seed: u64, members: usize) -> Self {
        let people: Vec<_> = people::named(seed)
            .chain(people::generated(seed, members))
            .collect();
        let by_id = people
            .iter()
            .enumerate()
            .map(|(i, person)| (person.id, i as u32))
            .collect();
        let organizations = organizations::all(&people);
        Self {
            people,
            by_id,
            organizations,
        }
    }

    /// The person at a position, as kept in [`Membership::person`].
    pub(crate) fn at(&self, position: u32) -> &Person {
        &self.people[position as usize]
    }

    pub(crate) fn person(&self, id: UserId) -> Option<&Person> {
        self.by_id.get(&id).map(|&position| self.at(position))
    }

    /// The number of a user, as the older parts of the API have it.
    pub(crate) fn number(&self, id: UserId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// One of [`PEOPLE`], by the address to sign in with, in any case.
    pub(crate) fn demo_person(&self, email: &str) -> Option<&Person> {
        let email = email.trim();
        self.people[..PEOPLE.len()]
            .iter()
            .find(|person| person.email.eq_ignore_ascii_case(email))
    }

    pub(crate) fn organizations(&self) -> &[Organization] {
        &self.organizations
    }

    pub(crate) fn organization(&self, id: OrgId) -> Option<&Organization> {
        self.organizations
            .iter()
            .find(|organization| organization.id == id)
    }

    /// An organisation by its id or, as `name=acme`, by its machine name.
    pub(crate) fn organization_by(&self, reference: &str) -> Option<&Organization> {
        let by_name = reference.strip_prefix("name=");
        self.organizations
            .iter()
            .find(|organization| match by_name {
                Some(name) => organization.name == name,
                None => organization.id.to_string().eq_ignore_ascii_case(reference),
            })
    }

    /// The membership of a user. A linear search over a compact list: 50 000 entries take microseconds.
    pub(crate) fn membership<'a>(
        &self,
        organization: &'a Organization,
        user: UserId,
    ) -> Option<&'a Membership> {
        let position = *self.by_id.get(&user)?;
        organization
            .members
            .iter()
            .find(|member| member.person == position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ada_has_her_four_organisations() {
        let world = World::new(1, 57);
        let ada = world.demo_person(" Ada@Acme.example ").unwrap().id;
        let roles: Vec<_> = world
            .organizations()
            .iter()
            .map(|o| {
                (
                    o.name,
                    world
                        .membership(o, ada)
                        .map(|m| (m.role.level(), m.role == Role::Owner)),
                )
            })
            .collect();
        assert_eq!(
            roles,
            [
                ("acme", Some(("admin", true))),
                ("globex", Some(("admin", false))),
                ("hooli", None),
                ("initech", Some(("admin", true))),
                ("stark", None),
                ("umbrella", Some(("viewer", false))),
            ]
        );
        let acme = world.organization_by("name=acme").unwrap();
        assert_eq!(acme.members.len(), 60, "57 generated and three named");
        assert!(
            world.organization_by(&acme.id.to_string()).is_some(),
            "by id"
        );
        assert!(
            world.organization_by("acme").is_none(),
            "a bare name is not an id"
        );
    }

    #[test]
    fn a_world_without_generated_people_stands() {
        let world = World::new(1, 0);
        assert_eq!(
            world
                .organizations()
                .iter()
                .map(|o| o.members.len())
                .collect::<Vec<_>>(),
            [3, 2, 2, 2, 2, 2]
        );
    }
}
