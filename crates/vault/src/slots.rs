//! Adding, changing and removing key slots of an open vault.

mod error;

pub use error::SlotError;

use std::sync::Arc;

use secrecy::SecretString;

use crate::clock::now_ms;
use crate::durable::FolderLock;
use crate::header::{self, Header, HeaderError, Previous, Protection, Slot, SlotInfo, SlotKind};
use crate::history::Action;
use crate::id::SlotId;
use crate::kdf::KdfCost;
use crate::key::{VaultKey, WrappingKey};
use crate::keyring::{KeptKeys, KeyringError, KeyringPlace};
use crate::kit::RecoveryKit;
use crate::open::{CreateError, check_password, password_protection, password_slot};
use crate::task::blocking;
use crate::unseen_kit;
use crate::vault::Vault;

impl Vault {
    /// What opens the vault, read anew: another process may have changed it.
    ///
    /// # Errors
    /// [`SlotError::Locked`], [`SlotError::Header`].
    pub fn slots(&self) -> Result<Vec<SlotInfo>, SlotError> {
        let key = self.key()?;
        let header = header::load(self.home())?.authenticate(&key)?;
        Ok(header.slots.iter().map(Slot::info).collect())
    }

    /// Adds a slot that `password` opens.
    ///
    /// # Errors
    /// [`SlotError::Password`] for what [`Vault::create`] would refuse; [`HeaderError::Full`],
    /// [`HeaderError::TooDear`]; [`SlotError::Unfinished`].
    pub async fn add_password_slot(
        &self,
        name: &str,
        password: SecretString,
        cost: KdfCost,
    ) -> Result<SlotInfo, SlotError> {
        check_new_password(&password, cost)?;
        let key = self.key()?;
        let (vault, name) = (self.id(), name.to_owned());
        let slot = blocking(move || password_slot(&vault, &key, &password, cost, &name))
            .await?
            .ok_or(out_of_memory(cost))?;
        self.push(slot).await
    }

    /// Adds a slot that this system's keyring opens: a random key is stored there, read back and compared, and
    /// only then is the header written.
    ///
    /// # Errors
    /// [`SlotError::AlreadyThere`]; [`SlotError::Keyring`] when the keyring cannot be read or written. A keyring
    /// that cannot be read is never taken for an empty one.
    pub async fn add_keyring_slot(&self, name: &str) -> Result<SlotInfo, SlotError> {
        let key = self.key()?;
        let header = header::load(self.home())?.authenticate(&key)?;
        let place = KeyringPlace::of(self.home(), &header.vault);
        match place.read().await {
            Ok(kept) if opens_any(&header, &kept) => return Err(SlotError::AlreadyThere),
            // What is kept there opens nothing any more: a slot that was removed while the keyring was away.
            Ok(_) | Err(KeyringError::NoEntry | KeyringError::Mismatch) => {}
            Err(error) => return Err(error.into()),
        }
        let wrapping = WrappingKey::random().map_err(HeaderError::from)?;
        let slot = Slot::wrapping(
            &header.vault,
            Protection::Keyring,
            name,
            now_ms(),
            &wrapping,
            &key,
        )?;
        place.store(&[&wrapping]).await?;
        let added = self.push(slot).await;
        // What was not finished may hold all the same.
        if !matches!(added, Ok(_) | Err(SlotError::Unfinished(_))) {
            forget(&place).await;
        }
        added
    }

    /// Adds a recovery kit, which the person is to print or write down now: its words are never shown again. Until
    /// [`Self::recovery_kit_shown`] it counts among the [`Self::unseen_recovery_kits`].
    ///
    /// # Errors
    /// [`HeaderError::Full`], [`SlotError::Store`], and what [`Self::add_password_slot`] can meet.
    pub async fn add_recovery_kit(&self, name: &str) -> Result<(SlotInfo, RecoveryKit), SlotError> {
        let key = self.key()?;
        let kit = RecoveryKit::random()?;
        let (protection, wrapping) = kit.protection()?;
        let slot = Slot::wrapping(&self.id(), protection, name, now_ms(), &wrapping, &key)?;
        let id = slot.id;
        let mut connection = self.connection().await?;
        let marked = unseen_kit::mark(&mut connection, id).await;
        drop(connection);
        marked.map_err(SlotError::Store)?;
        let added = self.push(slot).await;
        // What was not finished may hold all the same.
        if !matches!(added, Ok(_) | Err(SlotError::Unfinished(_)))
            && let Err(error) = self.recovery_kit_shown(id).await
        {
            // Without its slot it means nothing.
            tracing::warn!(code = error.code(), "a kit that is not there stays noted");
        }
        Ok((added?, kit))
    }

    /// Gives a slot another name, cut to 100 bytes. It opens as before, and keeps its date.
    ///
    /// # Errors
    /// [`SlotError::NoSuchSlot`].
    pub async fn rename_slot(&self, id: SlotId, name: &str) -> Result<SlotInfo, SlotError> {
        let name = name.to_owned();
        let renamed = self
            .change(Previous::Keep, move |header| {
                let index = find(header, id)?;
                let slot = header.slots.remove(index).named(&name);
                let info = slot.info();
                header.slots.insert(index, slot);
                Ok(info)
            })
            .await?;
        self.noted(Action::SlotRenamed, &renamed.name).await;
        Ok(renamed)
    }

    /// Makes `new` the password that opens a slot, which keeps its id and name and is dated anew. The old one
    /// opens neither the vault nor `vault.key.previous` any more; a copy of the old files elsewhere still opens
    /// by it, and only [`Vault::new_key`] ends that.
    ///
    /// # Errors
    /// [`SlotError::Password`] for what [`Vault::create`] would refuse, [`HeaderError::TooDear`],
    /// [`SlotError::NoSuchSlot`], [`SlotError::NotAPasswordSlot`]. With [`SlotError::Unfinished`] the new password
    /// opens the vault, with every other error the old one.
    pub async fn change_password(
        &self,
        id: SlotId,
        new: SecretString,
        cost: KdfCost,
    ) -> Result<SlotInfo, SlotError> {
        check_new_password(&new, cost)?;
        let key = self.key()?;
        // Derived before the folder is locked, which other programs wait for.
        let (protection, wrapping) = blocking(move || password_protection(&new, cost))
            .await?
            .ok_or(out_of_memory(cost))?;
        let changed = self
            .change(Previous::Forget, move |header| {
                let index = find(header, id)?;
                if header.slots[index].kind() != SlotKind::Password {
                    return Err(SlotError::NotAPasswordSlot);
                }
                let mut slot = header.slots[index].clone().rewrapped(
                    &header.vault,
                    protection,
                    &wrapping,
                    &key,
                )?;
                slot.created_ms = now_ms();
                let info = slot.info();
                header.slots[index] = slot;
                Ok(info)
            })
            .await?;
        self.noted(Action::PasswordChanged, &changed.name).await;
        Ok(changed)
    }

    /// Removes a slot; what it was opened by does not open `vault.key.previous` either. A copy of the old files
    /// elsewhere still opens by it.
    ///
    /// # Errors
    /// [`SlotError::NoSuchSlot`], [`SlotError::LastPasswordSlot`]. With [`SlotError::Unfinished`] it is removed, with
    /// every other error it is not.
    pub async fn remove_slot(&self, id: SlotId) -> Result<(), SlotError> {
        let place = KeyringPlace::of(self.home(), &self.id());
        let removed = self
            .change(Previous::Forget, move |header| {
                let index = find(header, id)?;
                let passwords = header
                    .slots
                    .iter()
                    .filter(|slot| slot.kind() == SlotKind::Password)
                    .count();
                if header.slots[index].kind() == SlotKind::Password && passwords == 1 {
                    return Err(SlotError::LastPasswordSlot);
                }
                Ok(header.slots.remove(index))
            })
            .await?;
        // The keyring may hold the key of another slot, made on another machine with a copy of this vault.
        if removed.kind() == SlotKind::Keyring
            && place
                .read()
                .await
                .is_ok_and(|kept| kept.open(&self.id(), &removed).is_some())
        {
            forget(&place).await;
        }
        self.noted(Action::SlotRemoved, &removed.name).await;
        Ok(())
    }

    /// The header is changed already: a history that cannot be written does not undo it.
    pub(crate) async fn noted(&self, action: Action, subject: &str) {
        if let Err(error) = self.note(action, subject, now_ms()).await {
            tracing::warn!(
                code = error.code(),
                action = action.as_str(),
                "not noted in the history"
            );
        }
    }

    async fn push(&self, slot: Slot) -> Result<SlotInfo, SlotError> {
        let added = self
            .change(Previous::Keep, move |header| {
                let info = slot.info();
                header.slots.push(slot);
                Ok(info)
            })
            .await?;
        self.noted(Action::SlotAdded, &added.name).await;
        Ok(added)
    }

    /// Reads the header, changes it and writes it durably, with no other process in between.
    async fn change<T: Send + 'static>(
        &self,
        previous: Previous,
        change: impl FnOnce(&mut Header) -> Result<T, SlotError> + Send + 'static,
    ) -> Result<T, SlotError> {
        let key: Arc<VaultKey> = self.key()?;
        let home = self.home().clone();
        blocking(move || {
            let _held = FolderLock::hold(&home)?;
            let mut header = header::load(&home)?.authenticate(&key)?;
            let done = change(&mut header)?;
            header.generation = header.generation.saturating_add(1);
            header::save(&home, &header, &key, previous)?;
            Ok(done)
        })
        .await
    }
}

fn check_new_password(password: &SecretString, cost: KdfCost) -> Result<(), SlotError> {
    check_password(password).map_err(SlotError::Password)?;
    cost.check_for_writing()
        .map_err(|error| SlotError::Password(error.into()))
}

fn out_of_memory(cost: KdfCost) -> SlotError {
    SlotError::Password(CreateError::OutOfMemory { m_kib: cost.m_kib })
}

fn opens_any(header: &Header, kept: &KeptKeys) -> bool {
    header
        .slots
        .iter()
        .any(|slot| kept.open(&header.vault, slot).is_some())
}

fn find(header: &Header, id: SlotId) -> Result<usize, SlotError> {
    header
        .slots
        .iter()
        .position(|slot| slot.id == id)
        .ok_or(SlotError::NoSuchSlot)
}

async fn forget(place: &KeyringPlace) {
    if let Err(error) = place.remove().await {
        // It opens nothing any more, and the next keyring slot replaces it.
        tracing::warn!(code = error.code(), "the keyring's entry was not removed");
    }
}
