//! What a sign-in gave to a client: the family of its refresh tokens, and API tokens.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Method;
use crate::{
    clock::UnixSeconds,
    ids::UserId,
    keys::{Purpose, SigningKey},
};

/// How long a grant can be refreshed.
const GRANT_LIFE: UnixSeconds = 30 * 86_400;
/// How long a sign-in through an identity provider counts.
const SSO_LIFE: UnixSeconds = 8 * 3600;

/// How an access token was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantType {
    AuthorizationCode,
    ApiToken,
}

/// One allowed sign-in and the refresh tokens that follow from it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) user: UserId,
    pub(crate) client: String,
    pub(crate) amr: Vec<Method>,
    pub(crate) auth_time: UnixSeconds,
    pub(crate) scope: Vec<String>,
    pub(crate) created_at: UnixSeconds,
    /// Which refresh token is the present one. Each use moves on by one.
    pub(crate) generation: u32,
    pub(crate) revoked: bool,
}

/// What a refresh token turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refreshed {
    /// The present one: the grant has moved on and this is its next.
    Next(String),
    /// One that was used before: the whole family is revoked (RFC 9700, section 4.14.2).
    Reused,
}

impl Grant {
    pub(crate) fn is_current(&self, now: UnixSeconds) -> bool {
        !self.revoked && now - self.created_at < GRANT_LIFE
    }

    /// The identity provider that vouched for the person.
    pub(crate) fn provider(&self) -> Option<&str> {
        self.amr.iter().find_map(Method::provider)
    }

    /// Whether it came through an identity provider, too long ago.
    pub(crate) fn sso_has_expired(&self, now: UnixSeconds) -> bool {
        self.provider().is_some() && now - self.auth_time >= SSO_LIFE
    }

    /// Whether the client asked for, and so gets, refresh tokens.
    pub(crate) fn is_offline(&self) -> bool {
        self.scope.iter().any(|scope| scope == "offline_access")
    }

    /// The present refresh token: grant, generation and a tag over both.
    pub(crate) fn refresh_token(&self, id: Uuid, key: &SigningKey) -> String {
        let generation = self.generation.to_be_bytes();
        let tag = key.tag(Purpose::RefreshToken, &[id.as_bytes(), &generation]);
        let bytes: Vec<u8> = [id.as_bytes().as_slice(), &generation, &tag].concat();
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Uses a refresh token of `generation` whose tag was checked.
    pub(crate) fn refresh(&mut self, id: Uuid, generation: u32, key: &SigningKey) -> Refreshed {
        if generation != self.generation {
            self.revoked = true;
            return Refreshed::Reused;
        }
        self.generation += 1;
        Refreshed::Next(self.refresh_token(id, key))
    }

    /// Which grant and generation a refresh token names, if its tag is ours.
    pub(crate) fn read_refresh_token(token: &str, key: &SigningKey) -> Option<(Uuid, u32)> {
        let bytes: [u8; 52] = BASE64URL_NOPAD
            .decode(token.as_bytes())
            .ok()?
            .try_into()
            .ok()?;
        let id = Uuid::from_slice(&bytes[..16]).ok()?;
        let generation = u32::from_be_bytes(bytes[16..20].try_into().ok()?);
        let parts: [&[u8]; 2] = [&bytes[..16], &bytes[16..20]];
        key.verify(Purpose::RefreshToken, &parts, &bytes[20..])
            .then_some((id, generation))
    }
}

/// A long-lived token for programs. Only its digest is kept.
#[derive(Serialize, Deserialize)]
pub(crate) struct ApiToken {
    pub(crate) id: Uuid,
    pub(crate) user: UserId,
    pub(crate) name: String,
    pub(crate) digest: String,
    pub(crate) mfa_on_creation: bool,
    pub(crate) created_at: UnixSeconds,
    pub(crate) last_used_at: Option<UnixSeconds>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> Grant {
        Grant {
            user: UserId::new(Uuid::nil()),
            client: "deskfob".to_owned(),
            amr: vec![Method::Pwd],
            auth_time: 0,
            scope: vec!["offline_access".to_owned()],
            created_at: 0,
            generation: 0,
            revoked: false,
        }
    }

    #[test]
    fn refreshing_twice_with_one_token_ends_the_family() {
        let (key, id, mut grant) = (SigningKey::generate().unwrap(), Uuid::new_v4(), grant());
        let first = grant.refresh_token(id, &key);
        assert_eq!(Grant::read_refresh_token(&first, &key), Some((id, 0)));
        let Refreshed::Next(second) = grant.refresh(id, 0, &key) else {
            panic!("refused")
        };
        assert_ne!(first, second, "rotated");
        assert_eq!(Grant::read_refresh_token(&second, &key), Some((id, 1)));
        assert!(grant.is_current(0), "still good");
        assert_eq!(grant.refresh(id, 0, &key), Refreshed::Reused);
        assert!(!grant.is_current(0), "revoked");
    }

    #[test]
    fn only_a_provider_s_word_expires() {
        let mut grant = grant();
        assert!(!grant.sso_has_expired(SSO_LIFE), "a password");
        grant.amr = vec![Method::Sso("acme".to_owned()), Method::Mfa];
        assert!(!grant.sso_has_expired(SSO_LIFE - 1), "in time");
        assert!(grant.sso_has_expired(SSO_LIFE), "after eight hours");
    }

    #[test]
    fn a_forged_refresh_token_names_no_grant() {
        let (key, id) = (SigningKey::generate().unwrap(), Uuid::new_v4());
        let token = grant().refresh_token(id, &key);
        let mut changed = BASE64URL_NOPAD.decode(token.as_bytes()).unwrap();
        changed[19] ^= 1;
        let changed = BASE64URL_NOPAD.encode(&changed);
        let other = SigningKey::generate().unwrap();
        assert_eq!(
            Grant::read_refresh_token(&changed, &key),
            None,
            "another generation"
        );
        assert_eq!(
            Grant::read_refresh_token(&token, &other),
            None,
            "another sandbox"
        );
        assert_eq!(Grant::read_refresh_token("", &key), None, "empty");
    }
}
