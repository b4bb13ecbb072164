//! Putting a whole backup in the vault's place.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::folder::own_folder;
use super::name::date;
use super::open::ClosedBackup;
use super::write::{Source, safety_copy};
use super::{BackupError, BackupLock, OpenBackup};
use crate::database;
use crate::durable::{self, FolderLock};
use crate::header::{self, DATABASE, Header, PREVIOUS, Sealed};
use crate::history::Action;
use crate::home::Home;
use crate::id::VaultId;
use crate::in_use::InUseByNobody;
use crate::key::VaultKey;
use crate::task::blocking;
use crate::vault::Vault;
use crate::{in_use, swap};

/// How long other programs have to lock the vault.
const PATIENCE: Duration = Duration::from_secs(5);

impl OpenBackup {
    /// Puts the backup in the place of the vault in `home`, whole: records, settings and key slots. Whatever
    /// opened the vault when the backup was made opens it afterwards, and nothing else.
    ///
    /// `current` is locked, all its clones with it, and other programs are asked to lock the vault and waited for, 5 s.
    /// Then, as nobody writes any more, a safety backup of `current` is made; without it, or when it is damaged, the
    /// vault's files are copied as they are to a folder `damaged-…` beside the safety backups. Only then anything is
    /// replaced. A crash leaves the old vault or the new one, whole. Works also where the vault is damaged or missing.
    ///
    /// # Errors
    /// [`BackupError::InUse`] when another program does not lock it. With [`BackupError::Unfinished`] and
    /// [`BackupError::Reopening`] the vault is the restored one, with every other error the old one; `current` may be
    /// locked in any case.
    pub async fn restore_everything(
        self,
        home: &Home,
        current: Option<Vault>,
        now_ms: i64,
    ) -> Result<Vault, BackupError> {
        let made_ms = self.made_ms();
        let closed = self.into_database().await?;
        let place = home.clone();
        // In this order, everywhere.
        let (_backups, held) = blocking(move || {
            let backups = BackupLock::hold(&place)?;
            Ok::<_, BackupError>((backups, FolderLock::hold(&place)?))
        })
        .await?;
        let present = match current {
            Some(vault) => {
                let present = vault.key().ok().map(|key| (vault.id(), key));
                vault.lock().await;
                present
            }
            None => None,
        };
        in_use::request_lock(home)?;
        let place = home.clone();
        let alone = blocking(move || InUseByNobody::wait(&place, PATIENCE))
            .await?
            .ok_or(BackupError::InUse)?;
        // Now that nobody writes any more: what is set aside is the last there was.
        set_aside(home, present, now_ms).await?;
        let place = home.clone();
        let (header, key) = blocking(move || {
            let (header, key) = stage(&place, closed)?;
            swap::commit(&place, &header, &key)?;
            Ok::<_, BackupError>((header, key))
        })
        .await?;
        // The folder is still held: nobody takes the vault for themselves in between.
        drop(alone);
        let vault = Vault::open_held(home, &header, key, &held)
            .await
            .map_err(|error| BackupError::Reopening(Box::new(error)))?;
        drop(held);
        let restored = date(made_ms);
        if let Err(error) = vault.note(Action::BackupRestored, &restored, now_ms).await {
            // It is restored all the same.
            tracing::warn!(code = error.code(), "the restoring was not noted");
        }
        Ok(vault)
    }
}

/// Sees to it that nothing of the present vault is lost. Nobody has it open, and the caller holds the folder lock.
async fn set_aside(
    home: &Home,
    present: Option<(VaultId, Arc<VaultKey>)>,
    now_ms: i64,
) -> Result<(), BackupError> {
    if let Some((vault, key)) = present {
        match copy_whole(home, vault, &key, now_ms).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_damage_of_the_vault() => {}
            Err(error) => return Err(error),
        }
    }
    let home = home.clone();
    blocking(move || copy_as_it_is(&home, now_ms)).await
}

async fn copy_whole(
    home: &Home,
    vault: VaultId,
    key: &Arc<VaultKey>,
    now_ms: i64,
) -> Result<(), BackupError> {
    let mut connection = database::open(home, key).await?;
    let source = Source {
        home,
        vault,
        key,
        connection: &mut connection,
    };
    let copied = safety_copy(source, now_ms).await;
    connection.close().await?;
    copied.map(drop)
}

/// Copies the files of a vault that does not open.
fn copy_as_it_is(home: &Home, now_ms: i64) -> Result<(), BackupError> {
    let mut files: Vec<(String, PathBuf)> = ["vault.key", PREVIOUS, DATABASE, "vault.db-wal"]
        .into_iter()
        .map(|name| (name.to_owned(), home.file(name)))
        .collect();
    if let Ok(sealed) = header::load(home) {
        // Which a crash kept from its name.
        let staged = swap::staged(home, sealed.header.database);
        files.push(("vault.db.staged".to_owned(), staged));
    }
    files.retain(|(_, path)| path.is_file());
    if files.is_empty() {
        return Ok(());
    }
    let own = own_folder(home)?;
    let folder = free_folder(&own, now_ms);
    crate::home::make_private(&folder)?;
    for (name, path) in files {
        let mut copy = durable::create_private(&folder.join(name))?;
        std::io::copy(&mut std::fs::File::open(path)?, &mut copy)?;
        copy.sync_all()?;
    }
    durable::sync_folder_of(&folder.join(DATABASE))?;
    Ok(durable::sync_folder_of(&folder)?)
}

fn free_folder(own: &Path, now_ms: i64) -> PathBuf {
    (0..)
        .map(|second: i64| {
            let at_ms = now_ms.saturating_add(second * 1000);
            own.join(format!("damaged-{}", date(at_ms)))
        })
        .find(|folder| !folder.exists())
        .unwrap_or_else(|| own.to_owned())
}

/// Puts the backup's database where [`swap::commit`] takes it from, and makes the header to commit. The caller
/// holds the folder lock, and nobody has the vault open.
pub(super) fn stage(
    home: &Home,
    backup: ClosedBackup,
) -> Result<(Header, Arc<VaultKey>), BackupError> {
    let present = present_generation(home);
    let generation = present.max(backup.header.generation).saturating_add(1);
    let header = Header {
        generation,
        database: generation,
        ..backup.header
    };
    let staged = swap::staged(home, header.generation);
    durable::remove_if_there(&staged)?;
    std::fs::File::open(&backup.database)?.sync_all()?;
    durable::rename(&backup.database, &staged)?;
    Ok((header, backup.key))
}

/// The highest that the headers beside it have; without a key, and so perhaps somebody else's number.
fn present_generation(home: &Home) -> u64 {
    let previous = std::fs::read(home.file(PREVIOUS))
        .ok()
        .and_then(|bytes| Sealed::parse(&bytes).ok());
    [header::load(home).ok(), previous]
        .into_iter()
        .flatten()
        .map(|sealed| sealed.header.generation)
        .max()
        .unwrap_or(0)
}
