//! Backups: made, found, rotated, refused and restored.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::{Path, PathBuf};

use common::{NOW_MS, PASSWORD, Place, alice, entry, hotp, password, place};
use deskfob_vault::{
    Backup, BackupError, BackupKind, BackupUnlock, EntryEdit, Label, OpenBackup, Settings, Vault,
    find_backups, read_slots,
};

const DAY_MS: i64 = 24 * 3600 * 1000;

async fn open(path: &Path, vault: &Vault) -> OpenBackup {
    OpenBackup::open(path, vault.home(), BackupUnlock::Vault(vault))
        .await
        .unwrap()
}

async fn names(vault: &Vault) -> Vec<String> {
    let entries = vault.entries().await.unwrap();
    entries
        .into_iter()
        .map(|stored| stored.entry.issuer)
        .collect()
}

fn file_names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn labels(issuers: &[&str]) -> Vec<Label> {
    issuers
        .iter()
        .map(|issuer| Label {
            issuer: (*issuer).into(),
            account: "alice".into(),
        })
        .collect()
}

async fn set_folder(vault: &Vault, folder: Option<PathBuf>) {
    let mut settings = vault.settings().await.unwrap();
    settings.backups.folder = folder;
    vault.set_settings(&settings).await.unwrap();
}

#[tokio::test]
async fn a_backup_is_one_private_unreadable_file_that_opens() {
    let place = place();
    let vault = place.create().await;
    vault
        .add_entry(
            &entry("Issuer to look for", "alice", b"seed to look for"),
            NOW_MS,
        )
        .await
        .unwrap();
    vault.put_account(&alice(), NOW_MS).await.unwrap();
    let made = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    assert_eq!(made.path.parent().unwrap(), place.path("backups"));
    let name = made.path.file_name().unwrap().to_str().unwrap().to_owned();
    let id: String = vault.id().to_string().chars().take(8).collect();
    assert_eq!(name, format!("deskfob-{id}-2025-03-03T141445Z-manual.zip"));
    assert_eq!(made.made_ms, NOW_MS);
    let bytes = std::fs::read(&made.path).unwrap();
    assert_eq!(made.bytes, bytes.len() as u64);
    for text in [
        "to look for",
        "SQLite format 3",
        "alice@example.com",
        PASSWORD,
    ] {
        let found = bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes());
        assert!(!found, "{text} is readable");
    }
    assert!(bytes.starts_with(b"PK"), "a zip file");
    let readme = b"This is a backup of a Deskfob vault.";
    assert!(
        bytes.windows(readme.len()).any(|part| part == readme),
        "it says what it is"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&made.path), 0o600);
        assert_eq!(mode(&place.path("backups")), 0o700);
    }
    let backup = open(&made.path, &vault).await;
    assert_eq!((backup.made_ms(), backup.vault()), (NOW_MS, vault.id()));
    assert_eq!(backup.counts().await.unwrap(), (1, 1));
    let difference = backup.difference(&vault).await.unwrap();
    assert_eq!(difference.same, 1);
    backup.close().await;
    assert_eq!(vault.backups().await.unwrap(), [made]);
    assert_eq!(
        file_names(&place.path("vault.scratch")),
        ["lock"],
        "no copies are left"
    );
    assert_eq!(
        file_names(&place.path("backups")).len(),
        1,
        "no temporary file is left"
    );
    let told = &vault.history(None, 1).await.unwrap()[0];
    assert_eq!(
        (told.action.as_str(), told.subject.as_str()),
        ("backup_made", name.as_str())
    );
}

#[tokio::test]
async fn an_automatic_backup_is_made_once_a_day_and_only_after_a_change() {
    let place = place();
    let vault = place.create().await;
    let due = async |now_ms| {
        vault
            .back_up_if_due(now_ms)
            .await
            .unwrap()
            .map(|made| made.kind)
    };
    let add = async |name: &str| {
        let entry = entry(name, "alice", name.as_bytes());
        vault.add_entry(&entry, NOW_MS).await.unwrap();
    };
    let automatic = Some(BackupKind::Automatic);
    assert_eq!(due(NOW_MS).await, automatic, "the first");
    add("a").await;
    assert_eq!(due(NOW_MS + 1000).await, None, "one was made today");
    assert_eq!(
        due(NOW_MS + DAY_MS).await,
        automatic,
        "another day, and a change"
    );
    assert_eq!(due(NOW_MS + 2 * DAY_MS).await, None, "nothing changed");
    vault
        .note(deskfob_vault::Action::Exported, "x", NOW_MS)
        .await
        .unwrap();
    assert_eq!(
        due(NOW_MS + 2 * DAY_MS).await,
        None,
        "the history alone is no change"
    );
    vault
        .back_up(BackupKind::Manual, NOW_MS + 2 * DAY_MS)
        .await
        .unwrap();
    vault
        .add_password_slot(
            "second",
            "another password".into(),
            deskfob_vault::KdfCost::FLOOR,
        )
        .await
        .unwrap();
    assert_eq!(
        due(NOW_MS + 2 * DAY_MS).await,
        automatic,
        "a new slot is a change"
    );
    add("b").await;
    assert_eq!(
        due(NOW_MS - 30 * DAY_MS).await,
        automatic,
        "the clock was set back"
    );
    let mut settings = Settings::default();
    settings.backups.enabled = false;
    vault.set_settings(&settings).await.unwrap();
    add("c").await;
    assert_eq!(due(NOW_MS + 9 * DAY_MS).await, None, "switched off");
}

#[tokio::test]
async fn rotation_touches_automatic_and_old_safety_backups_of_this_vault_only() {
    let place = place();
    let vault = place.create().await;
    let mut settings = Settings::default();
    settings.backups.keep_days = 2;
    settings.backups.keep_months = 0;
    vault.set_settings(&settings).await.unwrap();
    vault
        .back_up(BackupKind::Manual, NOW_MS - 900 * DAY_MS)
        .await
        .unwrap();
    for number in 0..7 {
        let at = NOW_MS - 800 * DAY_MS + number * 10 * DAY_MS;
        vault.back_up(BackupKind::Safety, at).await.unwrap();
    }
    let folder = place.path("backups");
    let foreign = [
        "deskfob-00000000-2001-01-01T000000Z-automatic.zip",
        "deskfob-copy.zip",
        "photo.jpg",
    ];
    for name in foreign {
        std::fs::write(folder.join(name), b"x").unwrap();
    }
    #[cfg(unix)]
    {
        let id: String = vault.id().to_string().chars().take(8).collect();
        let link = format!("deskfob-{id}-2001-01-01T000000Z-automatic.zip");
        std::os::unix::fs::symlink(folder.join("photo.jpg"), folder.join(link)).unwrap();
    }
    for day in 0..5 {
        let entry = entry("x", "alice", &[day]);
        vault.add_entry(&entry, NOW_MS).await.unwrap();
        let at = NOW_MS + i64::from(day) * DAY_MS;
        assert!(vault.back_up_if_due(at).await.unwrap().is_some());
    }
    let backups = vault.backups().await.unwrap();
    let count = |kind| backups.iter().filter(|made| made.kind == kind).count();
    assert_eq!(count(BackupKind::Automatic), 2);
    assert_eq!(count(BackupKind::Manual), 1, "kept, old as it is");
    assert_eq!(
        count(BackupKind::Safety),
        5,
        "those of 30 days are among the newest five"
    );
    let automatic: Vec<i64> = backups
        .iter()
        .filter(|made| made.kind == BackupKind::Automatic)
        .map(|made| made.made_ms)
        .collect();
    assert_eq!(
        automatic,
        [NOW_MS + 4 * DAY_MS, NOW_MS + 3 * DAY_MS],
        "the newest"
    );
    let left = file_names(&folder);
    for name in foreign {
        assert!(left.contains(&name.to_owned()), "{name} is not ours");
    }
    #[cfg(unix)]
    assert!(
        left.iter()
            .any(|name| name.contains("2001-01-01") && name.ends_with("automatic.zip"))
    );
    assert_eq!(
        find_backups(&folder).unwrap().len(),
        9,
        "those of other vaults are found, too"
    );
}

#[tokio::test]
async fn what_a_crash_left_is_removed_by_the_next_backup() {
    let place = place();
    let vault = place.create().await;
    vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    let folder = place.path("backups");
    let id: String = vault.id().to_string().chars().take(8).collect();
    let ours = format!("deskfob-{id}-2025-03-03T141445Z-automatic.zip.tmp");
    let theirs = "deskfob-00000000-2025-03-03T141445Z-automatic.zip.tmp";
    for name in [ours.as_str(), theirs] {
        std::fs::write(folder.join(name), b"half a backup").unwrap();
    }
    assert_eq!(vault.backups().await.unwrap().len(), 1, "it is no backup");
    // In the same second: neither takes the other's name.
    let again = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    assert_eq!(again.made_ms, NOW_MS + 1000);
    let left = file_names(&folder);
    assert!(!left.contains(&ours), "{left:?}");
    assert!(
        left.contains(&theirs.to_owned()),
        "another vault's is not ours to remove"
    );
    assert_eq!(vault.backups().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vault_that_is_being_written_is_backed_up_whole() {
    let place = place();
    let (window, terminal) = (place.create().await, place.unlock().await);
    let writer = tokio::spawn(async move {
        let mut written = 0_u32;
        for number in 0..120_u32 {
            // Two in one transaction: a backup has both or neither.
            let pair = ["left", "right"].map(|side| {
                let seed = format!("{side}{number}");
                entry(side, &number.to_string(), seed.as_bytes())
            });
            terminal.add_entries(&pair, NOW_MS).await.unwrap();
            written += 1;
        }
        written
    });
    let mut sizes = Vec::new();
    while !writer.is_finished() || sizes.is_empty() {
        let at = NOW_MS + i64::try_from(sizes.len()).unwrap() * 1000;
        let made = window.back_up(BackupKind::Manual, at).await.unwrap();
        let backup = open(&made.path, &window).await;
        let (entries, _) = backup.counts().await.unwrap();
        assert_eq!(entries % 2, 0, "no half transaction");
        sizes.push(entries);
        backup.close().await;
    }
    assert_eq!(writer.await.unwrap(), 120);
    assert_eq!(
        window.entries().await.unwrap().len(),
        240,
        "no write was lost"
    );
    assert!(sizes.is_sorted(), "{sizes:?}");
}

#[tokio::test]
async fn a_backup_with_a_flipped_bit_or_cut_off_is_refused_and_never_applied() {
    let place = place();
    let vault = place.create().await;
    vault
        .add_entry(&entry("kept", "alice", b"seed"), NOW_MS)
        .await
        .unwrap();
    let made = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    let good = std::fs::read(&made.path).unwrap();
    let bad_path = place.folder.path().join("bad.zip");
    // Every byte of the beginning and the end, and a sample of what is between.
    let ends = (0..300).chain(good.len() - 600..good.len());
    let positions: Vec<usize> = ends.chain((300..good.len() - 600).step_by(997)).collect();
    for position in positions {
        let mut bad = good.clone();
        bad[position] ^= 1 << (position % 8);
        std::fs::write(&bad_path, &bad).unwrap();
        let opened = OpenBackup::open(&bad_path, vault.home(), BackupUnlock::Vault(&vault)).await;
        let Err(error) = opened else {
            panic!("byte {position} was changed and it opened")
        };
        assert!(
            ["backup_damaged", "backup_not_one"].contains(&error.code()),
            "byte {position}: {error:?}"
        );
        assert!(
            error.hint().is_some(),
            "byte {position}: with the next step"
        );
    }
    for length in [0, 1, 22, 102, 103, 5000, good.len() / 2, good.len() - 1] {
        std::fs::write(&bad_path, &good[..length]).unwrap();
        let opened = OpenBackup::open(&bad_path, vault.home(), BackupUnlock::Vault(&vault)).await;
        let code = opened.err().unwrap().code();
        assert!(
            ["backup_damaged", "backup_not_one"].contains(&code),
            "{length}: {code}"
        );
    }
    assert_eq!(names(&vault).await, ["kept"]);
    assert_eq!(
        file_names(&place.path("vault.scratch")),
        ["lock"],
        "refused ones leave nothing"
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_told_and_the_vault_goes_on() {
    let place = place();
    let vault = place.create().await;
    let file = place.folder.path().join("file");
    std::fs::write(&file, b"x").unwrap();
    let mut cases = vec![
        (place.folder.path().join("missing"), "backup_folder_missing"),
        (file, "backup_folder_unusable"),
    ];
    if cfg!(target_os = "linux") {
        // Not even root makes files there.
        cases.push(("/sys/kernel".into(), "backup_folder_unusable"));
    }
    for (folder, code) in cases {
        set_folder(&vault, Some(folder.clone())).await;
        let kind = BackupKind::Manual;
        let error = vault.back_up(kind, NOW_MS).await.unwrap_err();
        assert_eq!(error.code(), code, "{}: {error}", folder.display());
        assert!(
            error.to_string().contains(folder.to_str().unwrap()),
            "{error}"
        );
        assert!(error.hint().is_some(), "{error}");
        assert_eq!(vault.back_up_if_due(NOW_MS).await.unwrap_err().code(), code);
        vault
            .add_entry(&entry("x", "alice", b"x"), NOW_MS)
            .await
            .unwrap();
        vault
            .back_up(BackupKind::Safety, NOW_MS)
            .await
            .expect("safety backups go to the vault's own folder");
    }
    let drive = place.folder.path().join("drive");
    std::fs::create_dir(&drive).unwrap();
    set_folder(&vault, Some(drive.clone())).await;
    let made = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    assert_eq!(made.path.parent().unwrap(), drive);
    let backups = vault.backups().await.unwrap();
    assert!(backups.contains(&made), "those of both folders are listed");
    assert!(backups.iter().any(|made| made.kind == BackupKind::Safety));
    set_folder(&vault, None).await;
    assert!(!vault.backups().await.unwrap().contains(&made));
}

/// A vault that was changed in every way since its backup.
async fn changed_since_backup() -> (Place, Vault, Backup) {
    let place = place();
    let vault = place.create().await;
    let mut ids = Vec::new();
    for name in ["same", "edited", "trashed", "purged", "counter", "again"] {
        let mut made = entry(name, "alice", name.as_bytes());
        if name == "counter" {
            made = hotp(3);
        }
        ids.push(vault.add_entry(&made, NOW_MS).await.unwrap());
    }
    let mut edit = EntryEdit::of(&vault.entry(ids[3]).await.unwrap());
    edit.notes = "kept with it".into();
    edit.tags = vec!["tag".into()];
    edit.icon = Some("key".into());
    vault.edit_entry(ids[3], &edit, NOW_MS).await.unwrap();
    let gone = vault.put_account(&alice(), NOW_MS).await.unwrap();
    let made = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();

    let mut edit = EntryEdit::of(&vault.entry(ids[1]).await.unwrap());
    edit.notes = "new".into();
    edit.issuer = "edited since".into();
    vault.edit_entry(ids[1], &edit, NOW_MS).await.unwrap();
    vault.remove_entry(ids[2], NOW_MS).await.unwrap();
    vault.remove_entry(ids[3], NOW_MS).await.unwrap();
    vault.purge_entry(ids[3]).await.unwrap();
    vault.advance_counter(ids[4], NOW_MS).await.unwrap();
    // Destroyed and added anew: the same secret under another id.
    vault.remove_entry(ids[5], NOW_MS).await.unwrap();
    vault.purge_entry(ids[5]).await.unwrap();
    vault
        .add_entry(&entry("again", "alice", b"again"), NOW_MS)
        .await
        .unwrap();
    vault
        .add_entry(&entry("new", "alice", b"new"), NOW_MS)
        .await
        .unwrap();
    vault.remove_account(gone).await.unwrap();
    (place, vault, made)
}

#[tokio::test]
async fn the_difference_is_what_restoring_then_does() {
    let (place, vault, made) = changed_since_backup().await;
    let backup = open(&made.path, &vault).await;
    let difference = backup.difference(&vault).await.unwrap();
    assert_eq!(difference.only_in_backup, labels(&["purged"]));
    assert_eq!(difference.in_trash, labels(&["trashed"]));
    assert_eq!(difference.only_in_vault, labels(&["new"]));
    let changed: Vec<_> = difference
        .changed
        .iter()
        .map(|changed| (changed.label.issuer.as_str(), changed.fields.clone()))
        .collect();
    assert_eq!(
        changed,
        [
            ("edited since", vec!["issuer", "notes"]),
            ("Bank", vec!["kind"])
        ]
    );
    assert_eq!(difference.same, 2);
    assert_eq!(difference.accounts_only_in_backup, ["alice@example.com"]);
    assert_eq!(difference.accounts_only_in_vault, Vec::<String>::new());

    let before = names(&vault).await;
    assert_eq!(backup.restore_missing(&vault, NOW_MS + 1).await.unwrap(), 1);
    let mut expected = before;
    expected.push("purged".into());
    assert_eq!(
        names(&vault).await,
        expected,
        "only what was missing, after all others"
    );
    let restored = vault.entries().await.unwrap().pop().unwrap();
    assert_eq!(restored.notes.expose(), "kept with it");
    assert_eq!(
        (restored.tags, restored.icon),
        (vec!["tag".into()], Some("key".into()))
    );
    assert_eq!(restored.created_ms, NOW_MS);
    assert_eq!(
        vault.trash().await.unwrap().len(),
        1,
        "the trash is as it was"
    );
    assert_eq!(
        backup.restore_missing(&vault, NOW_MS + 2).await.unwrap(),
        0,
        "once is enough"
    );
    let difference = backup.difference(&vault).await.unwrap();
    assert_eq!(difference.only_in_backup, []);

    let clone = vault.clone();
    let home = vault.home().clone();
    let restored = backup
        .restore_everything(&home, Some(vault), NOW_MS + DAY_MS)
        .await
        .unwrap();
    assert!(clone.is_locked(), "every handle of the old vault is locked");
    assert_eq!(
        names(&restored).await,
        ["same", "edited", "trashed", "purged", "Bank", "again"],
        "as it was when the backup was made"
    );
    assert_eq!(restored.accounts().await.unwrap().len(), 1);
    assert_eq!(
        restored.history(None, 1).await.unwrap()[0].action,
        "backup_restored"
    );
    let backup = open(&made.path, &restored).await;
    let difference = backup.difference(&restored).await.unwrap();
    assert_eq!(
        (difference.same, difference.changed.len()),
        (6, 0),
        "{difference:?}"
    );

    let safety = restored.backups().await.unwrap();
    let safety = safety
        .iter()
        .find(|made| made.kind == BackupKind::Safety)
        .unwrap();
    let before = open(&safety.path, &restored).await;
    let difference = before.difference(&restored).await.unwrap();
    assert_eq!(
        difference.only_in_backup,
        labels(&["new"]),
        "nothing is lost by restoring"
    );
    before.close().await;
    backup.close().await;
    restored.lock().await;
    assert_eq!(
        names(&place.unlock().await).await.len(),
        6,
        "the password opens it"
    );
}

#[tokio::test]
async fn a_damaged_or_missing_vault_is_restored_over() {
    for damage in [
        "database cut",
        "database gone",
        "header changed",
        "header gone",
        "all gone",
    ] {
        let place = place();
        let vault = place.create().await;
        vault
            .add_entry(&entry("kept", "alice", b"seed"), NOW_MS)
            .await
            .unwrap();
        let made = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
        vault.lock().await;
        let path = place.folder.path().join("elsewhere.zip");
        std::fs::copy(&made.path, &path).unwrap();
        let remove = |name: &str| std::fs::remove_file(place.path(name)).unwrap();
        match damage {
            "database cut" => std::fs::write(place.path("vault.db"), b"short").unwrap(),
            "database gone" => remove("vault.db"),
            "header changed" => std::fs::write(place.path("vault.key"), b"DFOBVKEY").unwrap(),
            "header gone" => remove("vault.key"),
            _ => std::fs::remove_dir_all(place.home.path()).unwrap(),
        }
        if damage == "all gone" {
            deskfob_vault::Home::at(place.home.path()).unwrap();
        } else {
            let opened = Vault::unlock_with_password(&place.home, password()).await;
            assert!(opened.is_err(), "{damage}");
        }
        let by = BackupUnlock::Password(password());
        let backup = OpenBackup::open(&path, &place.home, by).await.unwrap();
        let restored = backup
            .restore_everything(&place.home, None, NOW_MS)
            .await
            .unwrap();
        assert_eq!(names(&restored).await, ["kept"], "{damage}");
        restored.lock().await;
        assert_eq!(
            names(&place.unlock().await).await,
            ["kept"],
            "{damage}: it opens again"
        );
    }
}

/// A vault that was changed since its backup, locked, and its header.
async fn locked_since_backup() -> (Place, Backup, Vec<u8>) {
    let place = place();
    let vault = place.create().await;
    let made = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    let slot = vault.slots().unwrap().remove(0);
    vault.rename_slot(slot.id, "Renamed since").await.unwrap();
    vault
        .add_entry(&entry("newer", "alice", b"seed"), NOW_MS)
        .await
        .unwrap();
    vault.lock().await;
    let header = std::fs::read(place.path("vault.key")).unwrap();
    (place, made, header)
}

async fn restore(place: &Place, made: &Backup) -> Result<Vault, BackupError> {
    let by = BackupUnlock::Password(password());
    let backup = OpenBackup::open(&made.path, &place.home, by).await.unwrap();
    backup.restore_everything(&place.home, None, NOW_MS).await
}

#[tokio::test]
async fn a_restore_that_holds_and_was_not_finished_is_told_as_such() {
    let (place, made, _) = locked_since_backup().await;
    // What is removed before the database is put in place is no file here.
    std::fs::create_dir(place.path("vault.db-journal")).unwrap();
    let told = restore(&place, &made).await.unwrap_err();
    assert!(matches!(told, BackupError::Unfinished(_)), "{told:?}");
    assert_eq!(told.code(), "restore_unfinished");
    assert!(!told.hint().unwrap().contains("nothing was changed"));
    let header = std::fs::read(place.path("vault.key")).unwrap();
    assert_eq!(
        read_slots(&header).unwrap()[0].name,
        "Password",
        "it is the backup's"
    );
    std::fs::remove_dir(place.path("vault.db-journal")).unwrap();
    let vault = place.unlock().await;
    assert_eq!(names(&vault).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_restore_without_room_for_the_header_changes_nothing() {
    let (place, made, header) = locked_since_backup().await;
    // A folder in the temporary file's place makes the write fail as a full disk would.
    let in_the_way = place.path("vault.key.previous.tmp");
    std::fs::create_dir(&in_the_way).unwrap();
    let told = restore(&place, &made).await.unwrap_err();
    assert_eq!(told.code(), "backup_io", "{told}");
    assert!(std::fs::read(place.path("vault.key")).unwrap() == header);
    std::fs::remove_dir(in_the_way).unwrap();
    assert_eq!(names(&place.unlock().await).await, ["newer"]);
}

#[tokio::test]
async fn a_vault_whose_pages_are_damaged_is_set_aside_as_it_is() {
    let place = place();
    let vault = place.create().await;
    for number in 0..50_u8 {
        let entry = entry(&number.to_string(), "alice", &[number]);
        vault.add_entry(&entry, NOW_MS).await.unwrap();
    }
    let made = vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    vault.lock().await;
    let mut bytes = std::fs::read(place.path("vault.db")).unwrap();
    // The first pages hold the schema, without which it would not open at all.
    let last = bytes.len() - 2000;
    bytes[last] ^= 1;
    std::fs::write(place.path("vault.db"), &bytes).unwrap();
    let vault = place.unlock().await;
    let backup = open(&made.path, &vault).await;
    let restored = backup
        .restore_everything(&place.home, Some(vault), NOW_MS)
        .await
        .unwrap();
    assert_eq!(restored.entries().await.unwrap().len(), 50);
    let aside = file_names(&place.path("backups"))
        .into_iter()
        .find(|name| name.starts_with("damaged-"))
        .unwrap();
    let kept = std::fs::read(place.path("backups").join(aside).join("vault.db")).unwrap();
    assert!(kept == bytes, "what was damaged is kept");
}
