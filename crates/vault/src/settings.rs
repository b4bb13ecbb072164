//! How a vault is kept. In the database: nobody without the key can weaken it.

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

const IDLE_LOCK: &str = "idle_lock_minutes";
const LOCK_ON_SUSPEND: &str = "lock_on_suspend";
const LOCK_ON_SCREEN_LOCK: &str = "lock_on_screen_lock";
const CONTENT_PROTECTION: &str = "content_protection";
const CAMERA: &str = "camera";
const BACKUPS_ENABLED: &str = "backups.enabled";
const BACKUPS_FOLDER: &str = "backups.folder";
const BACKUPS_KEEP_DAYS: &str = "backups.keep_days";
const BACKUPS_KEEP_MONTHS: &str = "backups.keep_months";
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

    /// Keeps `settings`. Numbers beyond their range become the nearest that is allowed, and settings of a later
    /// version stay.
    ///
    /// # Errors
    /// [`StoreError::NotText`] for a folder whose name is not Unicode.
    pub async fn set_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let before = rows(&mut transaction).await?;
        let mut changed = Vec::new();
        for (key, value) in settings.to_rows()? {
            if before.get(key) != Some(&value) {
                put(&mut transaction, key, &value).await?;
                changed.push(key);
            }
        }
        if !changed.is_empty() {
            self.event(Action::SettingsChanged, now_ms())
                .about(&mut transaction, &changed.join(", "))
                .await?;
        }
        Ok(transaction.commit().await?)
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

impl Settings {
    fn from_rows(rows: &HashMap<String, String>) -> Self {
        let default = Self::default();
        let value = |key: &str| rows.get(key).map(String::as_str);
        let flag = |key, default| {
            value(key)
                .and_then(|text| text.parse().ok())
                .unwrap_or(default)
        };
        let number = |key, range: std::ops::RangeInclusive<u32>, default| {
            value(key)
                .and_then(|text| text.parse().ok())
                .filter(|number| range.contains(number))
                .unwrap_or(default)
        };
        let minutes = value(IDLE_LOCK).and_then(|text| text.parse::<u8>().ok());
        Self {
            idle_lock: match minutes {
                Some(0) => None,
                Some(minutes) => IdleLock::try_from(minutes).ok().or(default.idle_lock),
                None => default.idle_lock,
            },
            lock_on_suspend: flag(LOCK_ON_SUSPEND, default.lock_on_suspend),
            lock_on_screen_lock: flag(LOCK_ON_SCREEN_LOCK, default.lock_on_screen_lock),
            content_protection: flag(CONTENT_PROTECTION, default.content_protection),
            camera: value(CAMERA)
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
            backups: BackupSettings {
                enabled: flag(BACKUPS_ENABLED, default.backups.enabled),
                folder: value(BACKUPS_FOLDER)
                    .map(PathBuf::from)
                    .filter(|folder| folder.is_absolute()),
                keep_days: number(
                    BACKUPS_KEEP_DAYS,
                    1..=BackupSettings::MAX_DAYS,
                    default.backups.keep_days,
                ),
                keep_months: number(
                    BACKUPS_KEEP_MONTHS,
                    0..=BackupSettings::MAX_MONTHS,
                    default.backups.keep_months,
                ),
            },
        }
    }

    fn to_rows(&self) -> Result<[(&'static str, String); 9], StoreError> {
        let folder = match &self.backups.folder {
            None => String::new(),
            Some(folder) => std::path::absolute(folder)
                .ok()
                .and_then(|folder| folder.into_os_string().into_string().ok())
                .ok_or(StoreError::NotText {
                    field: "backup folder",
                })?,
        };
        Ok([
            (
                IDLE_LOCK,
                self.idle_lock.map_or(0, IdleLock::minutes).to_string(),
            ),
            (LOCK_ON_SUSPEND, self.lock_on_suspend.to_string()),
            (LOCK_ON_SCREEN_LOCK, self.lock_on_screen_lock.to_string()),
            (CONTENT_PROTECTION, self.content_protection.to_string()),
            (CAMERA, self.camera.clone().unwrap_or_default()),
            (BACKUPS_ENABLED, self.backups.enabled.to_string()),
            (BACKUPS_FOLDER, folder),
            (
                BACKUPS_KEEP_DAYS,
                self.backups
                    .keep_days
                    .clamp(1, BackupSettings::MAX_DAYS)
                    .to_string(),
            ),
            (
                BACKUPS_KEEP_MONTHS,
                self.backups
                    .keep_months
                    .min(BackupSettings::MAX_MONTHS)
                    .to_string(),
            ),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_usable_has_its_default() {
        for (key, value) in [
            (IDLE_LOCK, "7"),
            (IDLE_LOCK, "never"),
            (IDLE_LOCK, "300"),
            (LOCK_ON_SUSPEND, "1"),
            (CONTENT_PROTECTION, ""),
            (CAMERA, ""),
            (BACKUPS_KEEP_DAYS, "0"),
            (BACKUPS_KEEP_DAYS, "-1"),
            (BACKUPS_KEEP_MONTHS, "121"),
            (BACKUPS_FOLDER, ""),
            (BACKUPS_FOLDER, "relative/folder"),
            ("of a later version", "x"),
        ] {
            let rows = HashMap::from([(key.to_owned(), value.to_owned())]);
            assert_eq!(
                Settings::from_rows(&rows),
                Settings::default(),
                "{key} = {value}"
            );
        }
    }

    #[test]
    fn settings_read_back_as_they_were_written() {
        let settings = Settings {
            idle_lock: None,
            lock_on_suspend: false,
            lock_on_screen_lock: false,
            content_protection: false,
            camera: Some("Integrated Camera".into()),
            backups: BackupSettings {
                enabled: false,
                folder: Some(std::env::temp_dir()),
                keep_days: 1,
                keep_months: 0,
            },
        };
        let rows = settings.to_rows().unwrap();
        let rows = rows.map(|(key, value)| (key.to_owned(), value));
        assert_eq!(Settings::from_rows(&HashMap::from(rows)), settings);
    }
}
