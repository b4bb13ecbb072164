//! The doctor's facts against a real sandbox: true where it answers, and honest where it does not.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use deskfob_doctor::{Facts, Finding, Known, Remedy, Why, advise, diagnose};
use deskfob_flows::{FactCheck, Fitting};
use support::{Fault, Person, Spoil};

async fn facts(person: &Person) -> Facts {
    let mut facts = Facts::unknown(Why::NotAsked);
    for check in FactCheck::ALL {
        person
            .desk
            .check_fact(&person.account, check, &mut facts)
            .await;
    }
    facts
}

fn denied(user: &str) -> Vec<Finding> {
    diagnose(&format!(
        "Error: Access denied\nService: abcdefg123456-main-bvxea6i--app\nUser: {user}\nParameters: {{\"amr\":[\"mfa\"]}}"
    ))
    .findings
}

#[tokio::test]
async fn facts_are_those_of_the_platform() {
    let person = Person::connected().await;
    let before = facts(&person).await;
    assert_eq!(before.account_mfa, Known::Is(false));
    assert_eq!(
        before.tokens_before_mfa,
        Known::Is(1),
        "the token that connected it"
    );
    let session = before.session.value().unwrap().as_ref().unwrap();
    assert!(
        session.by_api_token && session.amr == ["pwd"],
        "{session:?}"
    );
    let requiring = before.requiring_mfa.value().unwrap();
    assert_eq!(requiring, &["Globex"], "it opens only with MFA");
    let finding = &denied("ada (x)")[0];
    assert_eq!(advise(finding, &before).first(), Some(&Remedy::Enrol));
}

#[tokio::test]
async fn what_the_platform_does_not_answer_is_not_known() {
    let person = Person::connected().await;
    let cases = [
        ("refused", "/users/me", Spoil::Status(403), Why::NotAllowed),
        ("failed", "/users/me", Spoil::Status(503), Why::Failed),
        (
            "a page of the network",
            "/users/me",
            Spoil::Html,
            Why::Offline,
        ),
        ("cut off", "/users/me", Spoil::CutOff, Why::Offline),
    ];
    for (name, path, spoil, why) in cases {
        person.proxy.set(Some(Fault {
            method: "GET",
            path,
            acted_on: false,
            spoil,
        }));
        let facts = facts(&person).await;
        assert_eq!(facts.account_mfa, Known::Unknown(why), "{name}");
        assert_eq!(
            facts.tokens_before_mfa,
            Known::Is(1),
            "{name}: the others are known all the same"
        );
    }
    person.proxy.set(Some(Fault {
        method: "GET",
        path: "/mfa-enforcement",
        acted_on: false,
        spoil: Spoil::Status(403),
    }));
    let told = facts(&person).await;
    assert_ne!(
        told.requiring_mfa,
        Known::Is(Vec::new()),
        "not told is not none"
    );
}

#[tokio::test]
async fn a_signed_out_account_is_known_to_be_that() {
    let person = Person::connected().await;
    person.desk.sign_out(&person.account).await.unwrap();
    let facts = facts(&person).await;
    assert_eq!(facts.session, Known::Is(None));
    assert_eq!(facts.account_mfa, Known::Unknown(Why::SignedOut));
}

#[tokio::test]
async fn the_account_is_the_one_that_is_named() {
    let person = Person::connected().await;
    let id = person.account.user_id.clone();
    let cases = [
        ("by its id", format!("somebody ({id})"), "one"),
        (
            "another id",
            "ada (00000000-0000-0000-0000-000000000000)".to_owned(),
            "another",
        ),
        (
            "by its address",
            format!("{} (USER ID)", person.account.email),
            "one",
        ),
        (
            "as the documents show it: the only one",
            "USER NAME (USER ID)".to_owned(),
            "one",
        ),
    ];
    for (name, user, expected) in cases {
        let found = person.desk.fitting_account(&denied(&user)).await.unwrap();
        let found = match found {
            Fitting::One(account) if account.id == person.account.id => "one",
            Fitting::Another => "another",
            _ => "neither",
        };
        assert_eq!(found, expected, "{name}");
    }
}

/// Where the user does not tell of single sign-on, the connections do.
#[tokio::test]
async fn a_mandatory_connection_tells_of_single_sign_on() {
    let person = Person::connected().await;
    assert_eq!(facts(&person).await.account_sso, Known::Is(false), "said");
    person.proxy.hide_mfa();
    let cases = [
        ("none", Spoil::Json("[]"), Known::Is(false)),
        (
            "one that may be left out",
            Spoil::Json(r#"[{"provider":"google","is_mandatory":false}]"#),
            Known::Is(false),
        ),
        (
            "one that may not",
            Spoil::Json(
                r#"[{"provider":"google","is_mandatory":false},{"provider":"acme","is_mandatory":true}]"#,
            ),
            Known::Is(true),
        ),
        (
            "not said",
            Spoil::Json(r#"[{"provider":"acme"}]"#),
            Known::Unknown(Why::NotSaid),
        ),
        (
            "refused",
            Spoil::Status(403),
            Known::Unknown(Why::NotAllowed),
        ),
    ];
    for (name, spoil, expected) in cases {
        person.proxy.set(Some(Fault {
            method: "GET",
            path: "/connections",
            acted_on: false,
            spoil,
        }));
        assert_eq!(facts(&person).await.account_sso, expected, "{name}");
    }
}
