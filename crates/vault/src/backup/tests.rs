//! What needs the inside of a backup: its zip, its steps, and a crash between them.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::restore::stage;
use super::{BackupError, BackupKind, BackupUnlock, OpenBackup, archive, readme};
use crate::database;
use crate::header::{self, Previous};
use crate::{Action, Home, KdfCost, Vault, swap};
use deskfob_otp::{Entry, Seed};

const NOW_MS: i64 = 1_741_011_285_000;

fn password() -> SecretString {
    "correct horse battery".into()
}

async fn vault() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(&folder.path().join("home")).unwrap();
    let vault = Vault::create(&home, password(), KdfCost::FLOOR)
        .await
        .unwrap();
    (folder, vault)
}

fn entry(name: &str) -> Entry {
    Entry::totp(
        name,
        name,
        Seed::from_bytes(name.as_bytes().to_vec()).unwrap(),
    )
}

async fn names(vault: &Vault) -> Vec<String> {
    let entries = vault.entries().await.unwrap();
    entries
        .into_iter()
        .map(|stored| stored.entry.issuer)
        .collect()
}

type File<'a> = (&'a str, &'a [u8], CompressionMethod);

/// A zip with these files, with the right comment.
fn sealed_zip(path: &Path, files: &[File<'_>], version: u8) {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content, method) in files {
        let options = SimpleFileOptions::default().compression_method(*method);
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    let comment = format!("deskfob-backup-{} {:020} ", version as char, NOW_MS);
    zip.set_raw_comment(format!("{comment}{}", "0".repeat(64)).into_bytes().into())
        .unwrap();
    seal(zip.finish().unwrap().into_inner(), path);
}

/// Writes the bytes with the digest that they should have.
fn seal(mut bytes: Vec<u8>, path: &Path) {
    let end = bytes.len() - 64;
    let digest: String = Sha256::digest(&bytes[..end])
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    bytes[end..].copy_from_slice(digest.as_bytes());
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_zip_that_is_not_as_ours_is_refused_though_its_digest_is_right() {
    let (folder, vault) = vault().await;
    vault.add_entry(&entry("kept"), NOW_MS).await.unwrap();
    let backup = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    let place = folder.path().join("extracted");
    std::fs::create_dir(&place).unwrap();
    let header = archive::extract(&backup.path, &place).unwrap().header;
    let database = std::fs::read(place.join("vault.db")).unwrap();
    let stored = CompressionMethod::Stored;
    let text: File<'_> = (readme::NAME, b"text", stored);
    let key: File<'_> = ("vault.key", &header, stored);
    let data: File<'_> = ("vault.db", &database, stored);
    let long_key = vec![b'x'; 9 * 1024];
    let mut other_database = database.clone();
    other_database[5000] ^= 1;
    let mut other_header = header.clone();
    other_header[60] ^= 1;
    for (case, files, version, code) in [
        ("as ours", vec![text, key, data], b'1', None),
        (
            "a later version",
            vec![text, key, data],
            b'2',
            Some("newer_version"),
        ),
        ("nothing in it", vec![], b'1', Some("backup_damaged")),
        ("no database", vec![text, key], b'1', Some("backup_damaged")),
        (
            "another order",
            vec![text, data, key],
            b'1',
            Some("backup_damaged"),
        ),
        (
            "one more",
            vec![text, key, data, ("x", b"x", stored)],
            b'1',
            Some("backup_damaged"),
        ),
        (
            "a path out of the folder",
            vec![text, key, ("../vault.db", &database, stored)],
            b'1',
            Some("backup_damaged"),
        ),
        (
            "an absolute path",
            vec![text, key, ("/vault.db", &database, stored)],
            b'1',
            Some("backup_damaged"),
        ),
        (
            "a folder",
            vec![text, key, ("vault.db/", b"", stored)],
            b'1',
            Some("backup_damaged"),
        ),
        (
            "a long header",
            vec![text, ("vault.key", &long_key, stored), data],
            b'1',
            Some("backup_damaged"),
        ),
        (
            "a damaged header",
            vec![text, ("vault.key", &other_header, stored), data],
            b'1',
            Some("backup_damaged"),
        ),
        (
            "a damaged database",
            vec![text, key, ("vault.db", &other_database, stored)],
            b'1',
            Some("backup_damaged"),
        ),
        (
            "no pages",
            vec![text, key, ("vault.db", b"", stored)],
            b'1',
            Some("backup_damaged"),
        ),
    ] {
        let path = folder.path().join("made.zip");
        sealed_zip(&path, &files, version);
        let opened = OpenBackup::open(&path, vault.home(), BackupUnlock::Vault(&vault)).await;
        let found = opened.as_ref().err().map(BackupError::code);
        assert_eq!(found, code, "{case}");
        if let Ok(backup) = opened {
            assert_eq!(backup.made_ms(), NOW_MS, "{case}");
        }
    }
    assert_eq!(names(&vault).await, ["kept"], "none of it was applied");
}

#[tokio::test]
async fn sizes_are_capped_before_anything_is_read() {
    let (folder, vault) = vault().await;
    let path = folder.path().join("huge.zip");
    let huge = std::fs::File::create(&path).unwrap();
    huge.set_len(archive::MAX_BYTES + 1).unwrap();
    let opened = OpenBackup::open(&path, vault.home(), BackupUnlock::Vault(&vault)).await;
    assert!(matches!(opened, Err(BackupError::TooLarge { .. })));
    for (case, path) in [
        ("a folder", folder.path().to_owned()),
        ("empty", folder.path().join("e")),
    ] {
        if !path.exists() {
            std::fs::write(&path, b"").unwrap();
        }
        let opened = OpenBackup::open(&path, vault.home(), BackupUnlock::Vault(&vault)).await;
        assert!(matches!(opened, Err(BackupError::NotABackup)), "{case}");
    }
}

/// Restores up to the step that is named, and stops as a crash does.
async fn restore_until(step: &str, vault: Vault, backup: PathBuf) {
    let home = vault.home().clone();
    let opened = OpenBackup::open(&backup, &home, BackupUnlock::Vault(&vault))
        .await
        .unwrap();
    vault.lock().await;
    if step == "nothing is staged" {
        return;
    }
    let (header, key) = stage(&home, opened.into_database().await.unwrap()).unwrap();
    if step == "the database is staged" {
        return;
    }
    header::save(&home, &header, &key, Previous::Forget).unwrap();
    if step == "the header is saved" {
        return;
    }
    swap::finish(&home, header.generation).unwrap();
}

#[tokio::test]
async fn a_crash_while_restoring_leaves_the_old_vault_or_the_new_one() {
    for (step, expected) in [
        ("nothing is staged", ["old", "newer"].as_slice()),
        ("the database is staged", &["old", "newer"]),
        ("the header is saved", &["old"]),
        ("everything is done", &["old"]),
    ] {
        let (_folder, vault) = vault().await;
        vault.add_entry(&entry("old"), NOW_MS).await.unwrap();
        let backup = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
        vault.add_entry(&entry("newer"), NOW_MS).await.unwrap();
        let home = vault.home().clone();
        restore_until(step, vault, backup.path).await;
        for _ in 0..2 {
            let vault = Vault::unlock_with_password(&home, password())
                .await
                .unwrap();
            assert_eq!(names(&vault).await, expected, "{step}");
            vault.lock().await;
        }
        let left: Vec<String> = std::fs::read_dir(home.path())
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("vault.db."))
            .collect();
        assert!(left.is_empty(), "{step}: {left:?}");
    }
}

#[tokio::test]
async fn an_old_log_is_not_applied_to_the_restored_database() {
    let (folder, vault) = vault().await;
    vault.add_entry(&entry("old"), NOW_MS).await.unwrap();
    let backup = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    vault.add_entry(&entry("newer"), NOW_MS).await.unwrap();
    // As a crash of the program leaves it: the log is there.
    let log = std::fs::read(vault.home().file("vault.db-wal")).unwrap();
    assert!(!log.is_empty());
    let copy = Home::at(&folder.path().join("copy")).unwrap();
    for name in ["vault.key", "vault.db", "vault.db-wal"] {
        std::fs::copy(vault.home().file(name), copy.file(name)).unwrap();
    }
    let opened = OpenBackup::open(&backup.path, &copy, BackupUnlock::Vault(&vault))
        .await
        .unwrap();
    let restored = opened
        .restore_everything(&copy, None, NOW_MS)
        .await
        .unwrap();
    assert_eq!(names(&restored).await, ["old"]);
    let aside: Vec<_> = std::fs::read_dir(copy.file("backups"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(
        std::fs::read(aside[0].join("vault.db-wal")).unwrap(),
        log,
        "what did not open was copied as it was"
    );
}

#[tokio::test]
async fn a_backup_under_another_key_asks_for_its_password() {
    let (_folder, one) = vault().await;
    let (_other_folder, other) = self::vault().await;
    let backup = one.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    let by = BackupUnlock::Vault(&other);
    let refused = OpenBackup::open(&backup.path, other.home(), by).await;
    assert_eq!(refused.err().unwrap().code(), "backup_needs_password");
    let by = BackupUnlock::Password("not the password".into());
    let refused = OpenBackup::open(&backup.path, other.home(), by).await;
    assert_eq!(refused.err().unwrap().code(), "wrong_password");
    assert_eq!(crate::retry_after_ms(other.home()), None, "no wait for it");
    let by = BackupUnlock::Password(password());
    let opened = OpenBackup::open(&backup.path, other.home(), by)
        .await
        .unwrap();
    assert_eq!(opened.vault(), one.id());
    opened.close().await;
}

#[tokio::test]
async fn every_change_of_a_record_changes_the_digest() {
    let (_folder, vault) = vault().await;
    vault.add_entry(&entry("a"), NOW_MS).await.unwrap();
    let mut seen = Vec::new();
    for change in [
        "UPDATE entries SET favourite = 1",
        "UPDATE entries SET notes = 'x'",
        "UPDATE entries SET icon = ''",
        "UPDATE entries SET icon = NULL",
        "UPDATE entries SET last_used_ms = 0",
        "UPDATE entries SET seed = x'00'",
        "DELETE FROM entries",
    ] {
        let mut connection = vault.connection().await.ok().unwrap();
        sqlx::raw_sql(change)
            .execute(&mut *connection)
            .await
            .unwrap();
        let content = database::digest_of_records(&mut connection).await.unwrap();
        let text = content.with_generation(1);
        let again = change.ends_with("icon = NULL");
        assert!(again || !seen.contains(&text), "{change}");
        assert_ne!(
            text,
            content.with_generation(2),
            "{change}: the header counts"
        );
        seen.push(text);
    }
    assert_eq!(seen[1], seen[3], "the same content has the same digest");
    let mut connection = vault.connection().await.ok().unwrap();
    let before = database::digest_of_records(&mut connection).await.unwrap();
    drop(connection);
    vault.note(Action::Exported, "x", NOW_MS).await.unwrap();
    let mut connection = vault.connection().await.ok().unwrap();
    let after = database::digest_of_records(&mut connection).await.unwrap();
    assert!(before == after, "the history is no record of the person's");
}

#[tokio::test]
async fn a_database_that_was_emptied_is_never_taken_for_an_empty_vault() {
    let (_folder, vault) = vault().await;
    vault.add_entry(&entry("kept"), NOW_MS).await.unwrap();
    let home = vault.home().clone();
    vault.lock().await;
    std::fs::write(home.file("vault.db"), b"").unwrap();
    let opened = Vault::unlock_with_password(&home, password()).await;
    assert_eq!(opened.err().unwrap().code(), "database_damaged");
}
