//! `fob settings`: how the vault is kept.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use deskfob_vault::{BackupSettings, IdleLock, Settings, find_backups};
use serde::Serialize;

use crate::args::{Global, SettingsCommand};
use crate::error::CommandError;
use crate::open::{Purpose, with_vault};
use crate::output::{Outcome, Output, Report, plain};

#[derive(Serialize)]
struct SettingsView {
    /// Null: never.
    idle_lock_minutes: Option<u8>,
    lock_on_suspend: bool,
    lock_on_screen_lock: bool,
    content_protection: bool,
    /// Whether automatic ones are made.
    backups: bool,
    /// Null: `backups` in the vault's folder.
    backup_folder: Option<String>,
    keep_days: u32,
    keep_months: u32,
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    command: Option<SettingsCommand>,
) -> Result<Outcome, CommandError> {
    let (purpose, changes) = match command {
        None => (Purpose::Read, Vec::new()),
        Some(SettingsCommand::Set { changes }) => (Purpose::Change, changes),
    };
    // Refused before a password is asked for.
    apply(&mut Settings::default(), &changes)?;
    let settings = with_vault(global, purpose, async |vault| {
        let settings = if changes.is_empty() {
            vault.settings().await?
        } else {
            let apply = |settings: &mut _| apply(settings, &changes);
            vault.change_settings(apply).await?
        };
        Ok(SettingsView::from(&settings))
    })
    .await?;
    out.show(&settings)?;
    Ok(Outcome::Done)
}

fn apply(settings: &mut Settings, changes: &[String]) -> Result<(), CommandError> {
    for change in changes.chunks(2) {
        let [setting, value] = change else {
            return Err(CommandError::SettingWithoutValue {
                setting: change.concat(),
            });
        };
        set(settings, setting, value)?;
    }
    Ok(())
}

fn set(settings: &mut Settings, setting: &str, value: &str) -> Result<(), CommandError> {
    match setting {
        "idle-lock" => settings.idle_lock = idle_lock(value)?,
        "lock-on-suspend" => settings.lock_on_suspend = switch("lock-on-suspend", value)?,
        "lock-on-screen-lock" => {
            settings.lock_on_screen_lock = switch("lock-on-screen-lock", value)?;
        }
        "content-protection" => settings.content_protection = switch("content-protection", value)?,
        "backups" => settings.backups.enabled = switch("backups", value)?,
        "backup-folder" => settings.backups.folder = folder(value)?,
        "keep-days" => {
            let range = 1..=BackupSettings::MAX_DAYS;
            settings.backups.keep_days = number("keep-days", value, range, "it is 1 to 366 days")?;
        }
        "keep-months" => {
            let range = 0..=BackupSettings::MAX_MONTHS;
            settings.backups.keep_months =
                number("keep-months", value, range, "it is 0 to 120 months")?;
        }
        _ => {
            return Err(CommandError::UnknownSetting {
                name: setting.to_owned(),
            });
        }
    }
    Ok(())
}

fn unfit(setting: &'static str, value: &str, expected: &'static str) -> CommandError {
    CommandError::SettingValue {
        setting,
        value: value.to_owned(),
        expected,
    }
}

fn idle_lock(value: &str) -> Result<Option<IdleLock>, CommandError> {
    if value == "off" {
        return Ok(None);
    }
    let choice = value
        .parse::<u8>()
        .ok()
        .and_then(|minutes| IdleLock::try_from(minutes).ok());
    choice
        .map(Some)
        .ok_or_else(|| unfit("idle-lock", value, "it is off or 1, 5, 15 or 60 minutes"))
}

fn switch(setting: &'static str, value: &str) -> Result<bool, CommandError> {
    match value {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(unfit(setting, value, "it is on or off")),
    }
}

fn number(
    setting: &'static str,
    value: &str,
    range: std::ops::RangeInclusive<u32>,
    expected: &'static str,
) -> Result<u32, CommandError> {
    let number = value.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| unfit(setting, value, expected))
}

fn folder(value: &str) -> Result<Option<PathBuf>, CommandError> {
    if value == "default" {
        return Ok(None);
    }
    // A folder that is not there or cannot be read is told of now and not at the next backup.
    find_backups(Path::new(value))?;
    std::path::absolute(value)
        .map(Some)
        .map_err(CommandError::VaultFolder)
}

impl From<&Settings> for SettingsView {
    fn from(settings: &Settings) -> Self {
        let backups = &settings.backups;
        Self {
            idle_lock_minutes: settings.idle_lock.map(IdleLock::minutes),
            lock_on_suspend: settings.lock_on_suspend,
            lock_on_screen_lock: settings.lock_on_screen_lock,
            content_protection: settings.content_protection,
            backups: backups.enabled,
            backup_folder: backups
                .folder
                .as_ref()
                .map(|folder| folder.display().to_string()),
            keep_days: backups.keep_days,
            keep_months: backups.keep_months,
        }
    }
}

impl Report for SettingsView {
    /// Names and values as `fob settings set` takes them.
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let switch = |on: bool| if on { "on" } else { "off" }.to_owned();
        let lines = [
            (
                "idle-lock",
                self.idle_lock_minutes
                    .map_or_else(|| "off".into(), |minutes| minutes.to_string()),
            ),
            ("lock-on-suspend", switch(self.lock_on_suspend)),
            ("lock-on-screen-lock", switch(self.lock_on_screen_lock)),
            ("content-protection", switch(self.content_protection)),
            ("backups", switch(self.backups)),
            (
                "backup-folder",
                self.backup_folder
                    .clone()
                    .unwrap_or_else(|| "default".into()),
            ),
            ("keep-days", self.keep_days.to_string()),
            ("keep-months", self.keep_months.to_string()),
        ];
        for (setting, value) in lines {
            writeln!(out, "{setting:<19}  {}", plain(&value))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_setting_can_be_is_taken() {
        let folder = std::env::temp_dir();
        let folder = folder.to_str().unwrap();
        let cases: &[(&[&str], Option<&str>)] = &[
            (&["idle-lock", "off"], None),
            (&["idle-lock", "60", "lock-on-suspend", "off"], None),
            (&["idle-lock", "7"], Some("setting_value")),
            (&["idle-lock", "0"], Some("setting_value")),
            (&["lock-on-screen-lock", "yes"], Some("setting_value")),
            (&["content-protection", "off", "backups", "on"], None),
            (&["backup-folder", folder], None),
            (&["backup-folder", "default"], None),
            (
                &["backup-folder", "/no/such/folder"],
                Some("backup_folder_missing"),
            ),
            (&["keep-days", "366", "keep-months", "0"], None),
            (&["keep-days", "0"], Some("setting_value")),
            (&["keep-months", "121"], Some("setting_value")),
            (&["colour", "blue"], Some("unknown_setting")),
            (&["idle-lock", "5", "keep-days"], Some("setting_value")),
        ];
        for (changes, refused) in cases {
            let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
            let answer = apply(&mut Settings::default(), &changes);
            assert_eq!(
                answer.err().map(|error| error.code()),
                *refused,
                "{changes:?}"
            );
        }
    }
}
