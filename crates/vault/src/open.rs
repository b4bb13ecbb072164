//! Creating and unlocking a vault.

mod error;
mod password;

pub use error::{CreateError, UnlockError};
pub(crate) use password::{PasswordTrial, try_password};

use secrecy::{ExposeSecret, SecretString};

use crate::clock::now_ms;
use crate::database::{self, DatabaseError};
use crate::durable::FolderLock;
use crate::header::{self, Header, HeaderError, Previous, Protection, Slot, SlotKind};
use crate::home::Home;
use crate::id::VaultId;
use crate::kdf::KdfCost;
use crate::key::VaultKey;
use crate::keyring::{KeyringError, KeyringPlace};
use crate::presence::{Presence, presence};
use crate::task::blocking;
use crate::vault::Vault;

/// Least characters of a vault's password.
pub const PASSWORD_MIN_CHARS: usize = 8;

const FIRST_SLOT_NAME: &str = "Password";

impl Vault {
    /// Makes a vault with one password slot and opens it. Takes what `cost` says, see [`KdfCost::calibrate`].
    ///
    /// # Errors
    /// [`CreateError::Exists`] leaves what is there untouched; a password shorter than [`PASSWORD_MIN_CHARS`]
    /// and a cost below [`KdfCost::FLOOR`] are refused.
    pub async fn create(
        home: &Home,
        password: SecretString,
        cost: KdfCost,
    ) -> Result<Self, CreateError> {
        check_password(&password)?;
        cost.check_for_writing()?;
        let place = home.clone();
        let _held = blocking(move || FolderLock::hold(&place)).await?;
        match presence(home) {
            Ok(Presence::Absent) => {}
            Ok(_) | Err(HeaderError::NewerVersion { .. }) => return Err(CreateError::Exists),
            Err(error) => return Err(error.into()),
        }
        let (header, key) = blocking(move || first_header(&password, cost)).await?;
        database::create(home, &key).await?;
        // From here on the vault exists: opening it finishes what a crash leaves undone.
        header::save(home, &header, &key, Previous::Keep)?;
        database::finish_creation(home)?;
        let connection = database::open(home, &key).await?;
        Ok(Self::opened(home.clone(), header.vault, key, connection))
    }

    /// Opens the vault by a password, tried on every password slot. After a wrong one the next try has to
    /// wait 1, 2, 4 … 60 s, across restarts; see [`retry_after_ms`](crate::retry_after_ms).
    ///
    /// # Errors
    /// [`UnlockError::WrongPassword`], [`UnlockError::Wait`], and what is wrong with the vault's files.
    pub async fn unlock_with_password(
        home: &Home,
        password: SecretString,
    ) -> Result<Self, UnlockError> {
        let place = home.clone();
        match blocking(move || try_password(&place, &password)).await? {
            PasswordTrial::Right(header, key) => Self::unlocked(home, &header, key).await,
            PasswordTrial::Wrong { retry_after_ms } => {
                Err(UnlockError::WrongPassword { retry_after_ms })
            }
        }
    }

    /// Opens the vault by the key in the system's keyring.
    ///
    /// # Errors
    /// [`UnlockError::NoSuchSlot`] when the vault has no keyring slot; [`UnlockError::Keyring`] tells a keyring
    /// that cannot be read from one that holds nothing. Password slots are not touched by any of it.
    pub async fn unlock_with_keyring(home: &Home) -> Result<Self, UnlockError> {
        let sealed = header::load(home)?;
        let vault = sealed.header.vault;
        let slots: Vec<Slot> = sealed
            .header
            .slots
            .iter()
            .filter(|slot| slot.kind() == SlotKind::Keyring)
            .cloned()
            .collect();
        if slots.is_empty() {
            return Err(UnlockError::NoSuchSlot {
                kind: SlotKind::Keyring,
            });
        }
        let wrapping = KeyringPlace::of(home, &vault).read().await?;
        let key = slots
            .iter()
            .find_map(|slot| slot.open(&vault, &wrapping))
            .ok_or(UnlockError::Keyring(KeyringError::Mismatch))?;
        let header = sealed.authenticate(&key)?;
        Self::unlocked(home, &header, key).await
    }

    /// Whether `password` opens a slot of this vault. Wrong ones count as in [`Self::unlock_with_password`].
    ///
    /// # Errors
    /// [`UnlockError::Wait`], [`UnlockError::Locked`], and what is wrong with the header.
    pub async fn verify_password(&self, password: SecretString) -> Result<bool, UnlockError> {
        let own = self.key()?;
        let home = self.home().clone();
        match blocking(move || try_password(&home, &password)).await? {
            PasswordTrial::Right(_, key) => Ok(key.same_as(&own)),
            PasswordTrial::Wrong { .. } => Ok(false),
        }
    }

    async fn unlocked(home: &Home, header: &Header, key: VaultKey) -> Result<Self, UnlockError> {
        let place = home.clone();
        let _held = blocking(move || FolderLock::hold(&place))
            .await
            .map_err(DatabaseError::from)?;
        database::finish_creation(home)?;
        let mut connection = database::open(home, &key).await?;
        database::migrate(&mut connection).await?;
        Ok(Self::opened(home.clone(), header.vault, key, connection))
    }
}

pub(crate) fn check_password(password: &SecretString) -> Result<(), CreateError> {
    match password.expose_secret().chars().count() {
        0 => Err(CreateError::PasswordEmpty),
        1..PASSWORD_MIN_CHARS => Err(CreateError::PasswordTooShort {
            min: PASSWORD_MIN_CHARS,
        }),
        _ => Ok(()),
    }
}

fn first_header(password: &SecretString, cost: KdfCost) -> Result<(Header, VaultKey), CreateError> {
    let key = VaultKey::random().map_err(HeaderError::from)?;
    let vault = VaultId::new();
    let slot = password_slot(&vault, &key, password, cost, FIRST_SLOT_NAME)?
        .ok_or(CreateError::OutOfMemory { m_kib: cost.m_kib })?;
    Ok((
        Header {
            vault,
            generation: 1,
            slots: vec![slot],
        },
        key,
    ))
}

/// A slot that `password` opens. None when the machine does not give the memory for deriving the key. Blocks.
pub(crate) fn password_slot(
    vault: &VaultId,
    key: &VaultKey,
    password: &SecretString,
    cost: KdfCost,
    name: &str,
) -> Result<Option<Slot>, HeaderError> {
    let protection = Protection::password(cost)?;
    let Protection::Password { salt, .. } = &protection else {
        return Ok(None);
    };
    let Some(wrapping) = cost.derive(password, salt) else {
        return Ok(None);
    };
    Slot::wrapping(vault, protection, name, now_ms(), &wrapping, key).map(Some)
}
