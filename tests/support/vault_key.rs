//! The vault key, found as docs/vault-format.md says and not by the crate that is tested.

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

/// The keys of a vault whose first slot is a password's.
pub struct Keys {
    /// Of the first slot.
    pub wrapping: Vec<u8>,
    /// Of the database.
    pub vault: Vec<u8>,
}

impl Keys {
    /// Those of the vault in `home`, opened by `password`.
    pub fn of(home: &Path, password: &str) -> Self {
        let header = std::fs::read(home.join("vault.key")).unwrap();
        let version = u16::from_le_bytes(header[8..10].try_into().unwrap());
        // Version 2 has the database's generation before the number of slots.
        let slot = match version {
            1 => 35,
            2 => 43,
            other => {
                panic!("docs/vault-format.md has a version {other} that this test does not read")
            }
        };
        let id = &header[10..26];
        let slot = &header[slot..];
        assert_eq!(slot[0], 1, "the first slot is a password's");
        let rest = &slot[26 + usize::from(slot[25])..];
        let cost = |at| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
        let (salt, nonce, wrapped) = (&rest[12..44], &rest[44..68], &rest[68..116]);

        let mut wrapping = vec![0; 32];
        let parameters = Params::new(cost(0), cost(4), cost(8), Some(32)).unwrap();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
            .hash_password_into(password.as_bytes(), salt, &mut wrapping)
            .unwrap();
        let aad = [
            b"deskfob vault slot v1",
            id,
            &slot[1..17],
            &slot[..1],
            &rest[..44],
        ]
        .concat();
        let cipher = XChaCha20Poly1305::new_from_slice(&wrapping).unwrap();
        let nonce = XNonce::try_from(nonce).unwrap();
        let vault = cipher
            .decrypt(
                &nonce,
                Payload {
                    msg: wrapped,
                    aad: &aad,
                },
            )
            .expect("the password opens the slot");
        Self { wrapping, vault }
    }
}
