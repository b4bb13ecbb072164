//! SSH credentials: made at a real sandbox, kept through failures, made once by two programs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deskfob_flows::{SshError, SshRefresh, SshState};
use deskfob_ssh::{Difference, Signed};
use support::{Fault, Person, Spoil};

/// Every file below the folder with what is in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.clone(), std::fs::read(path).unwrap());
            }
        }
    }
    found
}

#[tokio::test]
async fn a_certificate_says_what_the_session_says() {
    let person = Person::connected().await;
    let none = person.desk.ssh_status(&person.account).await.unwrap();
    assert_eq!(none.state, SshState::None);
    assert!(
        person.desk.refresh_due_ssh().await.unwrap().is_empty(),
        "nobody asked for one"
    );

    let (status, made) = person
        .desk
        .refresh_ssh(&person.account, SshRefresh::IfDue)
        .await
        .unwrap();
    assert!(made && status.in_use, "{status:?}");
    assert!(
        matches!(status.state, SshState::Valid { left } if left > 3500),
        "{status:?}"
    );
    assert_eq!(status.signed, Some(Signed::Known));
    let certificate = status.certificate.unwrap();
    assert_eq!(certificate.user(), person.account.user_id);
    assert!(certificate.is_app() && !certificate.has_mfa());
    let public = status.key_file.unwrap().with_extension("pub");
    assert!(certificate.is_for_line(&std::fs::read_to_string(public).unwrap()));

    let (again, made) = person
        .desk
        .refresh_ssh(&person.account, SshRefresh::IfDue)
        .await
        .unwrap();
    assert!(!made, "it is not due");
    let (newer, made) = person
        .desk
        .refresh_ssh(&person.account, SshRefresh::Now)
        .await
        .unwrap();
    let (again, newer) = (again.certificate.unwrap(), newer.certificate.unwrap());
    assert!(made && again.serial() != newer.serial());
    assert_eq!(
        again.key_fingerprint(),
        newer.key_fingerprint(),
        "a key is used for a day"
    );
}

#[tokio::test]
async fn a_renewal_that_fails_changes_nothing() {
    let person = Person::connected().await;
    person
        .desk
        .refresh_ssh(&person.account, SshRefresh::Now)
        .await
        .unwrap();
    let folder = person
        .desk
        .ssh_folder()
        .config_file()
        .parent()
        .unwrap()
        .to_owned();
    let before = files(&folder);
    let spoils = [
        (
            "a failing platform",
            Spoil::Status(500),
            &["server_failed"][..],
        ),
        ("no right to it", Spoil::Status(403), &["forbidden"]),
        ("a network's sign-in page", Spoil::Html, &["not_json"]),
        // The connection may end before its first bytes are read.
        ("half an answer", Spoil::CutOff, &["cut_off", "unreachable"]),
    ];
    for (name, spoil, codes) in spoils {
        for acted_on in [false, true] {
            person.proxy.set(Some(Fault {
                method: "POST",
                path: "/ssh",
                acted_on,
                spoil,
            }));
            let error = person
                .desk
                .refresh_ssh(&person.account, SshRefresh::Now)
                .await
                .unwrap_err();
            assert!(codes.contains(&error.code()), "{name}: {error}");
            assert!(
                files(&folder) == before,
                "{name}: the files are as they were"
            );
        }
    }
    person.proxy.set(None);
    person
        .desk
        .refresh_ssh(&person.account, SshRefresh::Now)
        .await
        .unwrap();
    assert!(files(&folder) != before);
}

#[tokio::test]
async fn a_platform_that_names_no_authority_certifies_all_the_same() {
    let person = Person::connected().await;
    for status in [404, 500] {
        let fault = Fault {
            method: "GET",
            path: "/ssh/authority",
            acted_on: false,
            spoil: Spoil::Status(status),
        };
        person.proxy.set(Some(fault));
        let (made, _) = person
            .desk
            .refresh_ssh(&person.account, SshRefresh::Now)
            .await
            .unwrap();
        assert_eq!(made.signed, Some(Signed::Unknown), "{status}");
    }
}

#[tokio::test]
async fn two_programs_make_one_certificate() {
    let person = Person::connected().await;
    let second = person.second_desk().await;
    let (one, other) = tokio::join!(
        person.desk.refresh_ssh(&person.account, SshRefresh::IfDue),
        second.refresh_ssh(&person.account, SshRefresh::IfDue),
    );
    let ((one, first), (other, then)) = (one.unwrap(), other.unwrap());
    assert!(first != then, "made by one of them: {first} {then}");
    assert_eq!(
        one.certificate.unwrap().serial(),
        other.certificate.unwrap().serial()
    );
}

#[tokio::test]
async fn another_users_certificate_is_not_kept() {
    let person = Person::connected().await;
    let other = deskfob_vault::StoredAccount {
        user_id: "somebody-else".into(),
        ..person.account.clone()
    };
    let error = person
        .desk
        .refresh_ssh(&other, SshRefresh::Now)
        .await
        .unwrap_err();
    assert!(matches!(error, SshError::OtherUser), "{error}");
    let status = person.desk.ssh_status(&person.account).await.unwrap();
    assert_eq!(status.state, SshState::None);

    person
        .desk
        .refresh_ssh(&person.account, SshRefresh::Now)
        .await
        .unwrap();
    let status = person.desk.ssh_status(&other).await.unwrap();
    assert_eq!(status.differences, [Difference::User]);
    assert!(status.state.is_due());
}

#[tokio::test]
async fn a_folder_that_openssh_cannot_be_told_of_gets_no_key() {
    let person = Person::connected().await;
    let home = person.folder.path().join("a[b]");
    std::fs::create_dir(&home).unwrap();
    let desk = deskfob_flows::Desk::new(
        person.desk.vault().clone(),
        home.clone(),
        deskfob_platform::Http::new().unwrap(),
        std::sync::Arc::new(deskfob_flows::SandboxHost::new(home.join("sandbox"), None)),
    );
    let error = desk
        .refresh_ssh(&person.account, SshRefresh::Now)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "ssh_path", "{error}");
    assert!(!home.join("ssh").exists(), "nothing is left there");
}

#[tokio::test]
async fn signing_out_takes_the_credentials_away() {
    let person = Person::connected().await;
    let (status, _) = person
        .desk
        .refresh_ssh(&person.account, SshRefresh::Now)
        .await
        .unwrap();
    let config = person.desk.ssh_folder().config_file();
    assert!(
        std::fs::read_to_string(&config)
            .unwrap()
            .contains("ssh.sandbox.example")
    );
    person.desk.sign_out(&person.account).await.unwrap();
    assert!(!status.key_file.unwrap().exists());
    assert!(!std::fs::read_to_string(&config).unwrap().contains("Host"));
}
