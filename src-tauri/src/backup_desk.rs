//! The backup that the person looks into.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use deskfob_vault::OpenBackup;

/// At most one backup is open at a time. It is wanted while the vault is locked or damaged, too.
#[derive(Default)]
pub(crate) struct BackupDesk {
    chosen: Mutex<Option<PathBuf>>,
    open: tokio::sync::Mutex<Option<OpenBackup>>,
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
        if let Some(before) = self.open.lock().await.replace(backup) {
            before.close().await;
        }
    }

    pub(crate) async fn take(&self) -> Option<OpenBackup> {
        self.open.lock().await.take()
    }

    pub(crate) async fn close(&self) {
        *self.chosen.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if let Some(open) = self.take().await {
            open.close().await;
        }
    }
}
