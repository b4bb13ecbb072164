//! Why a text is not an enrolment that codes can be made from.

use thiserror::Error;

use crate::SeedError;

/// Why a URI was refused. Variants carry facts; none can carry the secret, for longer values are told by their length.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UriError {
    /// The text is longer than [`MAX_URI_BYTES`](crate::MAX_URI_BYTES).
    #[error("the URI has {length} bytes, more than {max}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The longest read, in bytes.
        max: usize,
    },
    /// The text is no otpauth URI.
    #[error("not an otpauth URI")]
    NotOtpauth {
        /// Its scheme in lower case; empty if it has none.
        scheme: String,
    },
    /// An `otpauth-migration` URI: several enrolments in one code, read by the import.
    #[error("a migration code, not a single enrolment")]
    Migration,
    /// An enrolment of a kind that is known but not made here.
    #[error("{kind} codes are not supported")]
    Unsupported {
        /// `yaotp`, `motp` or `encoder`.
        kind: &'static str,
    },
    /// The URI names another type than `totp`, `hotp` or `steam`.
    #[error("unknown one-time password type \"{host}\"")]
    UnknownType {
        /// The type in lower case; empty if there is none.
        host: String,
    },
    /// There is no `secret` parameter.
    #[error("the URI has no secret")]
    MissingSecret,
    /// The `secret` parameter is no key. Positions count its characters after percent-decoding.
    #[error(transparent)]
    InvalidSecret(#[from] SeedError),
    /// An `algorithm` other than SHA1, SHA256 and SHA512.
    #[error("unknown algorithm \"{value}\"")]
    InvalidAlgorithm {
        /// What it says.
        value: String,
    },
    /// `digits` that are no number from 1 to 10.
    #[error("\"{value}\" digits, not 1 to 10")]
    InvalidDigits {
        /// What it says.
        value: String,
    },
    /// A `period` that is no whole number of seconds from 1 to 4 294 967 295.
    #[error("a period of \"{value}\" seconds")]
    InvalidPeriod {
        /// What it says.
        value: String,
    },
    /// A `counter` that is no number below 2^64.
    #[error("a counter of \"{value}\"")]
    InvalidCounter {
        /// What it says.
        value: String,
    },
    /// A parameter that decides the code is given twice with different values.
    #[error("{name} is given twice with different values")]
    Conflicting {
        /// The parameter's name.
        name: &'static str,
    },
}

impl UriError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "uri_too_long",
            Self::NotOtpauth { .. } => "not_otpauth",
            Self::Migration => "otpauth_migration",
            Self::Unsupported { .. } => "type_unsupported",
            Self::UnknownType { .. } => "type_unknown",
            Self::MissingSecret => "secret_missing",
            Self::InvalidSecret(error) => error.code(),
            Self::InvalidAlgorithm { .. } => "algorithm_invalid",
            Self::InvalidDigits { .. } => "digits_invalid",
            Self::InvalidPeriod { .. } => "period_invalid",
            Self::InvalidCounter { .. } => "counter_invalid",
            Self::Conflicting { .. } => "parameter_conflicting",
        }
    }

    /// What to do next, in plain words.
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::TooLong { .. } => "check that only one link was pasted",
            Self::NotOtpauth { .. } => {
                "use the link or QR code that the service shows for an authenticator app"
            }
            Self::Migration => "import it: it holds several accounts",
            Self::Unsupported { .. } => {
                "ask the service for a standard authenticator app code (TOTP)"
            }
            Self::UnknownType { .. } => "ask the service for a code of the type totp",
            Self::MissingSecret => "copy the whole link, or type the key by hand",
            Self::InvalidSecret(error) => return error.hint(),
            Self::InvalidAlgorithm { .. }
            | Self::InvalidDigits { .. }
            | Self::InvalidPeriod { .. }
            | Self::InvalidCounter { .. }
            | Self::Conflicting { .. } => {
                "the code is faulty: show a new one, or type the key by hand"
            }
        })
    }
}
