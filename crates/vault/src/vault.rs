//! The handle to an open vault.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{MappedMutexGuard, MutexGuard};

use crate::home::Home;
use crate::id::VaultId;
use crate::key::VaultKey;

/// An open vault. Clones are handles to the same one; [`Vault::lock`] closes it for all of them.
///
/// A vault that is dropped without locking is closed too; nothing that was acknowledged is lost by it.
#[derive(Clone)]
pub struct Vault(Arc<Open>);

struct Open {
    home: Home,
    id: VaultId,
    key: Mutex<Option<Arc<VaultKey>>>,
    /// One connection: writes of this process are in order, and `PRAGMA data_version` tells only of others'.
    connection: tokio::sync::Mutex<Option<SqliteConnection>>,
}

/// The vault was locked through another handle.
pub(crate) struct Locked;

impl Vault {
    pub(crate) fn opened(
        home: Home,
        id: VaultId,
        key: VaultKey,
        connection: SqliteConnection,
    ) -> Self {
        Self(Arc::new(Open {
            home,
            id,
            key: Mutex::new(Some(Arc::new(key))),
            connection: tokio::sync::Mutex::new(Some(connection)),
        }))
    }

    /// Drops the key and closes the database. Waits for a write in progress to end; later calls through any
    /// handle fail with [`StoreError::Locked`](crate::StoreError::Locked).
    pub async fn lock(self) {
        drop(self.key_slot().take());
        let connection = self.0.connection.lock().await.take();
        if let Some(connection) = connection
            && let Err(error) = connection.close().await
        {
            // Every acknowledged write is in the -wal file already; the next opening takes it from there.
            tracing::warn!(%error, "the vault's database did not close cleanly");
        }
    }

    /// The vault's id.
    pub fn id(&self) -> VaultId {
        self.0.id
    }

    /// The folder that holds the vault.
    pub fn home(&self) -> &Home {
        &self.0.home
    }

    /// Whether this handle was closed by [`Self::lock`].
    pub fn is_locked(&self) -> bool {
        self.key_slot().is_none()
    }

    pub(crate) fn key(&self) -> Result<Arc<VaultKey>, Locked> {
        self.key_slot().clone().ok_or(Locked)
    }

    /// The connection, for this caller alone until the guard is dropped.
    pub(crate) async fn connection(
        &self,
    ) -> Result<MappedMutexGuard<'_, SqliteConnection>, Locked> {
        let guard = self.0.connection.lock().await;
        MutexGuard::try_map(guard, Option::as_mut).map_err(|_| Locked)
    }

    fn key_slot(&self) -> std::sync::MutexGuard<'_, Option<Arc<VaultKey>>> {
        // Nothing panics between taking the lock and leaving the slot as it should be.
        self.0.key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("id", &self.0.id)
            .field("locked", &self.is_locked())
            .finish_non_exhaustive()
    }
}
