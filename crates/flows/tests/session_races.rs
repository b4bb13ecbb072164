//! A session that is renewed while something else becomes of it: nothing late is written over what is newer.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use deskfob_flows::{FactCheck, SessionError, Surroundings};
use deskfob_otp::ExposeSecret;
use support::{ADA, Fault, Person, Spoil};

/// How long the platform's answers are on their way.
const LATE: u64 = 600;
/// By then the request is at the platform and its answer is not here.
const MEANWHILE: Duration = Duration::from_millis(200);

fn late(method: &'static str, path: &'static str, milliseconds: u64) -> Option<Fault> {
    Some(Fault {
        method,
        path,
        acted_on: true,
        spoil: Spoil::Late(milliseconds),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_while_the_session_is_renewed_stays_signed_out() {
    let person = Person::browsed().await;
    person.expire_tokens().await;
    person.proxy.set(late("POST", "/oauth2/token", LATE));
    let out = async {
        tokio::time::sleep(MEANWHILE).await;
        person.desk.sign_out(&person.account).await.unwrap()
    };
    let (_, _) = tokio::join!(person.desk.account_status(&person.account), out);
    let tokens = person.desk.vault().tokens(person.account.id).await.unwrap();
    assert!(
        tokens.is_none(),
        "the answer came too late to sign in again"
    );
    let error = person.desk.account_status(&person.account).await;
    assert!(matches!(error, Err(SessionError::SignedOut)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_sign_in_while_the_session_is_renewed_is_the_one_that_stays() {
    let person = Person::browsed().await;
    let attempt = person.desk.start_connect(&person.choice()).await.unwrap();
    let new = person.browse(attempt, ADA).await;
    let access = new.access.secret().expose_secret().to_owned();
    person.expire_tokens().await;
    person.proxy.set(late("POST", "/oauth2/token", LATE));
    let renewal = async {
        tokio::time::sleep(MEANWHILE).await;
        person
            .desk
            .finish_renewal(&person.account, new)
            .await
            .unwrap()
    };
    let (_, _) = tokio::join!(person.desk.account_status(&person.account), renewal);
    person.proxy.set(None);
    let kept = person.desk.vault().tokens(person.account.id).await.unwrap();
    assert_eq!(kept.unwrap().access.expose_secret(), access);
    person.desk.account_status(&person.account).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_kept_survives_a_lock_that_comes_at_once() {
    let person = Person::browsed().await;
    let attempt = person.desk.start_connect(&person.choice()).await.unwrap();
    let new = person.browse(attempt, ADA).await;
    person.proxy.set(late("POST", "/oauth2/revoke", LATE));
    let lock = async {
        tokio::time::sleep(MEANWHILE).await;
        person.desk.clone().lock().await;
    };
    let (renewed, ()) = tokio::join!(person.desk.finish_renewal(&person.account, new), lock);
    person.proxy.set(None);
    assert!(renewed.is_ok(), "it was kept: {:?}", renewed.err());
    let person = person.restarted().await;
    let status = person.desk.account_status(&person.account).await;
    assert!(status.is_ok(), "still signed in: {:?}", status.err());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gives_up_waiting_does_not_cost_the_session() {
    let person = Person::browsed().await;
    person.expire_tokens().await;
    person.proxy.set(late("POST", "/oauth2/token", LATE));
    let asked = person.desk.account_status(&person.account);
    assert!(
        tokio::time::timeout(MEANWHILE, asked).await.is_err(),
        "given up before the answer"
    );
    tokio::time::sleep(Duration::from_millis(LATE)).await;
    person.proxy.set(None);
    // Without the new refresh token, the old one is spent twice and the whole session ends.
    person.desk.account_status(&person.account).await.unwrap();
    let mut facts = deskfob_doctor::Facts::unknown(deskfob_doctor::Why::NotAsked);
    person
        .desk
        .check_fact(
            &person.account,
            FactCheck::Account,
            &Surroundings::default(),
            &mut facts,
        )
        .await;
    assert_eq!(facts.account_mfa, deskfob_doctor::Known::Is(false));
}
