//! The backup that the person looks into.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use deskfob_vault::OpenBackup;

/// How long a backup stays open for who need not say again who they are: its password was the last thing asked.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// At most one backup is open at a time. It is wanted while the vault is locked or damaged, too.
#[derive(Default)]
pub(crate) struct BackupDesk {
    chosen: Mutex<Option<PathBuf>>,
    open: tokio::sync::Mutex<Option<(OpenBackup, Instant)>>,
}

impl BackupDesk {
    /// The file that was chosen last.
    pub(crate) fn chosen(&self) -> Option<PathBuf> {
        self.chosen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn choose(&self, path: PathBuf) {
        *self.chosen.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
    }

    /// Holds an opened backup; one that was open before is closed.
    pub(crate) async fn keep(&self, backup: OpenBackup) {
        if let Some((before, _)) = self.open.lock().await.replace((backup, Instant::now())) {
            before.close().await;
        }
    }

    pub(crate) async fn take(&self) -> Option<OpenBackup> {
        let (backup, _) = self.open.lock().await.take()?;
        Some(backup)
    }

    /// As [`Self::take`], for who was asked for nothing since: one that was opened a while ago is closed instead.
    pub(crate) async fn take_fresh(&self) -> Option<OpenBackup> {
        let (backup, since) = self.open.lock().await.take()?;
        if since.elapsed() < FRESH {
            return Some(backup);
        }
        backup.close().await;
        None
    }

    pub(crate) async fn close(&self) {
        *self.chosen.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if let Some(open) = self.take().await {
            open.close().await;
        }
    }
}
