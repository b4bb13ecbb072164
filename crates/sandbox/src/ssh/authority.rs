//! The key that signs SSH certificates.

use ssh_key::{
    PrivateKey,
    private::{Ed25519Keypair, KeypairData},
};

use crate::keys::{Purpose, SigningKey};

/// The certificate authority: an Ed25519 key made from the sandbox's one secret, so that certificates
/// and servers that trust it outlive a restart.
pub(crate) struct Authority(pub(super) PrivateKey);

impl Authority {
    pub(crate) fn new(key: &SigningKey) -> Result<Self, ssh_key::Error> {
        let pair = Ed25519Keypair::from_seed(&key.tag(Purpose::SshAuthority, &[]));
        PrivateKey::new(KeypairData::Ed25519(pair), "sandbox-authority").map(Self)
    }

    /// The line for `TrustedUserCAKeys` of sshd.
    pub(crate) fn public_key(&self) -> Result<String, ssh_key::Error> {
        self.0.public_key().to_openssh()
    }
}
