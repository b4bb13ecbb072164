//! A copy of the whole database under another key.

use std::fs::File;
use std::io;
use std::path::Path;

use sqlx::sqlite::SqliteConnection;

use super::{DatabaseError, passkey};
use crate::durable;
use crate::key::VaultKey;

/// Writes everything that `source` holds to a new database at `path` under `key`, in one transaction. The file
/// has mode 0600 and is durable and closed when this returns; on an error it is incomplete.
pub(crate) async fn copy_under(
    source: &mut SqliteConnection,
    path: &Path,
    key: &VaultKey,
) -> Result<(), DatabaseError> {
    let name = path
        .to_str()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path is not Unicode"))?;
    durable::create_private(path)?;
    // Without a key of its own the new database would take that of the old one; an empty text is none.
    sqlx::query("ATTACH DATABASE ? AS copy KEY ''")
        .bind(name)
        .execute(&mut *source)
        .await?;
    passkey::set_for(source, c"copy", key).await?;
    let version: i64 = sqlx::query_scalar("PRAGMA main.user_version")
        .fetch_one(&mut *source)
        .await?;
    sqlx::raw_sql("SELECT sqlcipher_export('copy')")
        .execute(&mut *source)
        .await?;
    // The export leaves it out.
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "PRAGMA copy.user_version = {version}; DETACH DATABASE copy;"
    )))
    .execute(&mut *source)
    .await?;
    File::open(path)?.sync_all()?;
    Ok(())
}
