//! A header with any byte changed: refused by type, or repaired from the one before.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{NOW_MS, Place, entry, password, place};
use deskfob_vault::{
    DatabaseError, HeaderError, KdfCost, Presence, RepairError, UnlockError, Vault, presence,
};
use sha2::{Digest, Sha256};

fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let content = bytes.len() - 32;
    let checksum = Sha256::digest(&bytes[..content]);
    bytes[content..].copy_from_slice(&checksum);
    bytes
}

/// Different for every position and never 0, and the same in every run.
fn change(position: usize) -> u8 {
    let digest = Sha256::digest((position as u64).to_le_bytes());
    digest.iter().copied().find(|byte| *byte != 0).unwrap()
}

fn can_repair(place: &Place) -> Option<bool> {
    match presence(&place.home).unwrap() {
        Presence::Damaged { can_repair, .. } => Some(can_repair),
        _ => None,
    }
}

async fn repair(place: &Place) -> Result<Vault, RepairError> {
    Vault::repair_header(&place.home, password()).await
}

/// A vault with an entry, whose header was changed once.
async fn made(place: &Place) {
    let vault = place.create().await;
    vault
        .add_entry(&entry("Upsun", "alice", b"seed"), NOW_MS)
        .await
        .unwrap();
    let slot = vault.slots().unwrap()[0].id;
    vault.rename_slot(slot, "Renamed").await.unwrap();
    vault.lock().await;
}

#[tokio::test]
async fn every_changed_byte_of_the_header_is_refused_and_can_be_repaired() {
    let place = place();
    let vault = place.create().await;
    vault
        .add_entry(&entry("Upsun", "alice", b"seed"), NOW_MS)
        .await
        .unwrap();
    let (_, kit) = vault.add_recovery_kit("In the drawer").await.unwrap();
    let slot = vault.slots().unwrap()[0].id;
    vault.rename_slot(slot, "Renamed").await.unwrap();
    vault.lock().await;
    let good = std::fs::read(place.path("vault.key")).unwrap();
    for position in 0..good.len() {
        let mut bad = good.clone();
        bad[position] ^= change(position);
        std::fs::write(place.path("vault.key"), &bad).unwrap();
        assert_eq!(can_repair(&place), Some(true), "byte {position}");
        // The kit derives nothing, so that every byte can be tried to the end.
        let refused = Vault::unlock_with_recovery_kit(&place.home, &kit).await;
        assert!(
            matches!(
                refused,
                Err(UnlockError::Header(HeaderError::Damaged { .. }))
            ),
            "byte {position}: {refused:?}"
        );
        // As by somebody who knows the format and not the key.
        if position < good.len() - 32 {
            std::fs::write(place.path("vault.key"), with_checksum(bad)).unwrap();
            match Vault::unlock_with_recovery_kit(&place.home, &kit).await {
                Err(
                    UnlockError::Header(
                        HeaderError::Damaged { .. }
                        | HeaderError::NotAuthentic
                        | HeaderError::Cost(_),
                    )
                    | UnlockError::NewerVersion { .. }
                    | UnlockError::NoSuchSlot { .. }
                    | UnlockError::WrongKit,
                ) => {}
                other => panic!("byte {position} with a right checksum: {other:?}"),
            }
        }
    }
    // Repairing takes a password, which takes its time: some bytes of every part.
    for position in (0..good.len()).step_by(97).chain([good.len() - 1]) {
        let mut bad = good.clone();
        bad[position] ^= change(position);
        std::fs::write(place.path("vault.key"), &bad).unwrap();
        let vault = repair(&place).await.unwrap();
        assert_eq!(vault.entries().await.unwrap().len(), 1, "byte {position}");
        assert_eq!(
            vault.slots().unwrap()[0].name,
            "Password",
            "as before the change"
        );
        vault.lock().await;
        assert_eq!(
            std::fs::read(place.path("vault.key.damaged")).unwrap(),
            bad,
            "byte {position}: kept to look at"
        );
        assert_eq!(
            can_repair(&place),
            None,
            "byte {position}: nothing is damaged"
        );
    }
}

#[tokio::test]
async fn any_damage_of_the_header_is_repaired_from_the_one_before() {
    let place = place();
    made(&place).await;
    let good = std::fs::read(place.path("vault.key")).unwrap();
    let mut dear = good.clone();
    let costs = good.windows(7).position(|part| part == b"Renamed").unwrap() + 7;
    dear[costs..][..4].copy_from_slice(&(64u32 << 20).to_le_bytes());
    for (case, bad) in [
        ("missing", None),
        ("empty", Some(vec![])),
        ("half", Some(good[..good.len() / 2].to_vec())),
        ("zeros", Some(vec![0; good.len()])),
        ("64 MiB", Some(vec![b'A'; 64 << 20])),
        ("64 GiB of Argon2", Some(with_checksum(dear))),
    ] {
        match &bad {
            Some(bad) => std::fs::write(place.path("vault.key"), bad).unwrap(),
            None => std::fs::remove_file(place.path("vault.key")).unwrap(),
        }
        assert_eq!(can_repair(&place), Some(true), "{case}");
        let vault = repair(&place).await.unwrap();
        assert_eq!(vault.entries().await.unwrap().len(), 1, "{case}");
        vault.lock().await;
        place.unlock().await.lock().await;
    }
    // Its checksum is right and its author has not the key.
    let mut renamed = std::fs::read(place.path("vault.key")).unwrap();
    let name = renamed
        .windows(8)
        .position(|part| part == b"Password")
        .unwrap();
    renamed[name] = b'p';
    std::fs::write(place.path("vault.key"), with_checksum(renamed)).unwrap();
    let refused = Vault::unlock_with_password(&place.home, password()).await;
    assert!(
        matches!(refused, Err(UnlockError::Header(HeaderError::NotAuthentic))),
        "{refused:?}"
    );
    repair(&place).await.unwrap().lock().await;
    place.unlock().await;
}

#[tokio::test]
async fn what_cannot_be_repaired_is_left_as_it_was() {
    let place = place();
    made(&place).await;
    let path = |name: &str| place.path(name);
    let (key, previous) = (
        std::fs::read(path("vault.key")).unwrap(),
        std::fs::read(path("vault.key.previous")).unwrap(),
    );
    let refused = repair(&place).await.unwrap_err();
    assert!(matches!(refused, RepairError::NotDamaged), "{refused:?}");

    std::fs::write(path("vault.key"), b"damaged").unwrap();
    let refused = Vault::repair_header(&place.home, "not the password".into())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "wrong_password");
    assert_eq!(refused.retry_after_ms(), Some(1000));
    assert_eq!(repair(&place).await.unwrap_err().code(), "unlock_wait");
    std::fs::remove_file(path("vault.attempts")).unwrap();

    for (case, older, code) in [
        ("none", None, "no_older_header"),
        ("damaged too", Some(b"damaged".to_vec()), "no_older_header"),
    ] {
        match older {
            Some(older) => std::fs::write(path("vault.key.previous"), older).unwrap(),
            None => std::fs::remove_file(path("vault.key.previous")).unwrap(),
        }
        assert_eq!(can_repair(&place), Some(false), "{case}");
        assert_eq!(repair(&place).await.unwrap_err().code(), code, "{case}");
    }
    // The older header of another vault, which this password opens as well.
    let other = common::place();
    made(&other).await;
    std::fs::copy(other.path("vault.key.previous"), path("vault.key.previous")).unwrap();
    let refused = repair(&place).await.unwrap_err();
    assert!(matches!(refused, RepairError::OtherDatabase), "{refused:?}");

    std::fs::write(path("vault.key.previous"), &previous).unwrap();
    let database = std::fs::read(path("vault.db")).unwrap();
    std::fs::remove_file(path("vault.db")).unwrap();
    assert_eq!(can_repair(&place), Some(false), "without a database");
    let refused = repair(&place).await.unwrap_err();
    assert!(
        matches!(
            refused,
            RepairError::Unlock(UnlockError::Database(DatabaseError::Missing))
        ),
        "{refused:?}"
    );
    std::fs::write(path("vault.db"), database).unwrap();
    assert_eq!(
        std::fs::read(path("vault.key")).unwrap(),
        b"damaged",
        "through all of it"
    );
    assert!(!path("vault.key.damaged").exists());
    assert!(path("vault.key.previous").exists());
    let vault = repair(&place).await.unwrap();
    vault.lock().await;
    std::fs::write(path("vault.key"), key).unwrap();
    place.unlock().await;
}

#[tokio::test]
async fn a_password_that_was_changed_does_not_come_back_by_repairing() {
    let place = place();
    let vault = place.create().await;
    let slot = vault.slots().unwrap()[0].id;
    vault
        .change_password(slot, "the new password".into(), KdfCost::FLOOR)
        .await
        .unwrap();
    vault.lock().await;
    std::fs::write(place.path("vault.key"), b"damaged").unwrap();
    assert_eq!(repair(&place).await.unwrap_err().code(), "wrong_password");
    std::fs::remove_file(place.path("vault.attempts")).unwrap();
    Vault::repair_header(&place.home, "the new password".into())
        .await
        .unwrap();
}
