//! How a vault is kept. In the database: nobody without the key can weaken it.

mod rows;

use std::collections::HashMap;
use std::path::PathBuf;

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use crate::clock::now_ms;
use crate::history::Action;
use crate::store::{StoreError, write};
use crate::vault::Vault;

/// How a vault is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// After how long without use the vault locks itself; none: never.
    pub idle_lock: Option<IdleLock>,
    /// The vault locks when the machine goes to sleep.
    pub lock_on_suspend: bool,
    /// The vault locks when the screen is locked.
    pub lock_on_screen_lock: bool,
    /// The window is kept out of screenshots and screen sharing, where the system can.
    pub content_protection: bool,
    /// The name of the camera that is read; none: whichever there is.
    pub camera: Option<String>,
    /// Automatic backups.
    pub backups: BackupSettings,
}

/// How automatic backups are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSettings {
    /// Whether they are made.
    pub enabled: bool,
    /// The folder they go to; none: `backups` in the vault's folder.
    pub folder: Option<PathBuf>,
    /// Of how many days the newest is kept: 1 to [`BackupSettings::MAX_DAYS`].
    pub keep_days: u32,
    /// Of how many months the newest is kept: 0 to [`BackupSettings::MAX_MONTHS`].
    pub keep_months: u32,
}

/// A wait before a vault that is not used is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdleLock(u8);

/// The number of minutes is not one of [`IdleLock::CHOICES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a vault locks itself after 1, 5, 15 or 60 minutes")]
pub struct IdleLockError;

impl IdleLock {
    /// All there are.
    pub const CHOICES: [Self; 4] = [Self(1), Self(5), Self(15), Self(60)];

    /// Minutes: 1, 5, 15 or 60.
    pub fn minutes(self) -> u8 {
        self.0
    }

    /// The same as a span of time.
    pub fn duration(self) -> std::time::Duration {
        std::time::Duration::from_secs(60 * u64::from(self.0))
    }
}

impl TryFrom<u8> for IdleLock {
    type Error = IdleLockError;

    fn try_from(minutes: u8) -> Result<Self, IdleLockError> {
        let choice = Self(minutes);
        Self::CHOICES
            .contains(&choice)
            .then_some(choice)
            .ok_or(IdleLockError)
    }
}

impl BackupSettings {
    /// Most days.
    pub const MAX_DAYS: u32 = 366;
    /// Most months.
    pub const MAX_MONTHS: u32 = 120;
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            idle_lock: Some(IdleLock(15)),
            lock_on_suspend: true,
            lock_on_screen_lock: true,
            content_protection: true,
            camera: None,
            backups: BackupSettings::default(),
        }
    }
}

impl Default for BackupSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            folder: None,
            keep_days: 10,
            keep_months: 6,
        }
    }
}

/// What the vault held when it was backed up automatically last. Not the person's to choose.
const BACKED_UP: &str = "backups.last_content";

impl Vault {
    /// How the vault is kept. What is missing or not usable has its default.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        let mut connection = self.connection().await?;
        Ok(Settings::from_rows(&rows(&mut connection).await?))
    }

    /// Where `settings` put the vault's backups.
    pub fn backup_folder(&self, settings: &Settings) -> PathBuf {
        match &settings.backups.folder {
            Some(folder) => folder.clone(),
            None => self.home().file(crate::backup::SAFETY_FOLDER),
        }
    }

    /// Changes the settings as they are now and tells what came of it; no other program writes in between. Only what
    /// `change` changes is written. Numbers beyond their range become the nearest that is allowed, and settings of a
    /// later version stay.
    ///
    /// # Errors
    /// That of `change`, with which nothing is written; [`StoreError::NotText`] for a folder whose name is not Unicode.
    pub async fn change_settings<E: From<StoreError>>(
        &self,
        change: impl FnOnce(&mut Settings) -> Result<(), E>,
    ) -> Result<Settings, E> {
        let mut connection = self.connection().await.map_err(StoreError::from)?;
        let mut transaction = write(&mut connection).await.map_err(StoreError::from)?;
        let mut settings = Settings::from_rows(&rows(&mut transaction).await?);
        let before = settings.to_rows()?;
        change(&mut settings)?;
        let mut changed = Vec::new();
        for ((key, value), (_, before)) in settings.to_rows()?.into_iter().zip(before) {
            if value != before {
                put(&mut transaction, key, &value).await?;
                changed.push(key);
            }
        }
        if !changed.is_empty() {
            self.event(Action::SettingsChanged, now_ms())
                .about(&mut transaction, &changed.join(", "))
                .await?;
        }
        let settings = Settings::from_rows(&rows(&mut transaction).await?);
        transaction.commit().await.map_err(StoreError::from)?;
        Ok(settings)
    }

    /// Keeps `settings` whole, whatever they were. Who changes some of them uses [`Self::change_settings`].
    ///
    /// # Errors
    /// Those of [`Self::change_settings`].
    pub async fn set_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let keep = |present: &mut Settings| {
            present.clone_from(settings);
            Ok::<_, StoreError>(())
        };
        self.change_settings(keep).await.map(drop)
    }
}

/// What the vault held when it was backed up automatically last, in the words of the caller that kept it.
pub(crate) async fn backed_up(
    connection: &mut SqliteConnection,
) -> Result<Option<String>, StoreError> {
    value(connection, BACKED_UP).await
}

pub(crate) async fn set_backed_up(
    connection: &mut SqliteConnection,
    content: &str,
) -> Result<(), StoreError> {
    put(connection, BACKED_UP, content).await
}

async fn rows(connection: &mut SqliteConnection) -> Result<HashMap<String, String>, StoreError> {
    let rows = sqlx::query("SELECT key, value FROM settings")
        .fetch_all(connection)
        .await?;
    Ok(rows
        .iter()
        .filter_map(|row| Some((row.try_get("key").ok()?, row.try_get("value").ok()?)))
        .collect())
}

/// The text under a key.
pub(crate) async fn value(
    connection: &mut SqliteConnection,
    key: &str,
) -> Result<Option<String>, StoreError> {
    Ok(rows(connection).await?.remove(key))
}

/// Takes a key out, if this is its text.
pub(crate) async fn remove(
    connection: &mut SqliteConnection,
    key: &str,
    value: &str,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM settings WHERE key = ? AND value = ?")
        .bind(key)
        .bind(value)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a key out.
pub(crate) async fn forget(connection: &mut SqliteConnection, key: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM settings WHERE key = ?")
        .bind(key)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn put(
    connection: &mut SqliteConnection,
    key: &str,
    value: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO settings (key, value) VALUES (?, ?) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}
