//! Codes from keys: RFC 4226, and Steam's five characters.

use std::fmt;

use hmac::digest::{KeyInit, Mac};
use hmac::{EagerHash, Hmac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use crate::{Algorithm, Digits, Seed};

/// A one-time password, leading zeros kept. Wiped when dropped; `Debug` shows nothing of it.
pub struct Code(SecretString);

impl Code {
    /// The characters to type: 1 to 10 digits, or five letters and digits for Steam.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code([redacted])")
    }
}

/// The HOTP value of RFC 4226 section 5.3, with the hashes of RFC 6238 section 1.2.
pub fn hotp(seed: &Seed, algorithm: Algorithm, digits: Digits, counter: u64) -> Code {
    let number = u64::from(truncated(seed, algorithm, counter)) % 10_u64.pow(digits.get().into());
    let width = usize::from(digits.get());
    // RFC 4226 codes are numbers, shown with their leading zeros.
    let text = Zeroizing::new(format!("{number:0width$}"));
    Code(SecretString::from(text.as_str()))
}

/// The code of Steam Guard: the number of RFC 4226 section 5.3, written in base 26, least significant first.
pub(crate) fn steam(seed: &Seed, algorithm: Algorithm, counter: u64) -> Code {
    const ALPHABET: [char; 26] = [
        '2', '3', '4', '5', '6', '7', '8', '9', 'B', 'C', 'D', 'F', 'G', 'H', 'J', 'K', 'M', 'N',
        'P', 'Q', 'R', 'T', 'V', 'W', 'X', 'Y',
    ];
    let mut number = truncated(seed, algorithm, counter) as usize;
    let mut text = Zeroizing::new(String::with_capacity(Digits::STEAM.get().into()));
    for _ in 0..Digits::STEAM.get() {
        text.push(ALPHABET[number % ALPHABET.len()]);
        number /= ALPHABET.len();
    }
    Code(SecretString::from(text.as_str()))
}

/// DT(HMAC(K, C)) of RFC 4226 section 5.3: 31 bits.
fn truncated(seed: &Seed, algorithm: Algorithm, counter: u64) -> u32 {
    match algorithm {
        Algorithm::Sha1 => truncate(&hmac::<Sha1>(seed, counter)),
        Algorithm::Sha256 => truncate(&hmac::<Sha256>(seed, counter)),
        Algorithm::Sha512 => truncate(&hmac::<Sha512>(seed, counter)),
    }
}

fn hmac<D: EagerHash>(seed: &Seed, counter: u64) -> Zeroizing<Vec<u8>> {
    #[expect(
        clippy::expect_used,
        reason = "RFC 2104 section 2: HMAC takes a key of any length"
    )]
    let mut mac = <Hmac<D> as KeyInit>::new_from_slice(seed.expose_bytes()).expect("any length");
    mac.update(&counter.to_be_bytes());
    Zeroizing::new(mac.finalize().into_bytes().to_vec())
}

/// The four bytes at the offset that the last nibble names, without the sign bit.
fn truncate(mac: &[u8]) -> u32 {
    // An offset is at most 15 and the shortest MAC has 20 bytes.
    let offset = usize::from(mac[mac.len() - 1] & 0x0f);
    let word = [
        mac[offset],
        mac[offset + 1],
        mac[offset + 2],
        mac[offset + 3],
    ];
    u32::from_be_bytes(word) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_follows_the_example_of_rfc_4226_section_5_4() {
        let mac = [
            0x1f, 0x86, 0x98, 0x69, 0x0e, 0x02, 0xca, 0x16, 0x61, 0x85, 0x50, 0xef, 0x7f, 0x19,
            0xda, 0x8e, 0x94, 0x5b, 0x55, 0x5a,
        ];
        assert_eq!(truncate(&mac), 0x50ef_7f19);
        let mut last = [0xff; 20];
        last[19] = 0xff;
        assert_eq!(
            truncate(&last),
            0x7fff_ffff,
            "the sign bit is masked at the last offset too"
        );
    }

    #[test]
    fn debug_shows_nothing() {
        let seed = Seed::from_bytes(vec![7; 20]).unwrap();
        let code = hotp(&seed, Algorithm::Sha1, Digits::DEFAULT, 0);
        assert_eq!(format!("{code:?}"), "Code([redacted])");
    }
}
