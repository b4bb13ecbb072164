use std::collections::BTreeMap;

use deskfob_sandbox::{Config, SmtpServer, start};
use serde_json::{Value, json};

use crate::support::{Api, Browser, MailServer, sandbox, unused_port};

/// Members of acme by what a reminder should come to.
struct Cases {
    acme: String,
    off: Vec<(String, String)>,
    on: String,
    sso: String,
    gone: String,
    unsaid: String,
}

async fn cases(api: &Api) -> Cases {
    let acme = api.organization("acme").await;
    let (_, users) = api.everybody(&acme).await;
    let find = |test: &dyn Fn(&Value) -> bool| {
        let found = users
            .iter()
            .filter(|(id, user)| **id != api.me && test(user));
        found
            .map(|(id, user)| {
                (
                    id.clone(),
                    user["email"].as_str().unwrap_or_default().to_owned(),
                )
            })
            .collect::<Vec<_>>()
    };
    let is = |user: &Value, mfa: bool, sso: bool| {
        user["mfa_enabled"] == mfa && user["sso_enabled"] == sso
    };
    Cases {
        off: find(&|user| is(user, false, false)),
        on: find(&|user| is(user, true, false))[0].0.clone(),
        sso: find(&|user| is(user, false, true))[0].0.clone(),
        gone: find(&Value::is_null)[0].0.clone(),
        unsaid: find(&|user| !user.is_null() && user.get("mfa_enabled").is_none())[0]
            .0
            .clone(),
        acme,
    }
}

async fn remind(api: &Api, acme: &str, users: &[&str]) -> BTreeMap<String, (u64, String)> {
    let body = json!({"user_ids": users});
    let answer = api
        .post(&format!("/organizations/{acme}/mfa/remind"), body)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let outcomes = answer.body.as_object().unwrap();
    outcomes
        .iter()
        .map(|(id, o)| {
            let message = o["message"].as_str().unwrap().to_owned();
            (id.clone(), (o["code"].as_u64().unwrap(), message))
        })
        .collect()
}

#[tokio::test]
async fn each_person_has_an_answer_of_their_own() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let cases = cases(&api).await;
    let stranger = "00000000-0000-4000-8000-000000000000";
    let (first, second) = (cases.off[0].0.as_str(), cases.off[1].0.as_str());
    let asked = [
        first,
        second,
        first,
        &cases.on,
        &cases.sso,
        &cases.gone,
        &cases.unsaid,
        stranger,
    ];
    let outcomes = remind(&api, &cases.acme, &asked).await;
    let expected = [
        ("off", first, 200),
        ("off", second, 200),
        ("on", &cases.on, 409),
        ("SSO", &cases.sso, 409),
        ("gone", &cases.gone, 404),
        ("not said", &cases.unsaid, 200),
        ("a stranger", stranger, 404),
    ];
    assert_eq!(outcomes.len(), expected.len(), "each asked person once");
    for (name, id, code) in expected {
        assert_eq!(outcomes[id].0, code, "{name}: {}", outcomes[id].1);
        assert!(!outcomes[id].1.is_empty(), "{name} has words");
    }
    let again = remind(&api, &cases.acme, &[first, &cases.off[2].0]).await;
    assert_eq!(again[first].0, 429, "once a day");
    assert_eq!(again[&cases.off[2].0].0, 200, "others are not held up");

    let mut browser = Browser::new(sandbox.url());
    let outbox = browser.open("/outbox").await.page();
    let rows = outbox.all("ul.rows li");
    assert_eq!(rows.len(), 4, "one mail for each reminder sent");
    assert!(
        rows[0].contains(&cases.off[2].1),
        "newest first: {}",
        rows[0]
    );
    assert_eq!(outbox.all("ul.rows .badge"), ["Kept here"; 4]);
}

#[tokio::test]
async fn what_is_not_a_list_of_users_is_refused() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let path = format!(
        "/organizations/{}/mfa/remind",
        api.organization("acme").await
    );
    let bodies = [
        json!({}),
        json!([]),
        json!({"user_ids": "all"}),
        json!({"user_ids": ["ada"]}),
        json!(null),
    ];
    for body in bodies {
        let answer = api.post(&path, body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.header("content-type"), "application/json", "{body}");
    }
    assert_eq!(
        api.post(&path, json!({"user_ids": []})).await.body,
        json!({}),
        "nobody asked for"
    );
}

#[tokio::test]
async fn reminders_reach_a_real_mail_server() {
    let server = MailServer::start();
    let smtp = Some(SmtpServer {
        host: "127.0.0.1".to_owned(),
        port: server.port,
    });
    let sandbox = start(Config {
        smtp,
        ..Config::default()
    })
    .await
    .unwrap();
    let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let cases = cases(&api).await;
    let chosen: Vec<_> = cases.off.iter().take(3).collect();
    let mut asked: Vec<&str> = chosen.iter().map(|(id, _)| id.as_str()).collect();
    asked.push(&cases.on);
    let outcomes = remind(&api, &cases.acme, &asked).await;
    assert_eq!(
        outcomes.values().filter(|(code, _)| *code == 200).count(),
        3
    );

    let filed = server.filed();
    let mut recipients: Vec<_> = filed
        .iter()
        .flat_map(|mail| mail.recipients.clone())
        .collect();
    let mut expected: Vec<_> = chosen.iter().map(|(_, email)| email.clone()).collect();
    recipients.sort_unstable();
    expected.sort_unstable();
    assert_eq!(recipients, expected, "the right people, and nobody else");
    let page = sandbox.url().join("profile/security").unwrap();
    for mail in &filed {
        assert_eq!(mail.recipients.len(), 1, "one person for each mail");
        assert_eq!(mail.subject, "Reminder: turn on MFA for Acme Corporation");
        for (kind, content) in [("text", &mail.text), ("html", &mail.html)] {
            for needed in [page.as_str(), "Ada Lovelace", "Deskfob", "upsun login -f"] {
                assert!(
                    content.contains(needed),
                    "{needed:?} is missing in the {kind} part"
                );
            }
        }
    }
    let mut browser = Browser::new(sandbox.url());
    let outbox = browser.open("/outbox").await.page();
    assert_eq!(outbox.all("ul.rows .badge"), ["Delivered"; 3]);
    let security = browser.open(page.as_str()).await.page();
    assert_eq!(security.heading(), "Sign in", "the link in the mail works");
}

#[tokio::test]
async fn a_mail_server_that_is_down_is_told_for_each_person() {
    let smtp = Some(SmtpServer {
        host: "127.0.0.1".to_owned(),
        port: unused_port(),
    });
    let sandbox = start(Config {
        smtp,
        ..Config::default()
    })
    .await
    .unwrap();
    let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let cases = cases(&api).await;
    let (first, second) = (cases.off[0].0.as_str(), cases.off[1].0.as_str());
    for round in ["at first", "again: a failed reminder does not count as one"] {
        let outcomes = remind(&api, &cases.acme, &[first, second]).await;
        for id in [first, second] {
            assert_eq!(outcomes[id].0, 502, "{round}");
            assert!(
                outcomes[id].1.contains("cannot be reached"),
                "{}",
                outcomes[id].1
            );
        }
    }
    let mut browser = Browser::new(sandbox.url());
    let outbox = browser.open("/outbox").await.page();
    assert_eq!(
        outbox.all("ul.rows .badge"),
        ["Not delivered"; 4],
        "kept all the same"
    );
}
