//! Creating, opening, locking, and what damage or an attacker does to the files.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::{Duration, Instant};

use common::{NOW_MS, PASSWORD, entry, password, place};
use deskfob_vault::{
    CreateError, DatabaseError, HeaderError, Home, KdfCost, Presence, SlotError, SlotKind,
    StoreError, UnlockError, Vault, presence, retry_after_ms,
};
use sha2::{Digest, Sha256};

#[tokio::test]
async fn a_vault_is_created_locked_and_opened_again() {
    let place = place();
    assert!(matches!(presence(&place.home), Ok(Presence::Absent)));
    assert!(matches!(
        Vault::unlock_with_password(&place.home, password()).await,
        Err(UnlockError::NoVault)
    ));
    assert!(place.files().is_empty(), "looking leaves nothing behind");

    let vault = place.create().await;
    let id = vault
        .add_entry(&entry("Upsun", "alice", b"seed of alice"), NOW_MS)
        .await
        .unwrap();
    let other = vault.clone();
    vault.lock().await;
    assert!(other.is_locked());
    assert!(
        matches!(other.entries().await, Err(StoreError::Locked)),
        "for every handle"
    );
    assert!(matches!(other.slots(), Err(SlotError::Locked)));
    assert!(matches!(
        other.verify_password(password()).await,
        Err(UnlockError::Locked)
    ));
    other.lock().await;

    let vault = place.unlock().await;
    assert_eq!(vault.entry(id).await.unwrap().entry.issuer, "Upsun");
    assert_eq!(vault.slots().unwrap().len(), 1);
    assert_eq!(vault.slots().unwrap()[0].kind, SlotKind::Password);
}

#[tokio::test]
async fn a_vault_that_is_dropped_without_locking_loses_nothing() {
    let place = place();
    let vault = place.create().await;
    vault
        .add_entry(&entry("Upsun", "alice", b"seed"), NOW_MS)
        .await
        .unwrap();
    drop(vault);
    assert_eq!(place.unlock().await.entries().await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_a_good_password_and_cost_make_a_vault() {
    let place = place();
    for (case, password, cost, code) in [
        ("empty", "", KdfCost::FLOOR, "password_empty"),
        (
            "7 characters",
            "äöüäöüä",
            KdfCost::FLOOR,
            "password_too_short",
        ),
        (
            "cheap",
            PASSWORD,
            KdfCost {
                m_kib: 1024,
                t: 1,
                p: 1,
            },
            "kdf_cost",
        ),
        (
            "too dear",
            PASSWORD,
            KdfCost {
                m_kib: 2 << 20,
                t: 3,
                p: 4,
            },
            "kdf_cost",
        ),
    ] {
        let refused = Vault::create(&place.home, password.into(), cost)
            .await
            .unwrap_err();
        assert_eq!(refused.code(), code, "{case}");
    }
    assert!(
        matches!(presence(&place.home), Ok(Presence::Absent)),
        "nothing was made"
    );

    place.create().await.lock().await;
    let refused = Vault::create(&place.home, password(), KdfCost::FLOOR).await;
    assert!(
        matches!(refused, Err(CreateError::Exists)),
        "a vault is never overwritten"
    );
    place.unlock().await;
}

#[tokio::test]
async fn wrong_passwords_make_the_next_try_wait_even_after_a_restart() {
    let place = place();
    place.create().await.lock().await;
    assert_eq!(retry_after_ms(&place.home), None);
    let wrong = || Vault::unlock_with_password(&place.home, "not the password".into());
    assert!(matches!(
        wrong().await,
        Err(UnlockError::WrongPassword {
            retry_after_ms: 1000
        })
    ));
    match Vault::unlock_with_password(&place.home, password()).await {
        Err(UnlockError::Wait {
            retry_after_ms: 1..=1000,
        }) => {}
        other => panic!("the right password has to wait as well: {other:?}"),
    }
    // Another process's view: only what is on disk.
    let again = Home::at(place.home.path()).unwrap();
    let left = retry_after_ms(&again).unwrap();
    assert!((1..=1000).contains(&left), "{left}");
    tokio::time::sleep(Duration::from_millis(left + 20)).await;
    assert!(matches!(
        wrong().await,
        Err(UnlockError::WrongPassword {
            retry_after_ms: 2000
        })
    ));
    let left = retry_after_ms(&again).unwrap();
    tokio::time::sleep(Duration::from_millis(left + 20)).await;
    place.unlock().await.lock().await;
    assert!(
        matches!(
            wrong().await,
            Err(UnlockError::WrongPassword {
                retry_after_ms: 1000
            })
        ),
        "the right password starts the count over"
    );
}

#[tokio::test]
async fn the_password_is_verified_while_open() {
    let place = place();
    let vault = place.create().await;
    assert!(vault.verify_password(password()).await.unwrap());
    assert!(
        !vault
            .verify_password("not the password".into())
            .await
            .unwrap()
    );
    assert!(
        matches!(
            vault.verify_password(password()).await,
            Err(UnlockError::Wait { .. })
        ),
        "guessing in the open window waits as well"
    );
}

#[tokio::test]
async fn a_removed_password_opens_neither_the_header_nor_the_one_kept_before_it() {
    let place = place();
    let vault = place.create().await;
    let first = vault.slots().unwrap()[0].id;
    assert!(matches!(
        vault.remove_slot(first).await,
        Err(SlotError::LastPasswordSlot)
    ));
    let second = "another long password";
    let added = vault
        .add_password_slot("Second", second.into(), KdfCost::FLOOR)
        .await
        .unwrap();
    assert_eq!(added.name, "Second");
    assert_eq!(vault.slots().unwrap().len(), 2);
    place.unlock().await.lock().await;
    Vault::unlock_with_password(&place.home, second.into())
        .await
        .unwrap()
        .lock()
        .await;

    vault.remove_slot(first).await.unwrap();
    assert!(matches!(
        vault.remove_slot(first).await,
        Err(SlotError::NoSuchSlot)
    ));
    assert!(matches!(
        vault.remove_slot(added.id).await,
        Err(SlotError::LastPasswordSlot)
    ));
    Vault::unlock_with_password(&place.home, second.into())
        .await
        .unwrap()
        .lock()
        .await;
    std::fs::copy(place.path("vault.key.previous"), place.path("vault.key")).unwrap();
    let refused = Vault::unlock_with_password(&place.home, password()).await;
    assert!(
        matches!(refused, Err(UnlockError::WrongPassword { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn every_changed_byte_of_the_header_is_noticed_before_a_password_is_asked_for() {
    let place = place();
    place.create().await.lock().await;
    let good = std::fs::read(place.path("vault.key")).unwrap();
    for position in 0..good.len() {
        let mut bad = good.clone();
        bad[position] ^= 0x10;
        std::fs::write(place.path("vault.key"), &bad).unwrap();
        match presence(&place.home) {
            Ok(Presence::Damaged { .. }) => {}
            other => panic!("byte {position}: {other:?}"),
        }
    }
    let start = Instant::now();
    let refused = Vault::unlock_with_password(&place.home, password()).await;
    assert!(
        matches!(
            refused,
            Err(UnlockError::Header(HeaderError::Damaged { .. }))
        ),
        "{refused:?}"
    );
    assert!(
        start.elapsed() < Duration::from_millis(100),
        "no key is derived for it"
    );
    assert_eq!(
        retry_after_ms(&place.home),
        None,
        "damage is not a wrong password"
    );
    assert!(
        matches!(
            Vault::create(&place.home, password(), KdfCost::FLOOR).await,
            Err(CreateError::Exists)
        ),
        "a damaged vault is never overwritten"
    );
    std::fs::write(place.path("vault.key"), &good).unwrap();
    place.unlock().await;
}

#[tokio::test]
async fn a_header_changed_with_a_right_checksum_is_refused() {
    let place = place();
    place.create().await.lock().await;
    let good = std::fs::read(place.path("vault.key")).unwrap();
    let name = good
        .windows(8)
        .position(|window| window == b"Password")
        .unwrap();
    // The name is not part of what wraps the key: the header's MAC notices.
    let mut renamed = good.clone();
    renamed[name] = b'p';
    std::fs::write(place.path("vault.key"), with_checksum(renamed)).unwrap();
    let refused = Vault::unlock_with_password(&place.home, password()).await;
    assert!(
        matches!(refused, Err(UnlockError::Header(HeaderError::NotAuthentic))),
        "{refused:?}"
    );
    // One pass less, which is cheaper to guess against: the wrapping notices.
    let mut weaker = good.clone();
    weaker[name + 8 + 4] -= 1;
    std::fs::write(place.path("vault.key"), with_checksum(weaker)).unwrap();
    let refused = Vault::unlock_with_password(&place.home, password()).await;
    assert!(
        matches!(refused, Err(UnlockError::WrongPassword { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_hostile_header_costs_nothing() {
    let place = place();
    place.create().await.lock().await;
    let good = std::fs::read(place.path("vault.key")).unwrap();
    let costs = good
        .windows(8)
        .position(|window| window == b"Password")
        .unwrap()
        + 8;
    for (case, offset, value) in [("64 GiB", 0, 64_u32 << 20), ("2^31 passes", 4, 1 << 31)] {
        let mut hostile = good.clone();
        hostile[costs + offset..][..4].copy_from_slice(&value.to_le_bytes());
        std::fs::write(place.path("vault.key"), with_checksum(hostile)).unwrap();
        let start = Instant::now();
        let refused = Vault::unlock_with_password(&place.home, password()).await;
        assert!(
            matches!(refused, Err(UnlockError::Header(HeaderError::Cost(_)))),
            "{case}"
        );
        assert!(
            start.elapsed() < Duration::from_millis(100),
            "{case}: {:?}",
            start.elapsed()
        );
    }
    std::fs::write(place.path("vault.key"), vec![0x41; 64 << 20]).unwrap();
    let start = Instant::now();
    assert!(matches!(
        presence(&place.home),
        Ok(Presence::Damaged { .. })
    ));
    assert!(
        start.elapsed() < Duration::from_millis(100),
        "64 MiB are not read"
    );
}

#[tokio::test]
async fn a_newer_header_is_refused_with_its_number() {
    let place = place();
    place.create().await.lock().await;
    let mut newer = std::fs::read(place.path("vault.key")).unwrap();
    newer[8] = 7;
    std::fs::write(place.path("vault.key"), with_checksum(newer)).unwrap();
    let refused = Vault::unlock_with_password(&place.home, password()).await;
    assert!(
        matches!(
            refused,
            Err(UnlockError::NewerVersion {
                found: 7,
                supported: 2
            })
        ),
        "{refused:?}"
    );
    let refused = Vault::create(&place.home, password(), KdfCost::FLOOR).await;
    assert!(matches!(refused, Err(CreateError::Exists)), "{refused:?}");
}

#[tokio::test]
async fn a_missing_or_foreign_database_is_told_and_never_replaced_by_an_empty_one() {
    let place = place();
    place.create().await.lock().await;
    let other = common::place();
    other.create().await.lock().await;
    std::fs::copy(other.path("vault.db"), place.path("vault.db")).unwrap();
    let refused = Vault::unlock_with_password(&place.home, password()).await;
    assert!(
        matches!(refused, Err(UnlockError::Database(DatabaseError::Damaged))),
        "another vault's database: {refused:?}"
    );
    std::fs::remove_file(place.path("vault.db")).unwrap();
    assert!(matches!(
        presence(&place.home),
        Ok(Presence::Damaged { .. })
    ));
    let refused = Vault::unlock_with_password(&place.home, password()).await;
    assert!(
        matches!(refused, Err(UnlockError::Database(DatabaseError::Missing))),
        "no database: {refused:?}"
    );
    assert!(!place.path("vault.db").exists(), "none was made");
    std::fs::copy(other.path("vault.db"), place.path("vault.db")).unwrap();
    std::fs::remove_file(place.path("vault.key")).unwrap();
    assert!(
        matches!(presence(&place.home), Ok(Presence::Damaged { .. })),
        "no header"
    );
}

#[tokio::test]
async fn a_crash_while_creating_leaves_nothing_or_a_whole_vault() {
    let place = place();
    // Before the header: what is there cannot be opened by anybody.
    std::fs::write(place.path("vault.db.new"), b"half a database").unwrap();
    std::fs::write(place.path("vault.db.new-wal"), b"and its log").unwrap();
    assert!(matches!(presence(&place.home), Ok(Presence::Absent)));
    place.create().await.lock().await;
    assert_eq!(
        place.files(),
        ["vault.db", "vault.in-use", "vault.key", "vault.lock"],
        "leftovers are gone"
    );
    // After the header and before the database's final name.
    std::fs::rename(place.path("vault.db"), place.path("vault.db.new")).unwrap();
    assert!(matches!(
        presence(&place.home),
        Ok(Presence::Present { .. })
    ));
    place.unlock().await.lock().await;
    assert!(place.path("vault.db").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn the_log_of_an_earlier_vault_is_not_the_new_ones() {
    let earlier = place();
    let vault = earlier.create().await;
    vault
        .add_entry(&entry("Upsun", "alice", b"seed of alice"), NOW_MS)
        .await
        .unwrap();
    let all = ["-wal", "-shm", "-journal"];
    for left in [&all[..1], &all[1..2], &all[2..], &all[..2], &all] {
        let place = place();
        for unfinished in [false, true] {
            let case = format!("{left:?}, unfinished: {unfinished}");
            if unfinished {
                // As a crash leaves it between the header and the database's final name.
                std::fs::rename(place.path("vault.db"), place.path("vault.db.new")).unwrap();
            }
            for suffix in left {
                let name = format!("vault.db{suffix}");
                // It keeps no journal; what one would hold does not matter.
                let content = std::fs::read(earlier.path(&name)).unwrap_or(vec![0xd9; 4096]);
                assert!(!content.is_empty());
                std::fs::write(place.path(&name), content).unwrap();
            }
            if !unfinished {
                assert!(matches!(presence(&place.home), Ok(Presence::Absent)));
                let made = Vault::create(&place.home, password(), KdfCost::FLOOR).await;
                made.unwrap_or_else(|error| panic!("{case}: {error}"))
                    .lock()
                    .await;
            }
            let opened = Vault::unlock_with_password(&place.home, password()).await;
            let vault = opened.unwrap_or_else(|error| panic!("{case}: {error}"));
            assert!(vault.entries().await.unwrap().is_empty(), "{case}");
            vault.lock().await;
            let mut files = place.files();
            files.retain(|name| name != "vault.attempts");
            let own = ["vault.db", "vault.in-use", "vault.key", "vault.lock"];
            assert_eq!(files, own, "{case}");
        }
    }
}

#[tokio::test]
async fn every_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = place();
    let vault = place.create().await;
    vault
        .add_entry(&entry("Upsun", "alice", b"seed"), NOW_MS)
        .await
        .unwrap();
    vault
        .add_password_slot("Second", "another one".into(), KdfCost::FLOOR)
        .await
        .unwrap();
    vault.verify_password("a wrong one".into()).await.unwrap();
    let files = place.files();
    for expected in [
        "vault.attempts",
        "vault.db",
        "vault.db-wal",
        "vault.key",
        "vault.key.previous",
    ] {
        assert!(
            files.iter().any(|name| name == expected),
            "{expected} is missing in {files:?}"
        );
    }
    for name in files {
        let mode = std::fs::metadata(place.path(&name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777;
        assert_eq!(mode, 0o600, "{name}");
    }
}

fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let content = bytes.len() - 32;
    let checksum = Sha256::digest(&bytes[..content]);
    bytes[content..].copy_from_slice(&checksum);
    bytes
}
