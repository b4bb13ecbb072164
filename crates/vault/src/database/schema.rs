//! The schema and its migrations, which are only ever added.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnection;

use super::DatabaseError;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Brings the schema up to date. The caller holds the folder lock.
pub(crate) async fn migrate(connection: &mut SqliteConnection) -> Result<(), DatabaseError> {
    let supported = MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0);
    let found = applied(connection).await?;
    if found > supported {
        return Err(DatabaseError::NewerVersion {
            found: found.unsigned_abs(),
            supported: supported.unsigned_abs(),
        });
    }
    if found < supported {
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
