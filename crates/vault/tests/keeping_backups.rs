//! Which backups stay: what a restore replaced.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::{NOW_MS, entry, password, place};
use deskfob_vault::{
    Backup, BackupKind, BackupUnlock, EntryId, OpenBackup, Vault, find_backups,
};

const DAY_MS: i64 = 24 * 3600 * 1000;

async fn names(vault: &Vault) -> Vec<String> {
    let entries = vault.entries().await.unwrap();
    entries
        .into_iter()
        .map(|stored| stored.entry.issuer)
        .collect()
}

async fn add(vault: &Vault, name: &str) -> EntryId {
    let entry = entry(name, "alice", name.as_bytes());
    vault.add_entry(&entry, NOW_MS).await.unwrap()
}

/// The backups that hold an entry of this name, of those in a folder.
async fn holding(folder: &Path, issuer: &str) -> Vec<Backup> {
    let scratch = place();
    let mut found = Vec::new();
    for backup in find_backups(folder).unwrap() {
        let by = BackupUnlock::Password(password());
        let opened = OpenBackup::open(&backup.path, &scratch.home, by)
            .await
            .unwrap();
        let restored = opened
            .restore_everything(&scratch.home, None, NOW_MS)
            .await
            .unwrap();
        if names(&restored).await.contains(&issuer.to_owned()) {
            found.push(backup);
        }
        restored.lock().await;
    }
    found
}

fn safety(folder: &Path) -> usize {
    let backups = find_backups(folder).unwrap();
    let safety = backups
        .iter()
        .filter(|made| made.kind == BackupKind::Safety);
    safety.count()
}

#[tokio::test]
async fn what_was_there_before_the_first_of_many_restores_is_kept() {
    let place = place();
    let mut vault = place.create().await;
    let mut backups = Vec::new();
    for number in 0..8 {
        let at = NOW_MS + number * 1000;
        backups.push(vault.back_up(BackupKind::Manual, at).await.unwrap());
    }
    add(&vault, "only in the vault").await;
    let folder = place.path("backups");
    for (number, backup) in (1..).zip(&backups) {
        let opened = OpenBackup::open(&backup.path, &place.home, BackupUnlock::Vault(&vault))
            .await
            .unwrap();
        // Two a day.
        let at = NOW_MS + number * DAY_MS / 2;
        vault = opened
            .restore_everything(&place.home, Some(vault), at)
            .await
            .unwrap();
        assert_eq!(names(&vault).await, Vec::<String>::new());
    }
    vault.lock().await;
    let kept = holding(&folder, "only in the vault").await;
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0].kind, BackupKind::Safety);
}

#[tokio::test]
async fn of_a_vault_that_stays_the_same_one_safety_copy_is_enough() {
    let place = place();
    let vault = place.create().await;
    add(&vault, "kept").await;
    let backup = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    add(&vault, "newer").await;
    vault.lock().await;
    let folder = place.path("backups");
    // A folder in the temporary file's place makes the restore fail after the safety copy, as a full disk would.
    let in_the_way = place.path("vault.key.previous.tmp");
    let fail = async |number: i64| {
        let vault = place.unlock().await;
        let by = BackupUnlock::Vault(&vault);
        let opened = OpenBackup::open(&backup.path, &place.home, by)
            .await
            .unwrap();
        std::fs::create_dir(&in_the_way).unwrap();
        let at = NOW_MS + number * 1000;
        let restored = opened
            .restore_everything(&place.home, Some(vault), at)
            .await;
        assert_eq!(restored.unwrap_err().code(), "backup_io");
        std::fs::remove_dir(&in_the_way).unwrap();
    };
    for number in 0..4 {
        fail(number).await;
        assert_eq!(safety(&folder), 1, "try {number}");
    }
    // One that is damaged is none.
    let made = find_backups(&folder).unwrap();
    let made = made.iter().find(|made| made.kind == BackupKind::Safety);
    let path = &made.unwrap().path;
    let mut bytes = std::fs::read(path).unwrap();
    bytes[5000] ^= 1;
    std::fs::write(path, bytes).unwrap();
    fail(10).await;
    assert_eq!(safety(&folder), 2, "another one, as the first is damaged");
    let vault = place.unlock().await;
    add(&vault, "changed").await;
    vault.lock().await;
    fail(20).await;
    assert_eq!(safety(&folder), 3, "another one, as the vault is another");
    let vault = place.unlock().await;
    let opened = OpenBackup::open(&backup.path, &place.home, BackupUnlock::Vault(&vault))
        .await
        .unwrap();
    let at = NOW_MS + 30_000;
    let restored = opened
        .restore_everything(&place.home, Some(vault), at)
        .await
        .unwrap();
    assert_eq!(names(&restored).await, ["kept"]);
    assert_eq!(safety(&folder), 3, "the one that was made before");
}
