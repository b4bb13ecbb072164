//! Writing one backup, and reading it back.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::sqlite::SqliteConnection;

use super::archive::{self, DATABASE};
use super::folder::{check_size, free_name, newest_safety, own_folder, rotate, unfinished};
use super::name::Name;
use super::scratch::Scratch;
use super::{Backup, BackupError, BackupKind};
use crate::database::{self, ContentDigest, DatabaseError};
use crate::durable::{self, FolderLock};
use crate::header::Sealed;
use crate::home::Home;
use crate::id::VaultId;
use crate::key::VaultKey;
use crate::settings::Settings;
use crate::task::blocking;

const HEADER: &str = "vault.key";
/// A longer one does not read anyway.
const HEADER_BYTES_READ: u64 = 8 * 1024 + 1;

/// Who holds the lock on the header while it is read together with the database.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum HeaderLock {
    /// It is taken for that long.
    Take,
    /// The caller holds it.
    Held,
}

/// What a backup is made of.
pub(crate) struct Source<'a> {
    pub(crate) home: &'a Home,
    pub(crate) vault: VaultId,
    pub(crate) key: &'a Arc<VaultKey>,
    pub(crate) connection: &'a mut SqliteConnection,
}

/// A backup before the vault's schema is changed or the whole vault is replaced, in its own folder. The caller holds the
/// folder lock. Whoever has the [`BackupLock`](super::BackupLock) took it before that one; an upgrade goes without.
///
/// Where the newest one there is of the very same vault and reads, that one is told: what is tried again and again fills
/// no disk.
pub(crate) async fn safety_copy(source: Source<'_>, now_ms: i64) -> Result<Backup, BackupError> {
    let folder = own_folder(source.home)?;
    let (vault, key) = (source.vault, Arc::clone(source.key));
    let copied = source.take_copy(HeaderLock::Held).await?;
    let place = folder.clone();
    if let Some(newest) = blocking(move || newest_safety(vault, &place)).await
        && copied.is_in(&newest, &key).await
    {
        return Ok(newest);
    }
    let kind = BackupKind::Safety;
    let (made, _) = copied.write(vault, &key, &folder, kind, now_ms).await?;
    let rotated = made.clone();
    blocking(move || {
        let settings = Settings::default().backups;
        rotate(vault, &folder, &rotated, &[], &settings, now_ms);
    })
    .await;
    Ok(made)
}

impl Source<'_> {
    /// The first half of making a backup, all that needs the vault's database: a folder that is slow keeps nobody
    /// from their codes.
    pub(super) async fn take_copy(mut self, lock: HeaderLock) -> Result<Copied, BackupError> {
        let home = self.home.clone();
        let scratch = blocking(move || Scratch::make(&home)).await?;
        let database = scratch.path().join(DATABASE);
        let (header, content) = self.copy(&database, lock).await?;
        check_size(database.metadata()?.len() + header.bytes.len() as u64)?;
        Ok(Copied {
            scratch,
            header,
            content,
        })
    }

    /// The header and the database of the same moment.
    async fn copy(
        &mut self,
        target: &Path,
        lock: HeaderLock,
    ) -> Result<(ReadHeader, ContentDigest), BackupError> {
        let home = self.home.clone();
        let _held = match lock {
            HeaderLock::Take => Some(blocking(move || FolderLock::hold(&home)).await?),
            HeaderLock::Held => None,
        };
        let (home, key) = (self.home.clone(), Arc::clone(self.key));
        let header = blocking(move || read_header(&home, &key)).await?;
        let content = database::copy(self.home, self.key, self.connection, target).await?;
        Ok((header, content))
    }
}

/// A copy of a vault in a scratch folder.
pub(super) struct Copied {
    scratch: Scratch,
    header: ReadHeader,
    content: ContentDigest,
}

impl Copied {
    /// Whether a backup reads and holds the same: header, records, settings and history.
    async fn is_in(&self, backup: &Backup, key: &Arc<VaultKey>) -> bool {
        let Ok(folder) = self.scratch.folder("present") else {
            return false;
        };
        verify(folder, &backup.path, key, &self.header, self.content)
            .await
            .is_ok()
    }

    /// Writes the backup, opens it again, compares, and gives it its name. With it comes what
    /// [`Vault::changed_since_backup`](crate::Vault::changed_since_backup) compares.
    pub(super) async fn write(
        self,
        vault: VaultId,
        key: &Arc<VaultKey>,
        folder: &Path,
        kind: BackupKind,
        now_ms: i64,
    ) -> Result<(Backup, String), BackupError> {
        let place = folder.to_owned();
        let name = blocking(move || free_name(&place, vault, now_ms, kind)).await;
        let mut draft = Draft {
            path: unfinished(folder, &name),
            named: false,
        };
        let (target, bytes) = (draft.path.clone(), self.header.bytes.clone());
        let (copied, made_ms) = (self.scratch.path().join(DATABASE), name.made_ms);
        blocking(move || archive::write(&target, &bytes, &copied, made_ms))
            .await
            .map_err(|error| BackupError::in_folder(folder, error))?;
        let place = self.scratch.folder("verify")?;
        let records = verify(place, &draft.path, key, &self.header, self.content).await?;
        let made = draft.name(folder, &name)?;
        Ok((made, records.with_generation(self.header.generation)))
    }
}

/// The bytes of an authentic header.
pub(super) struct ReadHeader {
    bytes: Vec<u8>,
    pub(super) generation: u64,
}

pub(super) fn read_header(home: &Home, key: &VaultKey) -> Result<ReadHeader, BackupError> {
    let mut bytes = Vec::with_capacity(1024);
    File::open(home.file(HEADER))?
        .take(HEADER_BYTES_READ)
        .read_to_end(&mut bytes)?;
    let generation = Sealed::parse(&bytes)?.authenticate(key)?.generation;
    Ok(ReadHeader { bytes, generation })
}

/// Reads the backup back as a restore would, in an empty folder of its own.
async fn verify(
    folder: PathBuf,
    backup: &Path,
    key: &Arc<VaultKey>,
    header: &ReadHeader,
    content: ContentDigest,
) -> Result<ContentDigest, BackupError> {
    let (source, place) = (backup.to_owned(), folder.clone());
    let read = blocking(move || archive::extract(&source, &place))
        .await
        .map_err(|error| match error {
            BackupError::NotABackup | BackupError::Damaged { .. } => BackupError::NotVerified,
            other => other,
        })?;
    if read.header != header.bytes {
        return Err(BackupError::NotVerified);
    }
    let damaged = |error| match error {
        DatabaseError::Damaged => BackupError::NotVerified,
        other => other.into(),
    };
    let mut copy = database::open_at(&folder.join(DATABASE), key)
        .await
        .map_err(damaged)?;
    database::verify(&mut copy).await.map_err(damaged)?;
    if database::digest(&mut copy).await? != content {
        return Err(BackupError::NotVerified);
    }
    let records = database::digest_of_records(&mut copy).await?;
    copy.close().await?;
    Ok(records)
}

/// A backup under its temporary name, removed when it does not get its own.
struct Draft {
    path: PathBuf,
    named: bool,
}

impl Draft {
    fn name(&mut self, folder: &Path, name: &Name) -> Result<Backup, BackupError> {
        let path = folder.join(name.file_name());
        let bytes = self.path.metadata().map(|metadata| metadata.len());
        durable::rename(&self.path, &path)
            .and(bytes)
            .map(|bytes| Backup {
                path,
                made_ms: name.made_ms,
                kind: name.kind,
                bytes,
            })
            .inspect(|_| self.named = true)
            .map_err(|error| BackupError::in_folder(folder, error))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.named
            && let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            // The next backup removes it.
            tracing::warn!(%error, "an unfinished backup was not removed");
        }
    }
}
