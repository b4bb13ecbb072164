//! The handle to an open vault.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::sqlite::SqliteConnection;
use tokio::sync::{MappedMutexGuard, MutexGuard};

use crate::database::Connection;
use crate::home::Home;
use crate::id::VaultId;
use crate::in_use::{InUse, LockRequest, request_lock};
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
    connection: tokio::sync::Mutex<Option<Connection>>,
    in_use: Mutex<Option<InUse>>,
    /// The last one that this vault need not follow.
    request: Mutex<LockRequest>,
}

/// The vault was locked through another handle.
#[derive(Debug)]
pub(crate) struct Locked;

impl Vault {
    pub(crate) fn opened(
        home: Home,
        id: VaultId,
        key: impl Into<Arc<VaultKey>>,
        connection: Connection,
        (in_use, request): (InUse, LockRequest),
    ) -> Self {
        Self(Arc::new(Open {
            home,
            id,
            key: Mutex::new(Some(key.into())),
            connection: tokio::sync::Mutex::new(Some(connection)),
            in_use: Mutex::new(Some(in_use)),
            request: Mutex::new(request),
        }))
    }

    /// Drops the key and closes the database. Waits for a write in progress to end; later calls through any
    /// handle fail with [`StoreError::Locked`](crate::StoreError::Locked).
    pub async fn lock(self) {
        drop(self.key_slot().take());
        let mut connection = self.0.connection.lock().await;
        if let Some(connection) = connection.take()
            && let Err(error) = connection.close().await
        {
            // Every acknowledged write is in the -wal file already; the next opening takes it from there.
            tracing::warn!(%error, "the vault's database did not close cleanly");
        }
        // Last, and before another handle's call returns: nobody may replace the database while it is open here.
        drop(self.take_in_use());
    }

    /// Whether somebody asked for this vault to be locked since this handle was opened, with
    /// [`request_lock`](crate::request_lock). Reads one small file.
    pub fn lock_requested(&self) -> bool {
        LockRequest::read(self.home()).is_ok_and(|now| now.came_after(&lock_of(&self.0.request)))
    }

    /// Asks every other program that has the vault open to lock it.
    pub(crate) fn request_lock_of_others(&self) -> io::Result<()> {
        request_lock(self.home())?;
        *lock_of(&self.0.request) = LockRequest::read(self.home())?;
        Ok(())
    }

    /// Lets somebody replace the database though it is open here. None when it is locked.
    pub(crate) fn take_in_use(&self) -> Option<InUse> {
        self.0.take_in_use()
    }

    /// The vault is in use again, unless it was locked meanwhile.
    pub(crate) fn put_in_use(&self, in_use: InUse) {
        // Under the key's lock, so that locking does not come in between.
        let key = self.key_slot();
        if key.is_some() {
            *lock_of(&self.0.in_use) = Some(in_use);
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
        MutexGuard::try_map(guard, |open| open.as_deref_mut()).map_err(|_| Locked)
    }

    fn key_slot(&self) -> std::sync::MutexGuard<'_, Option<Arc<VaultKey>>> {
        lock_of(&self.0.key)
    }
}

impl Open {
    fn take_in_use(&self) -> Option<InUse> {
        lock_of(&self.in_use).take()
    }
}

/// Nothing panics between taking one of these locks and leaving its content as it should be.
fn lock_of<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Open {
    fn drop(&mut self) {
        // SQLite removes the log by its name when it closes. That must not meet a database that somebody put in this
        // one's place, so the vault stays in use until then.
        drop(self.connection.get_mut().take());
        drop(self.take_in_use());
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
