//! The session kept for an account: renewed when its time is over, never spent twice, never left open.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use deskfob_flows::{ConnectError, DeploymentChoice, SessionError};
use deskfob_otp::{ExposeSecret, SecretString};
use deskfob_platform::ApiToken;
use support::{ADA, Fault, Person, Spoil};

const ALAN: (&str, &str) = ("alan@acme.example", "halting problem");

#[tokio::test]
async fn an_api_token_signs_in_again_by_itself() {
    let person = Person::connected().await;
    person.expire_tokens().await;
    let user = person.desk.account_status(&person.account).await.unwrap();
    assert_eq!(user.email, ADA.0);
    let kept = person
        .desk
        .vault()
        .tokens(person.account.id)
        .await
        .unwrap()
        .unwrap();
    assert!(kept.expires_at > 0, "the new session is kept");
}

#[tokio::test]
async fn two_programs_never_spend_one_refresh_token_twice() {
    let person = Person::browsed().await;
    let second = person.second_desk().await;
    for round in 0..3 {
        person.expire_tokens().await;
        let (first, other) = tokio::join!(
            person.desk.account_status(&person.account),
            second.account_status(&person.account),
        );
        // Spending it twice would end the whole session at the platform.
        assert!(first.is_ok() && other.is_ok(), "round {round}: both go on");
    }
}

#[tokio::test]
async fn a_session_that_ended_at_the_platform_is_signed_out() {
    let person = Person::browsed().await;
    person.expire_tokens().await;
    let refused = Fault {
        method: "POST",
        path: "/oauth2/token",
        acted_on: true,
        spoil: Spoil::CutOff,
    };
    person.proxy.set(Some(refused));
    // The platform rotated the refresh token and its answer was lost: the old one is spent.
    person
        .desk
        .account_status(&person.account)
        .await
        .err()
        .unwrap();
    person.proxy.set(None);
    let error = person
        .desk
        .account_status(&person.account)
        .await
        .err()
        .unwrap();
    assert!(
        matches!(error, SessionError::SignedOut),
        "only the person can renew it: {error}"
    );
    assert!(error.hint().is_some());
}

#[tokio::test]
async fn signing_in_as_somebody_else_changes_nothing() {
    let person = Person::browsed().await;
    let before = person
        .desk
        .vault()
        .tokens(person.account.id)
        .await
        .unwrap()
        .unwrap();
    let attempt = person.desk.start_connect(&person.choice()).await.unwrap();
    let tokens = person.browse(attempt, ALAN).await;
    let unkept = tokens.access.secret().expose_secret().to_owned();
    let error = person
        .desk
        .finish_renewal(&person.account, tokens)
        .await
        .err()
        .unwrap();
    assert!(
        matches!(error, ConnectError::OtherAccount { .. }),
        "{error}"
    );
    let after = person
        .desk
        .vault()
        .tokens(person.account.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        before.access.expose_secret(),
        after.access.expose_secret(),
        "the session stays"
    );
    let me = person.proxy.url.join("users/me").unwrap();
    let status = support::http()
        .get(me)
        .bearer_auth(unkept)
        .send()
        .await
        .unwrap()
        .status();
    assert_eq!(status, 401, "the other person's session is not left open");
}

#[tokio::test]
async fn signing_out_works_with_the_platform_down() {
    let person = Person::browsed().await;
    let down = Fault {
        method: "POST",
        path: "/oauth2/revoke",
        acted_on: false,
        spoil: Spoil::Status(503),
    };
    person.proxy.set(Some(down));
    person.desk.sign_out(&person.account).await.unwrap();
    assert!(
        person
            .desk
            .vault()
            .tokens(person.account.id)
            .await
            .unwrap()
            .is_none(),
        "forgotten here"
    );
    let error = person
        .desk
        .account_status(&person.account)
        .await
        .err()
        .unwrap();
    assert!(matches!(error, SessionError::SignedOut), "{error}");
}

#[tokio::test]
async fn reminders_cut_short_are_told_as_that() {
    let person = Person::connected().await;
    let orgs = person.desk.organizations(&person.account).await.unwrap();
    let acme = orgs.into_iter().find(|org| org.name == "acme").unwrap();
    let report = person
        .desk
        .members(&person.account, &acme.id, |_, _| {})
        .await
        .unwrap();
    assert_eq!(report.members.len(), 60, "all pages");
    let users: Vec<_> = report
        .members
        .iter()
        .map(|row| row.member.user_id.clone())
        .collect();
    let down = Fault {
        method: "POST",
        path: "/remind",
        acted_on: false,
        spoil: Spoil::Status(503),
    };
    person.proxy.set(Some(down));
    let error = person
        .desk
        .remind(&person.account, &acme.id, &users)
        .await
        .err()
        .unwrap();
    assert_eq!(
        error.code(),
        "server_failed",
        "nobody was reminded: {error}"
    );
    person.proxy.set(None);
    let reminded = person
        .desk
        .remind(&person.account, &acme.id, &users)
        .await
        .unwrap();
    assert!(reminded.stopped.is_none());
    let outcomes = reminded.outcomes;
    assert_eq!(
        outcomes.len(),
        users.len(),
        "everyone asked for has an answer"
    );
    let again = person
        .desk
        .members(&person.account, &acme.id, |_, _| {})
        .await
        .unwrap();
    let kept = again
        .members
        .iter()
        .filter(|row| row.reminders == 1)
        .count();
    let sent = outcomes.iter().filter(|outcome| outcome.is_sent()).count();
    assert_eq!(kept, sent, "what was sent is in the history");
}

#[tokio::test]
async fn a_platform_that_is_described_anew_has_the_same_account() {
    let mut person = Person::protected().await;
    let entry = person.account.entry_id;
    let DeploymentChoice::Custom(mut custom) = person.choice() else {
        panic!("a platform of its own")
    };
    custom.name = "Another name".into();
    custom.ssh_hosts = vec!["ssh.other.example".into()];
    let choice = DeploymentChoice::Custom(custom);
    let token = ApiToken::new(SecretString::from("sandbox-ada-token"));
    let again = person.desk.connect_with_token(&choice, token).await;
    let again = again.unwrap();
    assert_eq!(again.id, person.account.id);
    assert_eq!(again.entry_id, entry, "its codes stay with it");
    assert_eq!(person.desk.vault().accounts().await.unwrap().len(), 1);
    person.reload().await;
    assert_eq!(person.choice().label(), "Another name");
}
