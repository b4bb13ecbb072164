//! Tokens, and what an access token says of itself.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use deskfob_otp::UnixTime;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::lenient;

/// Longest token that is taken from a server.
pub(crate) const MAX_TOKEN_BYTES: usize = 64 * 1024;

/// Most `amr` values that are kept.
const MAX_METHODS: usize = 16;

macro_rules! token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name(SecretString);

        impl $name {
            /// A token of this text.
            pub fn new(token: SecretString) -> Self {
                Self(token)
            }

            /// The text of the token.
            pub fn secret(&self) -> &SecretString {
                &self.0
            }

            /// A copy. Written out, so that none is made by the way.
            pub fn clone_token(&self) -> Self {
                Self(self.0.clone())
            }

            /// Whether both are the same token. Takes a time that depends on the lengths only.
            pub fn same_as(&self, other: &Self) -> bool {
                let (one, two) = (self.0.expose_secret(), other.0.expose_secret());
                one.as_bytes().ct_eq(two.as_bytes()).into()
            }
        }
    };
}

token!(
    /// Bearer token of the API (RFC 6750). A JWT.
    AccessToken
);
token!(
    /// Token that gets a new access token (RFC 6749 section 1.5). It may work once only.
    RefreshToken
);
token!(
    /// API token made in the platform's console; traded for access tokens.
    ApiToken
);

/// What a sign-in gives.
pub struct TokenSet {
    /// Sent with every call.
    pub access: AccessToken,
    /// Absent when the platform gave none, as for API tokens.
    pub refresh: Option<RefreshToken>,
    /// End of the access token by this computer's clock.
    pub expires_at: UnixTime,
}

/// What an access token says of itself, read without checking its signature: good for showing and
/// for choosing the next step, not for deciding what somebody may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// The user's id (RFC 7519 section 4.1.2).
    pub sub: Option<String>,
    /// How the user was authenticated: `pwd`, `mfa`, `sso:<provider>` (RFC 8176). At most 16.
    pub amr: Vec<String>,
    /// When the user was authenticated, by the platform's clock.
    pub auth_time: Option<UnixTime>,
    /// End of the token by the platform's clock.
    pub expires_at: Option<UnixTime>,
    /// The token's id (RFC 7519 section 4.1.7).
    pub jti: Option<String>,
    /// Names the token's rights; SSH certificates made with it carry the same.
    pub access_id: Option<String>,
}

impl Claims {
    /// The claims of a JWT (RFC 7519). A text that is none has no claims.
    pub fn of(token: &AccessToken) -> Self {
        Self::read(token.secret().expose_secret()).unwrap_or_default()
    }

    /// Whether the user was authenticated with more than one factor.
    pub fn has_mfa(&self) -> bool {
        self.amr.iter().any(|method| method == "mfa")
    }

    fn read(token: &str) -> Option<Self> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let mut parts = token.split('.');
        let (Some(_), Some(payload), Some(_), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let payload = payload.trim_end_matches('=').as_bytes();
        let payload = Zeroizing::new(BASE64URL_NOPAD.decode(payload).ok()?);
        let wire: WireClaims = lenient::object(serde_json::from_slice(&payload).ok()?)?;
        let mut amr = wire.amr;
        amr.truncate(MAX_METHODS);
        Some(Self {
            sub: wire.sub,
            amr,
            auth_time: wire.auth_time.as_ref().and_then(numeric_date),
            expires_at: wire.exp.as_ref().and_then(numeric_date),
            jti: wire.jti,
            access_id: wire.access_id,
        })
    }
}

#[derive(Deserialize)]
struct WireClaims {
    #[serde(default, deserialize_with = "lenient::option")]
    sub: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    amr: Vec<String>,
    #[serde(default)]
    auth_time: Option<Value>,
    #[serde(default)]
    exp: Option<Value>,
    #[serde(default, deserialize_with = "lenient::option")]
    jti: Option<String>,
    #[serde(default, deserialize_with = "lenient::option")]
    access_id: Option<String>,
}

/// RFC 7519 section 2, NumericDate: seconds since 1970, fractions allowed.
fn numeric_date(value: &Value) -> Option<UnixTime> {
    if let Some(whole) = value.as_u64() {
        return Some(UnixTime(whole));
    }
    // `as` stops at the ends of u64.
    value
        .as_f64()
        .filter(|seconds| *seconds >= 0.0)
        .map(|seconds| UnixTime(seconds as u64))
}

impl TokenSet {
    /// What the access token says of itself.
    pub fn claims(&self) -> Claims {
        Claims::of(&self.access)
    }

    /// Whether the session was made with more than one factor.
    pub fn has_mfa(&self) -> bool {
        self.claims().has_mfa()
    }
}

impl fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSet")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn jwt(payload: &str) -> String {
        format!("e30.{}.c2ln", BASE64URL_NOPAD.encode(payload.as_bytes()))
    }

    fn claims(text: &str) -> Claims {
        Claims::of(&AccessToken::new(text.into()))
    }

    #[test]
    fn claims_of_a_whole_token() {
        let read = claims(&jwt(
            r#"{"sub":"497f6eca","amr":["pwd","mfa"],"auth_time":1700000000,"exp":1700000900.5,"jti":"j1","access_id":"a1","scp":["offline_access"],"act":{"sub":"x"}}"#,
        ));
        let expected = Claims {
            sub: Some("497f6eca".into()),
            amr: vec!["pwd".into(), "mfa".into()],
            auth_time: Some(UnixTime(1_700_000_000)),
            expires_at: Some(UnixTime(1_700_000_900)),
            jti: Some("j1".into()),
            access_id: Some("a1".into()),
        };
        assert_eq!(read, expected);
        assert!(read.has_mfa());
    }

    #[test]
    fn mfa_is_read_from_amr_only() {
        let cases = [
            ("password and more", r#"{"amr":["pwd","mfa"]}"#, true),
            ("one text", r#"{"amr":"mfa"}"#, true),
            ("password", r#"{"amr":["pwd"]}"#, false),
            ("single sign-on", r#"{"amr":["sso:acme"]}"#, false),
            ("a longer word", r#"{"amr":["mfa-later"]}"#, false),
            ("no amr", r#"{"sub":"mfa"}"#, false),
            ("null", r#"{"amr":null}"#, false),
            ("an object", r#"{"amr":{"mfa":true}}"#, false),
        ];
        for (name, payload, expected) in cases {
            assert_eq!(claims(&jwt(payload)).has_mfa(), expected, "{name}");
        }
    }

    #[test]
    fn garbage_has_no_claims() {
        let huge = "a.".to_owned() + &"A".repeat(MAX_TOKEN_BYTES) + ".c";
        let five = jwt("{}") + ".d.e";
        let cases = [
            ("nothing", ""),
            ("opaque", "ory_at_abc"),
            ("two dots of nothing", ".."),
            ("not base64url", "e30.???.c2ln"),
            ("not JSON", &jwt("amr=mfa")),
            ("JSON of another kind", &jwt("[\"mfa\"]")),
            ("five parts, as an encrypted one", &five),
            ("too long", &huge),
        ];
        for (name, text) in cases {
            assert_eq!(claims(text), Claims::default(), "{name}");
        }
        assert_eq!(
            claims(&jwt(r#"{"exp":-5}"#)).expires_at,
            None,
            "before 1970"
        );
        assert_eq!(
            claims(&jwt(r#"{"exp":1e99}"#)).expires_at,
            Some(UnixTime(u64::MAX)),
            "no overflow"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in ".{0,200}", payload in ".{0,200}") {
            claims(&text);
            claims(&jwt(&payload));
        }
    }

    #[test]
    fn tokens_are_not_printed() {
        let set = TokenSet {
            access: AccessToken::new("secret-access".into()),
            refresh: Some(RefreshToken::new("secret-refresh".into())),
            expires_at: UnixTime(9),
        };
        let shown = format!("{set:?}");
        assert!(!shown.contains("secret"), "{shown}");
        assert!(set.access.same_as(&set.access.clone_token()));
        assert!(
            !set.access.same_as(&AccessToken::new("secret-acces".into())),
            "shorter"
        );
    }
}
