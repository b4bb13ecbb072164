//! What people did: everything that differs from the world a sandbox starts with.

mod addons;
mod client;
mod enrolment;
mod factor;
mod file;
mod grant;
mod method;
mod phone;
mod session;
mod ssh_key;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, Version, password_hash::phc::PasswordHash,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use addons::{Addons, AddonsRefused, SupportLevel, UserManagement};
pub(crate) use client::RegisteredClient;
pub(crate) use enrolment::ConfirmRefused;
pub(crate) use factor::{CodeRefused, Factor, Proposal, SetupKey};
pub(crate) use file::{AddressFile, StateFile, StateLock, make_folder};
pub(crate) use grant::{ApiToken, Grant, GrantType, Refreshed};
pub(crate) use method::Method;
pub(crate) use phone::{Channel, PhoneMessage, PhoneRefused};
pub(crate) use session::BrowserSession;
pub(crate) use ssh_key::{KeyRefused, SshKey};
pub(crate) use store::{Store, StoreError};

use crate::{
    clock::UnixSeconds,
    config::Config,
    error::StartError,
    ids::{OrgId, UserId},
    keys::{SigningKey, digest},
    mail::Mail,
    world::{API_TOKENS, Connection, PEOPLE, Person, StartingMfa, World},
};

/// Layout of the state file that this version reads and writes.
const LAYOUT: u32 = 1;
/// Browser sessions and grants kept; the oldest go first.
const MOST_SESSIONS: usize = 200;
const MOST_GRANTS: usize = 500;
/// Mails kept in the outbox; the oldest go first.
const MOST_MAILS: usize = 20_000;

/// The verified phone number of whoever has MFA from the start; of those that are given to nobody.
const FIRST_NUMBER: &str = "+12025550143";

/// Everything that is written to the state file.
#[derive(Serialize, Deserialize)]
pub(crate) struct Data {
    pub(crate) layout: u32,
    pub(crate) seed: u64,
    pub(crate) members: usize,
    /// The port last served on.
    pub(crate) port: Option<u16>,
    pub(crate) key: SigningKey,
    /// Argon2id hashes in PHC form, for the people who can sign in.
    passwords: BTreeMap<UserId, String>,
    pub(crate) factors: BTreeMap<UserId, Factor>,
    pub(crate) proposals: BTreeMap<UserId, Vec<Proposal>>,
    /// By the digest of the cookie.
    sessions: BTreeMap<String, BrowserSession>,
    /// Clients a user has allowed before.
    consents: BTreeSet<(UserId, String)>,
    /// By access id.
    pub(crate) grants: BTreeMap<Uuid, Grant>,
    /// Access tokens revoked one by one: their id and when they end anyway.
    pub(crate) revoked: BTreeMap<Uuid, UnixSeconds>,
    pub(crate) api_tokens: Vec<ApiToken>,
    enforcing: BTreeSet<OrgId>,
    /// When each person was last reminded in each organisation.
    pub(crate) reminded: BTreeMap<OrgId, BTreeMap<UserId, UnixSeconds>>,
    pub(crate) outbox: Vec<Mail>,
    /// Connections to identity providers that people have ended.
    #[serde(default)]
    disconnected: BTreeSet<(UserId, String)>,
    /// Clients that registered themselves, by id.
    #[serde(default)]
    pub(crate) clients: BTreeMap<String, RegisteredClient>,
    /// SSH keys that people have put on their accounts, by id.
    #[serde(default)]
    pub(crate) ssh_keys: BTreeMap<u32, SshKey>,
    /// Verified phone numbers.
    #[serde(default)]
    phones: BTreeMap<UserId, String>,
    /// Messages to phones, the newest last.
    #[serde(default)]
    pub(crate) messages: Vec<PhoneMessage>,
    /// Add-ons of organisations whose owners changed them.
    #[serde(default)]
    addons: BTreeMap<OrgId, Addons>,
}

/// Cheap on purpose: the passwords are printed on the sign-in page.
fn hasher() -> Result<Argon2<'static>, StartError> {
    let params = Params::new(1024, 1, 1, None).map_err(|_| StartError::Passwords)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl Data {
    /// The state of a sandbox in which nobody has done anything.
    pub(crate) fn new(
        config: &Config,
        world: &World,
        now: UnixSeconds,
    ) -> Result<Self, StartError> {
        let key = SigningKey::generate().map_err(|_| StartError::Random)?;
        let mut data = Self {
            layout: LAYOUT,
            seed: config.seed,
            members: config.members,
            port: None,
            key,
            passwords: BTreeMap::new(),
            factors: BTreeMap::new(),
            proposals: BTreeMap::new(),
            sessions: BTreeMap::new(),
            consents: BTreeSet::new(),
            grants: BTreeMap::new(),
            revoked: BTreeMap::new(),
            api_tokens: Vec::new(),
            enforcing: world
                .organizations()
                .iter()
                .filter(|organization| organization.enforcing_at_first)
                .map(|organization| organization.id)
                .collect(),
            reminded: BTreeMap::new(),
            outbox: Vec::new(),
            disconnected: BTreeSet::new(),
            clients: BTreeMap::new(),
            ssh_keys: BTreeMap::new(),
            phones: BTreeMap::new(),
            messages: Vec::new(),
            addons: BTreeMap::new(),
        };
        let hasher = hasher()?;
        for demo in &PEOPLE {
            let Some(person) = world.demo_person(demo.email) else {
                continue;
            };
            if let Some(password) = demo.password() {
                let hash = hasher
                    .hash_password(password.as_bytes())
                    .map_err(|_| StartError::Passwords)?;
                data.passwords.insert(person.id, hash.to_string());
            }
            if let Some(key) = demo.setup_key {
                data.factors
                    .insert(person.id, Factor::enrolled(SetupKey::new(key), now));
                data.phones.insert(person.id, FIRST_NUMBER.to_owned());
            }
        }
        for token in &API_TOKENS {
            let Some(person) = world.demo_person(token.email) else {
                continue;
            };
            data.api_tokens.push(ApiToken {
                id: Uuid::new_v4(),
                user: person.id,
                name: token.name.to_owned(),
                digest: digest(token.token),
                mfa_on_creation: token.mfa_on_creation,
                created_at: person.updated_at,
                last_used_at: None,
            });
        }
        Ok(data)
    }

    /// Whether this version reads the layout.
    pub(crate) fn readable(&self) -> bool {
        self.layout == LAYOUT
    }

    /// Checks a password. Takes the same time whether or not the person exists.
    pub(crate) fn password_matches(&self, user: Option<UserId>, password: &str) -> bool {
        use argon2::PasswordVerifier;
        let Ok(hasher) = hasher() else { return false };
        let stored = user.and_then(|user| self.passwords.get(&user));
        let compared = stored.or_else(|| self.passwords.values().next());
        let Some(hash) = compared.and_then(|text| PasswordHash::new(text).ok()) else {
            return false;
        };
        hasher.verify_password(password.as_bytes(), &hash).is_ok() && stored.is_some()
    }

    /// Whether MFA is on; `None` where the platform does not say.
    pub(crate) fn mfa_enabled(&self, person: &Person) -> Option<bool> {
        if self.factors.contains_key(&person.id) {
            return Some(true);
        }
        match person.mfa {
            StartingMfa::On => Some(true),
            StartingMfa::Off => Some(false),
            StartingMfa::Unsaid => None,
        }
    }

    /// The person's connection to an identity provider, unless it was ended.
    pub(crate) fn connection<'a>(&self, person: &'a Person) -> Option<&'a Connection> {
        person.connection.as_ref().filter(|connection| {
            let ended = (person.id, connection.provider.to_owned());
            !self.disconnected.contains(&ended)
        })
    }

    pub(crate) fn disconnect(&mut self, user: UserId, provider: &str) {
        self.disconnected.insert((user, provider.to_owned()));
    }

    pub(crate) fn enforces_mfa(&self, organization: OrgId) -> bool {
        self.enforcing.contains(&organization)
    }

    pub(crate) fn set_enforcement(&mut self, organization: OrgId, on: bool) {
        if on {
            self.enforcing.insert(organization);
        } else {
            self.enforcing.remove(&organization);
        }
    }

    /// The unexpired browser session behind a cookie.
    pub(crate) fn session(&self, cookie: &str, now: UnixSeconds) -> Option<&BrowserSession> {
        self.sessions
            .get(&digest(cookie))
            .filter(|session| session.is_current(now))
    }

    pub(crate) fn session_mut(&mut self, cookie: &str) -> Option<&mut BrowserSession> {
        self.sessions.get_mut(&digest(cookie))
    }

    pub(crate) fn open_session(&mut self, cookie: &str, session: BrowserSession) {
        let now = session.signed_in_at;
        self.sessions.retain(|_, kept| kept.is_current(now));
        while self.sessions.len() >= MOST_SESSIONS {
            let oldest = self.sessions.iter().min_by_key(|(_, s)| s.signed_in_at);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            self.sessions.remove(&key);
        }
        self.sessions.insert(digest(cookie), session);
    }

    pub(crate) fn close_session(&mut self, cookie: &str) {
        self.sessions.remove(&digest(cookie));
    }

    pub(crate) fn has_consented(&self, user: UserId, client: &str) -> bool {
        self.consents.contains(&(user, client.to_owned()))
    }

    pub(crate) fn consent(&mut self, user: UserId, client: &str) {
        self.consents.insert((user, client.to_owned()));
    }

    pub(crate) fn add_grant(&mut self, id: Uuid, grant: Grant, now: UnixSeconds) {
        self.grants.retain(|_, kept| kept.is_current(now));
        self.revoked.retain(|_, ends_at| *ends_at > now);
        while self.grants.len() >= MOST_GRANTS {
            let oldest = self.grants.iter().min_by_key(|(_, grant)| grant.created_at);
            let Some(key) = oldest.map(|(key, _)| *key) else {
                break;
            };
            self.grants.remove(&key);
        }
        self.grants.insert(id, grant);
    }

    pub(crate) fn keep_mail(&mut self, mail: Mail) {
        if self.outbox.len() >= MOST_MAILS {
            self.outbox.remove(0);
        }
        self.outbox.push(mail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_really_checked() {
        let world = World::new(1, 0);
        let data = Data::new(&Config::default(), &world, 0).unwrap();
        let ada = world.demo_person("ada@acme.example").map(|p| p.id);
        let cases = [
            ("right", ada, "correct horse battery", true),
            ("wrong", ada, "correct horse battery ", false),
            ("empty", ada, "", false),
            ("someone else's", ada, PEOPLE[2].password, false),
            (
                "nobody, with a password that exists",
                None,
                PEOPLE[0].password,
                false,
            ),
        ];
        for (name, user, password, expected) in cases {
            assert_eq!(data.password_matches(user, password), expected, "{name}");
        }
    }
}
