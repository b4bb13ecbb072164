//! The SQLCipher database `vault.db`: how it is opened, and what can be wrong with it.

mod connection;
mod content;
mod copy;
mod error;
mod integrity;
mod passkey;
mod rekeyed;
mod schema;

use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

pub(crate) use connection::Connection;
pub(crate) use content::{ContentDigest, digest, digest_of_records};
pub(crate) use copy::copy;
pub use error::DatabaseError;
pub(crate) use integrity::{damaged_pages, inconsistencies, lost_references, verify};
pub(crate) use passkey::make_ready;
pub(crate) use rekeyed::copy_under;
pub(crate) use schema::{Schema, migrate, schema};

use crate::durable;
use crate::header::DATABASE;
use crate::home::Home;
use crate::key::VaultKey;
use crate::swap::COMPANIONS;

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
    make_ready();
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

/// Closes a database whose file goes on by itself: what is in its log is lost with its name.
///
/// # Errors
/// When not everything got into the file. What was written is in the log then, as it was.
pub(crate) async fn close_whole(
    mut connection: Connection,
    path: &Path,
) -> Result<(), DatabaseError> {
    // The file gets the log's content when it is closed, too, but SQLite tells nobody then that it failed.
    let (busy, _, _): (bool, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(&mut *connection)
        .await?;
    if busy {
        return Err(DatabaseError::Busy);
    }
    connection.close().await?;
    no_log(path)
}

/// Refuses a database with something in its log.
fn no_log(path: &Path) -> Result<(), DatabaseError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    match std::fs::metadata(log) {
        Ok(log) if log.len() > 0 => Err(DatabaseError::DiskFailed),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Makes an empty database beside its final place. It is durable, and nothing before [`finish_creation`].
pub(crate) async fn create(home: &Home, key: &VaultKey) -> Result<(), DatabaseError> {
    let path = home.file(NEW_DATABASE);
    discard_creation(home)?;
    // SQLite gives the -wal and -shm files the mode of this one.
    durable::create_private(&path)?;
    let mut connection = open_at(&path, key).await?;
    schema::migrate(&mut connection).await?;
    close_whole(connection, &path).await?;
    let mut again = open_at(&path, key).await?;
    verify(&mut again).await?;
    if schema::schema(&mut again).await? != Schema::Present {
        return Err(DatabaseError::DiskFailed);
    }
    close_whole(again, &path).await?;
    std::fs::File::open(&path)?.sync_all()?;
    Ok(())
}

/// Gives a database made by [`create`] its name. Done again when a vault is opened, after a crash in between.
/// The caller holds the folder lock.
pub(crate) fn finish_creation(home: &Home) -> Result<(), DatabaseError> {
    let (new, path) = (home.file(NEW_DATABASE), home.file(DATABASE));
    if !path.exists() && new.exists() {
        // The log of a database that is gone would be applied to this one.
        for companion in COMPANIONS {
            durable::remove_if_there(&home.file(&format!("{DATABASE}{companion}")))?;
        }
        durable::sync_folder_of(&path)?;
        durable::rename(&new, &path)?;
    }
    Ok(())
}

pub(crate) fn creation_is_unfinished(home: &Home) -> bool {
    !home.file(DATABASE).exists() && home.file(NEW_DATABASE).exists()
}

/// Removes what a creation that never got its header left behind: an empty database that no key opens.
pub(crate) fn discard_creation(home: &Home) -> Result<(), DatabaseError> {
    durable::remove_if_there(&home.file(NEW_DATABASE))?;
    for suffix in COMPANIONS {
        durable::remove_if_there(&home.file(&format!("{NEW_DATABASE}{suffix}")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_goes_on_by_its_file_alone_or_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        let key = VaultKey::random().unwrap();
        create(&home, &key).await.unwrap();
        finish_creation(&home).unwrap();
        let path = home.file(DATABASE);
        let log = home.file("vault.db-wal");
        let write = async |value: &str| {
            let mut connection = open(&home, &key).await.unwrap();
            sqlx::query("INSERT OR REPLACE INTO settings VALUES ('name', ?)")
                .bind(value)
                .execute(&mut *connection)
                .await
                .unwrap();
            connection
        };
        close_whole(write("first").await, &path).await.unwrap();

        // Somebody still reads what was before, so that the log cannot be done with.
        let mut reader = open(&home, &key).await.unwrap();
        sqlx::raw_sql("BEGIN; SELECT * FROM settings")
            .execute(&mut *reader)
            .await
            .unwrap();
        let mut writer = write("second").await;
        sqlx::raw_sql("PRAGMA busy_timeout = 0")
            .execute(&mut *writer)
            .await
            .unwrap();
        let refused = close_whole(writer, &path).await;
        assert!(matches!(refused, Err(DatabaseError::Busy)), "{refused:?}");
        assert!(log.metadata().unwrap().len() > 0);
        let refused = no_log(&path);
        assert!(
            matches!(refused, Err(DatabaseError::DiskFailed)),
            "{refused:?}"
        );
        drop(reader);

        close_whole(write("third").await, &path).await.unwrap();
        let alone = home.file("alone.db");
        std::fs::copy(&path, &alone).unwrap();
        let mut alone = open_at(&alone, &key).await.unwrap();
        let value: String = sqlx::query_scalar("SELECT value FROM settings WHERE key = 'name'")
            .fetch_one(&mut *alone)
            .await
            .unwrap();
        assert_eq!(value, "third", "all of it is in the file");
    }
}
