//! The doctor's facts against a real sandbox: true where it answers, and honest where it does not.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use deskfob_doctor::{Facts, Finding, Known, Remedy, Why, advise, diagnose};
use deskfob_flows::{CommandLine, FactCheck, Fitting, SshRefresh, Surroundings};
use support::{Fault, Person, Spoil};

async fn facts(person: &Person) -> Facts {
    facts_in(person, &Surroundings::default()).await
}

async fn facts_in(person: &Person, around: &Surroundings) -> Facts {
    let mut facts = Facts::unknown(Why::NotAsked);
    for check in FactCheck::ALL {
        person
            .desk
            .check_fact(&person.account, check, around, &mut facts)
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

fn step_names(finding: &Finding, facts: &Facts) -> Vec<&'static str> {
    let steps = advise(finding, facts).steps;
    steps.iter().map(|step| step.remedy.code()).collect()
}

/// A certificate that OpenSSH is not told of mends nothing, however often it is made anew.
#[tokio::test]
async fn the_certificate_is_the_one_that_openssh_shows() {
    let person = Person::connected().await;
    let folder = tempfile::tempdir().unwrap();
    let (home, bin) = (folder.path().join("home"), folder.path().join("bin"));
    let kept = home.join(".upsun-cli/.session/sess-cli-default/ssh");
    for folder in [&kept, &bin] {
        std::fs::create_dir_all(folder).unwrap();
    }
    let program = format!("upsun{}", std::env::consts::EXE_SUFFIX);
    std::fs::write(bin.join(program), "").unwrap();
    let ssh_dir = home.join(".ssh");
    let around = || Surroundings {
        ssh_dir: Some(ssh_dir.clone()),
        command_line: CommandLine::find(&home, bin.as_os_str()),
    };
    assert!(around().command_line.is_some(), "it is set up");
    let refused = &diagnose("Permission denied (publickey).").findings[0];

    let none = facts_in(&person, &around()).await;
    assert_eq!(none.openssh_told, Known::Is(false));
    assert_eq!(
        step_names(refused, &none),
        ["new_certificate", "tell_openssh"]
    );

    let (status, _) = person
        .desk
        .refresh_ssh(&person.account, SshRefresh::Now)
        .await
        .unwrap();
    let made = facts_in(&person, &around()).await;
    assert_eq!(made.command_line, Known::Is(None));
    assert_eq!(step_names(refused, &made), ["tell_openssh"]);

    // The command line keeps one too, from a sign-in of its own.
    let file = status.key_file.unwrap();
    let own = file.with_file_name(format!(
        "{}-cert.pub",
        file.file_name().unwrap().to_str().unwrap()
    ));
    let theirs = kept.join("id_ed25519-cert.pub");
    std::fs::copy(&own, &theirs).unwrap();
    let both = facts_in(&person, &around()).await;
    let shown = both.command_line.value().unwrap().as_ref().unwrap();
    assert_eq!(
        (shown.name, &shown.certificate.amr[..]),
        ("upsun", &["pwd".to_owned()][..])
    );
    let denied = &denied("ada (x)")[0];
    assert_eq!(
        step_names(denied, &both),
        ["enrol", "sign_in_by_command_line"]
    );
    std::fs::write(&theirs, "no certificate").unwrap();
    let unread = facts_in(&person, &around()).await;
    assert_eq!(unread.command_line, Known::Unknown(Why::Failed));

    person.desk.ssh_folder().tell_openssh(&ssh_dir).unwrap();
    let told = facts_in(&person, &around()).await;
    assert_eq!(told.openssh_told, Known::Is(true));
    assert_eq!(step_names(refused, &told), ["new_certificate"]);
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
