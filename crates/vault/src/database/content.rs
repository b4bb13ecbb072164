//! A digest of what a database holds, whatever its pages look like: a copy holds the same when it has the same.

use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row};

use super::DatabaseError;

/// What a database holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContentDigest([u8; 32]);

/// Tables that change without any record of the person's changing.
const NOT_RECORDS: [&str; 4] = ["account_status", "history", "settings", "_sqlx_migrations"];

impl ContentDigest {
    /// Of this content under that header generation, as it is kept to tell later whether something changed.
    pub(crate) fn with_generation(self, generation: u64) -> String {
        let mut hash = Sha256::new();
        hash.update(generation.to_le_bytes());
        hash.update(self.0);
        hash.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Of every table, its rows and its columns. The caller sees to it that nobody writes meanwhile.
pub(crate) async fn digest(
    connection: &mut SqliteConnection,
) -> Result<ContentDigest, DatabaseError> {
    digest_without(connection, &[]).await
}

/// Of the tables whose change is worth a backup.
pub(crate) async fn digest_of_records(
    connection: &mut SqliteConnection,
) -> Result<ContentDigest, DatabaseError> {
    digest_without(connection, &NOT_RECORDS).await
}

async fn digest_without(
    connection: &mut SqliteConnection,
    left_out: &[&str],
) -> Result<ContentDigest, DatabaseError> {
    let mut hash = Sha256::new();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         ORDER BY name",
    )
    .fetch_all(&mut *connection)
    .await?;
    for table in tables
        .iter()
        .filter(|name| !left_out.contains(&name.as_str()))
    {
        let columns: Vec<String> =
            sqlx::query_scalar("SELECT name FROM pragma_table_info(?) ORDER BY cid")
                .bind(table)
                .fetch_all(&mut *connection)
                .await?;
        update(&mut hash, table.as_bytes());
        for column in &columns {
            update(&mut hash, column.as_bytes());
        }
        add_rows(&mut hash, connection, table, &columns).await?;
    }
    Ok(ContentDigest(hash.finalize().into()))
}

async fn add_rows(
    hash: &mut Sha256,
    connection: &mut SqliteConnection,
    table: &str,
    columns: &[String],
) -> Result<(), DatabaseError> {
    let names: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
    let each = |function: &dyn Fn(&String) -> String, separator| {
        names
            .iter()
            .map(function)
            .collect::<Vec<_>>()
            .join(separator)
    };
    // Every table's key is in its first two columns, so that they order its rows.
    let statement = format!(
        "SELECT {}, {} FROM {} ORDER BY {}",
        each(&|name| format!("typeof({name})"), " || ' ' || "),
        each(&|name| format!("CAST({name} AS BLOB)"), ", "),
        quoted(table),
        names[..names.len().min(2)].join(", ")
    );
    // The names come from the schema and are quoted.
    let rows = sqlx::query(AssertSqlSafe(statement))
        .fetch_all(connection)
        .await?;
    hash.update((rows.len() as u64).to_le_bytes());
    for row in &rows {
        update(hash, row.try_get::<&str, _>(0)?.as_bytes());
        for index in 1..=columns.len() {
            let value: Option<&[u8]> = row.try_get(index)?;
            update(hash, value.unwrap_or_default());
        }
    }
    Ok(())
}

fn update(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
