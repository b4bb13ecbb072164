//! A new recovery kit, shown once.

use std::io::{self, Write};

use deskfob_vault::RecoveryKit;
use secrecy::{ExposeSecret, SecretString};
use serde::ser::{Serialize, SerializeSeq, Serializer};

/// The words of a kit that was just made, for the person to keep on paper.
pub(super) struct KitWords(SecretString);

impl From<RecoveryKit> for KitWords {
    fn from(kit: RecoveryKit) -> Self {
        Self(kit.words())
    }
}

impl KitWords {
    fn words(&self) -> impl Iterator<Item = &str> {
        self.0.expose_secret().split(' ')
    }

    pub(super) fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "Recovery kit: it opens the vault without its password, with --kit. Write it down or print it, and keep\n\
             it like a passport. It is shown only now."
        )?;
        for (number, word) in (1..).zip(self.words()) {
            writeln!(out, "{number:>4}. {word}")?;
        }
        Ok(())
    }
}

/// A list of twelve words. Making a kit is asking for them.
impl Serialize for KitWords {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for word in self.words() {
            list.serialize_element(word)?;
        }
        list.end()
    }
}
