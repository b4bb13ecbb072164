//! Adding and removing key slots of an open vault.

use std::io;
use std::sync::Arc;

use secrecy::SecretString;

use crate::clock::now_ms;
use crate::durable::FolderLock;
use crate::header::{self, Header, HeaderError, Previous, Protection, Slot, SlotInfo, SlotKind};
use crate::id::SlotId;
use crate::kdf::KdfCost;
use crate::key::{VaultKey, WrappingKey};
use crate::keyring::{KeyringError, KeyringPlace};
use crate::open::{CreateError, check_password, password_slot};
use crate::task::blocking;
use crate::vault::{Locked, Vault};

/// Why a slot was not added or removed. The slots are as they were.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SlotError {
    /// The vault was locked.
    #[error("the vault is locked")]
    Locked,
    /// There is no slot of this id.
    #[error("the vault has no such slot")]
    NoSuchSlot,
    /// Without it no password would open the vault.
    #[error("this is the vault's last password")]
    LastPasswordSlot,
    /// The vault has a slot that this system's keyring opens.
    #[error("this keyring opens the vault already")]
    AlreadyThere,
    /// The new slot's password or cost is not acceptable.
    #[error(transparent)]
    Password(CreateError),
    /// The keyring.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The key file.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The folder cannot be locked against other processes.
    #[error("the vault's folder cannot be written: {0}")]
    Io(#[from] io::Error),
}

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
    /// [`SlotError::Password`] for what [`Vault::create`] would refuse; [`HeaderError::Full`].
    pub async fn add_password_slot(
        &self,
        name: &str,
        password: SecretString,
        cost: KdfCost,
    ) -> Result<SlotInfo, SlotError> {
        check_password(&password).map_err(SlotError::Password)?;
        cost.check_for_writing()
            .map_err(|error| SlotError::Password(error.into()))?;
        let key = self.key()?;
        let (vault, name) = (self.id(), name.to_owned());
        let slot = blocking(move || password_slot(&vault, &key, &password, cost, &name))
            .await?
            .ok_or(SlotError::Password(CreateError::OutOfMemory {
                m_kib: cost.m_kib,
            }))?;
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
        let wrapping = Arc::new(WrappingKey::random().map_err(HeaderError::from)?);
        let slot = Slot::wrapping(
            &header.vault,
            Protection::Keyring,
            name,
            now_ms(),
            &wrapping,
            &key,
        )?;
        place.store(wrapping).await?;
        let added = self.push(slot).await;
        if added.is_err() {
            forget(&place).await;
        }
        added
    }

    /// Removes a slot; what it was opened by does not open `vault.key.previous` either. A copy of the old files
    /// elsewhere still opens by it.
    ///
    /// # Errors
    /// [`SlotError::NoSuchSlot`], [`SlotError::LastPasswordSlot`].
    pub async fn remove_slot(&self, id: SlotId) -> Result<(), SlotError> {
        let place = KeyringPlace::of(self.home(), &self.id());
        let removed = self
            .change(Previous::Forget, move |header| {
                let index = header
                    .slots
                    .iter()
                    .position(|slot| slot.id == id)
                    .ok_or(SlotError::NoSuchSlot)?;
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
                .is_ok_and(|kept| removed.open(&self.id(), &kept).is_some())
        {
            forget(&place).await;
        }
        Ok(())
    }

    async fn push(&self, slot: Slot) -> Result<SlotInfo, SlotError> {
        self.change(Previous::Keep, move |header| {
            let info = slot.info();
            header.slots.push(slot);
            Ok(info)
        })
        .await
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

fn opens_any(header: &Header, wrapping: &WrappingKey) -> bool {
    header
        .slots
        .iter()
        .any(|slot| slot.open(&header.vault, wrapping).is_some())
}

async fn forget(place: &KeyringPlace) {
    if let Err(error) = place.remove().await {
        // It opens nothing any more, and the next keyring slot replaces it.
        tracing::warn!(code = error.code(), "the keyring's entry was not removed");
    }
}

impl From<Locked> for SlotError {
    fn from(_: Locked) -> Self {
        Self::Locked
    }
}

impl SlotError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked => "vault_locked",
            Self::NoSuchSlot => "no_such_slot",
            Self::LastPasswordSlot => "last_password_slot",
            Self::AlreadyThere => "keyring_slot_exists",
            Self::Password(error) => error.code(),
            Self::Keyring(error) => error.code(),
            Self::Header(error) => error.code(),
            Self::Io(_) => "home_unusable",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Locked => Some("unlock the vault first"),
            Self::NoSuchSlot => Some("look at the list of slots again"),
            Self::LastPasswordSlot => Some("add another password first"),
            Self::AlreadyThere => None,
            Self::Password(error) => error.hint(),
            Self::Keyring(error) => error.hint(),
            Self::Header(error) => error.hint(),
            Self::Io(_) => Some("check the folder's owner and permissions"),
        }
    }
}
