//! Access tokens: JSON Web Tokens (RFC 7519) signed with HMAC-SHA-256.

use std::sync::Once;

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{Error, ErrorKind},
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use signature::{Signer, Verifier};
use uuid::Uuid;

use crate::{
    clock::UnixSeconds,
    ids::{OrgId, UserId},
    keys::{Purpose, SigningKey},
    state::{GrantType, Method},
};

/// Life of an access token.
pub(crate) const ACCESS_TOKEN_LIFE: UnixSeconds = 15 * 60;

/// What an access token says. Clients may read it; only the sandbox can check it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) sub: UserId,
    pub(crate) exp: UnixSeconds,
    pub(crate) iat: UnixSeconds,
    pub(crate) jti: Uuid,
    pub(crate) amr: Vec<Method>,
    pub(crate) auth_time: UnixSeconds,
    pub(crate) scp: Vec<String>,
    pub(crate) grant: GrantType,
    /// The sign-in, or the API token, that this token came from.
    pub(crate) access_id: Uuid,
    pub(crate) access: Access,
}

/// What the person may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Access {
    /// Ids of the organisations that the person is a member of.
    pub(crate) organizations: Vec<OrgId>,
}

/// Signs and checks access tokens.
pub(crate) struct AccessTokens {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl AccessTokens {
    pub(crate) fn new(key: &SigningKey) -> Self {
        static INSTALL: Once = Once::new();
        INSTALL.call_once(|| {
            // Refused only if the process has a provider already, which then knows HS256 too.
            let _ = PROVIDER.install_default();
        });
        let secret = key.tag(Purpose::AccessToken, &[]);
        Self {
            signing: EncodingKey::from_secret(&secret),
            checking: DecodingKey::from_secret(&secret),
        }
    }

    /// `None` if it cannot be signed, which no claims of ours cause.
    pub(crate) fn sign(&self, claims: &Claims) -> Option<String> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.signing).ok()
    }

    /// The claims of a token that we signed and that has not expired.
    pub(crate) fn read(&self, token: &str) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        jsonwebtoken::decode(token, &self.checking, &validation)
            .ok()
            .map(|read| read.claims)
    }

    /// As [`AccessTokens::read`], for a token that may have expired: it can still be revoked.
    pub(crate) fn read_expired(&self, token: &str) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        jsonwebtoken::decode(token, &self.checking, &validation)
            .ok()
            .map(|read| read.claims)
    }
}

/// HMAC-SHA-256 for the JWT library, from the crates that the workspace has anyway: the library's own
/// providers bring RSA and elliptic curves, which nothing here uses.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256::new(key.as_bytes())?)),
        _ => Err(Error::from(ErrorKind::InvalidAlgorithm)),
    },
    verifier_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256::new(key.try_get_as_bytes()?)?)),
        _ => Err(Error::from(ErrorKind::InvalidAlgorithm)),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(key: &[u8]) -> Result<Self, Error> {
        let mac =
            Hmac::new_from_slice(key).map_err(|_| Error::from(ErrorKind::InvalidKeyFormat))?;
        Ok(Self(mac))
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self
            .0
            .clone()
            .chain_update(message)
            .finalize()
            .into_bytes()
            .to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], tag: &Vec<u8>) -> Result<(), signature::Error> {
        let mac = self.0.clone().chain_update(message);
        mac.verify_slice(tag).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn claims(exp: UnixSeconds) -> Claims {
        Claims {
            sub: UserId::new(Uuid::nil()),
            exp,
            iat: exp - ACCESS_TOKEN_LIFE,
            jti: Uuid::new_v4(),
            amr: vec![Method::Pwd, Method::Mfa],
            auth_time: 0,
            scp: vec![],
            grant: GrantType::AuthorizationCode,
            access_id: Uuid::nil(),
            access: Access::default(),
        }
    }

    #[test]
    fn only_own_unexpired_unchanged_tokens_are_read() {
        let tokens = AccessTokens::new(&SigningKey::generate().unwrap());
        let others = AccessTokens::new(&SigningKey::generate().unwrap());
        let good = tokens.sign(&claims(clock::now() + 60)).unwrap();
        let expired = tokens.sign(&claims(clock::now() - 1)).unwrap();
        let (head, tag) = good.rsplit_once('.').unwrap();
        let (header, body) = head.split_once('.').unwrap();
        let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
        let cases = [
            ("own", good.clone(), true),
            ("expired", expired.clone(), false),
            (
                "another sandbox's",
                others.sign(&claims(clock::now() + 60)).unwrap(),
                false,
            ),
            ("unsigned", format!("{unsigned}.{body}."), false),
            (
                "other content",
                format!("{header}.{}x.{tag}", &body[..body.len() - 1]),
                false,
            ),
            ("not a token", "sandbox-ada-token".to_owned(), false),
        ];
        for (name, token, expected) in cases {
            assert_eq!(tokens.read(&token).is_some(), expected, "{name}");
        }
        assert!(
            tokens.read_expired(&expired).is_some(),
            "an expired one can be revoked"
        );
        assert!(
            others.read_expired(&expired).is_none(),
            "but not by another sandbox"
        );
    }
}
