//! Adding entries that the vault may have already.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{NOW_MS, assert_same, entry, hotp, place};
use deskfob_otp::{Entry, Kind};
use deskfob_vault::{
    EntryEdit, EntryId, KeepError, Kept, NewEntry, OnDuplicate, StoreError, Vault,
};

fn new(entry: Entry, on_duplicate: OnDuplicate) -> NewEntry {
    NewEntry {
        entry,
        tags: Vec::new(),
        on_duplicate,
    }
}

async fn count(vault: &Vault) -> usize {
    vault.entries().await.unwrap().len()
}

#[tokio::test]
async fn what_becomes_of_an_entry_that_is_there_already() {
    let place = place();
    let vault = place.create().await;
    let old = entry("GitHub", "ada", b"old key");
    let id = vault.add_entry(&old, NOW_MS).await.unwrap();
    let scanned = || entry("github", "Ada", b"new key");

    let kept = vault
        .keep_entries(&[new(scanned(), OnDuplicate::Skip)], NOW_MS)
        .await
        .unwrap();
    assert!(
        matches!(&kept[..], [Kept::Skipped(of)] if of.id == id && !of.same_codes && of.issuer == "GitHub"),
        "{kept:?}"
    );
    let refused = vault
        .keep_entries(
            &[
                new(entry("Another", "", b"another"), OnDuplicate::Refuse),
                new(scanned(), OnDuplicate::Refuse),
            ],
            NOW_MS,
        )
        .await;
    assert!(
        matches!(&refused, Err(KeepError::Duplicate { index: 1, of }) if of.id == id),
        "{refused:?}"
    );
    assert_eq!(count(&vault).await, 1, "all or nothing");

    let kept = vault
        .keep_entries(&[new(scanned(), OnDuplicate::KeepBoth)], NOW_MS)
        .await
        .unwrap();
    assert!(matches!(kept[..], [Kept::Added(_)]), "{kept:?}");
    assert_eq!(count(&vault).await, 2);
    let refused = vault
        .keep_entries(&[new(scanned(), OnDuplicate::Replace)], NOW_MS)
        .await;
    assert!(
        matches!(refused, Err(KeepError::Ambiguous { index: 0, count: 2 })),
        "nobody guesses which: {refused:?}"
    );
    let unknown: EntryId = "00000000-0000-7000-8000-000000000000".parse().unwrap();
    let refused = vault
        .keep_entries(
            &[
                new(entry("Another", "", b"another"), OnDuplicate::KeepBoth),
                new(scanned(), OnDuplicate::ReplaceThis(unknown)),
            ],
            NOW_MS,
        )
        .await;
    assert!(
        matches!(refused, Err(KeepError::Store(StoreError::NotFound))),
        "{refused:?}"
    );
    assert_eq!(count(&vault).await, 2, "all or nothing");
}

#[tokio::test]
async fn a_replaced_entry_keeps_what_the_person_made_of_it_and_its_key() {
    let place = place();
    let vault = place.create().await;
    let old = entry("GitHub", "ada", b"old key");
    let id = vault.add_entry(&old, NOW_MS).await.unwrap();
    let mut edit = EntryEdit::of(&vault.entry(id).await.unwrap());
    edit.notes = "the work account".into();
    edit.tags = vec!["Work".into()];
    edit.icon = Some("🐙".into());
    vault.edit_entry(id, &edit, NOW_MS).await.unwrap();
    vault.set_favourite(id, true, NOW_MS).await.unwrap();

    let scanned = NewEntry {
        entry: entry("GitHub", "ada", b"new key"),
        tags: vec!["Code".into(), "Work".into()],
        on_duplicate: OnDuplicate::Replace,
    };
    let kept = vault.keep_entries(&[scanned], NOW_MS + 1).await.unwrap();
    assert_eq!(kept, [Kept::Replaced(id)], "under its own id");
    let now = vault.entry(id).await.unwrap();
    assert_same(&now.entry, &entry("GitHub", "ada", b"new key"), "new key");
    assert_eq!(now.notes.expose(), "the work account");
    assert_eq!(now.tags, ["Work", "Code"], "tags are joined");
    assert_eq!((now.icon.as_deref(), now.favourite), (Some("🐙"), true));
    let trash = vault.trash().await.unwrap();
    assert_eq!(trash.len(), 1, "the old key can be had back");
    assert_same(&trash[0].entry, &old, "with its own names");

    let same = new(
        entry("GitHub, Inc.", "ada", b"new key"),
        OnDuplicate::Replace,
    );
    vault.keep_entries(&[same], NOW_MS + 2).await.unwrap();
    assert_eq!(vault.trash().await.unwrap().len(), 1, "only names changed");
    assert_eq!(vault.entry(id).await.unwrap().entry.issuer, "GitHub, Inc.");
}

#[tokio::test]
async fn one_that_is_given_twice_is_found_too() {
    let place = place();
    let vault = place.create().await;
    let twice = [
        new(entry("GitHub", "ada", b"key"), OnDuplicate::Skip),
        new(entry("GitHub", "ada", b"key"), OnDuplicate::Skip),
    ];
    let kept = vault.keep_entries(&twice, NOW_MS).await.unwrap();
    assert!(
        matches!(&kept[..], [Kept::Added(id), Kept::Skipped(of)] if of.id == *id && of.same_codes),
        "{kept:?}"
    );
    assert_eq!(count(&vault).await, 1);
}

#[tokio::test]
async fn a_counter_does_not_go_back() {
    let place = place();
    let vault = place.create().await;
    let id = vault.add_entry(&hotp(7), NOW_MS).await.unwrap();
    for (scanned, then) in [(0, 7), (9, 9)] {
        let again = new(hotp(scanned), OnDuplicate::Replace);
        vault.keep_entries(&[again], NOW_MS).await.unwrap();
        let counter = vault.entry(id).await.unwrap().entry.kind;
        assert_eq!(
            counter,
            Kind::Hotp { counter: then },
            "scanned at {scanned}"
        );
    }
}

#[tokio::test]
async fn what_does_not_fit_changes_nothing() {
    let place = place();
    let vault = place.create().await;
    let mut tagged = new(entry("GitHub", "ada", b"key"), OnDuplicate::KeepBoth);
    tagged.tags = vec!["t".repeat(51)];
    let long = new(entry("GitHub", "ada", b"key"), OnDuplicate::KeepBoth);
    let refused = vault.keep_entries(&[long, tagged], NOW_MS).await;
    assert!(
        matches!(
            refused,
            Err(KeepError::Store(StoreError::TooLong { field: "tag", .. }))
        ),
        "{refused:?}"
    );
    assert_eq!(count(&vault).await, 0);
}
