//! The state while a sandbox runs: read at will, durable before a change is answered.

use std::{io, sync::Arc};

use tokio::{sync::RwLock, task};

use super::{Data, StateFile};

/// The state file could not be written. The change is in memory but would not outlive the process.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the sandbox state")]
pub(crate) struct StoreError(#[from] pub(crate) io::Error);

struct Held {
    data: Data,
    changes: u64,
}

/// The state while a sandbox runs.
pub(crate) struct Store {
    held: RwLock<Held>,
    file: Option<Arc<StateFile>>,
}

impl Store {
    pub(crate) fn new(data: Data, file: Option<StateFile>) -> Self {
        Self {
            held: RwLock::new(Held { data, changes: 0 }),
            file: file.map(Arc::new),
        }
    }

    /// Looks at the state.
    pub(crate) async fn read<T>(&self, look: impl FnOnce(&Data) -> T) -> T {
        look(&self.held.read().await.data)
    }

    /// Changes the state; returns once it is on disk. A refused change is written too, since
    /// refusing may have changed something (a reused refresh token revokes its family).
    pub(crate) async fn change<T, E: From<StoreError>>(
        &self,
        change: impl FnOnce(&mut Data) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut held = self.held.write().await;
        let outcome = change(&mut held.data);
        held.changes += 1;
        if let Some(file) = &self.file {
            let (file, number) = (Arc::clone(file), held.changes);
            let content = serde_json::to_vec(&held.data).map_err(|e| StoreError(e.into()))?;
            task::spawn_blocking(move || file.write(number, &content))
                .await
                .unwrap_or_else(|stopped| Err(io::Error::other(stopped)))
                .map_err(StoreError)?;
        }
        outcome
    }
}
