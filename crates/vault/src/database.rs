//! The SQLCipher database `vault.db`: how it is opened, and what can be wrong with it.

mod connection;
mod content;
mod copy;
mod error;
mod integrity;
mod passkey;
mod rekeyed;
mod schema;

use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

pub(crate) use connection::Connection;
pub(crate) use content::{ContentDigest, digest, digest_of_records};
pub(crate) use copy::copy;
pub use error::DatabaseError;
pub(crate) use integrity::{damaged_pages, inconsistencies, lost_references, verify};
pub(crate) use rekeyed::copy_under;
pub(crate) use schema::{Schema, migrate, schema};

use crate::durable;
use crate::header::DATABASE;
use crate::home::Home;
use crate::key::VaultKey;

/// A new database until its header is written; see [`finish_creation`].
const NEW_DATABASE: &str = "vault.db.new";

/// How long another process's write is waited for.
const BUSY: Duration = Duration::from_secs(5);

/// Opens the database under `key`. It is not created where it is missing.
pub(crate) async fn open(home: &Home, key: &VaultKey) -> Result<Connection, DatabaseError> {
    open_at(&home.file(DATABASE), key).await
}

/// Opens the database at `path`.
pub(crate) async fn open_at(path: &Path, key: &VaultKey) -> Result<Connection, DatabaseError> {
    if !path.exists() {
        return Err(DatabaseError::Missing);
    }
    passkey::make_ready();
    // No statement of ours holds a secret; the log of statements is off all the same.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .disable_statement_logging();
    let mut connection = Connection::new(options.connect().await?);
    unlock(&mut connection, key).await?;
    Ok(connection)
}

async fn unlock(connection: &mut SqliteConnection, key: &VaultKey) -> Result<(), DatabaseError> {
    // SQLCipher would write about a wrong key to the error stream. Its `cipher_memory_security` stays off: it
    // locks every allocation by a system call, which makes reading 10 000 entries two to three times as slow.
    // The key itself lies in SQLCipher's own locked and wiped memory all the same.
    sqlx::raw_sql("PRAGMA cipher_log_level = NONE")
        .execute(&mut *connection)
        .await?;
    passkey::set(connection, key).await?;
    // The first statement that reads the file: a wrong key or a damaged first page shows here.
    sqlx::raw_sql(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
         PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
    )
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Makes an empty database beside its final place. It is durable, and nothing before [`finish_creation`].
pub(crate) async fn create(home: &Home, key: &VaultKey) -> Result<(), DatabaseError> {
    let path = home.file(NEW_DATABASE);
    discard_creation(home)?;
    // SQLite gives the -wal and -shm files the mode of this one.
    durable::create_private(&path)?;
    let mut connection = open_at(&path, key).await?;
    schema::migrate(&mut connection).await?;
    connection.close().await?;
    std::fs::File::open(&path)?.sync_all()?;
    Ok(())
}

/// Gives a database made by [`create`] its name. Done again when a vault is opened, after a crash in between.
/// The caller holds the folder lock.
pub(crate) fn finish_creation(home: &Home) -> Result<(), DatabaseError> {
    let (new, path) = (home.file(NEW_DATABASE), home.file(DATABASE));
    if !path.exists() && new.exists() {
        durable::rename(&new, &path)?;
    }
    Ok(())
}

pub(crate) fn creation_is_unfinished(home: &Home) -> bool {
    !home.file(DATABASE).exists() && home.file(NEW_DATABASE).exists()
}

/// Removes what a creation that never got its header left behind: an empty database that no key opens.
pub(crate) fn discard_creation(home: &Home) -> Result<(), DatabaseError> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        durable::remove_if_there(&home.file(&format!("{NEW_DATABASE}{suffix}")))?;
    }
    Ok(())
}
