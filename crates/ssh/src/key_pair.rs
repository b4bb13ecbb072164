//! The key that a certificate is for.

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::public::KeyData;
use ssh_key::{LineEnding, PrivateKey};
use zeroize::Zeroizing;

use crate::KeyPairError;

/// What the keys are called in OpenSSH's files and agents.
pub const KEY_COMMENT: &str = "deskfob";

/// A key is used for new certificates this long, in seconds; then a new one is made. The platforms' command line does the same.
pub const MAX_KEY_AGE_SECONDS: u64 = 86_400;

/// An Ed25519 key pair without a passphrase, as OpenSSH uses it. Wiped when dropped; it can be neither printed nor copied.
pub struct KeyPair(PrivateKey);

/// The text of a private key's file. Wiped when dropped; it cannot be printed.
pub struct PrivateKeyFile(Zeroizing<String>);

impl KeyPair {
    /// A new key, from the system's random numbers.
    ///
    /// # Errors
    /// The system gives none.
    pub fn generate() -> Result<Self, KeyPairError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(|_| KeyPairError::Random)?;
        Self::from_seed(&seed)
    }

    pub(crate) fn from_seed(seed: &[u8; 32]) -> Result<Self, KeyPairError> {
        let data = KeypairData::from(Ed25519Keypair::from_seed(seed));
        PrivateKey::new(data, KEY_COMMENT)
            .map(Self)
            .map_err(|_| KeyPairError::Unwritable)
    }

    /// Reads the file of a private key.
    ///
    /// # Errors
    /// [`KeyPairError::Unreadable`] for anything but an Ed25519 key without a passphrase.
    pub fn parse(file: &[u8]) -> Result<Self, KeyPairError> {
        let key = PrivateKey::from_openssh(file).map_err(|_| KeyPairError::Unreadable)?;
        match key.key_data() {
            KeypairData::Ed25519(_) => Ok(Self(key)),
            _ => Err(KeyPairError::Unreadable),
        }
    }

    /// The public key as one line.
    ///
    /// # Errors
    /// [`KeyPairError::Unwritable`].
    pub fn public_line(&self) -> Result<String, KeyPairError> {
        self.0
            .public_key()
            .to_openssh()
            .map_err(|_| KeyPairError::Unwritable)
    }

    /// The private key as OpenSSH reads it.
    ///
    /// # Errors
    /// [`KeyPairError::Unwritable`].
    pub fn private_file(&self) -> Result<PrivateKeyFile, KeyPairError> {
        self.0
            .to_openssh(LineEnding::LF)
            .map(PrivateKeyFile)
            .map_err(|_| KeyPairError::Unwritable)
    }

    pub(crate) fn public_data(&self) -> &KeyData {
        self.0.public_key().key_data()
    }
}

impl PrivateKeyFile {
    /// The file's bytes. The one door to the secret.
    pub fn expose_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let key = KeyPair::generate().unwrap();
        let file = key.private_file().unwrap();
        assert!(
            file.expose_bytes()
                .starts_with(b"-----BEGIN OPENSSH PRIVATE KEY-----\n")
        );
        let again = KeyPair::parse(file.expose_bytes()).unwrap();
        assert_eq!(again.public_line(), key.public_line());
        assert!(key.public_line().unwrap().ends_with(" deskfob"));
        assert_ne!(
            KeyPair::generate().unwrap().public_line(),
            key.public_line(),
            "each key is new"
        );
    }

    #[test]
    fn no_other_file_is_a_key() {
        for (name, file) in [
            ("nothing", &b""[..]),
            (
                "words",
                b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
            ),
            ("a public key", b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ x"),
        ] {
            assert_eq!(
                KeyPair::parse(file).err(),
                Some(KeyPairError::Unreadable),
                "{name}"
            );
        }
    }
}
