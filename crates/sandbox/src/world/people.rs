//! The people: four who can sign in, and generated members.

use std::collections::HashSet;

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::names::CULTURES;
use crate::{clock::UnixSeconds, ids::UserId};

/// Issuer of the sandbox's TOTP enrolments, a URI as in the API description.
pub const SANDBOX_TOTP_ISSUER: &str = "https://sandbox.upsun.example";

/// Someone who can sign in on the sandbox's pages. The passwords are public test data.
#[derive(Clone, Copy, Debug)]
pub struct DemoPerson {
    /// Address to sign in with.
    pub email: &'static str,
    /// Password to sign in with; empty for someone who signs in through an identity provider only.
    pub password: &'static str,
    /// First name.
    pub first_name: &'static str,
    /// Last name.
    pub last_name: &'static str,
    /// Base32 set-up key of an authenticator enrolled from the start, if any (SHA-1, 6 digits, 30 s).
    pub setup_key: Option<&'static str>,
    /// Sign-in through an identity provider.
    pub connection: Option<Connection>,
    /// What this person is good for, in words.
    pub about: &'static str,
}

impl DemoPerson {
    /// The password, of those who have one.
    pub fn password(&self) -> Option<&'static str> {
        (!self.password.is_empty()).then_some(self.password)
    }
}

/// A way to sign in through an identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Name of the provider, as in `sso:acme`.
    pub provider: &'static str,
    /// The only way in for this person.
    pub mandatory: bool,
}

/// The identity provider of the sandbox.
pub(crate) const ACME: &str = "acme";

/// An API token that exists from the start. Public test data.
#[derive(Clone, Copy, Debug)]
pub struct DemoToken {
    /// Address of the token's owner.
    pub email: &'static str,
    /// Name of the token.
    pub name: &'static str,
    /// The token.
    pub token: &'static str,
    /// Whether its owner had MFA when it was made (`mfa_on_creation`).
    pub mfa_on_creation: bool,
}

/// The people who can sign in; the first is the newcomer's account.
pub const PEOPLE: [DemoPerson; 4] = [
    DemoPerson {
        email: "ada@acme.example",
        password: "correct horse battery",
        first_name: "Ada",
        last_name: "Lovelace",
        setup_key: None,
        connection: None,
        about: "Your account. Owns acme and initech, administers globex.",
    },
    DemoPerson {
        email: "grace@acme.example",
        password: "nanosecond of wire",
        first_name: "Grace",
        last_name: "Hopper",
        setup_key: Some("M5ZGCY3FFVUG64DQMVZC243BNZSGE33Y"),
        connection: None,
        about: "Administers acme, owns globex. Has an authenticator from the start.",
    },
    DemoPerson {
        email: "alan@acme.example",
        password: "halting problem",
        first_name: "Alan",
        last_name: "Turing",
        setup_key: None,
        connection: Some(Connection {
            provider: ACME,
            mandatory: false,
        }),
        about: "Views acme, hooli and stark, administers initech. Has a password, and Acme SSO if he likes.",
    },
    DemoPerson {
        email: "katherine@acme.example",
        password: "",
        first_name: "Katherine",
        last_name: "Johnson",
        setup_key: None,
        connection: Some(Connection {
            provider: ACME,
            mandatory: true,
        }),
        about: "Owns hooli and stark. Has to sign in with Acme SSO.",
    },
];

/// The API tokens that exist from the start.
pub const API_TOKENS: [DemoToken; 2] = [
    DemoToken {
        email: "ada@acme.example",
        name: "CI",
        token: "sandbox-ada-token",
        mfa_on_creation: false,
    },
    DemoToken {
        email: "grace@acme.example",
        name: "Deploy",
        token: "sandbox-grace-token",
        mfa_on_creation: true,
    },
];

/// Generated member whose account is gone: `null` in `/ref/users`.
const GONE: usize = 7;
/// Generated member for whom the platform does not say whether MFA is on.
const UNSAID: usize = 12;

/// MFA of a person before anything is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StartingMfa {
    On,
    Off,
    Unsaid,
}

/// A user of the platform.
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) country: &'static str,
    pub(crate) joined_at: UnixSeconds,
    pub(crate) updated_at: UnixSeconds,
    pub(crate) mfa: StartingMfa,
    /// Has to sign in through an identity provider.
    pub(crate) sso: bool,
    pub(crate) connection: Option<Connection>,
    pub(crate) gone: bool,
    /// Decides the role in the large organisation; 0 to 99.
    pub(super) role_draw: u64,
}

impl Person {
    /// First and last name.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// 1 March 2021, when the sandbox's organisations were founded.
const FOUNDED: UnixSeconds = 1_614_556_800;
/// Members joined within about five years of that.
const JOINING_SPAN: u64 = 160_000_000;

/// Draws that depend on the seed, a label and a number only, so that person 40 is the same person
/// in an organisation of 57 and of 50 000.
struct Draws([u8; 32]);

impl Draws {
    fn new(seed: u64, label: &str, index: usize) -> Self {
        let digest = Sha256::new()
            .chain_update(seed.to_be_bytes())
            .chain_update((index as u64).to_be_bytes())
            .chain_update(label)
            .finalize();
        Self(digest.into())
    }

    /// The `which`th of four draws, below `bound`.
    fn below(&self, which: usize, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.0[which * 8..which * 8 + 8]);
        u64::from_be_bytes(bytes) % bound
    }

    fn pick<T>(&self, which: usize, from: &'static [T]) -> &'static T {
        &from[self.below(which, from.len() as u64) as usize]
    }

    fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.0[..16]);
        Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// The people who can sign in, in the order of [`PEOPLE`].
pub(super) fn named(seed: u64) -> impl Iterator<Item = Person> {
    PEOPLE.iter().enumerate().map(move |(index, demo)| Person {
        id: UserId::new(Draws::new(seed, "person", index).uuid()),
        username: demo.email.split('@').next().unwrap_or_default().to_owned(),
        email: demo.email.to_owned(),
        first_name: demo.first_name,
        last_name: demo.last_name,
        country: "GB",
        joined_at: FOUNDED + index as i64 * 86_400,
        updated_at: FOUNDED + JOINING_SPAN as i64,
        mfa: StartingMfa::Off,
        sso: demo
            .connection
            .is_some_and(|connection| connection.mandatory),
        connection: demo.connection,
        gone: false,
        role_draw: 0,
    })
}

/// `count` generated members. They have no password.
pub(super) fn generated(seed: u64, count: usize) -> impl Iterator<Item = Person> {
    let mut taken = HashSet::new();
    (0..count).map(move |index| {
        let name = Draws::new(seed, "name", index);
        let fate = Draws::new(seed, "fate", index);
        let culture = name.pick(0, CULTURES);
        let (first_name, first) = *name.pick(1, culture.first);
        let (last_name, last) = *name.pick(2, culture.last);
        let mut username = format!("{first}.{last}");
        if !taken.insert(username.clone()) {
            username = format!("{username}{}", index + 1);
            taken.insert(username.clone());
        }
        let joined_at = FOUNDED + 600_000 + fate.below(1, JOINING_SPAN) as i64;
        let (mfa, sso) = match fate.below(0, 100) {
            _ if index == UNSAID => (StartingMfa::Unsaid, false),
            0..52 => (StartingMfa::On, false),
            52..84 => (StartingMfa::Off, false),
            84..97 => (StartingMfa::Off, true),
            _ => (StartingMfa::On, true),
        };
        Person {
            id: UserId::new(Draws::new(seed, "member", index).uuid()),
            email: format!("{username}@acme.example"),
            username,
            first_name,
            last_name,
            country: culture.country,
            joined_at,
            updated_at: joined_at + fate.below(2, 10_000_000) as i64,
            mfa,
            sso,
            connection: None,
            gone: index == GONE,
            role_draw: fate.below(3, 100),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_depends_on_seed_and_number_only() {
        let few: Vec<_> = generated(1, 40)
            .map(|p| (p.id, p.email, p.joined_at))
            .collect();
        let many: Vec<_> = generated(1, 400)
            .map(|p| (p.id, p.email, p.joined_at))
            .collect();
        assert_eq!(
            few,
            many[..40],
            "a larger organisation begins with the same people"
        );
        let other = generated(2, 40).map(|p| p.id).collect::<Vec<_>>();
        assert_ne!(
            few.iter().map(|p| p.0).collect::<Vec<_>>(),
            other,
            "another seed, other people"
        );
    }

    #[test]
    fn members_are_a_mixture() {
        let people: Vec<_> = generated(1, 57).collect();
        let count = |f: &dyn Fn(&Person) -> bool| people.iter().filter(|p| f(p)).count();
        assert!(count(&|p| p.mfa == StartingMfa::On) >= 15, "MFA on");
        assert!(
            count(&|p| p.mfa == StartingMfa::Off && !p.sso) >= 8,
            "MFA off"
        );
        assert!(count(&|p| p.sso) >= 3, "SSO");
        assert_eq!(count(&|p| p.gone), 1, "one account is gone");
        assert_eq!(
            count(&|p| p.mfa == StartingMfa::Unsaid),
            1,
            "one is not said"
        );
        assert!(
            count(&|p| !p.first_name.is_ascii()) >= 10,
            "names in other scripts"
        );
    }

    #[test]
    fn addresses_and_ids_are_unique_and_plain() {
        let people: Vec<_> = generated(3, 5_000).collect();
        let emails: HashSet<_> = people.iter().map(|p| p.email.as_str()).collect();
        let ids: HashSet<_> = people.iter().map(|p| p.id).collect();
        assert_eq!((emails.len(), ids.len()), (5_000, 5_000));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-@".contains(c);
        for email in emails {
            assert!(email.chars().all(plain), "{email}");
        }
    }
}
