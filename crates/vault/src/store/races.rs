//! Two programs at one account, and an answer of the platform that finds the vault otherwise than it was left.

use deskfob_otp::Digits;
use secrecy::{ExposeSecret, SecretString};

use super::tests::{entry, vault};
use super::{
    NewAccount, NewEntry, NewRecoveryCodes, OnDuplicate, PendingEnrolment, RecoveryCodesQuestion,
    Stage, StoreError, StoredAccount, Withdrawal, WithdrawalStage,
};
use crate::{AccountId, EntryId, Vault};

const NOW_MS: i64 = 1_741_011_285_000;

async fn connected(vault: &Vault) -> AccountId {
    let account = NewAccount {
        deployment: "d".into(),
        user_id: "u".into(),
        email: "e".into(),
        display_name: "n".into(),
    };
    vault.put_account(&account, NOW_MS).await.unwrap()
}

async fn proposed(vault: &Vault, account: AccountId, name: &str) -> PendingEnrolment {
    vault
        .begin_enrolment(account, &entry(name), NOW_MS)
        .await
        .unwrap();
    vault.enrolment(account).await.unwrap().unwrap()
}

async fn account(vault: &Vault) -> StoredAccount {
    vault.accounts().await.unwrap().remove(0)
}

async fn issuers(vault: &Vault) -> Vec<String> {
    let entries = vault.entries().await.unwrap();
    entries
        .into_iter()
        .map(|stored| stored.entry.issuer)
        .collect()
}

async fn codes(vault: &Vault, account: AccountId) -> Vec<String> {
    let codes = vault.recovery_codes(account).await.unwrap();
    codes
        .iter()
        .map(|code| code.code.expose_secret().to_owned())
        .collect()
}

fn set(code: &str) -> [SecretString; 1] {
    [code.into()]
}

/// An account with a proven factor.
async fn protected(vault: &Vault) -> (AccountId, EntryId) {
    let id = connected(vault).await;
    let entry = vault.add_entry(&entry("factor"), NOW_MS).await.unwrap();
    vault.set_account_entry(id, Some(entry)).await.unwrap();
    vault.prove_factor(id, NOW_MS).await.unwrap();
    (id, entry)
}

#[tokio::test]
async fn an_entry_with_another_key_is_not_what_the_platform_took() {
    let (_folder, vault) = vault().await;
    let (_, id) = protected(&vault).await;
    let mut renamed = entry("factor");
    renamed.issuer = "Renamed".into();
    vault.replace_entry(id, &renamed, NOW_MS).await.unwrap();
    assert_eq!(
        account(&vault).await.factor_proven_ms,
        Some(NOW_MS),
        "the key is the same"
    );
    vault
        .replace_entry(id, &entry("another"), NOW_MS)
        .await
        .unwrap();
    let after = account(&vault).await;
    assert_eq!((after.entry_id, after.factor_proven_ms), (Some(id), None));

    vault.prove_factor(after.id, NOW_MS).await.unwrap();
    let mut longer = entry("another");
    longer.digits = Digits::try_from(8).unwrap();
    let replaced = NewEntry {
        entry: longer,
        tags: Vec::new(),
        on_duplicate: OnDuplicate::Replace,
    };
    vault.keep_entries(&[replaced], NOW_MS).await.unwrap();
    assert_eq!(account(&vault).await.factor_proven_ms, None, "other codes");
}

#[tokio::test]
async fn another_app_is_told_of_for_each_secret_anew() {
    let (_folder, vault) = vault().await;
    let id = connected(&vault).await;
    proposed(&vault, id, "first").await;
    vault.set_enrolment_elsewhere(id, true).await.unwrap();
    let again = proposed(&vault, id, "first").await;
    assert!(
        again.elsewhere,
        "the same secret, put back after a wrong code"
    );
    let next = proposed(&vault, id, "second").await;
    assert!(!next.elsewhere, "no other app has this one");
}

#[tokio::test]
async fn only_the_proposal_that_was_read_is_marked_as_being_confirmed() {
    let (_folder, vault) = vault().await;
    let id = connected(&vault).await;
    let first = proposed(&vault, id, "first").await;
    let second = proposed(&vault, id, "second").await;
    let refused = vault.mark_pending_confirming(&first).await;
    assert!(
        matches!(refused, Err(StoreError::EnrolmentReplaced)),
        "{refused:?}"
    );
    let stage = async || vault.enrolment(id).await.unwrap().map(|row| row.stage);
    assert_eq!(stage().await, Some(Stage::Proposed), "nothing was marked");
    vault.mark_pending_confirming(&second).await.unwrap();
    assert_eq!(stage().await, Some(Stage::Confirming));
    let refused = vault.mark_pending_confirming(&second).await;
    assert!(
        matches!(refused, Err(StoreError::EnrolmentUnresolved)),
        "the other program's code is under way: {refused:?}"
    );
    vault.discard_enrolment(id).await.unwrap();
    let refused = vault.mark_pending_confirming(&second).await;
    assert!(
        matches!(refused, Err(StoreError::NoEnrolment)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_the_platform_accepted_is_kept_whatever_became_of_its_note() {
    for case in ["gone", "replaced", "another one confirming"] {
        let (_folder, vault) = vault().await;
        let id = connected(&vault).await;
        let confirmed = proposed(&vault, id, "confirmed").await;
        vault.mark_pending_confirming(&confirmed).await.unwrap();
        vault.discard_enrolment(id).await.unwrap();
        if case != "gone" {
            let other = proposed(&vault, id, "other").await;
            if case != "replaced" {
                vault.mark_pending_confirming(&other).await.unwrap();
            }
        }
        let kept = vault
            .complete_enrolment(&confirmed, &set("code"), true, NOW_MS + 1)
            .await
            .unwrap();
        assert_eq!(issuers(&vault).await, ["confirmed"], "{case}");
        let linked = account(&vault).await;
        assert!(kept.is_some(), "{case}");
        assert_eq!(
            (linked.entry_id, linked.factor_proven_ms),
            (kept, Some(NOW_MS + 1)),
            "{case}"
        );
        assert_eq!(codes(&vault, id).await, ["code"], "{case}");
        let left = vault.enrolment(id).await.unwrap();
        assert_eq!(
            left.map(|row| row.entry.issuer),
            (case == "another one confirming").then(|| "other".to_owned()),
            "{case}: a secret that may be in use is never lost"
        );
    }
}

#[tokio::test]
async fn an_enrolment_that_another_program_completed_gets_no_second_entry() {
    let (_folder, vault) = vault().await;
    let id = connected(&vault).await;
    // An earlier setup's, dead once this one is completed without a set.
    vault
        .replace_recovery_codes(id, &set("of before"))
        .await
        .unwrap();
    let confirmed = proposed(&vault, id, "confirmed").await;
    vault.mark_pending_confirming(&confirmed).await.unwrap();
    let complete = async |codes: &[SecretString], proven, at_ms| {
        vault
            .complete_enrolment(&confirmed, codes, proven, at_ms)
            .await
            .unwrap()
    };
    let first = complete(&[], false, NOW_MS).await;
    assert!(first.is_some());
    assert_eq!(
        complete(&set("of the answer"), true, NOW_MS + 1).await,
        first
    );
    assert_eq!(issuers(&vault).await, ["confirmed"]);
    assert_eq!(account(&vault).await.factor_proven_ms, Some(NOW_MS + 1));
    assert_eq!(
        codes(&vault, id).await,
        ["of the answer"],
        "the others died"
    );

    complete(&set("asked for"), false, NOW_MS + 2).await;
    assert_eq!(codes(&vault, id).await, ["asked for"], "a later set");
    complete(&set("of the answer"), true, NOW_MS + 3).await;
    assert_eq!(
        codes(&vault, id).await,
        ["asked for"],
        "the answer's set ended when another was asked for"
    );
    complete(&[], false, NOW_MS + 4).await;
    let state = vault.recovery_codes_state(id).await.unwrap();
    assert_eq!(state.dead_ms, None, "they belong to this secret");
    assert_eq!(account(&vault).await.factor_proven_ms, Some(NOW_MS + 3));
}

#[tokio::test]
async fn a_withdrawal_that_the_platform_did_is_kept_though_its_note_is_gone() {
    for moving in [false, true] {
        let (_folder, vault) = vault().await;
        let (id, factor) = protected(&vault).await;
        vault
            .replace_recovery_codes(id, &set("code"))
            .await
            .unwrap();
        let begun = vault.begin_withdrawal(id, moving, NOW_MS).await.unwrap();
        assert_eq!(vault.withdrawal(id).await.unwrap(), Some(begun));
        vault.end_withdrawal(id).await.unwrap();
        vault
            .complete_withdrawal_with(&begun, Some(factor), NOW_MS + 1)
            .await
            .unwrap();
        let after = account(&vault).await;
        assert_eq!((after.entry_id, after.factor_proven_ms), (None, None));
        assert_eq!(vault.trash().await.unwrap().len(), 1);
        let state = vault.recovery_codes_state(id).await.unwrap();
        assert_eq!(state.dead_ms, Some(NOW_MS + 1));
        let off = Withdrawal {
            stage: WithdrawalStage::Withdrawn,
            ..begun
        };
        assert_eq!(
            vault.withdrawal(id).await.unwrap(),
            moving.then_some(off),
            "a new secret is to follow"
        );
    }
}

#[tokio::test]
async fn a_late_answer_does_not_take_the_new_factor_for_the_withdrawn_one() {
    let (_folder, vault) = vault().await;
    let (id, factor) = protected(&vault).await;
    let begun = vault.begin_withdrawal(id, true, NOW_MS).await.unwrap();
    // Another program asks what became of it, and goes on to a new secret.
    vault.complete_withdrawal(id, NOW_MS + 1).await.unwrap();
    vault
        .begin_enrolment(id, &entry("new"), NOW_MS + 2)
        .await
        .unwrap();
    vault
        .complete_withdrawal_with(&begun, Some(factor), NOW_MS + 3)
        .await
        .unwrap();
    let pending = vault.enrolment(id).await.unwrap();
    let pending = pending.expect("it was proposed after MFA was off");
    vault.mark_pending_confirming(&pending).await.unwrap();
    let new = vault
        .complete_enrolment(&pending, &set("new code"), true, NOW_MS + 4)
        .await
        .unwrap();
    vault
        .complete_withdrawal_with(&begun, Some(factor), NOW_MS + 5)
        .await
        .unwrap();
    let after = account(&vault).await;
    assert_eq!(
        (after.entry_id, after.factor_proven_ms),
        (new, Some(NOW_MS + 4))
    );
    assert_eq!(issuers(&vault).await, ["new"]);
    let state = vault.recovery_codes_state(id).await.unwrap();
    assert_eq!((state.dead_ms, state.asked_ms), (None, None));
    assert_eq!(vault.withdrawal(id).await.unwrap(), None);
}

#[tokio::test]
async fn a_set_of_recovery_codes_is_kept_by_who_asked_last_and_alone() {
    let (_folder, vault) = vault().await;
    let (id, _) = protected(&vault).await;
    let state = async || vault.recovery_codes_state(id).await.unwrap();
    let ask_at = async |ms| vault.ask_new_recovery_codes(id, ms).await.unwrap();
    let ask = async || ask_at(NOW_MS).await;
    let keep = async |question: &RecoveryCodesQuestion, code: &str| {
        vault
            .keep_new_recovery_codes(question, &set(code))
            .await
            .unwrap()
    };
    let alone = ask().await;
    assert_eq!(state().await.asked_ms, Some(NOW_MS));
    assert_eq!(keep(&alone, "first").await, NewRecoveryCodes::Kept);
    assert_eq!(state().await.asked_ms, None);

    // In the same millisecond, and answered in the order of asking.
    let (window, terminal) = (ask().await, ask().await);
    assert_eq!(keep(&window, "window").await, NewRecoveryCodes::Doubtful);
    assert_eq!(codes(&vault, id).await, ["first"], "nothing was replaced");
    assert!(state().await.asked_ms.is_some(), "it may not work");
    assert_eq!(keep(&terminal, "terminal").await, NewRecoveryCodes::Kept);
    assert_eq!(state().await.asked_ms, None);

    // The other way round: which one the platform made last is not known.
    let (window, terminal) = (ask().await, ask().await);
    assert_eq!(keep(&terminal, "terminal").await, NewRecoveryCodes::Kept);
    assert_eq!(keep(&window, "window").await, NewRecoveryCodes::Doubtful);
    assert_eq!(codes(&vault, id).await, ["terminal"]);
    assert!(state().await.asked_ms.is_some(), "it may not work");

    // What a refused question leaves is what was open before it.
    let left_open = state().await.asked_ms;
    let refused = ask().await;
    assert_ne!(state().await.asked_ms, left_open);
    vault.end_recovery_codes_question(&refused).await.unwrap();
    assert_eq!(state().await.asked_ms, left_open);
    let last = ask_at(NOW_MS + 9).await;
    vault.end_recovery_codes_question(&refused).await.unwrap();
    assert_eq!(keep(&last, "last").await, NewRecoveryCodes::Kept);
    vault.end_recovery_codes_question(&last).await.unwrap();
    assert_eq!(state().await.asked_ms, None);
    assert_eq!(codes(&vault, id).await, ["last"]);
}
