//! The shared secret of an enrolment.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

/// The shared secret K of RFC 4226 section 5.1: 1 to [`Seed::MAX_BYTES`] bytes, wiped when dropped.
///
/// It has no `Display`, `Serialize`, `Hash` or `PartialEq`; compare with [`Seed::ct_eq`].
#[derive(Clone)]
pub struct Seed(SecretSlice<u8>);

/// Why a text or a byte string is not a seed. It never holds any part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SeedError {
    /// There is no key, or too little of it for one byte.
    #[error("the key is empty")]
    Empty,
    /// The key is longer than any real one.
    #[error("the key is longer than {max} bytes")]
    TooLong {
        /// The longest key taken, in bytes.
        max: usize,
    },
    /// A 0, 1, 8 or 9, which base32 does not have (RFC 4648 section 6).
    #[error("the key has a 0, 1, 8 or 9 at character {position}")]
    Lookalike {
        /// Which character of the text, counted from 1 with spaces and hyphens.
        position: usize,
    },
    /// A character that base32 does not have, or a letter after the padding.
    #[error("the key is not base32 at character {position}")]
    NotBase32 {
        /// Which character of the text, counted from 1 with spaces and hyphens.
        position: usize,
    },
}

impl SeedError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "seed_empty",
            Self::TooLong { .. } => "seed_too_long",
            Self::Lookalike { .. } => "seed_lookalike",
            Self::NotBase32 { .. } => "seed_not_base32",
        }
    }

    /// What to do next, in plain words.
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Empty => "copy the key that the service shows beside its QR code",
            Self::TooLong { .. } => "check that only the key was pasted",
            Self::Lookalike { .. } => {
                "keys have the letters A to Z and the digits 2 to 7: a 0 is the letter O, a 1 is I or L, an 8 is B"
            }
            Self::NotBase32 { .. } => "keys have the letters A to Z and the digits 2 to 7 only",
        })
    }
}

impl Seed {
    /// The longest key taken, in bytes: eight times the largest HMAC block in use.
    pub const MAX_BYTES: usize = 1024;

    /// A seed of these key bytes.
    ///
    /// # Errors
    /// [`SeedError::Empty`] and [`SeedError::TooLong`]; the bytes are wiped then.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SeedError> {
        let mut bytes = Zeroizing::new(bytes);
        if bytes.is_empty() {
            return Err(SeedError::Empty);
        }
        if bytes.len() > Self::MAX_BYTES {
            return Err(SeedError::TooLong {
                max: Self::MAX_BYTES,
            });
        }
        // Boxing a vector with room to spare would move it and leave a copy of the key behind.
        let exact: Box<[u8]> = Box::from(bytes.as_slice());
        bytes.zeroize();
        Ok(Self(SecretSlice::from(exact)))
    }

    /// A seed from base32 text (RFC 4648 section 6) as people and programs write it: either case, with spaces, hyphens
    /// and trailing `=`. Bits that do not fill a byte are dropped, as every other authenticator does.
    ///
    /// # Errors
    /// Every [`SeedError`]. Nothing is skipped silently: a character outside the alphabet is an error with its position.
    pub fn from_base32(text: &str) -> Result<Self, SeedError> {
        let symbols = symbols(text)?;
        let bytes = symbols.len() * 5 / 8;
        // Filled up with zero bits, every length decodes; what the filling adds is cut off again.
        let mut block = symbols;
        let filled = block.len().next_multiple_of(8);
        block.resize(filled, b'A');
        let mut key =
            Zeroizing::new(
                BASE32_NOPAD
                    .decode(&block)
                    .map_err(|error| SeedError::NotBase32 {
                        position: error.position + 1,
                    })?,
            );
        key.truncate(bytes);
        Self::from_bytes(std::mem::take(&mut *key))
    }

    /// The key as base32 in capitals without padding.
    pub fn to_base32(&self) -> SecretString {
        SecretString::from(BASE32_NOPAD.encode(self.expose_bytes()))
    }

    /// The key bytes. Do not keep a copy.
    pub fn expose_bytes(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// Whether both hold the same key, in time that depends on the lengths only.
    pub fn ct_eq(&self, other: &Self) -> bool {
        self.expose_bytes().ct_eq(other.expose_bytes()).into()
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed([redacted])")
    }
}

/// The base32 characters of `text`, in capitals.
fn symbols(text: &str) -> Result<Zeroizing<Vec<u8>>, SeedError> {
    const MAX_SYMBOLS: usize = (Seed::MAX_BYTES * 8).div_ceil(5);
    // The room is reserved at once (with the filling of `from_base32`), for growing would leave copies behind.
    let mut symbols = Zeroizing::new(Vec::with_capacity(text.len().min(MAX_SYMBOLS) + 8));
    let mut padded = false;
    for (index, character) in text.chars().enumerate() {
        let position = index + 1;
        match character {
            '0' | '1' | '8' | '9' => return Err(SeedError::Lookalike { position }),
            'A'..='Z' | 'a'..='z' | '2'..='7' if !padded => {
                if symbols.len() == MAX_SYMBOLS {
                    return Err(SeedError::TooLong {
                        max: Seed::MAX_BYTES,
                    });
                }
                // Only ASCII reaches this arm.
                symbols.push((character as u8).to_ascii_uppercase());
            }
            '=' => padded = true,
            // Hyphens and dashes: word processors turn one into the other.
            '-' | '\u{2010}'..='\u{2015}' => {}
            _ if character.is_whitespace() => {}
            _ => return Err(SeedError::NotBase32 { position }),
        }
    }
    Ok(symbols)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_as_people_write_it() {
        let cases: &[(&str, &str, &[u8])] = &[
            ("plain", "JBSWY3DPEHPK3PXP", b"Hello!\xde\xad\xbe\xef"),
            ("lower case", "jbswy3dpehpk3pxp", b"Hello!\xde\xad\xbe\xef"),
            (
                "groups of four",
                "jbsw y3dp ehpk 3pxp",
                b"Hello!\xde\xad\xbe\xef",
            ),
            ("hyphens", "JBSW-Y3DP-EHPK-3PXP", b"Hello!\xde\xad\xbe\xef"),
            (
                "no-break spaces and en dashes",
                "JBSW\u{a0}Y3DP\u{2013}EHPK3PXP\n",
                b"Hello!\xde\xad\xbe\xef",
            ),
            ("padding", "MZXW6===", b"foo"),
            ("too much padding, then a space", "MZXW6====== ", b"foo"),
            ("left-over bits set", "MZXW7", b"foo"),
            (
                "17 characters",
                "JBSWY3DPEHPK3PXPA",
                b"Hello!\xde\xad\xbe\xef",
            ),
            (
                "22 characters",
                "JBSWY3DPEHPK3PXPJBSWY3",
                b"Hello!\xde\xad\xbe\xefHel",
            ),
            ("one byte", "ME", b"a"),
        ];
        for (name, text, expected) in cases {
            let seed = Seed::from_base32(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(seed.expose_bytes(), *expected, "{name}");
        }
    }

    #[test]
    fn what_is_not_a_key() {
        let long = "A".repeat(1640);
        let cases: &[(&str, &str, SeedError)] = &[
            ("nothing", "", SeedError::Empty),
            ("only separators and padding", " - ==", SeedError::Empty),
            ("five bits are no byte", "A", SeedError::Empty),
            ("zero", "JBSW0", SeedError::Lookalike { position: 5 }),
            ("one", "1BSW", SeedError::Lookalike { position: 1 }),
            (
                "eight after a space",
                "JB 8W",
                SeedError::Lookalike { position: 4 },
            ),
            (
                "nine in the padding",
                "JBSW=9",
                SeedError::Lookalike { position: 6 },
            ),
            ("punctuation", "JBSW!", SeedError::NotBase32 { position: 5 }),
            (
                "other alphabets",
                "JBSÉW",
                SeedError::NotBase32 { position: 4 },
            ),
            (
                "letters after padding",
                "ME==ME",
                SeedError::NotBase32 { position: 5 },
            ),
            (
                "longer than any key",
                &long,
                SeedError::TooLong { max: 1024 },
            ),
        ];
        for (name, text, expected) in cases {
            assert_eq!(Seed::from_base32(text).err(), Some(*expected), "{name}");
        }
        assert_eq!(Seed::from_bytes(Vec::new()).err(), Some(SeedError::Empty));
        assert_eq!(
            Seed::from_bytes(vec![0; 1025]).err(),
            Some(SeedError::TooLong { max: 1024 }),
            "bytes and text have one limit"
        );
    }

    #[test]
    fn the_longest_key_survives_base32() {
        let seed = Seed::from_bytes((0..1024).map(|n| n as u8).collect()).unwrap();
        let again = Seed::from_base32(seed.to_base32().expose_secret()).unwrap();
        assert!(
            seed.ct_eq(&again),
            "1024 bytes are within the limit both ways"
        );
        assert!(
            !seed.ct_eq(&Seed::from_bytes(vec![1]).unwrap()),
            "other keys are other keys"
        );
    }

    #[test]
    fn debug_shows_nothing() {
        let seed = Seed::from_bytes(b"secret".to_vec()).unwrap();
        assert_eq!(format!("{seed:?}"), "Seed([redacted])");
    }
}
