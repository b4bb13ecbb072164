//! Who signs certificates: the keys that a platform names, and whether one of them signed.

use ssh_key::{Algorithm, HashAlg, PublicKey};

use crate::CertificateError;

/// The key of a certificate authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority(PublicKey);

/// Who signed a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// One of the given authorities.
    Known,
    /// An authority that is not among the given ones.
    Unknown,
    /// Nobody: the signature does not fit what is signed.
    Forged,
    /// A key of a kind that is not checked here; servers do.
    NotChecked,
}

impl Authority {
    /// Reads a public key as OpenSSH writes it.
    ///
    /// # Errors
    /// [`CertificateError::NotACertificate`] for anything else.
    pub fn parse(line: &str) -> Result<Self, CertificateError> {
        PublicKey::from_openssh(line.trim())
            .map(Self)
            .map_err(|_| CertificateError::NotACertificate)
    }

    /// The line that OpenSSH reads, e.g. in `TrustedUserCAKeys`.
    ///
    /// # Errors
    /// [`CertificateError::Damaged`] when it cannot be written again.
    pub fn to_openssh(&self) -> Result<String, CertificateError> {
        self.0.to_openssh().map_err(|_| CertificateError::Damaged)
    }

    pub(crate) fn signed(certificate: &ssh_key::Certificate, known: &[Self]) -> Signed {
        let key = certificate.signature_key();
        if key.algorithm() != Algorithm::Ed25519 {
            return Signed::NotChecked;
        }
        let own = key.fingerprint(HashAlg::Sha256);
        // At its first second, so that only the signature decides.
        if certificate
            .validate_at(certificate.valid_after(), [&own])
            .is_err()
        {
            return Signed::Forged;
        }
        if known.iter().any(|authority| authority.0.key_data() == key) {
            Signed::Known
        } else {
            Signed::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Certificate;
    use crate::made_up::{self, Made};

    #[test]
    fn only_a_named_authority_is_known() {
        let certificate = Certificate::parse(Made::default().line().as_bytes()).unwrap();
        let other = Authority::parse(&made_up::key().public_line().unwrap()).unwrap();
        assert_eq!(certificate.signed_by(&[]), Signed::Unknown);
        assert_eq!(
            certificate.signed_by(std::slice::from_ref(&other)),
            Signed::Unknown
        );
        assert_eq!(
            certificate.signed_by(&[other, made_up::authority()]),
            Signed::Known
        );
        let longer = made_up::ending_at(&Made::default().line(), 1_900_000_000);
        assert_eq!(
            Certificate::parse(longer.as_bytes())
                .unwrap()
                .signed_by(&[made_up::authority()]),
            Signed::Forged,
            "a longer life than was signed"
        );
    }

    #[test]
    fn a_key_is_written_as_it_was_read() {
        let line = made_up::key().public_line().unwrap();
        assert_eq!(Authority::parse(&line).unwrap().to_openssh().unwrap(), line);
        assert!(Authority::parse("ssh-ed25519 AAAA").is_err());
    }
}
