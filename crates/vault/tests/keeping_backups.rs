//! Which backups stay: what a restore replaced, and those of another copy of the vault in the same folder.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::{NOW_MS, Place, entry, password, place};
use deskfob_vault::{
    Backup, BackupKind, BackupUnlock, EntryId, Home, OpenBackup, Vault, find_backups,
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

async fn set_folder(vault: &Vault, folder: &Path) {
    let mut settings = vault.settings().await.unwrap();
    settings.backups.folder = Some(folder.to_owned());
    settings.backups.keep_days = 3;
    settings.backups.keep_months = 0;
    vault.set_settings(&settings).await.unwrap();
}

/// A vault that backs up to a folder, and a copy of it, as on two computers of one person.
async fn two_copies(synced: &Path, prepare: impl AsyncFnOnce(&Vault)) -> (Place, Place) {
    let (one, other) = (place(), place());
    let vault = one.create().await;
    set_folder(&vault, synced).await;
    prepare(&vault).await;
    vault.lock().await;
    for name in ["vault.key", "vault.db"] {
        std::fs::copy(one.path(name), other.path(name)).unwrap();
    }
    (one, other)
}

#[tokio::test]
async fn two_copies_of_a_vault_back_up_to_one_folder() {
    let synced = tempfile::tempdir().unwrap();
    let (one, other) = two_copies(synced.path(), async |_| {}).await;
    let (one, other) = (one.unlock().await, other.unlock().await);
    add(&one, "of the one").await;
    add(&other, "of the other").await;
    for vault in [&one, &other] {
        assert!(vault.back_up_if_due(NOW_MS).await.unwrap().is_some());
        let again = vault.back_up_if_due(NOW_MS + 60_000).await.unwrap();
        assert_eq!(again, None, "once a day each");
    }
    let id: String = one.id().to_string().chars().take(8).collect();
    let unfinished = ["2025-03-01T141445Z", "2025-03-02T141445Z"]
        .map(|date| format!("deskfob-{id}-{date}-automatic.zip.tmp"))
        .map(|name| synced.path().join(name));
    for path in &unfinished {
        std::fs::write(path, b"half a backup").unwrap();
    }
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 3600);
    let left = std::fs::File::options().write(true).open(&unfinished[0]);
    left.unwrap().set_modified(long_ago).unwrap();
    // The one is used every day, the other is left alone.
    for day in 1..8 {
        add(&one, &format!("day {day}")).await;
        let at = NOW_MS + day * DAY_MS;
        assert!(one.back_up_if_due(at).await.unwrap().is_some());
        assert_eq!(other.back_up_if_due(at).await.unwrap(), None);
    }
    assert!(!unfinished[0].exists(), "a crash left it");
    assert!(unfinished[1].exists(), "the other may be writing it");
    let automatic = find_backups(synced.path()).unwrap().len();
    assert_eq!(automatic, 3 + 1, "three days of the one, one of the other");
    assert_eq!(holding(synced.path(), "of the one").await.len(), 3);
    assert_eq!(holding(synced.path(), "of the other").await.len(), 1);
}

#[tokio::test]
async fn a_copy_whose_last_backup_another_one_rotated_away_makes_it_anew() {
    let synced = tempfile::tempdir().unwrap();
    let (one, other) = two_copies(synced.path(), async |vault| {
        add(vault, "of both").await;
        assert!(vault.back_up_if_due(NOW_MS).await.unwrap().is_some());
    })
    .await;
    let (one, other) = (one.unlock().await, other.unlock().await);
    for entry in one.entries().await.unwrap() {
        one.remove_entry(entry.id, NOW_MS).await.unwrap();
        one.purge_entry(entry.id).await.unwrap();
    }
    for day in 1..5 {
        add(&one, &format!("day {day}")).await;
        let at = NOW_MS + day * DAY_MS;
        assert!(one.back_up_if_due(at).await.unwrap().is_some());
    }
    let gone = holding(synced.path(), "of both").await;
    assert_eq!(gone, [], "it was theirs together");
    let made = other.back_up_if_due(NOW_MS + 5 * DAY_MS).await.unwrap();
    assert!(made.is_some(), "though nothing changed here");
    assert_eq!(holding(synced.path(), "of both").await.len(), 1);
}

#[tokio::test]
async fn a_vault_that_was_restored_elsewhere_removes_no_later_backup_of_the_other() {
    let synced = tempfile::tempdir().unwrap();
    let (place, elsewhere) = (place(), common::place());
    let vault = place.create().await;
    set_folder(&vault, synced.path()).await;
    let mut last = None;
    for day in 0..3 {
        add(&vault, &format!("day {day}")).await;
        let at = NOW_MS + day * DAY_MS;
        last = vault.back_up_if_due(at).await.unwrap();
    }
    let restored_from = last.unwrap();
    add(&vault, "only here").await;
    let at = NOW_MS + 3 * DAY_MS;
    let only = vault.back_up_if_due(at).await.unwrap().unwrap();
    let by = BackupUnlock::Password(password());
    let home: &Home = &elsewhere.home;
    let opened = OpenBackup::open(&restored_from.path, home, by)
        .await
        .unwrap();
    let restored = opened.restore_everything(home, None, at).await.unwrap();
    for day in 3..9 {
        add(&restored, &format!("day {day}")).await;
        let at = NOW_MS + day * DAY_MS + 3_600_000;
        let made = restored.back_up_if_due(at).await.unwrap();
        assert!(made.is_some(), "day {day}");
    }
    let left = find_backups(synced.path()).unwrap();
    assert!(left.contains(&only) && left.contains(&restored_from));
    assert_eq!(left.len(), 3 + 2, "{left:?}");
}
