//! A new vault key: what opens the vault afterwards, what does not, and who is waited for.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::{NOW_MS, PASSWORD, Place, entry, hotp, password, place};
use deskfob_vault::{
    BackupKind, DatabaseError, KdfCost, RecoveryKit, RekeyError, UnlockError, Vault, request_lock,
    wait_until_locked,
};

const SECOND: &str = "another long password";
const NOT_GIVEN: &str = "a password that was not given";

/// A vault with records, two passwords and a recovery kit.
async fn made(place: &Place) -> (Vault, RecoveryKit) {
    let vault = place.create().await;
    vault
        .add_entry(&entry("Upsun", "alice", b"seed of alice"), NOW_MS)
        .await
        .unwrap();
    vault.add_entry(&hotp(7), NOW_MS).await.unwrap();
    for (name, password) in [("Second", SECOND), ("Third", NOT_GIVEN)] {
        vault
            .add_password_slot(name, password.into(), KdfCost::FLOOR)
            .await
            .unwrap();
    }
    let (_, kit) = vault.add_recovery_kit("In the drawer").await.unwrap();
    (vault, kit)
}

async fn labels(vault: &Vault) -> Vec<String> {
    let entries = vault.entries().await.unwrap();
    entries
        .iter()
        .map(|stored| format!("{} {}", stored.entry.issuer, stored.entry.account))
        .collect()
}

fn expect_error<T>(result: Result<T, RekeyError>) -> RekeyError {
    match result {
        Ok(_) => panic!("the vault has a new key"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn what_was_given_opens_the_vault_and_nothing_older_does() {
    let place = place();
    let (vault, kit) = made(&place).await;
    let slots = vault.slots().unwrap();
    let before = labels(&vault).await;
    let clone = vault.clone();
    let (vault, new) = vault
        .new_key(
            vec![SECOND.into(), password(), SECOND.into()],
            KdfCost::FLOOR,
        )
        .await
        .unwrap_or_else(|error| panic!("{error:?}"));
    assert!(clone.is_locked(), "handles from before are of the old key");
    assert_eq!(labels(&vault).await, before);
    assert_eq!(vault.id(), clone.id());
    vault
        .add_entry(&entry("New", "", b"new"), NOW_MS)
        .await
        .unwrap();

    let dropped: Vec<_> = new.dropped.iter().map(|slot| slot.name.as_str()).collect();
    assert_eq!(dropped, ["Third"], "its password was not given");
    let now = vault.slots().unwrap();
    let kept: Vec<_> = slots.iter().filter(|slot| slot.name != "Third").collect();
    assert_eq!(
        now.iter()
            .map(|slot| (slot.id, slot.kind, slot.name.as_str()))
            .collect::<Vec<_>>(),
        kept.iter()
            .map(|slot| (slot.id, slot.kind, slot.name.as_str()))
            .collect::<Vec<_>>(),
    );
    vault.lock().await;
    assert_eq!(
        place.files(),
        [
            "vault.attempts",
            "vault.backups-lock",
            "vault.db",
            "vault.in-use",
            "vault.key",
            "vault.key.previous",
            "vault.lock",
            "vault.lock-request"
        ],
        "nothing is left over"
    );
    assert_eq!(
        std::fs::read(place.path("vault.key")).unwrap(),
        std::fs::read(place.path("vault.key.previous")).unwrap(),
        "the old header is in no file"
    );
    let database = std::fs::read(place.path("vault.db")).unwrap();
    assert!(!database.starts_with(b"SQLite format 3"), "it is encrypted");

    for password in [PASSWORD, SECOND] {
        let vault = Vault::unlock_with_password(&place.home, password.into())
            .await
            .unwrap();
        assert_eq!(labels(&vault).await.len(), 3, "{password}");
        vault.lock().await;
    }
    let new_kit = new.kit.unwrap();
    let vault = Vault::unlock_with_recovery_kit(&place.home, &new_kit)
        .await
        .unwrap();
    vault.lock().await;
    let refused = Vault::unlock_with_recovery_kit(&place.home, &kit).await;
    assert!(matches!(refused, Err(UnlockError::WrongKit)), "{refused:?}");
    let refused = Vault::unlock_with_password(&place.home, NOT_GIVEN.into()).await;
    assert!(
        matches!(refused, Err(UnlockError::WrongPassword { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn an_old_copy_of_the_header_does_not_open_the_new_database() {
    let place = place();
    let (vault, kit) = made(&place).await;
    let header = std::fs::read(place.path("vault.key")).unwrap();
    let (vault, _) = vault
        .new_key(vec![password()], KdfCost::FLOOR)
        .await
        .unwrap_or_else(|error| panic!("{error:?}"));
    vault.lock().await;
    let database = std::fs::read(place.path("vault.db")).unwrap();
    let now = std::fs::read(place.path("vault.key")).unwrap();
    std::fs::write(place.path("vault.key"), header).unwrap();
    for (case, refused) in [
        (
            "password",
            Vault::unlock_with_password(&place.home, password()).await,
        ),
        (
            "kit",
            Vault::unlock_with_recovery_kit(&place.home, &kit).await,
        ),
    ] {
        assert!(
            matches!(refused, Err(UnlockError::Database(DatabaseError::Damaged))),
            "{case}: {refused:?}"
        );
    }
    assert!(
        std::fs::read(place.path("vault.db")).unwrap() == database,
        "trying it changed nothing"
    );
    std::fs::write(place.path("vault.key"), now).unwrap();
    assert_eq!(labels(&place.unlock().await).await.len(), 2);
}

/// Every table of a vault with a row in each.
#[tokio::test]
async fn every_record_is_carried_over_and_the_header_of_version_1_is_brought_up_to_date() {
    let place = place();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version-1");
    for name in ["vault.key", "vault.db"] {
        std::fs::copy(kept.join(name), place.path(name)).unwrap();
    }
    let fixture = "password of the fixtures";
    let vault = Vault::unlock_with_password(&place.home, fixture.into())
        .await
        .unwrap();
    let account = vault.accounts().await.unwrap()[0].id;
    let (vault, new) = vault
        .new_key(vec![fixture.into()], KdfCost::FLOOR)
        .await
        .unwrap_or_else(|error| panic!("{error:?}"));
    assert!(new.kit.is_none(), "there was none");
    assert_eq!(
        labels(&vault).await,
        ["Upsun alice", "Bank Алиса", "Steam "]
    );
    assert_eq!(vault.trash().await.unwrap().len(), 1);
    assert!(vault.tokens(account).await.unwrap().is_some());
    assert!(vault.enrolment(account).await.unwrap().is_some());
    assert_eq!(
        vault.recovery_codes(account).await.unwrap()[1].used_ms,
        Some(7)
    );
    assert_eq!(vault.reminders(account, "org").await.unwrap().len(), 1);
    assert_eq!(
        std::fs::read(place.path("vault.key")).unwrap()[8..10],
        [2, 0]
    );
}

#[tokio::test]
async fn wrong_passwords_and_costs_change_nothing_and_leave_the_vault_open() {
    let place = place();
    let (vault, _) = made(&place).await;
    let header = std::fs::read(place.path("vault.key")).unwrap();
    let cheap = KdfCost {
        m_kib: 1024,
        t: 1,
        p: 1,
    };
    let again = |passwords: Vec<&str>, cost| {
        let passwords = passwords.into_iter().map(Into::into).collect();
        vault.clone().new_key(passwords, cost)
    };
    let floor = KdfCost::FLOOR;
    let refused = expect_error(again(vec![PASSWORD], cheap).await);
    assert_eq!(refused.code(), "kdf_cost");
    let refused = expect_error(again(vec!["not the password"], floor).await);
    assert!(
        matches!(
            refused,
            RekeyError::WrongPassword {
                retry_after_ms: 1000,
                ..
            }
        ),
        "{refused:?}"
    );
    let refused = expect_error(again(vec![PASSWORD], floor).await);
    assert!(
        matches!(refused, RekeyError::Wait { .. }),
        "guessing here waits like everywhere: {refused:?}"
    );
    std::fs::remove_file(place.path("vault.attempts")).unwrap();
    let refused = expect_error(again(vec![PASSWORD, "second passwort"], floor).await);
    assert!(
        matches!(
            refused,
            RekeyError::WrongPassword {
                position: 2,
                given: 2,
                ..
            }
        ),
        "a slot whose password is mistyped is not dropped: {refused:?}"
    );
    std::fs::remove_file(place.path("vault.attempts")).unwrap();
    let refused = expect_error(again(vec![], floor).await);
    assert_eq!(refused.code(), "wrong_password");
    assert_eq!(std::fs::read(place.path("vault.key")).unwrap(), header);
    assert_eq!(labels(&vault).await.len(), 2, "the vault is open");
    vault.clone().lock().await;
    assert_eq!(
        expect_error(vault.new_key(vec![password()], floor).await).code(),
        "vault_locked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_keeps_the_vault_open_is_told_and_not_cut_off() {
    let place = place();
    let (vault, _) = made(&place).await;
    let other = place.unlock().await;
    assert!(!other.lock_requested() && !vault.lock_requested());
    let header = std::fs::read(place.path("vault.key")).unwrap();
    let start = Instant::now();
    let refused = expect_error(
        vault
            .clone()
            .new_key(vec![password()], KdfCost::FLOOR)
            .await,
    );
    assert!(
        matches!(refused, RekeyError::InUse { seconds: 5 }),
        "{refused:?}"
    );
    let took = start.elapsed();
    assert!(
        took >= Duration::from_secs(5) && took < Duration::from_secs(12),
        "{took:?}"
    );
    assert!(other.lock_requested(), "it was asked");
    assert!(
        !vault.lock_requested(),
        "this one need not follow its own request"
    );
    assert_eq!(std::fs::read(place.path("vault.key")).unwrap(), header);
    for (case, handle) in [("this", &vault), ("the other", &other)] {
        handle
            .add_entry(&entry(case, "", b"x"), NOW_MS)
            .await
            .unwrap();
    }
    assert_eq!(labels(&vault).await.len(), 4, "both work on");

    // The other one's window locks when it sees the request.
    let polling = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        other.lock().await;
    });
    let (vault, _) = vault
        .new_key(vec![password()], KdfCost::FLOOR)
        .await
        .unwrap_or_else(|error| panic!("{error:?}"));
    polling.await.unwrap();
    assert_eq!(labels(&vault).await.len(), 4);
    assert!(!vault.lock_requested());
}

#[tokio::test]
async fn programs_are_asked_to_lock_and_waited_for() {
    let place = place();
    let soon = Duration::from_millis(80);
    assert!(wait_until_locked(&place.home, soon).await.unwrap());
    request_lock(&place.home).unwrap();
    assert!(
        place.files().is_empty(),
        "without a vault nothing is written"
    );

    let vault = place.create().await;
    let other = place.unlock().await;
    assert!(!wait_until_locked(&place.home, soon).await.unwrap());
    request_lock(&place.home).unwrap();
    assert!(vault.lock_requested() && other.lock_requested());
    let later = place.unlock().await;
    assert!(
        !later.lock_requested(),
        "the request was before it was opened"
    );
    vault.lock().await;
    later.lock().await;
    assert!(
        !wait_until_locked(&place.home, soon).await.unwrap(),
        "one is left"
    );
    // Dropped without locking: it closes all the same.
    drop(other);
    assert!(
        wait_until_locked(&place.home, Duration::from_secs(5))
            .await
            .unwrap()
    );
    place.unlock().await;
}

/// Both want the folder, the backups and the connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_and_a_new_key_at_the_same_time_both_end() {
    for round in 0..3 {
        let place = place();
        let vault = place.create().await;
        for number in 0..20 {
            let seed = format!("seed {number}");
            vault
                .add_entry(&entry("Issuer", &seed, seed.as_bytes()), 1)
                .await
                .unwrap();
        }
        let backing = vault.clone();
        let backup =
            tokio::spawn(async move { backing.back_up(BackupKind::Manual, 1_000).await.is_ok() });
        tokio::time::sleep(std::time::Duration::from_millis(40 * round)).await;
        let renewing = vault.new_key(vec![password()], KdfCost::FLOOR);
        let limit = std::time::Duration::from_secs(60);
        let renewed = tokio::time::timeout(limit, renewing).await;
        let (vault, _) = renewed.unwrap().unwrap();
        assert_eq!(vault.entries().await.unwrap().len(), 20);
        // Made before the new key, or refused because the vault was locked for it.
        tokio::time::timeout(limit, backup).await.unwrap().unwrap();
        vault.lock().await;
    }
}
