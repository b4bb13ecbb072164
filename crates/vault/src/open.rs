//! Creating and unlocking a vault.

mod error;
mod password;

pub use error::{CreateError, UnlockError};
pub(crate) use password::{PasswordTrial, try_password, try_password_on};

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::backup;
use crate::clock::now_ms;
use crate::database::{self, DatabaseError};
use crate::durable::{self, FolderLock};
use crate::header::{
    self, HEADER, Header, HeaderError, PREVIOUS, Previous, Protection, SaveError, Sealed, Slot,
    SlotKind,
};
use crate::home::Home;
use crate::id::VaultId;
use crate::in_use::{InUse, LockRequest};
use crate::kdf::KdfCost;
use crate::key::{VaultKey, WrappingKey};
use crate::keyring::{KeyringError, KeyringPlace};
use crate::kit::RecoveryKit;
use crate::presence::{Presence, presence};
use crate::swap;
use crate::task::blocking;
use crate::upgrade;
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
        let held = blocking(move || FolderLock::hold(&place)).await?;
        match presence(home) {
            Ok(Presence::Absent) => {}
            Ok(_) | Err(HeaderError::NewerVersion { .. }) => return Err(CreateError::Exists),
            Err(error) => return Err(error.into()),
        }
        let (header, key) = blocking(move || first_header(&password, cost)).await?;
        database::create(home, &key).await?;
        // From here on the vault exists: opening it finishes what a crash leaves undone.
        match header::save(home, &header, &key, Previous::Keep) {
            Ok(()) => {}
            Err(SaveError::Header(error)) => return Err(error.into()),
            Err(SaveError::Unfinished(error)) => return Err(HeaderError::from(error).into()),
        }
        database::finish_creation(home)?;
        let in_use = (InUse::hold(home, &held)?, LockRequest::read(home)?);
        let connection = database::open(home, &key).await?;
        Ok(Self::opened(
            home.clone(),
            header.vault,
            key,
            connection,
            in_use,
        ))
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
        let place = KeyringPlace::of(home, &vault);
        // The cipher gets ready while the keyring thinks about its answer.
        let (kept, ()) = tokio::join!(place.read(), blocking(database::make_ready));
        let kept = kept?;
        let (key, wrapping) = slots
            .iter()
            .find_map(|slot| kept.open(&vault, slot))
            .ok_or(UnlockError::Keyring(KeyringError::Mismatch))?;
        let header = sealed.authenticate(&key)?;
        let vault = Self::unlocked(home, &header, key).await?;
        if kept.is_unfinished()
            && let Err(error) = place.store(&[wrapping]).await
        {
            // The vault is open, and the next one to open it by the keyring tries again.
            tracing::warn!(code = error.code(), "the keyring's entry was not tidied");
        }
        Ok(vault)
    }

    /// Opens the vault by the words of its recovery kit. There are no waits: nobody guesses 128 random bits.
    ///
    /// # Errors
    /// [`UnlockError::NoSuchSlot`] when the vault has no recovery kit, [`UnlockError::WrongKit`], and what is wrong
    /// with the vault's files.
    pub async fn unlock_with_recovery_kit(
        home: &Home,
        kit: &RecoveryKit,
    ) -> Result<Self, UnlockError> {
        let (header, key) = by_kit(header::load(home)?, kit)?;
        Self::unlocked(home, &header, key).await
    }

    /// Whether `kit` opens a slot of this vault.
    ///
    /// # Errors
    /// [`UnlockError::Locked`], and what is wrong with the header.
    pub fn verify_recovery_kit(&self, kit: &RecoveryKit) -> Result<bool, UnlockError> {
        let own = self.key()?;
        match by_kit(header::load(self.home())?, kit) {
            Ok((_, key)) => Ok(key.same_as(&own)),
            Err(UnlockError::WrongKit | UnlockError::NoSuchSlot { .. }) => Ok(false),
            Err(error) => Err(error),
        }
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

    /// Opens the database that belongs to `header`, which `key` authenticated.
    pub(crate) async fn unlocked(
        home: &Home,
        header: &Header,
        key: impl Into<Arc<VaultKey>>,
    ) -> Result<Self, UnlockError> {
        let key = key.into();
        let place = home.clone();
        let held = blocking(move || FolderLock::hold(&place))
            .await
            .map_err(DatabaseError::from)?;
        // Read anew: since it was read somebody may have made a new vault key or put a backup back, and what the
        // old header says about the database must not be acted on.
        let now = match header::load(home)?.authenticate(&key) {
            Ok(now) if now.vault == header.vault => now,
            Ok(_) | Err(HeaderError::NotAuthentic) => return Err(UnlockError::KeyReplaced),
            Err(error) => return Err(error.into()),
        };
        Self::open_held(home, &now, key, &held).await
    }

    /// Opens the database that belongs to `header`, which is the one on the disk and authentic. Finishes what a
    /// crash left half done.
    pub(crate) async fn open_held(
        home: &Home,
        header: &Header,
        key: impl Into<Arc<VaultKey>>,
        held: &FolderLock,
    ) -> Result<Self, UnlockError> {
        let key = key.into();
        // Nobody waits long for the lock here: who replaces the database holds the folder's as well.
        let in_use = InUse::hold(home, held).map_err(DatabaseError::from)?;
        let request = LockRequest::read(home).map_err(DatabaseError::from)?;
        database::finish_creation(home)?;
        swap::finish(home, header.database).map_err(DatabaseError::from)?;
        for file in [HEADER, PREVIOUS] {
            durable::sweep(&home.file(file)).map_err(DatabaseError::from)?;
        }
        if let Err(error) = header::forget_removed(home, header) {
            // It keeps the owner from nothing, and is tried again at the next opening.
            tracing::warn!(%error, "vault.key.previous still opens by what was removed");
        }
        if let Err(error) = backup::sweep(home) {
            // Encrypted copies that nobody uses: they keep nobody from their vault.
            tracing::warn!(%error, "what a backup left behind could not be removed");
        }
        let mut connection = database::open(home, &key).await?;
        upgrade::to_present_schema(home, header.vault, &key, &mut connection).await?;
        Ok(Self::opened(
            home.clone(),
            header.vault,
            key,
            connection,
            (in_use, request),
        ))
    }
}

/// The key of the slot that `kit` opens, and the header that it authenticates.
fn by_kit(sealed: Sealed, kit: &RecoveryKit) -> Result<(Header, VaultKey), UnlockError> {
    let salts = sealed
        .header
        .slots
        .iter()
        .filter_map(|slot| match &slot.protection {
            Protection::RecoveryKit { salt } => Some((slot, salt)),
            _ => None,
        });
    let mut refusal = UnlockError::NoSuchSlot {
        kind: SlotKind::RecoveryKit,
    };
    let mut found = None;
    for (slot, salt) in salts {
        refusal = UnlockError::WrongKit;
        found = kit
            .wrapping_key(salt)
            .and_then(|wrapping| slot.open(&sealed.header.vault, &wrapping));
        if found.is_some() {
            break;
        }
    }
    let key = found.ok_or(refusal)?;
    let header = sealed.authenticate(&key)?;
    Ok((header, key))
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
            database: 0,
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
    let Some((protection, wrapping)) = password_protection(password, cost)? else {
        return Ok(None);
    };
    Slot::wrapping(vault, protection, name, now_ms(), &wrapping, key).map(Some)
}

/// A new salt, and the key that `password` gives with it. None as in [`password_slot`]. Blocks.
pub(crate) fn password_protection(
    password: &SecretString,
    cost: KdfCost,
) -> Result<Option<(Protection, WrappingKey)>, HeaderError> {
    let protection = Protection::password(cost)?;
    let Protection::Password { salt, .. } = &protection else {
        return Ok(None);
    };
    Ok(cost
        .derive(password, salt)
        .map(|wrapping| (protection, wrapping)))
}
