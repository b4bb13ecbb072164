//! What a crash leaves behind: the steps are run up to some point, and the vault is opened.

use std::collections::BTreeMap;

use deskfob_otp::{Entry, Seed};

use super::*;
use crate::header::{HEADER, Header, PREVIOUS, Previous};
use crate::open::UnlockError;

const PASSWORD: &str = "correct horse battery";

/// A vault in the middle of getting a new key.
struct Midway {
    _folder: tempfile::TempDir,
    home: Home,
    old_header: Vec<u8>,
    header: Header,
    key: VaultKey,
    log: Vec<u8>,
}

/// A vault with two entries, and the staged database under the new key.
async fn midway() -> Midway {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(&folder.path().join("home")).unwrap();
    let vault = Vault::create(&home, PASSWORD.into(), KdfCost::FLOOR)
        .await
        .unwrap();
    for account in ["alice", "bob"] {
        let seed = Seed::from_bytes(account.as_bytes().to_vec()).unwrap();
        let entry = Entry::totp("Upsun", account, seed);
        vault.add_entry(&entry, 1).await.unwrap();
    }
    let old = vault.key().unwrap();
    let log = std::fs::read(home.file("vault.db-wal")).unwrap();
    assert!(log.len() > 4096, "there is something in the log");
    vault.lock().await;

    let old_header = std::fs::read(home.file(HEADER)).unwrap();
    let before = header::load(&home).unwrap().authenticate(&old).unwrap();
    let generation = before.generation + 1;
    let new = NewSlots::of(&home, &before, vec![PASSWORD.into()], KdfCost::FLOOR)
        .await
        .unwrap();
    stage(&home, &old, generation, &new.key, new.kit_slot())
        .await
        .unwrap();
    Midway {
        header: new.header(&before, generation),
        key: new.key,
        _folder: folder,
        home,
        old_header,
        log,
    }
}

async fn accounts(vault: &Vault) -> Vec<String> {
    let entries = vault.entries().await.unwrap();
    entries
        .into_iter()
        .map(|stored| stored.entry.account)
        .collect()
}

fn files(home: &Home) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(home.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect()
}

/// Opens it as the next program would, and returns whether it has the new key.
async fn open(midway: &Midway, case: &str) -> bool {
    let home = &midway.home;
    let vault = Vault::unlock_with_password(home, PASSWORD.into())
        .await
        .unwrap_or_else(|error| panic!("{case}: {error}"));
    assert_eq!(accounts(&vault).await, ["alice", "bob"], "{case}");
    let new = vault.key().unwrap().same_as(&midway.key);
    vault.lock().await;
    let left: Vec<_> = files(home).into_keys().collect();
    let mut expected = vec!["vault.attempts", "vault.db", "vault.in-use", "vault.key"];
    if new {
        expected.push("vault.key.previous");
    }
    expected.push("vault.lock");
    assert_eq!(left, expected, "{case}: nothing is left behind");
    new
}

#[tokio::test]
async fn a_crash_before_the_header_is_written_leaves_the_old_vault() {
    let midway = midway().await;
    let home = &midway.home;
    for (case, name, content) in [
        ("complete", None, vec![]),
        ("half written", Some("vault.db.2"), vec![7; 5000]),
        ("empty", Some("vault.db.2"), vec![]),
        ("with a journal", Some("vault.db.2-journal"), vec![7; 600]),
        ("with a log", Some("vault.db.2-wal"), vec![7; 600]),
        ("of a much later header", Some("vault.db.900"), vec![7; 600]),
    ] {
        if let Some(name) = name {
            std::fs::write(home.file(name), content).unwrap();
        }
        assert!(!open(&midway, case).await, "{case}: it is the old one");
    }
}

#[tokio::test]
async fn a_crash_after_the_header_is_written_leaves_the_new_vault() {
    let midway = midway().await;
    let home = &midway.home;
    let (old_db, staged) = (
        std::fs::read(home.file("vault.db")).unwrap(),
        std::fs::read(swap::staged(home, 2)).unwrap(),
    );
    for (case, forgotten, with_log, with_old) in [
        ("before the previous header", false, true, true),
        ("before the log is removed", true, true, true),
        ("before the database is renamed", true, false, true),
        ("as when a lost database is put back", true, false, false),
    ] {
        std::fs::write(swap::staged(home, 2), &staged).unwrap();
        let _ = std::fs::remove_file(home.file("vault.db"));
        if with_old {
            std::fs::write(home.file("vault.db"), &old_db).unwrap();
        }
        if with_log {
            std::fs::write(home.file("vault.db-wal"), &midway.log).unwrap();
        }
        header::save(home, &midway.header, &midway.key, Previous::Forget).unwrap();
        if !forgotten {
            std::fs::write(home.file(PREVIOUS), &midway.old_header).unwrap();
        }
        let presence = crate::presence(home).unwrap();
        assert!(
            matches!(presence, crate::Presence::Present { .. }),
            "{case}: {presence:?}"
        );
        assert!(open(&midway, case).await, "{case}: it is the new one");
        assert_eq!(
            std::fs::read(home.file(PREVIOUS)).unwrap(),
            std::fs::read(home.file(HEADER)).unwrap(),
            "{case}: the old password's header is gone"
        );
    }
}

#[tokio::test]
async fn a_staged_database_is_not_taken_for_that_of_a_later_header() {
    let midway = midway().await;
    let home = &midway.home;
    let staged = std::fs::read(swap::staged(home, 2)).unwrap();
    let vault = Vault::unlock_with_password(home, PASSWORD.into())
        .await
        .unwrap();
    // As if it could not be removed. The next change has the generation that it is named after.
    std::fs::write(swap::staged(home, 2), &staged).unwrap();
    let slot = vault.slots().unwrap()[0].id;
    vault.rename_slot(slot, "Renamed").await.unwrap();
    vault.lock().await;
    assert_eq!(header::load(home).unwrap().header.generation, 2);
    let vault = Vault::unlock_with_password(home, PASSWORD.into())
        .await
        .unwrap();
    assert_eq!(accounts(&vault).await, ["alice", "bob"]);
    assert!(!swap::staged(home, 2).exists());
}

#[tokio::test]
async fn who_read_the_header_before_the_swap_does_not_act_on_it_afterwards() {
    let midway = midway().await;
    let home = &midway.home;
    let staged = std::fs::read(swap::staged(home, 2)).unwrap();
    let old = Vault::unlock_with_password(home, PASSWORD.into())
        .await
        .unwrap();
    let key = old.key().unwrap();
    let before = header::load(home).unwrap().authenticate(&key).unwrap();
    let (sealed, copy) = (before.slots[0].clone(), before.clone());
    drop(key);
    old.lock().await;
    let wrapping = match &sealed.protection {
        crate::header::Protection::Password { cost, salt } => {
            cost.derive(&PASSWORD.into(), salt).unwrap()
        }
        _ => panic!("the first slot has a password"),
    };
    let key = sealed.open(&copy.vault, &wrapping).unwrap();
    std::fs::write(swap::staged(home, 2), &staged).unwrap();
    swap::commit(home, &midway.header, &midway.key).unwrap();
    let refused = Vault::unlocked(home, &before, key).await;
    assert!(
        matches!(refused, Err(UnlockError::KeyReplaced)),
        "{refused:?}"
    );
    assert!(open(&midway, "afterwards").await);
}

#[tokio::test]
async fn a_copy_that_differs_is_not_accepted() {
    let midway = midway().await;
    let home = &midway.home;
    let mut staged = database::open_at(&swap::staged(home, 2), &midway.key)
        .await
        .unwrap();
    database::verify(&mut staged).await.unwrap();
    let whole = database::digest(&mut staged).await.unwrap();
    sqlx::raw_sql("UPDATE entries SET account = 'eve' WHERE account = 'bob'")
        .execute(&mut *staged)
        .await
        .unwrap();
    assert!(database::digest(&mut staged).await.unwrap() != whole);
    staged.close().await.unwrap();

    // A changed byte in the last page: the page's HMAC tells.
    let path = swap::staged(home, 2);
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 2000;
    bytes[last] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let mut staged = database::open_at(&path, &midway.key).await.unwrap();
    assert!(database::verify(&mut staged).await.is_err());
}

#[tokio::test]
async fn a_new_kit_that_a_crash_kept_from_being_shown_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(&folder.path().join("home")).unwrap();
    let vault = Vault::create(&home, PASSWORD.into(), KdfCost::FLOOR)
        .await
        .unwrap();
    let (slot, before) = vault.add_recovery_kit("Recovery kit").await.unwrap();
    let unseen = async |vault: &Vault| vault.unseen_recovery_kits().await.unwrap();
    assert_eq!(unseen(&vault).await, std::slice::from_ref(&slot));
    vault.recovery_kit_shown(slot.id).await.unwrap();
    assert_eq!(unseen(&vault).await, []);
    let old = vault.key().unwrap();
    vault.lock().await;
    let header = header::load(&home).unwrap().authenticate(&old).unwrap();
    let generation = header.generation + 1;
    for committed in [false, true] {
        let passwords = vec![PASSWORD.into()];
        let new = NewSlots::of(&home, &header, passwords, KdfCost::FLOOR)
            .await
            .unwrap();
        stage(&home, &old, generation, &new.key, new.kit_slot())
            .await
            .unwrap();
        if committed {
            new.commit(&home, header.clone(), generation).await.unwrap();
        }
        // The words of the new kit are gone with the program.
        let vault = Vault::unlock_with_password(&home, PASSWORD.into())
            .await
            .unwrap();
        let opens = vault.verify_recovery_kit(&before).unwrap();
        assert_eq!(opens, !committed, "the kit from before");
        let told: Vec<_> = unseen(&vault).await.iter().map(|kit| kit.id).collect();
        let expected = if committed { vec![slot.id] } else { vec![] };
        assert_eq!(told, expected, "committed: {committed}");
        let report = vault.check(1).await;
        let warned = |finding: &crate::Finding| finding.subject == "recovery_kits";
        assert_eq!(report.findings.iter().any(warned), committed);
        vault.lock().await;
    }
    let vault = Vault::unlock_with_recovery_kit(&home, &before).await;
    assert!(vault.is_err(), "nobody has the kit that there is");
    let vault = Vault::unlock_with_password(&home, PASSWORD.into())
        .await
        .unwrap();
    let (vault, made) = vault
        .new_key(vec![PASSWORD.into()], KdfCost::FLOOR)
        .await
        .unwrap();
    assert_eq!(unseen(&vault).await.len(), 1, "until it was shown");
    vault.recovery_kit_shown(slot.id).await.unwrap();
    vault.lock().await;
    let vault = Vault::unlock_with_recovery_kit(&home, &made.kit.unwrap())
        .await
        .unwrap();
    assert_eq!(unseen(&vault).await, []);
    let (other, _) = vault.add_recovery_kit("Another").await.unwrap();
    vault.remove_slot(other.id).await.unwrap();
    assert_eq!(unseen(&vault).await, [], "one that is gone is not told of");
}
