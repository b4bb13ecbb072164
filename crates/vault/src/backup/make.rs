//! When backups are made, and which there are.

use super::folder::{BackupLock, backups_of, folder_for, own_folder, remove_unfinished, rotate};
use super::name::Name;
use super::write::{HeaderLock, Source, read_header};
use super::{Backup, BackupError, BackupKind};
use crate::database;
use crate::history::{self, Action};
use crate::settings::{self, Settings};
use crate::store;
use crate::task::blocking;
use crate::vault::Vault;

impl Vault {
    /// Makes a backup in the folder of the settings, a safety backup always in the vault's own, and opens it again
    /// to compare. Then old ones of the same kind are removed; manual ones never are. Other writers and
    /// [`Vault::lock`] wait while the database is copied, not while the copy is packed and compared: a vault that is
    /// locked meanwhile gets its backup, and no note of it.
    ///
    /// # Errors
    /// [`BackupError`]; the vault goes on working, and nothing of the failed backup stays.
    pub async fn back_up(&self, kind: BackupKind, now_ms: i64) -> Result<Backup, BackupError> {
        let home = self.home().clone();
        let lock = blocking(move || BackupLock::hold(&home)).await?;
        self.back_up_holding(&lock, kind, now_ms).await
    }

    /// Makes an automatic backup if the settings ask for them, none was made today (in UTC), and something was
    /// changed since the last one; also if the last one is not in the folder any more. Those of another copy of the
    /// vault that backs up to the same folder count for nothing.
    ///
    /// # Errors
    /// Those of [`Self::back_up`].
    pub async fn back_up_if_due(&self, now_ms: i64) -> Result<Option<Backup>, BackupError> {
        let home = self.home().clone();
        let lock = blocking(move || BackupLock::hold(&home)).await?;
        let settings = self.settings().await?.backups;
        if !settings.enabled {
            return Ok(None);
        }
        let folder = folder_for(self.home(), &settings, BackupKind::Automatic)?;
        let own = self.automatic_backups_made().await?;
        let mut there = backups_of(self.id(), &folder)?;
        there.retain(|backup| own.contains(&backup.name()));
        let last_is_there = own
            .first()
            .is_some_and(|last| there.iter().any(|backup| backup.name() == *last));
        let made_today = || there.iter().any(|made| day(made.made_ms) == day(now_ms));
        if last_is_there && (made_today() || !self.changed_since_backup().await?) {
            return Ok(None);
        }
        self.back_up_holding(&lock, BackupKind::Automatic, now_ms)
            .await
            .map(Some)
    }

    /// The backups of this vault in the folder of the settings and in its own, the newest first.
    ///
    /// # Errors
    /// [`BackupError::FolderMissing`], [`BackupError::FolderUnusable`].
    pub async fn backups(&self) -> Result<Vec<Backup>, BackupError> {
        let settings = self.settings().await?.backups;
        let own = own_folder(self.home())?;
        let folder = folder_for(self.home(), &settings, BackupKind::Automatic)?;
        let id = self.id();
        blocking(move || {
            let mut found = backups_of(id, &folder)?;
            if folder != own {
                found.extend(backups_of(id, &own)?);
                found.sort_by_key(|backup| std::cmp::Reverse(backup.made_ms));
            }
            Ok(found)
        })
        .await
    }

    /// Whether the records or the key slots are others than when the last automatic backup was made.
    pub(crate) async fn changed_since_backup(&self) -> Result<bool, BackupError> {
        let key = self.key()?;
        let home = self.home().clone();
        let generation = blocking(move || read_header(&home, &key)).await?.generation;
        let mut connection = self.connection().await?;
        let present = database::digest_of_records(&mut connection).await?;
        let last = settings::backed_up(&mut connection).await?;
        Ok(last != Some(present.with_generation(generation)))
    }

    /// The names of the automatic backups that the history of this copy of the vault tells of, the last first.
    async fn automatic_backups_made(&self) -> Result<Vec<String>, store::StoreError> {
        let mut connection = self.connection().await?;
        let mut names = history::subjects(&mut connection, Action::BackupMade).await?;
        names.retain(|name| {
            Name::parse(name).is_some_and(|name| name.kind == BackupKind::Automatic)
        });
        Ok(names)
    }

    async fn back_up_holding(
        &self,
        _lock: &BackupLock,
        kind: BackupKind,
        now_ms: i64,
    ) -> Result<Backup, BackupError> {
        let settings: Settings = self.settings().await?;
        let folder = folder_for(self.home(), &settings.backups, kind)?;
        let (id, home, place) = (self.id(), self.home().clone(), folder.clone());
        blocking(move || remove_unfinished(&home, id, &place)).await;
        let key = self.key()?;
        let mut connection = self.connection().await?;
        let source = Source {
            home: self.home(),
            vault: id,
            key: &key,
            connection: &mut connection,
        };
        let copied = source.take_copy(HeaderLock::Take).await?;
        drop(connection);
        let (made, content) = copied.write(id, &key, &folder, kind, now_ms).await?;
        if let Err(error) = self.remember(&made, &content, now_ms).await {
            // The backup is there all the same.
            tracing::warn!(code = error.code(), "a backup was not noted in the vault");
        }
        // Without the names of its own backups it removes none.
        let own = self.automatic_backups_made().await.unwrap_or_default();
        let rotated = made.clone();
        blocking(move || rotate(id, &folder, &rotated, &own, &settings.backups, now_ms)).await;
        Ok(made)
    }

    async fn remember(
        &self,
        made: &Backup,
        content: &str,
        now_ms: i64,
    ) -> Result<(), store::StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = store::write(&mut connection).await?;
        if made.kind == BackupKind::Automatic {
            settings::set_backed_up(&mut transaction, content).await?;
        }
        let name = made.path.file_name().unwrap_or_default().to_string_lossy();
        self.event(Action::BackupMade, now_ms)
            .about(&mut transaction, &name)
            .await?;
        Ok(transaction.commit().await?)
    }
}

/// The day in UTC that a time is in.
fn day(ms: i64) -> i64 {
    ms.div_euclid(24 * 3600 * 1000)
}
