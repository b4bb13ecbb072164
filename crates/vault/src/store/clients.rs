//! The client identifiers that authorization servers gave to this vault's owner (RFC 7591).

use super::StoreError;
use crate::settings;
use crate::vault::Vault;

/// Before the server's address in the key of its setting.
const KEY: &str = "registered_client ";

impl Vault {
    /// The client identifier that `server` gave, in the form that the caller names servers by.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn registered_client(&self, server: &str) -> Result<Option<String>, StoreError> {
        let mut connection = self.connection().await?;
        settings::value(&mut connection, &key(server)).await
    }

    /// Keeps the client identifier that `server` gave.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn keep_registered_client(
        &self,
        server: &str,
        client_id: &str,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        settings::put(&mut connection, &key(server), client_id).await
    }

    /// Forgets that identifier. One that was kept since then stays.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn forget_registered_client(
        &self,
        server: &str,
        client_id: &str,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        settings::remove(&mut connection, &key(server), client_id).await
    }
}

fn key(server: &str) -> String {
    format!("{KEY}{server}")
}
