//! The recovery kit: a random secret that is printed as words and kept on paper.

use bip39::{Language, Mnemonic};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox, SecretString};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::header::{HeaderError, Protection};
use crate::kdf::SALT_BYTES;
use crate::key::WrappingKey;

/// Words of a kit: 128 bits and 4 bits of checksum (BIP-39).
const WORDS: usize = 12;
const ENTROPY_BYTES: usize = 16;
/// The words of BIP-39's English list differ in their first four letters.
const TELLING_LETTERS: usize = 4;
const WRAPPING_INFO: &[u8] = b"deskfob vault recovery kit v1";

/// The secret of a recovery kit: 128 random bits, shown as 12 words of BIP-39's English list.
///
/// Nothing slows down guessing it, and nothing has to.
pub struct RecoveryKit(SecretBox<[u8; ENTROPY_BYTES]>);

/// Why some text is not the words of a recovery kit. Says where, never which word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryKitError {
    /// A kit has 12 words.
    #[error("a recovery kit has {WORDS} words, and these are {found}")]
    WordCount {
        /// How many there are.
        found: usize,
    },
    /// A word that is in no kit.
    #[error("word {position} is in no recovery kit")]
    UnknownWord {
        /// Which one, from 1.
        position: usize,
    },
    /// Every word is possible and all of them together are not: one is another than printed, or two are swapped.
    #[error("the words do not belong together")]
    Checksum,
}

impl RecoveryKit {
    pub(crate) fn random() -> Result<Self, HeaderError> {
        let mut entropy = SecretBox::new(Box::new([0; ENTROPY_BYTES]));
        getrandom::fill(entropy.expose_secret_mut())?;
        Ok(Self(entropy))
    }

    /// The words as they are printed: lower case, separated by single blanks.
    pub fn words(&self) -> SecretString {
        #[expect(clippy::expect_used, reason = "BIP-39: 16 bytes are 12 words")]
        let mnemonic = Mnemonic::from_entropy(self.0.expose_secret()).expect("16 bytes");
        // Long enough for 12 words of 8 letters: a buffer that grew would leave a copy behind.
        let mut words = String::with_capacity(WORDS * 9);
        for word in mnemonic.words() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        words.into()
    }

    /// Reads words as a person types them: case, blanks, line breaks and numbers before the words do not matter,
    /// and a word's first four letters are enough.
    ///
    /// # Errors
    /// [`RecoveryKitError`], which names no word.
    pub fn parse(text: &SecretString) -> Result<Self, RecoveryKitError> {
        let text = text.expose_secret();
        let found = typed_words(text).count();
        if found != WORDS {
            return Err(RecoveryKitError::WordCount { found });
        }
        let mut words = Zeroizing::new(String::with_capacity(WORDS * 9));
        for (index, typed) in typed_words(text).enumerate() {
            let word = listed(typed).ok_or(RecoveryKitError::UnknownWord {
                position: index + 1,
            })?;
            words.push_str(word);
            words.push(' ');
        }
        // The count is right and every word is in the list: what is left is the checksum.
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, words.trim_end())
            .map_err(|_| RecoveryKitError::Checksum)?;
        let (mut entropy, length) = mnemonic.to_entropy_array();
        let mut kit = SecretBox::new(Box::new([0; ENTROPY_BYTES]));
        let complete = length == ENTROPY_BYTES;
        if complete {
            kit.expose_secret_mut()
                .copy_from_slice(&entropy[..ENTROPY_BYTES]);
        }
        entropy.zeroize();
        complete
            .then_some(Self(kit))
            .ok_or(RecoveryKitError::Checksum)
    }

    /// A new salt, and this kit's key with it.
    pub(crate) fn protection(&self) -> Result<(Protection, WrappingKey), HeaderError> {
        let protection = Protection::recovery_kit()?;
        let (_, salt) = protection.fields();
        let wrapping = self.wrapping_key(&salt).ok_or(HeaderError::NotWrapped)?;
        Ok((protection, wrapping))
    }

    /// The key of the slot with this salt: HKDF-SHA256 (RFC 5869) of the 16 bytes.
    pub(crate) fn wrapping_key(&self, salt: &[u8; SALT_BYTES]) -> Option<WrappingKey> {
        let hkdf = Hkdf::<Sha256>::new(Some(salt), self.0.expose_secret());
        WrappingKey::filled_by(|key| hkdf.expand(WRAPPING_INFO, key).ok())
    }
}

/// What was typed, without numbers and punctuation around it.
fn typed_words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .map(|typed| typed.trim_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation()))
        .filter(|typed| !typed.is_empty())
}

/// The word of the list that was typed, whole or at least its telling letters.
fn listed(typed: &str) -> Option<&'static str> {
    let begins = |word: &str| {
        word.get(..typed.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(typed))
    };
    let list = Language::English.word_list();
    list.iter()
        .find(|word| word.eq_ignore_ascii_case(typed))
        .or_else(|| {
            list.iter()
                .find(|word| typed.len() >= TELLING_LETTERS && begins(word))
        })
        .copied()
}

impl RecoveryKitError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WordCount { .. } => "recovery_kit_word_count",
            Self::UnknownWord { .. } => "recovery_kit_unknown_word",
            Self::Checksum => "recovery_kit_checksum",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::WordCount { .. } => "type all 12 words, in the order in which they are printed",
            Self::UnknownWord { .. } => "compare this word with the printed one",
            Self::Checksum => "compare every word and their order with the printed ones",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// BIP-39's own test vectors for 16 bytes.
    const VECTORS: [(u8, &str); 3] = [
        (
            0x00,
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
        ),
        (
            0x7f,
            "legal winner thank year wave sausage worth useful legal winner thank yellow",
        ),
        (0xff, "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"),
    ];

    fn kit(byte: u8) -> RecoveryKit {
        RecoveryKit(SecretBox::new(Box::new([byte; ENTROPY_BYTES])))
    }

    fn read(text: &str) -> Result<String, RecoveryKitError> {
        let kit = RecoveryKit::parse(&text.into())?;
        Ok(kit.words().expose_secret().to_owned())
    }

    #[test]
    fn the_words_are_those_of_bip_39() {
        for (byte, words) in VECTORS {
            assert_eq!(kit(byte).words().expose_secret(), words);
            assert_eq!(read(words).as_deref(), Ok(words));
        }
    }

    #[test]
    fn words_are_read_as_people_type_them() {
        let (_, words) = VECTORS[1];
        for (case, typed) in [
            ("capitals", words.to_uppercase()),
            ("lines", words.replace(' ', "\r\n")),
            (
                "blanks around",
                format!("\u{a0} \t{}  \n", words.replace(' ', "   ")),
            ),
            ("commas", words.replace(' ', ", ")),
            (
                "numbers",
                words
                    .split(' ')
                    .enumerate()
                    .map(|(index, word)| format!("{}. {word}\n", index + 1))
                    .collect(),
            ),
            (
                "numbers without a blank",
                words
                    .split(' ')
                    .enumerate()
                    .map(|(index, word)| format!("{}){word} ", index + 1))
                    .collect(),
            ),
            (
                "four letters",
                words
                    .split(' ')
                    .map(|word| format!("{} ", &word[..4]))
                    .collect(),
            ),
            ("five letters", words.replace("winner", "winne")),
        ] {
            assert_eq!(read(&typed).as_deref(), Ok(words), "{case}: {typed:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_the_word() {
        use RecoveryKitError::{Checksum, UnknownWord, WordCount};
        let (_, words) = VECTORS[1];
        for (case, typed, error) in [
            ("nothing", String::new(), WordCount { found: 0 }),
            ("numbers only", "1. 2. 3.".into(), WordCount { found: 0 }),
            (
                "one missing",
                words.replace("yellow", ""),
                WordCount { found: 11 },
            ),
            ("one more", format!("{words} zoo"), WordCount { found: 13 }),
            (
                "a typo",
                words.replace("sausage", "sosage"),
                UnknownWord { position: 6 },
            ),
            (
                "three letters",
                words.replace("thank", "tha"),
                UnknownWord { position: 3 },
            ),
            (
                "too much",
                words.replace("useful", "usefully"),
                UnknownWord { position: 8 },
            ),
            (
                "not ASCII",
                words.replace("useful", "üseful"),
                UnknownWord { position: 8 },
            ),
            ("another word", words.replace("yellow", "zebra"), Checksum),
            (
                "swapped",
                words.replace("wave sausage", "sausage wave"),
                Checksum,
            ),
        ] {
            let told = read(&typed).unwrap_err();
            assert_eq!(told, error, "{case}");
            let shown = format!("{told} {told:?}").to_lowercase();
            for word in typed.split_whitespace().filter(|word| word.len() > 4) {
                assert!(!shown.contains(word), "{case}: {shown} names {word}");
            }
        }
    }

    #[test]
    fn another_salt_is_another_key() {
        let kit = kit(7);
        let key = |salt| *kit.wrapping_key(&[salt; SALT_BYTES]).unwrap().expose();
        assert_eq!(key(1), key(1));
        assert_ne!(key(1), key(2), "slots of one kit do not share a key");
    }

    proptest! {
        #[test]
        fn any_kit_is_read_back_from_its_words(entropy: [u8; ENTROPY_BYTES]) {
            let kit = RecoveryKit(SecretBox::new(Box::new(entropy)));
            let back = RecoveryKit::parse(&kit.words()).unwrap();
            prop_assert_eq!(back.0.expose_secret(), &entropy);
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in ".{0,200}") {
            let _ = RecoveryKit::parse(&text.as_str().into());
        }
    }
}
