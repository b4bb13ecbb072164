//! Settings as rows of text.

use std::collections::HashMap;
use std::path::PathBuf;

use super::{BackupSettings, IdleLock, Settings};
use crate::store::StoreError;

const IDLE_LOCK: &str = "idle_lock_minutes";
const LOCK_ON_SUSPEND: &str = "lock_on_suspend";
const LOCK_ON_SCREEN_LOCK: &str = "lock_on_screen_lock";
const CONTENT_PROTECTION: &str = "content_protection";
const CAMERA: &str = "camera";
const BACKUPS_ENABLED: &str = "backups.enabled";
const BACKUPS_FOLDER: &str = "backups.folder";
const BACKUPS_KEEP_DAYS: &str = "backups.keep_days";
const BACKUPS_KEEP_MONTHS: &str = "backups.keep_months";

impl Settings {
    pub(super) fn from_rows(rows: &HashMap<String, String>) -> Self {
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

    /// All of them. Numbers beyond their range become the nearest that is allowed.
    pub(super) fn to_rows(&self) -> Result<[(&'static str, String); 9], StoreError> {
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
