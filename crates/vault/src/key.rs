//! Keys: the vault's own, and those that wrap it.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::id::VaultId;

/// Bytes of every key.
pub(crate) const KEY_BYTES: usize = 32;
/// Bytes of a wrapped key: the key and the Poly1305 tag.
pub(crate) const WRAPPED_BYTES: usize = KEY_BYTES + 16;
/// Bytes of an XChaCha20-Poly1305 nonce.
pub(crate) const NONCE_BYTES: usize = 24;
/// Bytes of the header's HMAC-SHA256.
pub(crate) const MAC_BYTES: usize = 32;

const HEADER_MAC_INFO: &[u8] = b"deskfob vault header mac v1";

/// The key of the database.
pub(crate) struct VaultKey(SecretBox<[u8; KEY_BYTES]>);

/// A key that wraps the [`VaultKey`] in one slot.
pub(crate) struct WrappingKey(SecretBox<[u8; KEY_BYTES]>);

impl VaultKey {
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        random().map(Self)
    }

    pub(crate) fn expose(&self) -> &[u8; KEY_BYTES] {
        self.0.expose_secret()
    }

    pub(crate) fn same_as(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }

    /// HMAC-SHA256 of `header` under HKDF-SHA256 of the vault key (RFC 5869), salted with the vault's id.
    pub(crate) fn header_mac(&self, vault: &VaultId, header: &[u8]) -> [u8; MAC_BYTES] {
        self.mac(vault, header).finalize().into_bytes().into()
    }

    /// Whether `mac` is [`Self::header_mac`] of `header`. Takes the same time for every wrong one.
    pub(crate) fn header_mac_matches(
        &self,
        vault: &VaultId,
        header: &[u8],
        mac: &[u8; MAC_BYTES],
    ) -> bool {
        self.mac(vault, header).verify_slice(mac).is_ok()
    }

    fn mac(&self, vault: &VaultId, header: &[u8]) -> Hmac<Sha256> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        let hkdf = Hkdf::<Sha256>::new(Some(vault.as_bytes()), self.expose());
        #[expect(clippy::expect_used, reason = "RFC 5869 section 2.3: up to 255 hashes")]
        hkdf.expand(HEADER_MAC_INFO, key.as_mut_slice())
            .expect("32 bytes");
        #[expect(
            clippy::expect_used,
            reason = "RFC 2104 section 2: HMAC takes a key of any length"
        )]
        let mut mac =
            <Hmac<Sha256> as KeyInit>::new_from_slice(key.as_slice()).expect("any length");
        mac.update(header);
        mac
    }
}

impl WrappingKey {
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        random().map(Self)
    }

    /// None when there are not exactly [`KEY_BYTES`] bytes.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        boxed(bytes).map(Self)
    }

    /// A key written in place by `fill`, so that no copy of it stays behind.
    pub(crate) fn filled_by(fill: impl FnOnce(&mut [u8]) -> Option<()>) -> Option<Self> {
        let mut key = SecretBox::new(Box::new([0; KEY_BYTES]));
        fill(key.expose_secret_mut())?;
        Some(Self(key))
    }

    pub(crate) fn expose(&self) -> &[u8; KEY_BYTES] {
        self.0.expose_secret()
    }

    /// None only if the cipher refused, which it does for messages of 256 GiB.
    pub(crate) fn wrap(
        &self,
        nonce: &[u8; NONCE_BYTES],
        parameters: &[u8],
        key: &VaultKey,
    ) -> Option<[u8; WRAPPED_BYTES]> {
        let payload = Payload {
            msg: key.expose(),
            aad: parameters,
        };
        self.cipher()
            .encrypt(&XNonce::from(*nonce), payload)
            .ok()?
            .try_into()
            .ok()
    }

    /// None when this is not the key, or the parameters or the wrapped key were changed.
    pub(crate) fn unwrap(
        &self,
        nonce: &[u8; NONCE_BYTES],
        parameters: &[u8],
        wrapped: &[u8; WRAPPED_BYTES],
    ) -> Option<VaultKey> {
        let payload = Payload {
            msg: wrapped,
            aad: parameters,
        };
        let key = self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
        boxed(&Zeroizing::new(key)).map(VaultKey)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.expose().into())
    }
}

fn random() -> Result<SecretBox<[u8; KEY_BYTES]>, getrandom::Error> {
    let mut key = SecretBox::new(Box::new([0; KEY_BYTES]));
    getrandom::fill(key.expose_secret_mut())?;
    Ok(key)
}

fn boxed(bytes: &[u8]) -> Option<SecretBox<[u8; KEY_BYTES]>> {
    if bytes.len() != KEY_BYTES {
        return None;
    }
    let mut key = SecretBox::new(Box::new([0; KEY_BYTES]));
    key.expose_secret_mut().copy_from_slice(bytes);
    Some(key)
}
