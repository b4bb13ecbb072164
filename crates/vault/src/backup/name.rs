//! The name of a backup's file: `deskfob-1a2b3c4d-2026-11-22T220328Z-automatic.zip`.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::id::VaultId;

const PREFIX: &str = "deskfob-";
const SUFFIX: &str = ".zip";
const DATE: &str = "%Y-%m-%dT%H%M%SZ";
const ID_CHARS: usize = 8;

/// Why a backup was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BackupKind {
    /// By itself, once a day when something changed. Old ones are removed.
    Automatic,
    /// Asked for by a person. Never removed.
    Manual,
    /// Before something that changes everything: an upgrade, a restore. The newest five are kept, and all of the last
    /// 30 days.
    Safety,
}

impl BackupKind {
    const ALL: [Self; 3] = [Self::Automatic, Self::Manual, Self::Safety];

    /// Its name, in file names too. Stable.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
            Self::Safety => "safety",
        }
    }
}

/// What a file name tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    vault: String,
    /// Unix time in ms, whole seconds.
    pub(super) made_ms: i64,
    pub(super) kind: BackupKind,
}

impl Name {
    /// The fraction of a second is dropped; a time that is no date becomes 1970.
    pub(super) fn new(vault: VaultId, made_ms: i64, kind: BackupKind) -> Self {
        let made_ms = made_ms.saturating_sub(made_ms.rem_euclid(1000));
        Self {
            vault: short(vault),
            made_ms: date_time(made_ms).map_or(0, |_| made_ms),
            kind,
        }
    }

    pub(super) fn parse(file_name: &str) -> Option<Self> {
        let rest = file_name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        let (vault, rest) = rest.split_at_checked(ID_CHARS)?;
        let (date, kind) = rest.strip_prefix('-')?.rsplit_once('-')?;
        let made = DateTime::strptime(DATE, date)
            .ok()?
            .to_zoned(TimeZone::UTC)
            .ok()?
            .timestamp();
        let name = Self {
            vault: vault.to_owned(),
            made_ms: made.as_millisecond(),
            kind: BackupKind::ALL
                .into_iter()
                .find(|known| known.as_str() == kind)?,
        };
        // What this program would not have written is somebody else's file.
        (name.file_name() == file_name
            && vault
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
        .then_some(name)
    }

    pub(super) fn is_of(&self, vault: VaultId) -> bool {
        self.vault == short(vault)
    }

    pub(super) fn file_name(&self) -> String {
        format!(
            "{PREFIX}{}-{}-{}{SUFFIX}",
            self.vault,
            date(self.made_ms),
            self.kind.as_str()
        )
    }
}

/// A time as file names tell it, such as `2026-11-22T220328Z`.
pub(super) fn date(ms: i64) -> String {
    date_time(ms)
        .or_else(|| date_time(0))
        .unwrap_or_default()
        .strftime(DATE)
        .to_string()
}

/// The date and time of day in UTC.
pub(super) fn date_time(ms: i64) -> Option<DateTime> {
    let date_time = TimeZone::UTC.to_datetime(Timestamp::from_millisecond(ms).ok()?);
    // Other years would not have four digits.
    (0..=9999).contains(&date_time.year()).then_some(date_time)
}

/// The first characters of the id.
fn short(vault: VaultId) -> String {
    vault.to_string().chars().take(ID_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back() {
        let vault = VaultId::new();
        for (case, made_ms, kept_ms) in [
            ("now", 1_741_011_285_678, 1_741_011_285_000),
            ("the epoch", 0, 0),
            ("before it", -1, -1000),
            ("no date at all", i64::MAX, 0),
            ("nor this", i64::MIN, 0),
        ] {
            for kind in BackupKind::ALL {
                let name = Name::new(vault, made_ms, kind);
                let parsed = Name::parse(&name.file_name());
                assert_eq!(parsed.as_ref(), Some(&name), "{case}");
                assert_eq!((name.made_ms, name.kind), (kept_ms, kind), "{case}");
                assert!(name.is_of(vault) && !name.is_of(VaultId::new()), "{case}");
            }
        }
    }

    #[test]
    fn a_name_is_as_documented() {
        let vault = "1a2b3c4d-0000-4000-8000-000000000000".parse().unwrap();
        assert_eq!(
            Name::new(vault, 1_741_011_285_678, BackupKind::Automatic).file_name(),
            "deskfob-1a2b3c4d-2025-03-03T141445Z-automatic.zip"
        );
    }

    #[test]
    fn other_names_are_not_ours() {
        for name in [
            "",
            "deskfob-.zip",
            "deskfob-1a2b3c4d-2025-03-03T141445Z-automatic.zip.tmp",
            "deskfob-1a2b3c4d-2025-03-03T141445Z-automatic (1).zip",
            "deskfob-1A2B3C4D-2025-03-03T141445Z-automatic.zip",
            "deskfob-1a2b3c4x-2025-03-03T141445Z-automatic.zip",
            "deskfob-1a2b3c4d-2025-02-30T141445Z-automatic.zip",
            "deskfob-1a2b3c4d-2025-03-03T141445Z-weekly.zip",
            "deskfob-1a2b3c4d-2025-03-03-automatic.zip",
            "deskfob-1a2b3c4é-2025-03-03T141445Z-automatic.zip",
            "photos-2025-03-03.zip",
        ] {
            assert_eq!(Name::parse(name), None, "{name}");
        }
    }
}
