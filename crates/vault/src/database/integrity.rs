//! Whether a database is whole.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::DatabaseError;

/// Pages of the file that do not authenticate under the key, in SQLCipher's words.
pub(crate) async fn damaged_pages(
    connection: &mut SqliteConnection,
) -> Result<Vec<String>, DatabaseError> {
    Ok(sqlx::query_scalar("PRAGMA cipher_integrity_check")
        .fetch_all(connection)
        .await?)
}

/// What SQLite finds wrong with tables and indexes, at most ten lines.
pub(crate) async fn inconsistencies(
    connection: &mut SqliteConnection,
) -> Result<Vec<String>, DatabaseError> {
    let lines: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(10)")
        .fetch_all(connection)
        .await?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// The tables with records that name one that is not there, each with how many.
pub(crate) async fn lost_references(
    connection: &mut SqliteConnection,
) -> Result<Vec<(String, u32)>, DatabaseError> {
    let rows = sqlx::query(
        "SELECT \"table\" AS name, count(*) AS lost FROM pragma_foreign_key_check GROUP BY 1",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("name")?, row.try_get("lost")?)))
        .collect()
}

/// Reads every page of a database.
///
/// # Errors
/// [`DatabaseError::Damaged`] when a page does not authenticate or a table or index is not as it should be.
pub(crate) async fn verify(connection: &mut SqliteConnection) -> Result<(), DatabaseError> {
    if damaged_pages(connection).await?.is_empty() && inconsistencies(connection).await?.is_empty()
    {
        Ok(())
    } else {
        Err(DatabaseError::Damaged)
    }
}
