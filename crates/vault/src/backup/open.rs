//! A backup that was opened, in a private folder of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;

use tokio::sync::Mutex;

use super::BackupError;
use super::archive::{self, DATABASE};
use super::scratch::Scratch;
use crate::database::{self, DatabaseError, Schema};
use crate::header::{Header, Protection, Sealed};
use crate::home::Home;
use crate::id::VaultId;
use crate::key::VaultKey;
use crate::kit::RecoveryKit;
use crate::store;
use crate::task::blocking;
use crate::vault::Vault;

/// What opens a backup.
#[non_exhaustive]
pub enum BackupUnlock<'a> {
    /// A password that the vault had when the backup was made. Wrong ones do not count as wrong passwords of the
    /// vault.
    Password(SecretString),
    /// A recovery kit that the vault had then.
    Kit(RecoveryKit),
    /// The key of an open vault.
    Vault(&'a Vault),
}

/// An opened backup: its header is its owner's, its pages are whole, and its schema was brought up to date. The
/// file itself is not touched. What it was copied to is removed when this is dropped, or at the next opening of
/// the vault after a crash.
pub struct OpenBackup {
    pub(super) header: Header,
    pub(super) key: Arc<VaultKey>,
    made_ms: i64,
    pub(super) connection: Mutex<database::Connection>,
    // After the connection: dropped in this order.
    pub(super) scratch: Scratch,
}

impl OpenBackup {
    /// Opens the backup at `path`, at most 256 MiB, in a private folder inside `home`.
    ///
    /// # Errors
    /// [`BackupError::NotABackup`], [`BackupError::Damaged`], [`BackupError::TooLarge`],
    /// [`BackupError::NewerVersion`]; [`BackupError::WrongPassword`], and [`BackupError::NeedsPassword`] when the
    /// vault's key does not open it.
    pub async fn open(path: &Path, home: &Home, by: BackupUnlock<'_>) -> Result<Self, BackupError> {
        let (source, home) = (path.to_owned(), home.clone());
        let (scratch, contents) = blocking(move || {
            let scratch = Scratch::make(&home)?;
            let contents = archive::extract(&source, scratch.path())?;
            Ok::<_, BackupError>((scratch, contents))
        })
        .await?;
        let sealed = Sealed::parse(&contents.header).map_err(damaged_header)?;
        let (key, header) = match by {
            BackupUnlock::Password(password) => {
                blocking(move || by_password(sealed, &password)).await?
            }
            BackupUnlock::Kit(kit) => by_kit(sealed, &kit)?,
            BackupUnlock::Vault(vault) => {
                let key = vault.key()?;
                let header = sealed
                    .authenticate(&key)
                    .map_err(|_| BackupError::NeedsPassword)?;
                (key, header)
            }
        };
        let damaged = |error| match error {
            DatabaseError::Damaged => BackupError::Damaged {
                what: "its database",
            },
            other => other.into(),
        };
        let mut connection = database::open_at(&scratch.path().join(DATABASE), &key)
            .await
            .map_err(damaged)?;
        database::verify(&mut connection).await.map_err(damaged)?;
        if database::schema(&mut connection).await? == Schema::Empty {
            return Err(damaged(DatabaseError::Damaged));
        }
        database::migrate(&mut connection).await?;
        Ok(Self {
            header,
            key,
            made_ms: contents.made_ms,
            connection: Mutex::new(connection),
            scratch,
        })
    }

    /// When it was made, Unix time, ms.
    pub fn made_ms(&self) -> i64 {
        self.made_ms
    }

    /// The vault that it is a backup of.
    pub fn vault(&self) -> VaultId {
        self.header.vault
    }

    /// How many entries and accounts it holds, without those in the trash and those removed.
    ///
    /// # Errors
    /// [`BackupError::Database`].
    pub async fn counts(&self) -> Result<(u32, u32), BackupError> {
        let mut connection = self.connection.lock().await;
        let entries = store::list_live(&mut connection).await?.len();
        let accounts: u32 = sqlx::query_scalar("SELECT count(*) FROM accounts WHERE removed = 0")
            .fetch_one(&mut **connection)
            .await?;
        Ok((u32::try_from(entries).unwrap_or(u32::MAX), accounts))
    }

    /// Closes it and removes what it was copied to.
    pub async fn close(self) {
        if let Err(error) = self.connection.into_inner().close().await {
            tracing::warn!(%error, "an opened backup did not close cleanly");
        }
    }

    /// Closes its database, and reads it again as it is to be opened: by its file alone.
    pub(super) async fn into_database(self) -> Result<ClosedBackup, BackupError> {
        let database = self.scratch.path().join(DATABASE);
        let mut connection = self.connection.into_inner();
        let content = database::digest(&mut connection).await?;
        database::close_whole(connection, &database).await?;
        let mut again = database::open_at(&database, &self.key).await?;
        database::verify(&mut again).await?;
        if database::digest(&mut again).await? != content {
            return Err(DatabaseError::DiskFailed.into());
        }
        database::close_whole(again, &database).await?;
        Ok(ClosedBackup {
            header: self.header,
            key: self.key,
            database,
            _scratch: self.scratch,
        })
    }
}

/// An opened backup whose database nobody has open.
pub(super) struct ClosedBackup {
    pub(super) header: Header,
    pub(super) key: Arc<VaultKey>,
    pub(super) database: PathBuf,
    _scratch: Scratch,
}

fn by_password(
    sealed: Sealed,
    password: &SecretString,
) -> Result<(Arc<VaultKey>, Header), BackupError> {
    let vault = sealed.header.vault;
    for slot in &sealed.header.slots {
        let Protection::Password { cost, salt } = &slot.protection else {
            continue;
        };
        let wrapping = cost
            .derive(password, salt)
            .ok_or(BackupError::OutOfMemory { m_kib: cost.m_kib })?;
        if let Some(key) = slot.open(&vault, &wrapping) {
            let header = sealed.authenticate(&key).map_err(damaged_header)?;
            return Ok((Arc::new(key), header));
        }
    }
    Err(BackupError::WrongPassword)
}

fn by_kit(sealed: Sealed, kit: &RecoveryKit) -> Result<(Arc<VaultKey>, Header), BackupError> {
    let vault = sealed.header.vault;
    let key = sealed.header.slots.iter().find_map(|slot| {
        let Protection::RecoveryKit { salt } = &slot.protection else {
            return None;
        };
        slot.open(&vault, &kit.wrapping_key(salt)?)
    });
    let key = key.ok_or(BackupError::WrongKit)?;
    let header = sealed.authenticate(&key).map_err(damaged_header)?;
    Ok((Arc::new(key), header))
}

/// The backup's, not the vault's.
fn damaged_header(error: crate::header::HeaderError) -> BackupError {
    match error.into() {
        BackupError::Header(_) => BackupError::Damaged {
            what: "its key file",
        },
        other => other,
    }
}
