//! Adding, changing and removing what opens a vault.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::{NOW_MS, Place, entry, place};
use deskfob_vault::{
    KdfCost, RecoveryKit, SlotError, SlotId, SlotKind, UnlockError, Vault, read_slots,
};
use secrecy::{ExposeSecret, SecretString};

const SECOND: &str = "another long password";

async fn opens(place: &Place, password: &str) -> bool {
    // A wrong one before this does not make the test wait.
    let _ = std::fs::remove_file(place.path("vault.attempts"));
    match Vault::unlock_with_password(&place.home, password.into()).await {
        Ok(vault) => {
            vault.lock().await;
            true
        }
        Err(UnlockError::WrongPassword { .. }) => false,
        Err(other) => panic!("{other:?}"),
    }
}

/// What opens by the header that is kept beside the vault's own.
async fn previous_opens(place: &Place, password: &str) -> bool {
    let now = std::fs::read(place.path("vault.key")).unwrap();
    std::fs::copy(place.path("vault.key.previous"), place.path("vault.key")).unwrap();
    let opens = opens(place, password).await;
    std::fs::write(place.path("vault.key"), now).unwrap();
    opens
}

#[tokio::test]
async fn a_changed_password_opens_and_the_old_one_does_not_in_any_file() {
    let place = place();
    let vault = place.create().await;
    let slot = vault.slots().unwrap().remove(0);
    vault.rename_slot(slot.id, "Mine").await.unwrap();
    let database = std::fs::read(place.path("vault.db")).unwrap();
    let changed = vault
        .change_password(slot.id, SECOND.into(), KdfCost::FLOOR)
        .await
        .unwrap();
    assert_eq!((changed.id, changed.name.as_str()), (slot.id, "Mine"));
    assert!(changed.created_ms >= slot.created_ms);
    assert_eq!(vault.slots().unwrap(), [changed]);
    assert!(
        std::fs::read(place.path("vault.db")).unwrap() == database,
        "the vault key is the same"
    );
    vault.lock().await;
    assert!(opens(&place, SECOND).await);
    assert!(!opens(&place, common::PASSWORD).await);
    assert!(previous_opens(&place, SECOND).await);
    assert!(!previous_opens(&place, common::PASSWORD).await);
}

/// A folder in the place of the copy's temporary file makes its write fail as a full disk would.
#[tokio::test]
async fn a_change_without_room_for_the_copy_changes_nothing() {
    let place = place();
    let vault = place.create().await;
    let slot = vault.slots().unwrap().remove(0);
    let (second, kit) = vault.add_recovery_kit("Paper").await.unwrap();
    let header = std::fs::read(place.path("vault.key")).unwrap();
    let in_the_way = place.path("vault.key.previous.tmp");
    std::fs::create_dir(&in_the_way).unwrap();
    let change = vault.change_password(slot.id, SECOND.into(), KdfCost::FLOOR);
    assert_eq!(change.await.unwrap_err().code(), "header_io");
    let removed = vault.remove_slot(second.id).await;
    assert_eq!(removed.unwrap_err().code(), "header_io");
    assert!(std::fs::read(place.path("vault.key")).unwrap() == header);
    vault.lock().await;
    std::fs::remove_dir(in_the_way).unwrap();
    assert!(opens(&place, common::PASSWORD).await);
    assert!(!opens(&place, SECOND).await);
    let vault = Vault::unlock_with_recovery_kit(&place.home, &kit).await;
    vault.unwrap().lock().await;
}

#[tokio::test]
async fn a_change_that_holds_and_was_not_finished_is_told_as_such() {
    let place = place();
    let vault = place.create().await;
    let slot = vault.slots().unwrap().remove(0);
    // Nothing takes the place of a folder.
    std::fs::create_dir(place.path("vault.key.previous")).unwrap();
    let change = vault.change_password(slot.id, SECOND.into(), KdfCost::FLOOR);
    let told = change.await.unwrap_err();
    assert!(matches!(told, SlotError::Unfinished(_)), "{told:?}");
    assert_eq!(told.code(), "slot_change_unfinished");
    assert!(told.hint().unwrap().contains("open it"), "{told}");
    vault.lock().await;
    assert!(opens(&place, SECOND).await);
    assert!(!opens(&place, common::PASSWORD).await);
}

/// As a crash between the two renames leaves it.
#[tokio::test]
async fn what_was_removed_opens_no_file_once_the_vault_was_opened_again() {
    let place = place();
    let vault = place.create().await;
    let slot = vault.slots().unwrap().remove(0);
    vault.rename_slot(slot.id, "Mine").await.unwrap();
    let previous = place.path("vault.key.previous");
    let before = std::fs::read(&previous).unwrap();
    vault
        .change_password(slot.id, SECOND.into(), KdfCost::FLOOR)
        .await
        .unwrap();
    vault.lock().await;
    std::fs::write(&previous, &before).unwrap();
    assert!(previous_opens(&place, common::PASSWORD).await);
    assert!(opens(&place, SECOND).await);
    assert!(!previous_opens(&place, common::PASSWORD).await);
    assert!(previous_opens(&place, SECOND).await);

    let vault = Vault::unlock_with_password(&place.home, SECOND.into())
        .await
        .unwrap();
    let (kit, _) = vault.add_recovery_kit("Paper").await.unwrap();
    let before = std::fs::read(&previous).unwrap();
    vault.lock().await;
    assert!(opens(&place, SECOND).await);
    assert!(
        std::fs::read(&previous).unwrap() == before,
        "what only has less than the header stays: {kit:?}"
    );
}

#[tokio::test]
async fn refused_changes_leave_the_header_as_it_was() {
    let place = place();
    let vault = place.create().await;
    let (kit, _) = vault.add_recovery_kit("Paper").await.unwrap();
    let password = vault.slots().unwrap().remove(0).id;
    let unknown: SlotId = "00000000-0000-4000-8000-000000000000".parse().unwrap();
    let header = std::fs::read(place.path("vault.key")).unwrap();
    let cheap = KdfCost {
        m_kib: 1024,
        t: 1,
        p: 1,
    };
    let change = async |id, new: &str, cost| {
        let change = vault.change_password(id, new.into(), cost);
        change.await.unwrap_err().code()
    };
    let floor = KdfCost::FLOOR;
    for (case, code, expected) in [
        ("empty", change(password, "", floor).await, "password_empty"),
        (
            "short",
            change(password, "1234567", floor).await,
            "password_too_short",
        ),
        ("cheap", change(password, SECOND, cheap).await, "kdf_cost"),
        (
            "no such slot",
            change(unknown, SECOND, floor).await,
            "no_such_slot",
        ),
        (
            "a kit's",
            change(kit.id, SECOND, floor).await,
            "not_a_password_slot",
        ),
        (
            "rename no such slot",
            vault.rename_slot(unknown, "x").await.unwrap_err().code(),
            "no_such_slot",
        ),
        (
            "remove no such slot",
            vault.remove_slot(unknown).await.unwrap_err().code(),
            "no_such_slot",
        ),
        (
            "remove the last password, though there is a kit",
            vault.remove_slot(password).await.unwrap_err().code(),
            "last_password_slot",
        ),
    ] {
        assert_eq!(code, expected, "{case}");
        assert_eq!(
            std::fs::read(place.path("vault.key")).unwrap(),
            header,
            "{case}: nothing was written"
        );
    }
    vault.clone().lock().await;
    for (case, code) in [
        (
            "add",
            vault.add_recovery_kit("x").await.err().unwrap().code(),
        ),
        (
            "rename",
            vault.rename_slot(password, "x").await.unwrap_err().code(),
        ),
        ("change", change(password, SECOND, floor).await),
        (
            "remove",
            vault.remove_slot(password).await.unwrap_err().code(),
        ),
    ] {
        assert_eq!(code, "vault_locked", "{case}");
    }
}

#[tokio::test]
async fn names_are_kept_and_cut_between_characters() {
    let place = place();
    let vault = place.create().await;
    let slot = vault.slots().unwrap().remove(0);
    for (case, name, kept) in [
        ("plain", "Work".to_owned(), "Work".to_owned()),
        ("empty", String::new(), String::new()),
        ("100 bytes", "n".repeat(100), "n".repeat(100)),
        ("101 bytes", "n".repeat(101), "n".repeat(100)),
        ("two bytes each", "ü".repeat(80), "ü".repeat(50)),
        ("three bytes each", "鍵".repeat(80), "鍵".repeat(33)),
        ("line breaks", "a\nb".into(), "a\nb".into()),
    ] {
        let renamed = vault.rename_slot(slot.id, &name).await.unwrap();
        assert_eq!(renamed.name, kept, "{case}");
        assert_eq!(
            (renamed.id, renamed.created_ms),
            (slot.id, slot.created_ms),
            "{case}"
        );
        assert_eq!(vault.slots().unwrap(), [renamed], "{case}");
    }
    vault.lock().await;
    assert!(opens(&place, common::PASSWORD).await);
}

#[tokio::test]
async fn a_recovery_kit_opens_the_vault_until_it_is_removed() {
    let place = place();
    let vault = place.create().await;
    vault
        .add_entry(&entry("Upsun", "alice", b"seed"), NOW_MS)
        .await
        .unwrap();
    let another = RecoveryKit::parse(
        &"abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
            .into(),
    )
    .ok()
    .unwrap();
    assert!(matches!(
        Vault::unlock_with_recovery_kit(&place.home, &another).await,
        Err(UnlockError::NoSuchSlot {
            kind: SlotKind::RecoveryKit
        })
    ));
    let (slot, kit) = vault.add_recovery_kit("In the drawer").await.unwrap();
    assert_eq!(
        (slot.kind, slot.name.as_str()),
        (SlotKind::RecoveryKit, "In the drawer")
    );
    let (second_slot, second) = vault.add_recovery_kit("At the bank").await.unwrap();
    vault.lock().await;

    // As it comes back from paper.
    let words = kit.words();
    let typed: SecretString = words
        .expose_secret()
        .to_uppercase()
        .replace(' ', "\n")
        .into();
    for kit in [RecoveryKit::parse(&typed).ok().unwrap(), second] {
        let vault = Vault::unlock_with_recovery_kit(&place.home, &kit)
            .await
            .unwrap();
        assert_eq!(vault.entries().await.unwrap().len(), 1);
        vault.lock().await;
    }
    for _ in 0..5 {
        let refused = Vault::unlock_with_recovery_kit(&place.home, &another).await;
        assert!(matches!(refused, Err(UnlockError::WrongKit)), "{refused:?}");
    }
    let vault = place.unlock().await;
    vault.remove_slot(slot.id).await.unwrap();
    let refused = Vault::unlock_with_recovery_kit(&place.home, &kit).await;
    assert!(matches!(refused, Err(UnlockError::WrongKit)), "{refused:?}");
    vault.remove_slot(second_slot.id).await.unwrap();
    let written = std::fs::read(place.path("vault.key")).unwrap();
    assert_eq!(
        written,
        std::fs::read(place.path("vault.key.previous")).unwrap()
    );
    assert!(
        !words.expose_secret().split(' ').any(|word| written
            .windows(word.len())
            .any(|part| part == word.as_bytes())
            && word.len() > 4),
        "no word is in the file"
    );
}

#[tokio::test]
async fn the_seventeenth_slot_is_refused() {
    let place = place();
    let vault = place.create().await;
    for number in 1..16 {
        vault.add_recovery_kit(&format!("{number}")).await.unwrap();
    }
    let refused = vault.add_recovery_kit("16").await.err().unwrap();
    assert_eq!(refused.code(), "slots_full");
    let refused = vault
        .add_password_slot("16", SECOND.into(), KdfCost::FLOOR)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "slots_full");
    assert_eq!(vault.slots().unwrap().len(), 16);
    vault.lock().await;
    assert!(opens(&place, common::PASSWORD).await);
}

#[tokio::test]
async fn two_programs_change_slots_without_losing_each_others() {
    let place = place();
    let first = place.create().await;
    let second = place.unlock().await;
    let add = |vault: Vault, name: &'static str| async move {
        for number in 0..5 {
            vault
                .add_recovery_kit(&format!("{name} {number}"))
                .await
                .unwrap();
        }
    };
    tokio::join!(add(first.clone(), "first"), add(second.clone(), "second"));
    let mut names: Vec<_> = first
        .slots()
        .unwrap()
        .into_iter()
        .map(|slot| slot.name)
        .collect();
    names.sort();
    assert_eq!(names.len(), 11, "{names:?}");
    assert_eq!(first.slots().unwrap(), second.slots().unwrap());
}

#[tokio::test]
async fn a_header_of_version_1_opens_and_is_written_as_version_2_at_the_next_change() {
    let place = place();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version-1");
    for name in ["vault.key", "vault.db"] {
        std::fs::copy(kept.join(name), place.path(name)).unwrap();
    }
    let version_1 = std::fs::read(place.path("vault.key")).unwrap();
    assert_eq!(version_1[8..10], [1, 0]);
    let open = || Vault::unlock_with_password(&place.home, "password of the fixtures".into());
    let vault = open().await.unwrap();
    let slots = vault.slots().unwrap();
    assert_eq!(
        std::fs::read(place.path("vault.key")).unwrap(),
        version_1,
        "opening writes nothing"
    );
    let refused = vault.remove_slot(slots[0].id).await;
    assert!(
        matches!(refused, Err(SlotError::LastPasswordSlot)),
        "{refused:?}"
    );
    let (kit_slot, kit) = vault.add_recovery_kit("Paper").await.unwrap();
    vault.lock().await;

    let now = std::fs::read(place.path("vault.key")).unwrap();
    assert_eq!(now[8..10], [2, 0]);
    assert_eq!(
        std::fs::read(place.path("vault.key.previous")).unwrap(),
        version_1,
        "the file before stays"
    );
    assert_eq!(read_slots(&now).unwrap(), [slots[0].clone(), kit_slot]);
    open().await.unwrap().lock().await;
    let vault = Vault::unlock_with_recovery_kit(&place.home, &kit)
        .await
        .unwrap();
    assert_eq!(vault.entries().await.unwrap().len(), 3);
}
