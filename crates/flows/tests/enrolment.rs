//! Protecting an account, with every fault at the step where it hurts.

mod support;

use deskfob_flows::{EnrolError, Resolution};
use deskfob_vault::Stage;
use support::{Fault, Person, Spoil};

#[tokio::test]
async fn an_account_is_protected_from_nothing_to_confirmed() {
    let person = Person::connected().await;
    let desk = &person.desk;
    desk.begin_enrolment(&person.account).await.unwrap();
    let codes = desk.confirm_enrolment(&person.account, None).await.unwrap();
    assert_eq!(codes.len(), 10, "recovery codes are kept");
    let entries = desk.vault().entries().await.unwrap();
    assert_eq!(entries.len(), 1, "the entry is in the vault");
    let account = desk.account(person.account.id).await.unwrap();
    assert_eq!(
        account.entry_id,
        Some(entries[0].id),
        "linked to its account"
    );
    assert!(
        desk.vault().enrolment(account.id).await.unwrap().is_none(),
        "nothing is left in progress"
    );
    let again = desk.begin_enrolment(&account).await;
    assert!(
        matches!(again, Err(EnrolError::AlreadyOn)),
        "no second enrolment"
    );
}

#[tokio::test]
async fn a_failed_proposal_leaves_nothing() {
    let person = Person::connected().await;
    for spoil in [
        Spoil::Status(401),
        Spoil::Status(403),
        Spoil::Status(429),
        Spoil::Status(500),
        Spoil::Html,
        Spoil::CutOff,
    ] {
        person.proxy.set(Some(Fault {
            method: "GET",
            path: "/totp",
            acted_on: false,
            spoil,
        }));
        let error = person
            .desk
            .begin_enrolment(&person.account)
            .await
            .err()
            .unwrap();
        assert!(error.hint().is_some(), "{spoil:?} has a next step: {error}");
        let left = person
            .desk
            .vault()
            .enrolment(person.account.id)
            .await
            .unwrap();
        assert!(left.is_none(), "{spoil:?} leaves nothing half-saved");
    }
    person.proxy.set(None);
    person.desk.begin_enrolment(&person.account).await.unwrap();
}

#[tokio::test]
async fn a_refusal_leaves_the_proposal_waiting() {
    for spoil in [
        Spoil::Status(400),
        Spoil::Status(401),
        Spoil::Status(403),
        Spoil::Status(429),
    ] {
        let person = Person::connected().await;
        let before = person.desk.begin_enrolment(&person.account).await.unwrap();
        person.proxy.set(Some(Fault {
            method: "POST",
            path: "/totp",
            acted_on: false,
            spoil,
        }));
        person
            .desk
            .confirm_enrolment(&person.account, None)
            .await
            .err()
            .unwrap();
        let after = person.desk.pending(person.account.id).await.unwrap();
        assert!(
            matches!(after.stage, Stage::Proposed),
            "{spoil:?}: another code can be tried"
        );
        assert!(
            before.entry.seed.ct_eq(&after.entry.seed),
            "{spoil:?}: with the same secret"
        );
        assert!(
            person.desk.vault().entries().await.unwrap().is_empty(),
            "{spoil:?}: no entry yet"
        );
        person.proxy.set(None);
        person
            .desk
            .confirm_enrolment(&person.account, None)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_after() {
    for spoil in [
        Spoil::Status(500),
        Spoil::Status(502),
        Spoil::Html,
        Spoil::CutOff,
    ] {
        for (acted_on, tells) in [(true, true), (true, false), (false, true), (false, false)] {
            let case = format!("{spoil:?}, acted on: {acted_on}, says whether MFA is on: {tells}");
            let person = Person::connected().await;
            if !tells {
                person.proxy.hide_mfa();
            }
            let begun = person.desk.begin_enrolment(&person.account).await.unwrap();
            person.proxy.set(Some(Fault {
                method: "POST",
                path: "/totp",
                acted_on,
                spoil,
            }));
            let error = person
                .desk
                .confirm_enrolment(&person.account, None)
                .await
                .err()
                .unwrap();
            assert!(
                matches!(error, EnrolError::Unanswered(_)),
                "{case}: {error}"
            );
            person.proxy.set(None);

            let person = person.restarted().await;
            let kept = person.desk.pending(person.account.id).await.unwrap();
            assert!(
                begun.entry.seed.ct_eq(&kept.entry.seed),
                "{case}: the secret outlives the crash"
            );
            let discarded = person.desk.discard_enrolment(&person.account).await;
            assert!(
                discarded.is_err(),
                "{case}: a secret that may be in force is not thrown away"
            );
            let resolution = person
                .desk
                .resolve_enrolment(&person.account)
                .await
                .unwrap();
            if acted_on {
                assert!(
                    matches!(resolution, Resolution::Accepted(ref codes) if codes.len() == 10),
                    "{case}"
                );
                let entries = person.desk.vault().entries().await.unwrap();
                assert!(
                    begun.entry.seed.ct_eq(&entries[0].entry.seed),
                    "{case}: the very secret"
                );
                let codes = person
                    .desk
                    .vault()
                    .recovery_codes(person.account.id)
                    .await
                    .unwrap();
                assert_eq!(codes.len(), 10, "{case}: a new set, as the first was lost");
            } else {
                assert!(matches!(resolution, Resolution::NotAccepted), "{case}");
                person
                    .desk
                    .confirm_enrolment(&person.account, None)
                    .await
                    .unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_proposal_survives_a_crash_and_is_finished_or_discarded() {
    let person = Person::connected().await;
    person.desk.begin_enrolment(&person.account).await.unwrap();
    let person = person.restarted().await;
    let waiting = person.desk.vault().enrolments().await.unwrap();
    assert_eq!(waiting.len(), 1, "the next start offers it");
    person
        .desk
        .discard_enrolment(&person.account)
        .await
        .unwrap();
    assert!(
        person.desk.vault().enrolments().await.unwrap().is_empty(),
        "discarded"
    );
    person.desk.begin_enrolment(&person.account).await.unwrap();
    person
        .desk
        .confirm_enrolment(&person.account, None)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_typed_code_has_the_right_form_before_it_is_sent() {
    let person = Person::connected().await;
    person.desk.begin_enrolment(&person.account).await.unwrap();
    for typed in ["", "12345", "1234567", "12a456", "１２３４５６"] {
        let error = person
            .desk
            .confirm_enrolment(&person.account, Some(typed))
            .await
            .err()
            .unwrap();
        assert!(
            matches!(error, EnrolError::PasscodeForm { digits: 6 }),
            "{typed:?}: {error}"
        );
    }
    let pending = person.desk.pending(person.account.id).await.unwrap();
    let code = pending.entry.code_at(deskfob_flows::unix_now());
    let spaced = format!(" {} {} ", &code.expose()[..3], &code.expose()[3..]);
    person
        .desk
        .confirm_enrolment(&person.account, Some(&spaced))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_setup_that_expired_says_so_and_is_begun_anew() {
    let person = Person::connected().await;
    let old = person.desk.begin_enrolment(&person.account).await.unwrap();
    let an_hour_ago = deskfob_flows::now_ms() - 60 * 60 * 1000;
    let vault = person.desk.vault();
    vault
        .begin_enrolment(person.account.id, &old.entry, an_hour_ago)
        .await
        .unwrap();
    let error = person
        .desk
        .confirm_enrolment(&person.account, None)
        .await
        .err()
        .unwrap();
    assert!(
        matches!(error, EnrolError::Expired),
        "not taken for a wrong code: {error}"
    );
    let new = person.desk.begin_enrolment(&person.account).await.unwrap();
    assert!(!old.entry.seed.ct_eq(&new.entry.seed), "a new secret");
    person
        .desk
        .confirm_enrolment(&person.account, None)
        .await
        .unwrap();
}

#[tokio::test]
async fn codes_of_an_earlier_setup_are_not_passed_off_as_new() {
    let person = Person::connected().await;
    let (desk, account) = (&person.desk, &person.account);
    desk.begin_enrolment(account).await.unwrap();
    desk.vault()
        .replace_recovery_codes(account.id, &["dead-code".into()])
        .await
        .unwrap();
    let lost = |path, acted_on| Fault {
        method: "POST",
        path,
        acted_on,
        spoil: Spoil::Status(500),
    };
    person.proxy.set(Some(lost("/totp", true)));
    desk.confirm_enrolment(account, None).await.err().unwrap();
    person.proxy.set(Some(lost("/codes", false)));
    let resolution = desk.resolve_enrolment(account).await.unwrap();
    assert!(
        matches!(resolution, Resolution::Accepted(ref codes) if codes.is_empty()),
        "the platform gave none"
    );
}
