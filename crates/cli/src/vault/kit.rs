//! A new recovery kit, shown once.

use std::io::{self, Write};

use deskfob_vault::{RecoveryKit, SlotId, Vault};
use secrecy::{ExposeSecret, SecretString};
use serde::ser::{Serialize, SerializeSeq, Serializer};

use crate::output::warn;

/// The words were printed: the vault does not warn of a kit that nobody has.
pub(super) async fn shown(vault: &Vault, slot: SlotId) {
    if let Err(error) = vault.recovery_kit_shown(slot).await {
        let what = format!("that the recovery kit was shown is not kept: {error}");
        warn(&what, error.hint());
    }
}

/// Tells of kits that are of no use to anybody.
pub(super) async fn warn_of_unseen(vault: &Vault) {
    // The change that was asked for is made, and the check tells it as well.
    for kit in vault.unseen_recovery_kits().await.unwrap_or_default() {
        let what = format!(
            "the words of the recovery kit {} were perhaps never shown",
            kit.name
        );
        warn(
            &what,
            Some("make a new one, and remove this one unless you have its words"),
        );
    }
}

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
