//! The vault's settings.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Minutes without use after which the vault locks: 1, 5, 15 or 60; 0 is never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "types.ts")]
pub struct IdleMinutes(#[ts(type = "0 | 1 | 5 | 15 | 60")] pub u32);

/// The vault's settings, and what this system can do about them.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct SettingsView {
    /// Minutes without use after which the vault locks: 1, 5, 15 or 60; 0 is never.
    pub idle_minutes: IdleMinutes,
    /// Lock before the computer sleeps.
    pub lock_on_suspend: bool,
    /// Lock when the screen is locked.
    pub lock_on_screen_lock: bool,
    /// Keep the window out of screenshots and shared screens.
    pub content_protection: bool,
    /// This system can do that.
    pub content_protection_supported: bool,
    /// This system tells when the screen is locked.
    pub screen_lock_supported: bool,
    /// A backup is made each day on which something changed.
    pub backups_enabled: bool,
    /// Where backups are kept.
    pub backup_folder: String,
    /// That is beside the vault, where nobody chose another.
    pub backup_folder_is_default: bool,
    /// Days of which the newest backup is kept.
    pub keep_days: u32,
    /// Months of which the newest backup is kept.
    pub keep_months: u32,
}

/// The settings to change; one that is absent stays.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export_to = "types.ts", optional_fields)]
pub struct SettingsChange {
    /// Minutes without use after which the vault locks: 1, 5, 15 or 60; 0 is never.
    pub idle_minutes: Option<IdleMinutes>,
    /// Lock before the computer sleeps.
    pub lock_on_suspend: Option<bool>,
    /// Lock when the screen is locked.
    pub lock_on_screen_lock: Option<bool>,
    /// Keep the window out of screenshots and shared screens.
    pub content_protection: Option<bool>,
    /// A backup is made each day on which something changed.
    pub backups_enabled: Option<bool>,
    /// Days of which the newest backup is kept.
    pub keep_days: Option<u32>,
    /// Months of which the newest backup is kept.
    pub keep_months: Option<u32>,
}
