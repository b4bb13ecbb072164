//! Opening a vault whose header does not read, by the header before the last change.

use std::io;

use secrecy::SecretString;

use crate::database::{self, DatabaseError};
use crate::durable::{self, FolderLock};
use crate::header::{self, DAMAGED, DATABASE, HEADER, Header, HeaderError, PREVIOUS};
use crate::history::Action;
use crate::home::Home;
use crate::key::VaultKey;
use crate::open::{PasswordTrial, UnlockError, try_password_on};
use crate::swap;
use crate::task::blocking;
use crate::vault::Vault;

/// Why the header was not repaired. It is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepairError {
    /// The header reads.
    #[error("the key file is not damaged")]
    NotDamaged,
    /// There is no header to repair it from.
    #[error("there is no older key file to repair it from")]
    NoPrevious,
    /// The header before the last change is authentic, and the database is another one.
    #[error("the older key file does not belong to this database")]
    OtherDatabase,
    /// The password, or the files.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The folder.
    #[error("the vault's folder cannot be written: {0}")]
    Io(#[from] io::Error),
}

impl Vault {
    /// Puts the header before the last change in the place of one that does not read, and opens the vault. The
    /// older header must be authentic and open the database. The damaged one is kept as `vault.key.damaged`.
    ///
    /// What the last change added is gone: a slot that was added does not open the vault, a new name is the old
    /// one. What was removed or changed stays so, as the older header was replaced together with it.
    ///
    /// # Errors
    /// [`RepairError::NotDamaged`], [`RepairError::NoPrevious`], [`RepairError::OtherDatabase`]; wrong passwords as
    /// in [`Vault::unlock_with_password`].
    pub async fn repair_header(home: &Home, password: SecretString) -> Result<Self, RepairError> {
        let place = home.clone();
        let (held, header, key) = blocking(move || {
            let held = FolderLock::hold(&place)?;
            let (header, key) = older(&place, &password)?;
            Ok::<_, RepairError>((held, header, key))
        })
        .await?;
        opens_database(home, &header, &key).await?;
        let bytes = std::fs::read(home.file(PREVIOUS))?;
        if home.file(HEADER).exists() {
            durable::rename(&home.file(HEADER), &home.file(DAMAGED))?;
        }
        durable::replace(&home.file(HEADER), &bytes)?;
        // Read back: this is what every later opening sees.
        let header = header::load(home)
            .and_then(|sealed| sealed.authenticate(&key))
            .map_err(UnlockError::from)?;
        let vault = Self::open_held(home, &header, key, &held).await?;
        vault.noted(Action::VaultRepaired, "").await;
        Ok(vault)
    }
}

/// The header before the last change, opened and authentic. Blocks.
fn older(home: &Home, password: &SecretString) -> Result<(Header, VaultKey), RepairError> {
    match header::load(home) {
        Ok(_) => match try_password_on(home, password, header::load) {
            Ok(PasswordTrial::Right(..)) => return Err(RepairError::NotDamaged),
            Ok(PasswordTrial::Wrong { retry_after_ms }) => {
                return Err(UnlockError::WrongPassword { retry_after_ms }.into());
            }
            // Somebody without the vault key changed it.
            Err(UnlockError::Header(HeaderError::NotAuthentic)) => {}
            Err(error) => return Err(error.into()),
        },
        Err(HeaderError::Missing | HeaderError::Damaged { .. } | HeaderError::Cost(_)) => {}
        Err(error) => return Err(UnlockError::from(error).into()),
    }
    match header::load_previous(home) {
        Ok(_) => {}
        Err(HeaderError::Missing | HeaderError::Damaged { .. } | HeaderError::Cost(_)) => {
            return Err(RepairError::NoPrevious);
        }
        Err(error) => return Err(UnlockError::from(error).into()),
    }
    match try_password_on(home, password, header::load_previous)? {
        PasswordTrial::Right(header, key) => Ok((header, key)),
        PasswordTrial::Wrong { retry_after_ms } => {
            Err(UnlockError::WrongPassword { retry_after_ms }.into())
        }
    }
}

/// The database that opening would open, before anything is changed.
async fn opens_database(home: &Home, header: &Header, key: &VaultKey) -> Result<(), RepairError> {
    let staged = swap::staged(home, header.database);
    let path = if header.database > 0 && staged.exists() {
        staged
    } else {
        home.file(DATABASE)
    };
    match database::open_at(&path, key).await {
        Ok(connection) => {
            // Nothing was written over it.
            let _ = connection.close().await;
            Ok(())
        }
        Err(DatabaseError::Damaged) => Err(RepairError::OtherDatabase),
        Err(error) => Err(UnlockError::from(error).into()),
    }
}

impl RepairError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotDamaged => "header_not_damaged",
            Self::NoPrevious => "no_older_header",
            Self::OtherDatabase => "older_header_of_another_database",
            Self::Unlock(error) => error.code(),
            Self::Io(_) => "home_unusable",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotDamaged => Some("unlock the vault"),
            Self::NoPrevious | Self::OtherDatabase => Some("restore a backup"),
            Self::Unlock(error) => error.hint(),
            Self::Io(_) => Some("check the disk's free space and the folder's permissions"),
        }
    }

    /// How long the next try has to wait, ms.
    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Unlock(error) => error.retry_after_ms(),
            _ => None,
        }
    }
}
