//! The records of an open vault.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::HashSet;

use common::{NOW_MS, alice, assert_same, entry, hotp, place};
use deskfob_otp::{Algorithm, Digits, Entry, Kind, Period, SecretString, Seed};
use deskfob_vault::{EntryId, ReminderRecord, Stage, StoreError, StoredTokens};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use secrecy::ExposeSecret;

fn any_entry() -> impl Strategy<Value = Entry> {
    let kind = prop_oneof![
        any::<u64>().prop_map(|counter| Kind::Hotp { counter }),
        (1..=u32::MAX).prop_map(|s| Kind::Totp {
            period: Period::try_from(s).unwrap()
        }),
        (1..=u32::MAX).prop_map(|s| Kind::Steam {
            period: Period::try_from(s).unwrap()
        }),
    ];
    let algorithm = prop_oneof![
        Just(Algorithm::Sha1),
        Just(Algorithm::Sha256),
        Just(Algorithm::Sha512)
    ];
    let seed = proptest::collection::vec(any::<u8>(), 1..=Seed::MAX_BYTES);
    // Any text, a NUL included: names come from files and QR codes.
    (
        any::<String>(),
        any::<String>(),
        seed,
        algorithm,
        1_u8..=10,
        kind,
    )
        .prop_map(|(issuer, account, seed, algorithm, digits, kind)| Entry {
            issuer,
            account,
            seed: Seed::from_bytes(seed).unwrap(),
            algorithm,
            digits: Digits::try_from(digits).unwrap(),
            kind,
        })
}

#[test]
fn any_entry_reads_back_as_it_was_added() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let place = place();
    let vault = runtime.block_on(place.create());
    let mut runner = TestRunner::new(Config {
        cases: 200,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&any_entry(), |entry| {
            runtime.block_on(async {
                let id = vault.add_entry(&entry, NOW_MS).await.unwrap();
                assert_same(&vault.entry(id).await.unwrap().entry, &entry, "one by one");
                let twins = vault.find_duplicates(&entry).await.unwrap();
                let own = twins.iter().find(|twin| twin.id == id);
                assert!(
                    own.is_some_and(|own| own.same_codes),
                    "an entry is its own duplicate"
                );
            });
            Ok(())
        })
        .unwrap();
    runtime.block_on(async {
        let before = vault.entries().await.unwrap();
        vault.lock().await;
        let after = place.unlock().await.entries().await.unwrap();
        assert_eq!(before.len(), 200);
        assert_eq!(after.len(), 200);
        for (left, right) in before.iter().zip(&after) {
            assert_eq!(left.id, right.id, "the order stays");
            assert_same(&left.entry, &right.entry, "after opening again");
        }
    });
}

#[tokio::test]
async fn entries_are_renamed_replaced_reordered_and_counted() {
    let place = place();
    let vault = place.create().await;
    let names = ["a", "b", "c", "d"];
    let entries: Vec<_> = names
        .iter()
        .map(|name| entry(name, name, name.as_bytes()))
        .collect();
    let ids = vault.add_entries(&entries, NOW_MS).await.unwrap();
    let order = async || -> String {
        vault
            .entries()
            .await
            .unwrap()
            .iter()
            .map(|stored| stored.entry.issuer.clone())
            .collect()
    };
    assert_eq!(order().await, "abcd");
    vault
        .reorder_entries(&[ids[3], unknown_entry(), ids[1]])
        .await
        .unwrap();
    assert_eq!(
        order().await,
        "dbac",
        "those named come first, the others keep their order"
    );
    vault.reorder_entries(&[ids[0]]).await.unwrap();
    assert_eq!(order().await, "adbc");
    vault
        .add_entry(&entry("e", "e", b"e"), NOW_MS)
        .await
        .unwrap();
    assert_eq!(order().await, "adbce", "a new one comes last");

    vault
        .rename_entry(ids[0], "A", "alice", NOW_MS + 1)
        .await
        .unwrap();
    vault.set_favourite(ids[0], true, NOW_MS + 2).await.unwrap();
    vault.mark_used(ids[0], NOW_MS + 3).await.unwrap();
    vault.mark_used(ids[0], NOW_MS + 4).await.unwrap();
    let stored = vault.entry(ids[0]).await.unwrap();
    assert_eq!(
        (stored.entry.issuer.as_str(), stored.entry.account.as_str()),
        ("A", "alice")
    );
    assert!(stored.favourite);
    assert_eq!(
        (stored.use_count, stored.last_used_ms),
        (2, Some(NOW_MS + 4))
    );
    assert_eq!((stored.created_ms, stored.updated_ms), (NOW_MS, NOW_MS + 2));

    let same_seed = entry("B", "bob", b"b");
    vault
        .replace_entry(ids[1], &same_seed, NOW_MS + 5)
        .await
        .unwrap();
    assert!(
        vault.trash().await.unwrap().is_empty(),
        "only names changed"
    );
    vault
        .replace_entry(ids[1], &entry("B", "bob", b"new seed"), NOW_MS + 6)
        .await
        .unwrap();
    assert_same(
        &vault.entry(ids[1]).await.unwrap().entry,
        &entry("B", "bob", b"new seed"),
        "new",
    );
    let trash = vault.trash().await.unwrap();
    assert_eq!(trash.len(), 1, "the seed that was replaced is not lost");
    assert_same(&trash[0].entry, &same_seed, "the replaced one");
    assert_eq!(order().await, "AdBce");

    let unknown = unknown_entry();
    for refused in [
        vault.rename_entry(unknown, "x", "x", NOW_MS).await,
        vault.replace_entry(unknown, &same_seed, NOW_MS).await,
        vault.set_favourite(unknown, true, NOW_MS).await,
        vault.mark_used(unknown, NOW_MS).await,
        vault.remove_entry(unknown, NOW_MS).await,
        vault.restore_entry(unknown, NOW_MS).await,
        vault.purge_entry(unknown).await,
        vault.advance_counter(unknown, NOW_MS).await.map(drop),
        vault.entry(unknown).await.map(drop),
    ] {
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
}

fn unknown_entry() -> EntryId {
    "00000000-0000-7000-8000-000000000000".parse().unwrap()
}

#[tokio::test]
async fn the_trash_gives_back_what_was_removed() {
    let place = place();
    let vault = place.create().await;
    let kept = entry("Upsun", "alice", b"seed");
    let id = vault.add_entry(&kept, NOW_MS).await.unwrap();
    vault.remove_entry(id, NOW_MS + 1).await.unwrap();
    assert!(vault.entries().await.unwrap().is_empty());
    assert!(
        vault.find_duplicates(&kept).await.unwrap().is_empty(),
        "trash is no duplicate"
    );
    assert!(matches!(
        vault.remove_entry(id, NOW_MS).await,
        Err(StoreError::NotFound)
    ));
    let trash = vault.trash().await.unwrap();
    assert_eq!((trash[0].id, trash[0].deleted_ms), (id, NOW_MS + 1));
    vault.restore_entry(id, NOW_MS + 2).await.unwrap();
    assert_same(&vault.entry(id).await.unwrap().entry, &kept, "restored");
    assert!(
        matches!(vault.purge_entry(id).await, Err(StoreError::NotFound)),
        "not in the trash"
    );
    vault.remove_entry(id, NOW_MS + 3).await.unwrap();
    vault.purge_entry(id).await.unwrap();
    assert!(vault.trash().await.unwrap().is_empty());
    assert!(matches!(
        vault.restore_entry(id, NOW_MS).await,
        Err(StoreError::NotFound)
    ));
}

#[tokio::test]
async fn duplicates_share_a_label_or_a_seed() {
    let place = place();
    let vault = place.create().await;
    let id = vault
        .add_entry(&entry("Übersicht", "Alice@Example.com", b"seed"), NOW_MS)
        .await
        .unwrap();
    let mut longer = entry("Übersicht", "Alice@Example.com", b"seed");
    longer.digits = Digits::try_from(8).unwrap();
    // What they have in common: nothing, the names or the codes.
    for (case, candidate, same_codes) in [
        (
            "the same",
            entry("Übersicht", "Alice@Example.com", b"seed"),
            Some(true),
        ),
        (
            "other case",
            entry("ÜBERSICHT", "alice@example.COM", b"other"),
            Some(false),
        ),
        ("same seed", entry("Other", "bob", b"seed"), Some(true)),
        ("other settings", longer, Some(false)),
        ("other account", entry("Übersicht", "bob", b"other"), None),
        (
            "moved between the names",
            entry("ÜbersichtAlice", "@Example.com", b"other"),
            None,
        ),
        ("seed's beginning", entry("Other", "bob", b"see"), None),
    ] {
        let found = vault.find_duplicates(&candidate).await.unwrap();
        let found: Vec<_> = found.iter().map(|one| (one.id, one.same_codes)).collect();
        let expected: Vec<_> = same_codes.map(|same| (id, same)).into_iter().collect();
        assert_eq!(found, expected, "{case}");
    }
    vault
        .add_entry(&entry("", "", b"nameless"), NOW_MS)
        .await
        .unwrap();
    assert_eq!(
        vault
            .find_duplicates(&entry("", " ", b"another"))
            .await
            .unwrap(),
        [],
        "without a name nothing says that they are the same"
    );
}

#[tokio::test]
async fn a_counter_is_durable_before_its_code_is_known() {
    let place = place();
    let vault = place.create().await;
    let id = vault.add_entry(&hotp(0), NOW_MS).await.unwrap();
    // RFC 4226 appendix D.
    for expected in ["755224", "287082", "359152"] {
        let code = vault.advance_counter(id, NOW_MS + 7).await.unwrap();
        assert_eq!(code.expose(), expected);
    }
    // As a crash leaves it: no lock, no close.
    let copy = common::place();
    for name in ["vault.key", "vault.db", "vault.db-wal"] {
        std::fs::copy(place.path(name), copy.path(name)).unwrap();
    }
    let reopened = copy.unlock().await;
    let stored = reopened.entry(id).await.unwrap();
    assert_eq!(stored.entry.kind, Kind::Hotp { counter: 3 });
    assert_eq!(
        (stored.use_count, stored.last_used_ms),
        (3, Some(NOW_MS + 7))
    );
    assert_eq!(
        reopened.advance_counter(id, NOW_MS).await.unwrap().expose(),
        "969429"
    );

    let totp = vault
        .add_entry(&entry("Upsun", "alice", b"seed"), NOW_MS)
        .await
        .unwrap();
    let refused = vault.advance_counter(totp, NOW_MS).await;
    assert!(
        matches!(refused, Err(StoreError::NotCounterBased)),
        "{refused:?}"
    );
    let last = vault.add_entry(&hotp(u64::MAX), NOW_MS).await.unwrap();
    vault.advance_counter(last, NOW_MS).await.unwrap();
    assert_eq!(
        vault.entry(last).await.unwrap().entry.kind,
        Kind::Hotp { counter: 0 }
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_handles_lose_no_update_and_give_no_code_twice() {
    let place = place();
    let (window, terminal) = (place.create().await, place.unlock().await);
    let mut counter = hotp(0);
    counter.digits = Digits::try_from(10).unwrap();
    let id = window.add_entry(&counter, NOW_MS).await.unwrap();
    let before = window.data_version().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for vault in [&window, &terminal] {
        for _ in 0..4 {
            let vault = vault.clone();
            tasks.spawn(async move {
                let mut codes = Vec::new();
                for _ in 0..10 {
                    let code = vault.advance_counter(id, NOW_MS).await.unwrap();
                    codes.push(code.expose().to_owned());
                }
                codes
            });
        }
    }
    let codes: HashSet<String> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(codes.len(), 80, "no code was given out twice");
    assert_eq!(
        window.entry(id).await.unwrap().entry.kind,
        Kind::Hotp { counter: 80 }
    );

    let seen = window.data_version().await.unwrap();
    assert_ne!(before, seen, "the other one wrote");
    window.mark_used(id, NOW_MS).await.unwrap();
    assert_eq!(
        window.data_version().await.unwrap(),
        seen,
        "own writes do not count"
    );
    window.lock().await;
    assert_eq!(
        terminal.entries().await.unwrap().len(),
        1,
        "the other handle stays open"
    );
}

#[tokio::test]
async fn an_account_keeps_its_id_and_its_recovery_codes() {
    let place = place();
    let vault = place.create().await;
    let id = vault.put_account(&alice(), NOW_MS).await.unwrap();
    let mut changed = alice();
    changed.email = "alice@new.example".into();
    assert_eq!(
        vault.put_account(&changed, NOW_MS + 1).await.unwrap(),
        id,
        "the same person"
    );
    let mut elsewhere = alice();
    elsewhere.deployment = "{\"preset\":\"platformsh\"}".into();
    assert_ne!(vault.put_account(&elsewhere, NOW_MS + 2).await.unwrap(), id);
    let accounts = vault.accounts().await.unwrap();
    assert_eq!(accounts.len(), 2);
    assert_eq!(
        (accounts[0].id, accounts[0].email.as_str()),
        (id, "alice@new.example")
    );
    assert_eq!(
        (accounts[0].created_ms, accounts[0].updated_ms),
        (NOW_MS, NOW_MS + 1)
    );

    let entry_id = vault
        .add_entry(&entry("Upsun", "alice", b"seed"), NOW_MS)
        .await
        .unwrap();
    vault.set_account_entry(id, Some(entry_id)).await.unwrap();
    assert_eq!(vault.accounts().await.unwrap()[0].entry_id, Some(entry_id));
    vault.remove_entry(entry_id, NOW_MS).await.unwrap();
    assert_eq!(
        vault.accounts().await.unwrap()[0].entry_id,
        None,
        "while it is in the trash"
    );
    vault.restore_entry(entry_id, NOW_MS).await.unwrap();
    assert_eq!(vault.accounts().await.unwrap()[0].entry_id, Some(entry_id));
    let refused = vault.set_account_entry(id, Some(unknown_entry())).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");

    vault
        .replace_recovery_codes(id, &["one".into()])
        .await
        .unwrap();
    vault.put_tokens(id, &tokens("access")).await.unwrap();
    vault
        .begin_enrolment(id, &entry("Upsun", "alice", b"proposed"), NOW_MS)
        .await
        .unwrap();
    vault.remove_account(id).await.unwrap();
    assert!(matches!(
        vault.remove_account(id).await,
        Err(StoreError::NotFound)
    ));
    assert_eq!(vault.accounts().await.unwrap().len(), 1);
    assert!(
        vault.tokens(id).await.unwrap().is_none(),
        "its tokens are destroyed"
    );
    assert!(
        vault.enrolment(id).await.unwrap().is_none(),
        "an unsent proposal is worth nothing"
    );
    assert_eq!(
        vault.put_account(&alice(), NOW_MS).await.unwrap(),
        id,
        "it comes back"
    );
    assert_eq!(
        vault.recovery_codes(id).await.unwrap().len(),
        1,
        "with its recovery codes"
    );
}

fn tokens(access: &str) -> StoredTokens {
    StoredTokens {
        access: access.into(),
        refresh: Some("refresh".into()),
        api_token: None,
        expires_at: 1_741_014_885,
    }
}

#[tokio::test]
async fn tokens_are_replaced_and_cleared() {
    let place = place();
    let vault = place.create().await;
    let id = vault.put_account(&alice(), NOW_MS).await.unwrap();
    assert!(vault.tokens(id).await.unwrap().is_none());
    vault.put_tokens(id, &tokens("first")).await.unwrap();
    vault.put_tokens(id, &tokens("second")).await.unwrap();
    let kept = vault.tokens(id).await.unwrap().unwrap();
    assert_eq!(kept.access.expose_secret(), "second");
    assert_eq!(kept.refresh.unwrap().expose_secret(), "refresh");
    assert!(kept.api_token.is_none());
    assert_eq!(kept.expires_at, 1_741_014_885);
    vault.clear_tokens(id).await.unwrap();
    assert!(vault.tokens(id).await.unwrap().is_none());
    vault.clear_tokens(id).await.unwrap();
    let nobody = "00000000-0000-7000-8000-000000000000".parse().unwrap();
    assert!(matches!(
        vault.put_tokens(nobody, &tokens("x")).await,
        Err(StoreError::NotFound)
    ));
}

#[tokio::test]
async fn an_enrolment_goes_from_proposal_to_entry() {
    let place = place();
    let vault = place.create().await;
    let id = vault.put_account(&alice(), NOW_MS).await.unwrap();
    let (first, second) = (
        entry("Upsun", "alice", b"first"),
        entry("Upsun", "alice", b"second"),
    );
    assert!(vault.enrolment(id).await.unwrap().is_none());
    vault.begin_enrolment(id, &first, NOW_MS).await.unwrap();
    vault
        .begin_enrolment(id, &second, NOW_MS + 1)
        .await
        .unwrap();
    let pending = vault.enrolment(id).await.unwrap().unwrap();
    assert_same(&pending.entry, &second, "the later proposal");
    assert_eq!(
        (pending.stage, pending.started_ms),
        (Stage::Proposed, NOW_MS + 1)
    );
    assert!(!pending.recovery_codes_unseen);

    vault.mark_pending_confirming(&pending).await.unwrap();
    vault.lock().await;
    let vault = place.unlock().await;
    let pending = vault.enrolments().await.unwrap();
    assert_eq!(pending[0].stage, Stage::Confirming, "known after a crash");
    let refused = vault.begin_enrolment(id, &first, NOW_MS + 2).await;
    assert!(
        matches!(refused, Err(StoreError::EnrolmentUnresolved)),
        "the platform may have accepted the other seed: {refused:?}"
    );
    vault
        .begin_enrolment(id, &second, NOW_MS + 2)
        .await
        .unwrap();
    assert_eq!(
        vault.enrolment(id).await.unwrap().unwrap().stage,
        Stage::Proposed
    );
    let pending = vault.enrolment(id).await.unwrap().unwrap();
    vault.mark_pending_confirming(&pending).await.unwrap();

    let codes: [SecretString; 2] = ["code one".into(), "code two".into()];
    let kept = vault
        .complete_enrolment(&pending, &codes, true, NOW_MS + 3)
        .await
        .unwrap()
        .unwrap();
    assert_same(
        &vault.entry(kept).await.unwrap().entry,
        &second,
        "the entry",
    );
    let account = &vault.accounts().await.unwrap()[0];
    assert_eq!(account.entry_id, Some(kept));
    assert_eq!(
        account.factor_proven_ms,
        Some(NOW_MS + 3),
        "the platform took its secret"
    );
    assert!(vault.enrolment(id).await.unwrap().is_none());
    assert!(
        !vault.recovery_codes_acknowledged(id).await.unwrap(),
        "nobody has seen them"
    );
    let again = vault
        .complete_enrolment(&pending, &codes, true, NOW_MS + 4)
        .await;
    assert_eq!(again.unwrap(), Some(kept), "only once");
    assert_eq!(vault.entries().await.unwrap().len(), 1);

    vault.begin_enrolment(id, &first, NOW_MS + 5).await.unwrap();
    let next = vault.enrolment(id).await.unwrap().unwrap();
    assert!(next.recovery_codes_unseen);
    vault
        .complete_enrolment(&next, &[], false, NOW_MS + 6)
        .await
        .unwrap();
    assert_eq!(
        vault.recovery_codes_state(id).await.unwrap().dead_ms,
        Some(NOW_MS + 6),
        "they belong to the earlier secret"
    );
    assert_eq!(
        vault.accounts().await.unwrap()[0].factor_proven_ms,
        None,
        "that the platform took this secret is not known"
    );
    assert_eq!(
        vault.recovery_codes(id).await.unwrap().len(),
        2,
        "no codes came: none are lost"
    );
    vault
        .begin_enrolment(id, &second, NOW_MS + 7)
        .await
        .unwrap();
    vault.discard_enrolment(id).await.unwrap();
    vault.discard_enrolment(id).await.unwrap();
    assert!(vault.enrolments().await.unwrap().is_empty());
}

#[tokio::test]
async fn recovery_codes_are_marked_and_acknowledged() {
    let place = place();
    let vault = place.create().await;
    let id = vault.put_account(&alice(), NOW_MS).await.unwrap();
    assert!(
        vault.recovery_codes_acknowledged(id).await.unwrap(),
        "there are none to see"
    );
    vault
        .replace_recovery_codes(id, &["b".into(), "a".into(), "c".into()])
        .await
        .unwrap();
    let codes = vault.recovery_codes(id).await.unwrap();
    let shown: Vec<_> = codes
        .iter()
        .map(|code| (code.position, code.code.expose_secret(), code.used_ms))
        .collect();
    assert_eq!(
        shown,
        [(1, "b", None), (2, "a", None), (3, "c", None)],
        "the platform's order"
    );
    vault
        .mark_recovery_code_used(id, 2, true, NOW_MS)
        .await
        .unwrap();
    vault
        .mark_recovery_code_used(id, 2, true, NOW_MS + 9)
        .await
        .unwrap();
    let used = async || vault.recovery_codes(id).await.unwrap()[1].used_ms;
    assert_eq!(used().await, Some(NOW_MS), "the first time counts");
    vault
        .mark_recovery_code_used(id, 2, false, NOW_MS)
        .await
        .unwrap();
    assert_eq!(used().await, None);
    for position in [0, 4] {
        let refused = vault
            .mark_recovery_code_used(id, position, true, NOW_MS)
            .await;
        assert!(
            matches!(refused, Err(StoreError::NotFound)),
            "{position}: {refused:?}"
        );
    }
    assert!(!vault.recovery_codes_acknowledged(id).await.unwrap());
    vault.acknowledge_recovery_codes(id, NOW_MS).await.unwrap();
    assert!(vault.recovery_codes_acknowledged(id).await.unwrap());
    vault
        .replace_recovery_codes(id, &["d".into()])
        .await
        .unwrap();
    assert!(
        !vault.recovery_codes_acknowledged(id).await.unwrap(),
        "a new set is unseen"
    );
    assert_eq!(vault.recovery_codes(id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn reminders_are_kept_per_account_and_organisation() {
    let place = place();
    let vault = place.create().await;
    let account = vault.put_account(&alice(), NOW_MS).await.unwrap();
    let reminder = |org: &str, sent_ms| ReminderRecord {
        account,
        org: org.into(),
        user_id: "01HBOB".into(),
        sent_ms,
        code: 200,
        message: "sent".into(),
    };
    for record in [reminder("org", 2), reminder("org", 1), reminder("other", 3)] {
        vault.record_reminder(&record).await.unwrap();
    }
    let sent = vault.reminders(account, "org").await.unwrap();
    assert_eq!(sent, [reminder("org", 1), reminder("org", 2)]);
    assert_eq!(vault.reminders(account, "none").await.unwrap(), []);
}
