//! What opens the vault under its new key.

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::{NewKey, RekeyError};
use crate::attempts::Attempts;
use crate::clock::now_ms;
use crate::header::{Header, HeaderError, Protection, Slot, SlotInfo, SlotKind};
use crate::home::Home;
use crate::id::{SlotId, VaultId};
use crate::kdf::KdfCost;
use crate::key::{VaultKey, WrappingKey};
use crate::keyring::{KeptKeys, KeyringPlace};
use crate::kit::RecoveryKit;
use crate::open::password_protection;
use crate::swap;
use crate::task::blocking;

/// A new vault key, and the slots that wrap it.
pub(super) struct NewSlots {
    pub(super) key: VaultKey,
    slots: Vec<Slot>,
    dropped: Vec<SlotInfo>,
    kit: Option<RecoveryKit>,
    keyring: Option<KeyringSlot>,
}

/// The slot that this system's keyring opens: among the new slots only once the keyring holds its new key.
struct KeyringSlot {
    place: KeyringPlace,
    kept: KeptKeys,
    old: Slot,
    wrapping: WrappingKey,
    /// Where it is among the slots.
    index: usize,
}

impl NewSlots {
    /// Tries every password on every password slot, and wraps a new key for those that open. Nothing is written
    /// but the record of wrong passwords. The caller holds the folder lock.
    pub(super) async fn of(
        home: &Home,
        header: &Header,
        passwords: Vec<SecretString>,
        cost: KdfCost,
    ) -> Result<Self, RekeyError> {
        let (place, old) = (home.clone(), header.clone());
        let mut new = blocking(move || rewrap(&place, old, &passwords, cost)).await?;
        new.take_keyring(home, header).await?;
        Ok(new)
    }

    /// Stores the keyring's new key, and makes the header and the staged database of `generation` the vault's.
    pub(super) async fn commit(
        mut self,
        home: &Home,
        old: Header,
        generation: u64,
    ) -> Result<(VaultKey, Header, NewKey), RekeyError> {
        let keyring = self.keyring.take();
        let mut stored = None;
        if let Some(keyring) = keyring {
            if self.add_keyring(&old.vault, &keyring).await? {
                stored = Some(keyring);
            } else {
                self.dropped.push(keyring.old.info());
            }
        }
        let header = self.header(&old, generation);
        swap::commit(home, &header, &self.key)?;
        if let Some(keyring) = stored
            && let Err(error) = keyring.place.store(&[&keyring.wrapping]).await
        {
            // The old key beside the new one opens nothing any more; opening by the keyring tidies it.
            tracing::warn!(code = error.code(), "the keyring's entry was not tidied");
        }
        let made = NewKey {
            dropped: self.dropped,
            kit: self.kit,
        };
        Ok((self.key, header, made))
    }

    /// The slot of the new recovery kit.
    pub(super) fn kit_slot(&self) -> Option<SlotId> {
        self.kit.as_ref()?;
        let kit = |slot: &&Slot| slot.kind() == SlotKind::RecoveryKit;
        Some(self.slots.iter().find(kit)?.id)
    }

    /// The header that follows `old`, with the slots so far.
    pub(super) fn header(&self, old: &Header, generation: u64) -> Header {
        Header {
            vault: old.vault,
            generation,
            database: generation,
            slots: self.slots.clone(),
        }
    }

    /// Finds the slot that this system's keyring opens. Keyring slots of other systems are dropped.
    async fn take_keyring(&mut self, home: &Home, old: &Header) -> Result<(), RekeyError> {
        let of_keyrings = || {
            old.slots
                .iter()
                .enumerate()
                .filter(|(_, slot)| slot.kind() == SlotKind::Keyring)
        };
        if of_keyrings().next().is_none() {
            return Ok(());
        }
        let place = KeyringPlace::of(home, &old.vault);
        let kept = place.read().await.ok();
        let mut own = None;
        for (index, slot) in of_keyrings() {
            let opens = |kept: &KeptKeys| kept.open(&old.vault, slot).is_some();
            if own.is_none() && kept.as_ref().is_some_and(opens) {
                own = Some((index, slot.clone()));
            } else {
                self.dropped.push(slot.info());
            }
        }
        if let (Some((index, old)), Some(kept)) = (own, kept) {
            self.keyring = Some(KeyringSlot {
                place,
                kept,
                old,
                wrapping: WrappingKey::random().map_err(HeaderError::from)?,
                index,
            });
        }
        Ok(())
    }

    /// Whether the keyring holds the slot's new key, beside the old one: until the header is written, that is
    /// what opens the vault.
    async fn add_keyring(
        &mut self,
        vault: &VaultId,
        keyring: &KeyringSlot,
    ) -> Result<bool, RekeyError> {
        let slot = keyring.old.clone().rewrapped(
            vault,
            Protection::Keyring,
            &keyring.wrapping,
            &self.key,
        )?;
        let Some((_, old)) = keyring.kept.open(vault, &keyring.old) else {
            return Ok(false);
        };
        if let Err(error) = keyring.place.store(&[old, &keyring.wrapping]).await {
            tracing::warn!(code = error.code(), "the keyring keeps no new key");
            return Ok(false);
        }
        self.slots.insert(keyring.index.min(self.slots.len()), slot);
        Ok(true)
    }
}

/// Everything but the keyring's slot. Blocks for as long as deriving takes.
fn rewrap(
    home: &Home,
    old: Header,
    passwords: &[SecretString],
    cost: KdfCost,
) -> Result<NewSlots, RekeyError> {
    let mut attempts = Attempts::hold(home).map_err(RekeyError::Attempts)?;
    if let Some(retry_after_ms) = attempts
        .remaining_ms(now_ms())
        .map_err(RekeyError::Attempts)?
    {
        return Err(RekeyError::Wait { retry_after_ms });
    }
    let mut new = NewSlots {
        key: VaultKey::random().map_err(HeaderError::from)?,
        slots: Vec::with_capacity(old.slots.len()),
        dropped: Vec::new(),
        kit: None,
        keyring: None,
    };
    let mut used: Vec<&SecretString> = Vec::new();
    for slot in old.slots {
        match slot.kind() {
            SlotKind::Keyring => {}
            SlotKind::Password => match password_of(&slot, &old.vault, passwords)? {
                Some(password) => {
                    used.push(password);
                    let (protection, wrapping) = password_protection(password, cost)?
                        .ok_or(RekeyError::OutOfMemory { m_kib: cost.m_kib })?;
                    let slot = slot.rewrapped(&old.vault, protection, &wrapping, &new.key)?;
                    new.slots.push(slot);
                }
                None => new.dropped.push(slot.info()),
            },
            // Its words are on paper, and cannot be asked for.
            SlotKind::RecoveryKit if new.kit.is_none() => {
                let kit = RecoveryKit::random()?;
                let (protection, wrapping) = kit.protection()?;
                let mut slot = slot.rewrapped(&old.vault, protection, &wrapping, &new.key)?;
                slot.created_ms = now_ms();
                new.slots.push(slot);
                new.kit = Some(kit);
            }
            SlotKind::RecoveryKit => new.dropped.push(slot.info()),
        }
    }
    // A slot whose password was mistyped would be gone for good, and nobody was told that it would be.
    let wrong = passwords
        .iter()
        .position(|given| !used.iter().any(|used| is_same(used, given)));
    if wrong.is_some() || passwords.is_empty() {
        let retry_after_ms = attempts.failed(now_ms()).map_err(RekeyError::Attempts)?;
        return Err(RekeyError::WrongPassword {
            position: wrong.map_or(1, |index| index + 1),
            given: passwords.len(),
            retry_after_ms,
        });
    }
    attempts.succeeded().map_err(RekeyError::Attempts)?;
    Ok(new)
}

fn is_same(one: &SecretString, other: &SecretString) -> bool {
    let (one, other) = (one.expose_secret(), other.expose_secret());
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// The password that opens `slot`.
fn password_of<'a>(
    slot: &Slot,
    vault: &VaultId,
    passwords: &'a [SecretString],
) -> Result<Option<&'a SecretString>, RekeyError> {
    let Protection::Password { cost, salt } = &slot.protection else {
        return Ok(None);
    };
    for password in passwords {
        let wrapping = cost
            .derive(password, salt)
            .ok_or(RekeyError::OutOfMemory { m_kib: cost.m_kib })?;
        if slot.open(vault, &wrapping).is_some() {
            return Ok(Some(password));
        }
    }
    Ok(None)
}
