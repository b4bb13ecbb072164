//! The schema and its migrations, which are only ever added.

use std::cmp::Ordering;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnection;

use super::DatabaseError;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The schema of a database that this version reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    /// As this version writes it.
    Present,
    /// Of an earlier version.
    Older { found: u64, supported: u64 },
    /// None: nothing was ever put into it, or everything was taken out.
    Empty,
}

/// Which schema the database has.
///
/// # Errors
/// [`DatabaseError::NewerVersion`].
pub(crate) async fn schema(connection: &mut SqliteConnection) -> Result<Schema, DatabaseError> {
    let supported = MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
        .unsigned_abs();
    let found = applied(connection).await?.unsigned_abs();
    match found.cmp(&supported) {
        Ordering::Greater => Err(DatabaseError::NewerVersion { found, supported }),
        Ordering::Less if found == 0 => Ok(Schema::Empty),
        Ordering::Less => Ok(Schema::Older { found, supported }),
        Ordering::Equal => Ok(Schema::Present),
    }
}

/// Brings the schema up to date. The caller holds the folder lock.
pub(crate) async fn migrate(connection: &mut SqliteConnection) -> Result<(), DatabaseError> {
    if schema(connection).await? != Schema::Present {
        MIGRATIONS
            .run(connection)
            .await
            .map_err(|error| match error {
                MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => {
                    cause.into()
                }
                other => DatabaseError::Migration(Box::new(other)),
            })?;
    }
    Ok(())
}

/// The newest migration that was applied; 0 for an empty database.
async fn applied(connection: &mut SqliteConnection) -> Result<i64, DatabaseError> {
    let known: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations')",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !known {
        return Ok(0);
    }
    Ok(
        sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
            .fetch_one(connection)
            .await?,
    )
}
