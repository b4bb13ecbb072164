//! Why a key, a certificate or a configuration cannot be used.

/// Why a text is no certificate that can be read. No variant holds what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Nothing but blanks and comments.
    #[error("there is no certificate in it")]
    Empty,
    /// Larger than any certificate.
    #[error("it has more than {max} bytes")]
    TooLarge {
        /// Most bytes that are read.
        max: usize,
    },
    /// Not a line of text.
    #[error("it is not text")]
    NotText,
    /// A private key.
    #[error("it is a private key, not a certificate")]
    PrivateKey,
    /// A public key that nobody signed.
    #[error("it is a public key without a certificate")]
    PublicKey,
    /// The line does not say that it is a certificate.
    #[error("it is not an OpenSSH certificate")]
    NotACertificate,
    /// Cut off, damaged, or made by somebody who does not follow the format.
    #[error("the certificate is damaged")]
    Damaged,
    /// Without an end. No platform gives such a certificate.
    #[error("the certificate has no end")]
    NoEnd,
    /// It ends before it begins.
    #[error("the certificate ends before it begins")]
    Backwards,
    /// More names than OpenSSH takes.
    #[error("the certificate names more than {max} users")]
    TooManyPrincipals {
        /// Most principals that are read.
        max: usize,
    },
}

impl CertificateError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "certificate_missing",
            Self::TooLarge { .. } => "certificate_too_large",
            Self::NotText | Self::NotACertificate => "not_a_certificate",
            Self::PrivateKey => "private_key",
            Self::PublicKey => "public_key",
            Self::Damaged => "certificate_damaged",
            Self::NoEnd => "certificate_without_end",
            Self::Backwards => "certificate_backwards",
            Self::TooManyPrincipals { .. } => "certificate_too_many_principals",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::PrivateKey | Self::PublicKey => {
                Some("the certificate is in the file whose name ends in -cert.pub")
            }
            Self::Empty | Self::NotText | Self::NotACertificate => {
                Some("name a file whose name ends in -cert.pub")
            }
            Self::Damaged | Self::Backwards => Some("make a new one"),
            Self::TooLarge { .. } | Self::NoEnd | Self::TooManyPrincipals { .. } => None,
        }
    }
}

/// Why there is no key pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyPairError {
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random,
    /// The file is no private key of this kind.
    #[error("the private key cannot be read")]
    Unreadable,
    /// The key cannot be written as OpenSSH reads it.
    #[error("the key cannot be written")]
    Unwritable,
}

impl KeyPairError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Random => "no_random_numbers",
            Self::Unreadable => "key_unreadable",
            Self::Unwritable => "key_unwritable",
        }
    }
}

/// Why OpenSSH cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// OpenSSH would read something else than this path.
    #[error("OpenSSH cannot be given the path {path:?}")]
    Path {
        /// The path.
        path: String,
    },
    /// Not a pattern of host names, or one of every host.
    #[error("{pattern:?} is no pattern of host names of a platform")]
    Pattern {
        /// The pattern.
        pattern: String,
    },
    /// The marks are not one pair in their order, so that what is between them is not known.
    #[error("Deskfob's marks in the file are not one pair")]
    Marks,
}

impl ConfigError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Path { .. } => "ssh_path",
            Self::Pattern { .. } => "ssh_host_pattern",
            Self::Marks => "ssh_config_marks",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Path { .. } => {
                "keep Deskfob's data in a folder whose name has none of \" % $ * ? [ ] and no line break"
            }
            Self::Pattern { .. } => "write it like *.platform.example, not as every host",
            Self::Marks => "remove the lines “# BEGIN Deskfob” and “# END Deskfob” by hand",
        }
    }
}
