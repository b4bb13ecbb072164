//! `fob vault check`: what is wrong with the vault, also when it does not open.

use std::io::{self, Write};
use std::path::PathBuf;

use deskfob_flows::now_ms;
use deskfob_vault::{CheckReport, Finding, Home, Level, Presence, UnlockError, find_backups};
use serde::Serialize;

use super::backup::{BackupView, write_backups};
use crate::args::Global;
use crate::error::CommandError;
use crate::open::open;
use crate::output::{Outcome, Output, Report, plain};

/// Where backups are unless another folder was chosen, in the vault's folder.
pub(super) const OWN_BACKUPS: &str = "backups";

#[derive(Serialize)]
struct Check {
    /// The folder of the vault.
    location: String,
    /// `ok`, `warning` or `problem`: the worst of all.
    worst: &'static str,
    findings: Vec<FindingView>,
    /// Backups of a vault that does not open, the newest first; null when it opens.
    backups: Option<Vec<BackupView>>,
}

#[derive(Serialize)]
struct FindingView {
    /// `ok`, `warning` or `problem`.
    level: &'static str,
    /// Stable name of what was looked at.
    subject: &'static str,
    what: String,
    hint: Option<String>,
}

pub(super) async fn run(
    global: &Global,
    out: &Output,
    elsewhere: Option<PathBuf>,
) -> Result<Outcome, CommandError> {
    let (home, presence) = global.presence()?;
    let wrong = match presence {
        Presence::Present { .. } => match open(global).await {
            Ok(vault) => {
                let report = vault.check(now_ms()).await;
                vault.lock().await;
                return show(out, &Check::new(&home, report, None));
            }
            Err(error) if error.asks_for_a_backup() => error,
            // A wrong password says nothing about the vault.
            Err(error) => return Err(error),
        },
        Presence::Damaged { damage, can_repair } => CommandError::Damaged {
            folder: home.path().to_owned(),
            damage,
            can_repair,
        },
        Presence::Absent => CommandError::NoVault {
            folder: home.path().to_owned(),
        },
    };
    let backups = backups(&home, elsewhere)?;
    if backups.is_empty() && matches!(wrong, CommandError::NoVault { .. }) {
        return Err(wrong);
    }
    let report = way_out(global, &wrong, &backups);
    show(out, &Check::new(&home, report, Some(backups)))
}

fn show(out: &Output, check: &Check) -> Result<Outcome, CommandError> {
    out.show(check)?;
    Ok(if check.worst == Level::Problem.as_str() {
        Outcome::Partly
    } else {
        Outcome::Done
    })
}

/// The vault cannot tell where its backups are.
fn backups(home: &Home, elsewhere: Option<PathBuf>) -> Result<Vec<BackupView>, CommandError> {
    let own = home.path().join(OWN_BACKUPS);
    let mut found = if own.is_dir() {
        find_backups(&own)?
    } else {
        Vec::new()
    };
    if let Some(elsewhere) = elsewhere {
        found.extend(find_backups(&elsewhere)?);
        found.sort_by_key(|backup| std::cmp::Reverse(backup.made_ms));
    }
    Ok(found.iter().map(BackupView::from).collect())
}

/// What is wrong with a vault that does not open, and what helps.
fn way_out(global: &Global, wrong: &CommandError, backups: &[BackupView]) -> CheckReport {
    // The same vault, when the command is typed as it stands here.
    let same_home = global
        .home
        .as_ref()
        .map_or_else(String::new, |home| format!(" --home '{}'", home.display()));
    let restore = |backup: &BackupView| {
        format!(
            "bring the newest one back with: fob vault restore '{}' --everything{same_home}",
            backup.file
        )
    };
    let repair = match wrong {
        CommandError::Damaged {
            can_repair: true, ..
        }
        | CommandError::Unlock(UnlockError::Header(_)) => {
            Some(format!("try first: fob vault repair{same_home}"))
        }
        _ => None,
    };
    let found = match backups.first() {
        Some(newest) => Finding {
            level: Level::Ok,
            subject: "backups",
            what: format!("backups found: {}", backups.len()),
            hint: Some(restore(newest)),
        },
        None => Finding {
            level: Level::Warning,
            subject: "backups",
            what: "there is no backup in the vault's folder".into(),
            hint: Some(
                "look in the folder that was chosen for backups, with: --backups DIR".into(),
            ),
        },
    };
    let opening = Finding {
        level: Level::Problem,
        subject: "opening",
        what: wrong.sentence(),
        hint: repair,
    };
    CheckReport {
        findings: vec![opening, found],
    }
}

impl Check {
    fn new(home: &Home, report: CheckReport, backups: Option<Vec<BackupView>>) -> Self {
        Self {
            location: home.path().display().to_string(),
            worst: report.worst().as_str(),
            findings: report.findings.into_iter().map(FindingView::from).collect(),
            backups,
        }
    }
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        Self {
            level: finding.level.as_str(),
            subject: finding.subject,
            what: finding.what,
            hint: finding.hint,
        }
    }
}

impl Report for Check {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", plain(&self.location))?;
        for finding in &self.findings {
            writeln!(out, "{:<7}  {}", finding.level, plain(&finding.what))?;
            if let Some(hint) = &finding.hint {
                writeln!(out, "         {}", plain(hint))?;
            }
        }
        match &self.backups {
            Some(backups) if !backups.is_empty() => write_backups(backups, out),
            _ => Ok(()),
        }
    }
}
