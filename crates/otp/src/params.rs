//! The parameters of an enrolment that are not secret.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A parameter outside of what one-time passwords can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ParameterError {
    /// Not SHA-1, SHA-256 or SHA-512.
    #[error("unknown hash algorithm")]
    Algorithm,
    /// A code length other than 1 to 10 digits.
    #[error("{value} digits, not 1 to 10")]
    Digits {
        /// The number of digits asked for.
        value: u8,
    },
    /// A period of no seconds.
    #[error("a period of {value} seconds")]
    Period {
        /// The period asked for, in seconds.
        value: u32,
    },
}

impl ParameterError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Algorithm => "algorithm_unknown",
            Self::Digits { .. } => "digits_out_of_range",
            Self::Period { .. } => "period_out_of_range",
        }
    }

    /// What to do next, in plain words.
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Algorithm => "use SHA1, SHA256 or SHA512; most services use SHA1",
            Self::Digits { .. } => "most services use 6 digits",
            Self::Period { .. } => "most services use 30 seconds",
        })
    }
}

/// The hash of the HMAC: RFC 6238 section 1.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// HMAC-SHA-1, the default everywhere.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Algorithm {
    /// The name as otpauth URIs write it: `SHA1`, `SHA256` or `SHA512`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Algorithm {
    type Err = ParameterError;

    /// Takes the spellings in use: `SHA256`, `sha256`, `SHA-256`, `HmacSHA256`, `HMAC-SHA-256`.
    fn from_str(text: &str) -> Result<Self, ParameterError> {
        let mut name = text.trim().to_ascii_lowercase();
        name.retain(|character| !matches!(character, '-' | '_'));
        match name.strip_prefix("hmac").unwrap_or(&name) {
            "sha1" => Ok(Self::Sha1),
            "sha256" => Ok(Self::Sha256),
            "sha512" => Ok(Self::Sha512),
            _ => Err(ParameterError::Algorithm),
        }
    }
}

/// How many digits a code has: 1 to 10.
///
/// RFC 4226 section 5.3 asks for at least 6. The truncated number has 31 bits, so with 10 digits the first is 0, 1 or 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digits(u8);

impl Digits {
    /// 6, what a URI without `digits` means.
    pub const DEFAULT: Self = Self(6);
    /// 5, the length of a Steam code.
    pub const STEAM: Self = Self(5);

    /// The number of digits, 1 to 10.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Digits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TryFrom<u8> for Digits {
    type Error = ParameterError;

    fn try_from(value: u8) -> Result<Self, ParameterError> {
        match value {
            1..=10 => Ok(Self(value)),
            _ => Err(ParameterError::Digits { value }),
        }
    }
}

/// How long a TOTP code is valid, in seconds: the time step X of RFC 6238 section 4.1, 1 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period(u32);

impl Period {
    /// 30 seconds, what a URI without `period` means.
    pub const DEFAULT: Self = Self(30);

    /// The period in seconds, never 0.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Period {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TryFrom<u32> for Period {
    type Error = ParameterError;

    fn try_from(value: u32) -> Result<Self, ParameterError> {
        match value {
            0 => Err(ParameterError::Period { value }),
            _ => Ok(Self(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_algorithms() {
        let cases = [
            ("SHA1", Some(Algorithm::Sha1)),
            ("sha1", Some(Algorithm::Sha1)),
            ("SHA-1", Some(Algorithm::Sha1)),
            ("HmacSHA1", Some(Algorithm::Sha1)),
            ("sha256", Some(Algorithm::Sha256)),
            ("SHA-256", Some(Algorithm::Sha256)),
            ("HMAC-SHA-256", Some(Algorithm::Sha256)),
            ("HMAC_SHA512", Some(Algorithm::Sha512)),
            (" SHA512 ", Some(Algorithm::Sha512)),
            ("", None),
            ("SHA", None),
            ("SHA224", None),
            ("SHA384", None),
            ("SHA3-256", None),
            ("MD5", None),
            ("256", None),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse().ok(), expected, "{text:?}");
        }
    }

    #[test]
    fn ranges() {
        for (value, fits) in [
            (0, false),
            (1, true),
            (6, true),
            (10, true),
            (11, false),
            (255, false),
        ] {
            assert_eq!(Digits::try_from(value).is_ok(), fits, "{value} digits");
        }
        for (value, fits) in [(0, false), (1, true), (30, true), (u32::MAX, true)] {
            assert_eq!(
                Period::try_from(value).is_ok(),
                fits,
                "a period of {value} s"
            );
        }
    }
}
