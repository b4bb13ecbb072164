//! Turning MFA off, moving it to a new secret and new recovery codes, with every fault at the step where it hurts.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use deskfob_flows::{
    MoveError, MoveStep, NewCodesError, WithdrawError, WithdrawalResolution, Withdrawn,
};
use deskfob_otp::ExposeSecret;
use support::{Fault, Person, Spoil};

const REFUSALS: [Spoil; 3] = [Spoil::Status(401), Spoil::Status(403), Spoil::Status(429)];
const LOST: [Spoil; 3] = [Spoil::Status(502), Spoil::Html, Spoil::CutOff];

fn fault(method: &'static str, path: &'static str, acted_on: bool, spoil: Spoil) -> Fault {
    Fault {
        method,
        path,
        acted_on,
        spoil,
    }
}

/// What the platform itself says, asked past the fault.
async fn is_on(person: &Person) -> bool {
    person.proxy.set(None);
    let user = person.desk.account_status(&person.account).await.unwrap();
    user.mfa_enabled.unwrap()
}

async fn in_trash(person: &Person) -> usize {
    person.desk.vault().trash().await.unwrap().len()
}

async fn live(person: &Person) -> usize {
    person.desk.vault().entries().await.unwrap().len()
}

async fn codes_are_dead(person: &Person) -> bool {
    let vault = person.desk.vault();
    let state = vault.recovery_codes_state(person.account.id).await.unwrap();
    state.dead_ms.is_some()
}

#[tokio::test]
async fn mfa_is_turned_off_and_the_entry_goes_to_the_trash() {
    let mut person = Person::protected().await;
    let withdrawn = person.desk.withdraw(&person.account, false).await.unwrap();
    assert_eq!(withdrawn, Withdrawn::Now);
    assert!(!is_on(&person).await, "off at the platform");
    assert_eq!((live(&person).await, in_trash(&person).await), (0, 1));
    assert!(codes_are_dead(&person).await, "its recovery codes, too");
    person.reload().await;
    assert_eq!(person.account.entry_id, None);
    let restored = person.desk.vault().trash().await.unwrap().remove(0).id;
    let vault = person.desk.vault();
    vault.restore_entry(restored, 1).await.unwrap();
    person.reload().await;
    assert_eq!(
        person.account.entry_id, None,
        "out of the trash again, it is no factor of the account"
    );
    let again = person.desk.withdraw(&person.account, false).await.unwrap();
    assert_eq!(again, Withdrawn::Before, "nothing to turn off is no error");

    person.protect().await;
    assert!(
        !codes_are_dead(&person).await,
        "a new enrolment has codes that work"
    );
}

#[tokio::test]
async fn a_refusal_leaves_everything_as_it_was() {
    let person = Person::protected().await;
    for spoil in REFUSALS {
        person
            .proxy
            .set(Some(fault("DELETE", "/totp", false, spoil)));
        let error = person.desk.withdraw(&person.account, false).await;
        let error = error.unwrap_err();
        assert!(error.hint().is_some(), "{spoil:?} has a next step: {error}");
        assert_eq!(
            (live(&person).await, in_trash(&person).await),
            (1, 0),
            "{spoil:?}"
        );
        assert!(!codes_are_dead(&person).await, "{spoil:?}");
        let vault = person.desk.vault();
        let left = vault.withdrawal(person.account.id).await.unwrap();
        assert!(left.is_none(), "{spoil:?}: nothing is under way");
    }
    assert!(is_on(&person).await);
}

#[tokio::test]
async fn a_lost_answer_is_asked_after_and_never_guessed() {
    for (spoil, acted_on) in LOST
        .iter()
        .flat_map(|&spoil| [(spoil, true), (spoil, false)])
    {
        let case = format!("{spoil:?}, acted on: {acted_on}");
        let person = Person::protected().await;
        person
            .proxy
            .set(Some(fault("DELETE", "/totp", acted_on, spoil)));
        let error = person.desk.withdraw(&person.account, false).await;
        assert!(
            matches!(error, Err(WithdrawError::Unanswered(_))),
            "{case}: {error:?}"
        );
        assert_eq!(
            (live(&person).await, in_trash(&person).await),
            (1, 0),
            "{case}: the platform has not agreed"
        );
        let person = person.restarted().await;
        let again = person.desk.withdraw(&person.account, false).await;
        assert!(
            matches!(again, Err(WithdrawError::Unresolved)),
            "{case}: {again:?}"
        );
        let unknown = person.desk.resolve_withdrawal(&person.account).await;
        let unknown = unknown.map(|_| "told in spite of the fault");
        person.proxy.set(None);
        if let Err(error) = unknown {
            panic!("{case}: asking is another call: {error}");
        }
        assert_eq!(
            (live(&person).await, in_trash(&person).await),
            if acted_on { (0, 1) } else { (1, 0) },
            "{case}: as the platform says"
        );
        assert_eq!(is_on(&person).await, !acted_on, "{case}");
    }
}

#[tokio::test]
async fn a_platform_that_does_not_tell_is_asked_by_a_proposal() {
    for acted_on in [true, false] {
        let person = Person::protected().await;
        person.proxy.hide_mfa();
        let lost = fault("DELETE", "/totp", acted_on, Spoil::CutOff);
        person.proxy.set_once(lost);
        let error = person.desk.withdraw(&person.account, false).await;
        assert!(matches!(error, Err(WithdrawError::Unanswered(_))));
        let silent = fault("GET", "/totp", false, Spoil::Status(403));
        person.proxy.set(Some(silent));
        let unknown = person.desk.resolve_withdrawal(&person.account).await;
        assert!(
            matches!(unknown, Err(WithdrawError::StatusUnknown)),
            "{unknown:?}"
        );
        assert_eq!(live(&person).await, 1, "not known, so nothing is done");
        person.proxy.set(None);
        let resolution = person.desk.resolve_withdrawal(&person.account).await;
        let expected = if acted_on {
            WithdrawalResolution::Off
        } else {
            WithdrawalResolution::StillOn
        };
        assert_eq!(resolution.unwrap(), expected);
    }
}

#[tokio::test]
async fn a_factor_moves_to_a_new_secret() {
    let mut person = Person::protected().await;
    let old = person.desk.vault().entries().await.unwrap().remove(0);
    let old_codes = person.desk.vault().recovery_codes(person.account.id).await;
    let codes = person.desk.move_factor(&person.account).await.unwrap();
    assert_eq!(codes.len(), 10, "with a new set of recovery codes");
    let first = old_codes.unwrap().remove(0).code;
    assert_ne!(codes[0].code.expose_secret(), first.expose_secret());
    person.reload().await;
    let vault = person.desk.vault();
    let new = vault.entry(person.account.entry_id.unwrap()).await.unwrap();
    assert!(!new.entry.seed.ct_eq(&old.entry.seed), "another secret");
    assert!(person.account.factor_proven_ms.is_some());
    assert_eq!((live(&person).await, in_trash(&person).await), (1, 1));
    assert!(is_on(&person).await);
    let step = person.desk.move_step(&person.account).await.unwrap();
    assert_eq!(step, None, "nothing is under way");
}

/// The program ends at every point between the steps, and the next start goes on.
#[tokio::test]
async fn every_point_of_a_move_is_recovered() {
    let cases = [
        (
            "before the platform was asked",
            fault("DELETE", "/totp", false, Spoil::CutOff),
            MoveStep::Asking,
        ),
        (
            "when the platform turned it off",
            fault("DELETE", "/totp", true, Spoil::CutOff),
            MoveStep::Asking,
        ),
        (
            "before there was a new secret",
            fault("GET", "/totp", false, Spoil::Status(502)),
            MoveStep::Off,
        ),
        (
            "when the new secret was lost",
            fault("GET", "/totp", true, Spoil::CutOff),
            MoveStep::Off,
        ),
        (
            "when a code was refused",
            fault("POST", "/totp", false, Spoil::Status(400)),
            MoveStep::Proposed,
        ),
        (
            "before the code arrived",
            fault("POST", "/totp", false, Spoil::CutOff),
            MoveStep::Confirming,
        ),
        (
            "when the platform turned it on",
            fault("POST", "/totp", true, Spoil::CutOff),
            MoveStep::Confirming,
        ),
    ];
    for (name, fault, step) in cases {
        let mut person = Person::protected().await;
        person.proxy.set(Some(fault));
        let error = person.desk.move_factor(&person.account).await.unwrap_err();
        assert!(error.hint().is_some(), "{name}: {error}");
        person = person.restarted().await;
        person.proxy.set(None);
        person.reload().await;
        let found = person.desk.move_step(&person.account).await.unwrap();
        assert_eq!(found, Some(step), "{name}");
        if step != MoveStep::Asking {
            assert!(matches!(error, MoveError::Enrol(_)), "{name}: {error:?}");
            assert_eq!(in_trash(&person).await, 1, "{name}: the old entry");
        }
        let abandoned = person.desk.abandon_move(&person.account).await;
        if matches!(step, MoveStep::Asking | MoveStep::Confirming) {
            assert!(abandoned.is_err(), "{name}: an answer is missing");
            let codes = person.desk.move_factor(&person.account).await.unwrap();
            assert_eq!(codes.len(), 10, "{name}");
            assert_eq!(
                (live(&person).await, in_trash(&person).await),
                (1, 1),
                "{name}: one entry in force, the old one in the trash"
            );
            assert!(is_on(&person).await, "{name}");
            let step = person.desk.move_step(&person.account).await.unwrap();
            assert_eq!(step, None, "{name}: at its end");
        } else {
            abandoned.unwrap();
            assert!(!is_on(&person).await, "{name}: MFA stays off");
            let begun = person.desk.move_step(&person.account).await.unwrap();
            assert_eq!(begun, None, "{name}: given up");
        }
    }
}

#[tokio::test]
async fn a_move_goes_on_where_it_stopped() {
    let mut person = Person::protected().await;
    let once = fault("GET", "/totp", false, Spoil::Status(502));
    person.proxy.set_once(once);
    person.desk.move_factor(&person.account).await.unwrap_err();
    person.reload().await;
    assert_eq!(person.account.entry_id, None);
    person.desk.move_factor(&person.account).await.unwrap();
    assert!(is_on(&person).await);
    assert_eq!((live(&person).await, in_trash(&person).await), (1, 1));
}

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_the_old_at_once() {
    let person = Person::protected().await;
    let (vault, id) = (person.desk.vault(), person.account.id);
    let kept = async || {
        let codes = vault.recovery_codes(id).await.unwrap();
        let state = vault.recovery_codes_state(id).await.unwrap();
        let first = codes[0].code.expose_secret().to_owned();
        (first, codes.len(), state.asked_ms.is_some())
    };
    let (first, ..) = kept().await;
    let refused = fault("POST", "/codes", false, Spoil::Status(403));
    person.proxy.set(Some(refused));
    person
        .desk
        .new_recovery_codes(&person.account)
        .await
        .unwrap_err();
    assert_eq!(kept().await, (first.clone(), 10, false), "a refusal");
    for spoil in LOST {
        person.proxy.set(Some(fault("POST", "/codes", true, spoil)));
        let error = person.desk.new_recovery_codes(&person.account).await;
        assert!(
            matches!(error, Err(NewCodesError::Unanswered(_))),
            "{error:?}"
        );
        assert_eq!(
            kept().await,
            (first.clone(), 10, true),
            "{spoil:?}: the old set stays, as one that may not work"
        );
    }
    person.proxy.set(Some(refused));
    person
        .desk
        .new_recovery_codes(&person.account)
        .await
        .unwrap_err();
    assert!(
        kept().await.2,
        "a refusal does not clear up what was left open"
    );
    person.proxy.set(None);
    let new = person
        .desk
        .new_recovery_codes(&person.account)
        .await
        .unwrap();
    assert_eq!(new.len(), 10);
    let (now, count, open) = kept().await;
    assert!(now != first && count == 10 && !open, "cleared up");

    person.desk.withdraw(&person.account, false).await.unwrap();
    let off = person.desk.new_recovery_codes(&person.account).await;
    assert!(matches!(off, Err(NewCodesError::MfaOff)), "{off:?}");
}

#[tokio::test]
async fn the_secret_of_another_app_is_not_kept() {
    let mut person = Person::connected().await;
    let (desk, account) = (&person.desk, &person.account);
    let begun = desk.begin_enrolment(account).await.unwrap();
    desk.vault()
        .set_enrolment_elsewhere(account.id, true)
        .await
        .unwrap();
    let own = desk.confirm_enrolment(account, None).await.err().unwrap();
    assert_eq!(
        own.code(),
        "other_apps_code",
        "our code says nothing of theirs"
    );
    let refused = desk.confirm_enrolment(account, Some("000000")).await;
    assert_eq!(refused.err().unwrap().code(), "wrong_code");
    let pending = desk.pending(account.id).await.unwrap();
    assert!(pending.elsewhere, "a wrong code does not change that");
    let theirs = begun.entry.code_at(deskfob_flows::unix_now());
    let codes = desk.confirm_enrolment(account, Some(theirs.expose())).await;
    assert_eq!(codes.unwrap().len(), 10, "recovery codes are kept");
    assert_eq!(live(&person).await, 0, "the secret is not");
    person.reload().await;
    assert_eq!(person.account.entry_id, None);
    assert!(is_on(&person).await);
}
