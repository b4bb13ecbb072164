//! Encrypting to a passphrase in the format of age-encryption.org/v1, which `age` and `rage` open.

use std::io::{self, Write};

use age::scrypt::Recipient;
use secrecy::{ExposeSecret, SecretString};

/// Least characters of a passphrase. Nothing slows down whoever has the file but scrypt.
pub const PASSPHRASE_MIN_CHARS: usize = 10;

/// log2 of scrypt's N, as the `age` program takes it: 256 MiB and about a second. It is fixed, so that a file
/// made on a fast machine opens on a slow one.
const LOG_N: u8 = 18;

/// Why an export was not encrypted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncryptError {
    /// The passphrase is too short.
    #[error("the passphrase has fewer than {min} characters")]
    PassphraseTooShort {
        /// Least characters.
        min: usize,
    },
    /// The format refused, which it does for no passphrase.
    #[error("the file could not be encrypted: {0}")]
    Format(String),
}

impl EncryptError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PassphraseTooShort { .. } => "passphrase_too_short",
            Self::Format(_) => "export_not_encrypted",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::PassphraseTooShort { .. } => {
                Some("choose a longer one; a few unrelated words are easy to remember")
            }
            Self::Format(_) => None,
        }
    }
}

/// An age file that `passphrase` opens. Takes about a second and 256 MiB: see scrypt, RFC 7914.
///
/// # Errors
/// [`EncryptError::PassphraseTooShort`].
pub fn encrypt(plain: &[u8], passphrase: SecretString) -> Result<Vec<u8>, EncryptError> {
    check_passphrase(&passphrase)?;
    encrypt_with(plain, passphrase, LOG_N)
}

/// Whether [`encrypt`] would take `passphrase`.
///
/// # Errors
/// [`EncryptError::PassphraseTooShort`].
pub fn check_passphrase(passphrase: &SecretString) -> Result<(), EncryptError> {
    if passphrase.expose_secret().chars().count() < PASSPHRASE_MIN_CHARS {
        return Err(EncryptError::PassphraseTooShort {
            min: PASSPHRASE_MIN_CHARS,
        });
    }
    Ok(())
}

fn encrypt_with(
    plain: &[u8],
    passphrase: SecretString,
    log_n: u8,
) -> Result<Vec<u8>, EncryptError> {
    let mut recipient = Recipient::new(passphrase);
    recipient.set_work_factor(log_n);
    let recipients = std::iter::once(&recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients)
        .map_err(|error| EncryptError::Format(error.to_string()))?;
    let failed = |error: io::Error| EncryptError::Format(error.to_string());
    let mut file = Vec::new();
    let mut stream = encryptor.wrap_output(&mut file).map_err(failed)?;
    stream.write_all(plain).map_err(failed)?;
    stream.finish().map_err(failed)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Quick enough for many files.
    const QUICK: u8 = 4;

    fn decrypt(file: &[u8], passphrase: &str) -> Result<Vec<u8>, age::DecryptError> {
        age::decrypt(&age::scrypt::Identity::new(passphrase.into()), file)
    }

    proptest! {
        #[test]
        fn what_was_encrypted_comes_back(plain: Vec<u8>, passphrase in "\\PC{10,40}") {
            let file = encrypt_with(&plain, passphrase.clone().into(), QUICK).unwrap();
            prop_assert_eq!(decrypt(&file, &passphrase).unwrap(), plain);
        }
    }

    #[test]
    fn another_passphrase_and_a_changed_file_open_nothing() {
        let file = encrypt_with(b"a seed", "correct horse battery".into(), QUICK).unwrap();
        assert!(decrypt(&file, "correct horse batterY").is_err());
        for index in 0..file.len() {
            let mut changed = file.clone();
            changed[index] ^= 1;
            assert!(
                decrypt(&changed, "correct horse battery").is_err(),
                "byte {index} is not authenticated"
            );
        }
    }

    #[test]
    fn a_short_passphrase_is_refused() {
        let error = encrypt(b"", "ninechars".into()).unwrap_err();
        assert_eq!(error.code(), "passphrase_too_short");
        assert!(error.hint().is_some());
    }
}
