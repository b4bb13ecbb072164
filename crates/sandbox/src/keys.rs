//! The sandbox's one secret key, and the tags made with it.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a tag is for. A tag made for one purpose never passes for another.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    AccessToken,
    RefreshToken,
    Cursor,
    Reference,
    Form,
    RecoveryCode,
    SshAuthority,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::AccessToken => b"access token",
            Self::RefreshToken => b"refresh token",
            Self::Cursor => b"page cursor",
            Self::Reference => b"user reference",
            Self::Form => b"form",
            Self::RecoveryCode => b"recovery code",
            Self::SshAuthority => b"ssh authority",
        }
    }
}

/// The key behind every signature of this sandbox. Lives in the state file, so that tokens, links
/// and sessions outlive a restart.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct SigningKey([u8; 32]);

impl Clone for SigningKey {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl From<SigningKey> for String {
    fn from(key: SigningKey) -> Self {
        HEXLOWER.encode(&key.0)
    }
}

impl TryFrom<String> for SigningKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = HEXLOWER
            .decode(text.as_bytes())
            .map_err(|_| "key is not hexadecimal")?;
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| "key is not 32 bytes")
    }
}

impl SigningKey {
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        random().map(Self)
    }

    /// HMAC-SHA-256 over the purpose and the parts. Each part is preceded by its length, so that
    /// moving a byte from one part to the next changes the tag.
    pub(crate) fn tag(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        // RFC 2104 pads a short key with zeros to the block size; a full block cannot be refused.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        for part in std::iter::once(&purpose.label()).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Whether `tag` (or its beginning, at least 16 bytes) was made for these parts.
    pub(crate) fn verify(&self, purpose: Purpose, parts: &[&[u8]], tag: &[u8]) -> bool {
        let expected = self.tag(purpose, parts);
        (16..=32).contains(&tag.len()) && bool::from(expected[..tag.len()].ct_eq(tag))
    }
}

/// Random bytes from the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// 256 random bits as text that fits in a URL and a cookie.
pub(crate) fn random_text() -> Result<String, getrandom::Error> {
    Ok(BASE64URL_NOPAD.encode(&random::<32>()?))
}

/// SHA-256 of a random text, in hexadecimal: how bearer secrets are kept and looked up.
pub(crate) fn digest(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_hold_for_their_purpose_and_parts_only() {
        let key = SigningKey([7; 32]);
        let tag = key.tag(Purpose::Cursor, &[b"ab", b"c"]);
        assert!(key.verify(Purpose::Cursor, &[b"ab", b"c"], &tag), "own tag");
        assert!(
            key.verify(Purpose::Cursor, &[b"ab", b"c"], &tag[..16]),
            "shortened tag"
        );
        type Parts = &'static [&'static [u8]];
        let refused: [(&str, Purpose, Parts, &[u8]); 5] = [
            ("another purpose", Purpose::Form, &[b"ab", b"c"], &tag),
            (
                "a byte moved between parts",
                Purpose::Cursor,
                &[b"a", b"bc"],
                &tag,
            ),
            ("a changed part", Purpose::Cursor, &[b"ab", b"d"], &tag),
            (
                "a tag cut too short",
                Purpose::Cursor,
                &[b"ab", b"c"],
                &tag[..15],
            ),
            ("no tag", Purpose::Cursor, &[b"ab", b"c"], &[]),
        ];
        for (name, purpose, parts, tag) in refused {
            assert!(!key.verify(purpose, parts, tag), "{name}");
        }
        assert!(
            !SigningKey([8; 32]).verify(Purpose::Cursor, &[b"ab", b"c"], &tag),
            "another key"
        );
    }

    #[test]
    fn the_key_survives_the_state_file() {
        let key = SigningKey([9; 32]);
        let text = serde_json::to_string(&key).unwrap();
        let back: SigningKey = serde_json::from_str(&text).unwrap();
        assert_eq!(key.tag(Purpose::Form, &[]), back.tag(Purpose::Form, &[]));
        assert!(
            serde_json::from_str::<SigningKey>("\"abcd\"").is_err(),
            "too short"
        );
    }
}
