//! Looking for what is wrong with a vault.

mod files;

use crate::backup::{BackupError, BackupKind, BackupUnlock, OpenBackup, newest_automatic};
use crate::database;
use crate::header;
use crate::store::StoreError;
use crate::task::blocking;
use crate::vault::Vault;

const DAY_MS: i64 = 24 * 3600 * 1000;
/// After how long a changed vault without a new backup is told of.
const OLD_BACKUP_MS: i64 = 7 * DAY_MS;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// One for each thing that was looked at, and one for each that is wrong.
    pub findings: Vec<Finding>,
}

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What was looked at, a stable name: `header`, `previous_header`, `recovery_kits`, `attempts`, `permissions`, `pages`,
    /// `tables`, `references`, `entries`, `leftovers`, `backups`, `newest_backup`.
    pub subject: &'static str,
    /// What was found, for a person.
    pub what: String,
    /// The next step, for a person.
    pub hint: Option<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// As it should be.
    Ok,
    /// Nothing is lost yet.
    Warning,
    /// Something is damaged or missing.
    Problem,
}

impl Level {
    /// Its name. Stable.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

impl CheckReport {
    /// The worst level of all findings.
    pub fn worst(&self) -> Level {
        self.findings
            .iter()
            .map(|finding| finding.level)
            .max()
            .unwrap_or(Level::Ok)
    }

    fn ok(&mut self, subject: &'static str, what: impl Into<String>) {
        self.add(Level::Ok, subject, what, None);
    }

    fn warn(&mut self, subject: &'static str, what: impl Into<String>, hint: impl Into<String>) {
        self.add(Level::Warning, subject, what, Some(hint.into()));
    }

    fn problem(&mut self, subject: &'static str, what: impl Into<String>, hint: Option<&str>) {
        self.add(Level::Problem, subject, what, hint.map(Into::into));
    }

    fn add(
        &mut self,
        level: Level,
        subject: &'static str,
        what: impl Into<String>,
        hint: Option<String>,
    ) {
        self.findings.push(Finding {
            level,
            subject,
            what: what.into(),
            hint,
        });
    }
}

const RESTORE: &str =
    "restore the newest backup that opens; what the vault still tells is backed up first";

impl Vault {
    /// Looks at every file of the vault and reads every page of its database. Changes nothing.
    pub async fn check(&self, now_ms: i64) -> CheckReport {
        let mut report = CheckReport::default();
        self.check_header(&mut report);
        self.check_kits(&mut report).await;
        let home = self.home().clone();
        let mut report = blocking(move || {
            files::check(&home, &mut report);
            report
        })
        .await;
        if let Err(error) = self.check_database(&mut report).await {
            report.problem("tables", error.to_string(), error.hint());
        }
        self.check_backups(&mut report, now_ms).await;
        report
    }

    fn check_header(&self, report: &mut CheckReport) {
        let Ok(key) = self.key() else {
            report.problem(
                "header",
                "the vault is locked",
                Some("unlock the vault first"),
            );
            return;
        };
        match header::load(self.home()).and_then(|sealed| sealed.authenticate(&key)) {
            Ok(header) if header.vault == self.id() => {
                report.ok(
                    "header",
                    format!(
                        "{}, authentic",
                        counted(header.slots.len(), "key slot", "key slots")
                    ),
                );
            }
            Ok(_) => report.problem("header", "the key file is another vault's", Some(RESTORE)),
            Err(error) => report.problem("header", error.to_string(), error.hint()),
        }
        let Ok(bytes) = std::fs::read(self.home().file(header::PREVIOUS)) else {
            return;
        };
        match header::Sealed::parse(&bytes).and_then(|sealed| sealed.authenticate(&key)) {
            Ok(_) => report.ok("previous_header", "the copy of the key file is authentic"),
            Err(error) => report.warn(
                "previous_header",
                format!("vault.key.previous: {error}"),
                "it is replaced at the next change of a key slot",
            ),
        }
    }

    async fn check_kits(&self, report: &mut CheckReport) {
        // What keeps it from being looked at is told by what is looked at beside it.
        for kit in self.unseen_recovery_kits().await.unwrap_or_default() {
            report.warn(
                "recovery_kits",
                format!(
                    "the words of the recovery kit {} were perhaps never shown",
                    kit.name
                ),
                "make a new recovery kit, and remove this one unless you have its words",
            );
        }
    }

    async fn check_database(&self, report: &mut CheckReport) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let pages = database::damaged_pages(&mut connection).await?;
        if pages.is_empty() {
            report.ok("pages", "every page of the database is authentic");
        } else {
            let what = format!("{} pages of the database are damaged", pages.len());
            report.problem("pages", what, Some(RESTORE));
        }
        let tables = database::inconsistencies(&mut connection).await?;
        if tables.is_empty() {
            report.ok("tables", "tables and indexes agree");
        }
        for line in tables {
            report.problem("tables", line, Some(RESTORE));
        }
        let references = database::lost_references(&mut connection).await?;
        if references.is_empty() {
            report.ok("references", "every record that another names is there");
        }
        for (table, lost) in references {
            let what = format!("{lost} records of {table} name one that is not there");
            report.problem("references", what, Some(RESTORE));
        }
        drop(connection);
        let entries = self.entries().await?.len();
        let unreadable = self.unreadable_entries().await?;
        report.ok(
            "entries",
            format!("{} can be read", counted(entries, "entry", "entries")),
        );
        for entry in unreadable {
            let place = if entry.in_trash { " in the trash" } else { "" };
            report.warn(
                "entries",
                format!(
                    "{} ({}){place}: {}",
                    entry.issuer, entry.account, entry.problem
                ),
                "it is kept as it is; a newer version may read it, and a backup may hold it whole",
            );
        }
        Ok(())
    }

    async fn check_backups(&self, report: &mut CheckReport, now_ms: i64) {
        let settings = match self.settings().await {
            Ok(settings) => settings.backups,
            Err(error) => return report.problem("backups", error.to_string(), error.hint()),
        };
        if !settings.enabled {
            report.warn(
                "backups",
                "automatic backups are switched off",
                "switch them on, or make one yourself now and then",
            );
        }
        let backups = match self.backups().await {
            Ok(backups) => backups,
            Err(error) => {
                report.problem("backups", error.to_string(), error.hint());
                return;
            }
        };
        let Some(newest) = backups.iter().find(|made| made.kind != BackupKind::Safety) else {
            report.warn("newest_backup", "there is no backup", "make one");
            return;
        };
        let days = now_ms.saturating_sub(newest.made_ms) / DAY_MS;
        let changed = self.changed_since_backup().await.unwrap_or(true);
        let automatic_is_newest = newest_automatic(&backups) == Some(newest.made_ms);
        if now_ms.saturating_sub(newest.made_ms) > OLD_BACKUP_MS
            && (changed || !automatic_is_newest)
        {
            report.warn(
                "backups",
                format!("the newest backup is {days} days old"),
                "make one, or look why none is made automatically",
            );
        } else {
            report.ok("backups", counted(backups.len(), "backup", "backups"));
        }
        match OpenBackup::open(&newest.path, self.home(), BackupUnlock::Vault(self)).await {
            Ok(backup) => {
                backup.close().await;
                report.ok("newest_backup", "the newest backup opens and is whole");
            }
            Err(BackupError::NeedsPassword) => report.warn(
                "newest_backup",
                "the newest backup was made under an earlier vault key",
                "make a new one",
            ),
            Err(error) => {
                report.problem("newest_backup", error.to_string(), Some("make a new one"));
            }
        }
    }
}
fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
