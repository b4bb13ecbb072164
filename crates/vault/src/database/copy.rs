//! A copy of an open database.

use std::path::Path;

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use super::{ContentDigest, DatabaseError, digest, open};
use crate::durable;
use crate::home::Home;
use crate::key::VaultKey;

/// Writes what the vault's database holds to a new file, encrypted under the same key, and tells what that is.
/// `connection` is an open one of the vault; writers in other processes wait until the copy is made.
pub(crate) async fn copy(
    home: &Home,
    key: &VaultKey,
    connection: &mut SqliteConnection,
    target: &Path,
) -> Result<ContentDigest, DatabaseError> {
    // SQLite takes an empty file for a missing one and leaves its mode.
    durable::create_private(target)?;
    // Nobody can write while this transaction is open. The copy needs another connection: it runs in none.
    let mut writers = open(home, key).await?;
    let held = writers.begin_with("BEGIN IMMEDIATE").await?;
    let content = digest(connection).await?;
    // SQLCipher gives the copy the key of the database.
    sqlx::query("VACUUM INTO ?")
        .bind(target.to_string_lossy().into_owned())
        .execute(&mut *connection)
        .await?;
    held.rollback().await?;
    writers.close().await?;
    std::fs::File::open(target)?.sync_all()?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::database::{create, finish_creation, open_at, verify};

    #[tokio::test]
    async fn a_copy_is_encrypted_under_the_same_key_and_holds_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        let key = VaultKey::random().unwrap();
        create(&home, &key).await.unwrap();
        finish_creation(&home).unwrap();
        let mut connection = open(&home, &key).await.unwrap();
        let insert = "INSERT INTO settings VALUES ('name to look for', 'value to look for')";
        sqlx::query(AssertSqlSafe(insert))
            .execute(&mut *connection)
            .await
            .unwrap();

        let target = folder.path().join("copy.db");
        let content = copy(&home, &key, &mut connection, &target).await.unwrap();
        let bytes = std::fs::read(&target).unwrap();
        assert!(bytes.len() > 4096, "there is something in it");
        assert!(!bytes.starts_with(b"SQLite format 3"), "no plain database");
        for text in ["to look for", "CREATE TABLE", "entries"] {
            let found = bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes());
            assert!(!found, "{text} is readable");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = target.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "nobody else may read it");
        }
        let mut opened = open_at(&target, &key).await.unwrap();
        verify(&mut opened).await.unwrap();
        assert!(
            digest(&mut opened).await.unwrap() == content,
            "the same content"
        );
        let other = VaultKey::random().unwrap();
        assert!(
            matches!(open_at(&target, &other).await, Err(DatabaseError::Damaged)),
            "another key does not open it"
        );
        sqlx::query("UPDATE settings SET value = 'other'")
            .execute(&mut *connection)
            .await
            .unwrap();
        assert!(
            digest(&mut connection).await.unwrap() != content,
            "other content has another digest"
        );
    }
}
