//! Certificates for tests, signed by a key of their own.

use ssh_key::PrivateKey;
use ssh_key::certificate::Builder;
use ssh_key::private::{Ed25519Keypair, KeypairData};

use crate::{Authority, KeyPair};

pub(crate) const USER: &str = "497f6eca-6276-4993-bfeb-53cbbbba6f08";

/// What the certificate says.
pub(crate) struct Made {
    pub(crate) valid: (u64, u64),
    pub(crate) extensions: Vec<(&'static str, &'static str)>,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            valid: (1_700_000_000, 1_700_003_600),
            extensions: Vec::new(),
        }
    }
}

fn authority_key() -> PrivateKey {
    PrivateKey::new(KeypairData::from(Ed25519Keypair::from_seed(&[9; 32])), "ca").unwrap()
}

pub(crate) fn authority() -> Authority {
    Authority::parse(&authority_key().public_key().to_openssh().unwrap()).unwrap()
}

pub(crate) fn key() -> KeyPair {
    KeyPair::from_seed(&[5; 32]).unwrap()
}

/// `line` with another end, so that its signature no longer fits.
pub(crate) fn ending_at(line: &str, until: u64) -> String {
    let certificate = ssh_key::Certificate::from_openssh(line).unwrap();
    let mut bytes = certificate.to_bytes().unwrap();
    let end = certificate.valid_before().to_be_bytes();
    let at = bytes.windows(8).position(|window| window == end).unwrap();
    bytes[at..at + 8].copy_from_slice(&until.to_be_bytes());
    ssh_key::Certificate::from_bytes(&bytes)
        .unwrap()
        .to_openssh()
        .unwrap()
}

impl Made {
    pub(crate) fn line(&self) -> String {
        let mut builder = Builder::new(
            vec![3; 16],
            key().public_data().clone(),
            self.valid.0,
            self.valid.1,
        )
        .unwrap();
        builder.serial(7).unwrap();
        builder.key_id(USER).unwrap();
        builder.valid_principal("abc-main--app").unwrap();
        for (name, value) in &self.extensions {
            builder.extension(*name, *value).unwrap();
        }
        builder
            .sign(&authority_key())
            .unwrap()
            .to_openssh()
            .unwrap()
    }
}
