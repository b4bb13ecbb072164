use std::path::Path;

use deskfob_sandbox::{Config, Running, attach_or_start, start};
use serde_json::json;

use crate::support::{ADA, Api, Browser, SignIn, code, early_in_a_step};

fn config(folder: &Path) -> Config {
    Config {
        state: Some(folder.to_owned()),
        ..Config::default()
    }
}

async fn started(folder: &Path) -> Running {
    start(config(folder)).await.unwrap()
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = started(folder.path()).await;
    let url = first.url().clone();
    let sign_in = SignIn::new(&url);
    let tokens = sign_in.complete(ADA).await;
    let api = Api::new(&url, &tokens.access).await;
    let acme = api.organization("acme").await;
    let (members, users) = api.everybody(&acme).await;
    let off = users
        .iter()
        .find(|(id, u)| **id != api.me && u["mfa_enabled"] == false && u["sso_enabled"] == false);
    let off = off.unwrap().0.clone();
    let remind = format!("/organizations/{acme}/mfa/remind");
    api.post(&remind, json!({"user_ids": [off]})).await;
    let next = api
        .get(&format!("/organizations/{acme}/members"))
        .await
        .link("next")
        .unwrap()
        .to_owned();
    let mut browser = Browser::new(&url);
    browser.sign_in(ADA).await;
    let key = api.get(&api.mine("totp")).await.body["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    first.stop().await;

    let second = started(folder.path()).await;
    assert_eq!(second.url(), &url, "the same port");
    assert_eq!(
        api.get("/users/me").await.body["email"],
        ADA.0,
        "the access token"
    );
    let tokens = sign_in
        .refresh(&tokens.refresh.unwrap())
        .await
        .ok()
        .unwrap();
    assert_eq!(api.everybody(&acme).await.0, members, "the members");
    assert_eq!(api.get(&next).await.status, 200, "the cursor");
    let again = api.post(&remind, json!({"user_ids": [off]})).await;
    assert_eq!(again.body[&off]["code"], 429, "who was reminded");
    let outbox = browser.open("/outbox").await.page();
    assert_eq!(outbox.all("ul.rows li").len(), 1, "the outbox");
    let page = browser.open("/profile/security").await.page();
    assert_eq!(
        page.heading(),
        "Authentication settings",
        "the browser's session"
    );
    early_in_a_step().await;
    let body = json!({"secret": key, "passcode": code(&key, 0)});
    assert_eq!(
        api.post(&api.mine("totp"), body).await.status,
        200,
        "the proposed key"
    );
    second.stop().await;

    let third = started(folder.path()).await;
    assert_eq!(api.get("/users/me").await.body["mfa_enabled"], true, "MFA");
    let mut browser = Browser::new(&url);
    let page = browser.sign_in(ADA).await;
    let used = page.form("/code").with("code", &code(&key, 0));
    let page = browser.submit(used).await.page();
    assert_eq!(page.status, 400, "that the code was used");
    assert!(
        sign_in.refresh(&tokens.refresh.unwrap()).await.is_ok(),
        "the rotated refresh token"
    );
    third.stop().await;
}

#[tokio::test]
async fn one_state_is_served_once_and_joined_by_others() {
    let folder = tempfile::tempdir().unwrap();
    let first = attach_or_start(config(folder.path())).await.unwrap();
    assert!(first.is_ours());
    let second = attach_or_start(config(folder.path())).await.unwrap();
    assert!(!second.is_ours(), "joined");
    assert_eq!(first.url(), second.url());
    let refused = start(config(folder.path())).await.err();
    assert_eq!(refused.map(|e| e.code()), Some("sandbox_state_in_use"));
    second.stop().await;
    Api::with_api_token(first.url(), "sandbox-ada-token").await;
    let url = first.url().clone();
    drop(first);
    let third = attach_or_start(config(folder.path())).await.unwrap();
    assert!(third.is_ours(), "started anew once the first is gone");
    Api::with_api_token(third.url(), "sandbox-ada-token").await;
    assert_eq!(third.url().host_str(), url.host_str());
}

#[tokio::test]
async fn a_stale_address_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("address"), "http://192.0.2.1:9/\n").unwrap();
    let sandbox = attach_or_start(config(folder.path())).await.unwrap();
    assert!(sandbox.is_ours());
    Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
}

#[tokio::test]
async fn an_existing_state_keeps_its_people_and_may_grow() {
    let folder = tempfile::tempdir().unwrap();
    let mut counts = Vec::new();
    let mut ids = Vec::new();
    for (members, seed) in [(10, 1), (30, 9), (5, 9)] {
        let sandbox = start(Config {
            members,
            seed,
            ..config(folder.path())
        })
        .await
        .unwrap();
        let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
        let acme = api.organization("acme").await;
        counts.push(api.everybody(&acme).await.0.len());
        ids.push(api.me);
        sandbox.stop().await;
    }
    assert_eq!(counts, [13, 33, 33]);
    assert!(
        ids.iter().all(|id| *id == ids[0]),
        "another seed changes nobody"
    );
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    let refused = |address: &str, members| {
        let listen = address.parse().unwrap();
        async move {
            start(Config {
                listen,
                members,
                ..Config::default()
            })
            .await
            .err()
            .map(|e| e.code())
        }
    };
    assert_eq!(refused("0.0.0.0:0", 0).await, Some("sandbox_not_loopback"));
    assert_eq!(
        refused("192.0.2.1:0", 0).await,
        Some("sandbox_not_loopback")
    );
    assert_eq!(
        refused("127.0.0.1:0", 200_001).await,
        Some("sandbox_too_many_members")
    );
    assert_eq!(refused("127.0.0.1:0", 0).await, None);
}

#[tokio::test]
async fn fifty_thousand_members_start_in_seconds() {
    let began = std::time::Instant::now();
    let sandbox = start(Config {
        members: 50_000,
        ..Config::default()
    })
    .await
    .unwrap();
    assert!(began.elapsed().as_secs() < 20, "took {:?}", began.elapsed());
    let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let page = api
        .get("/organizations/name%3Dacme/members?page[size]=100")
        .await;
    assert_eq!(page.body["count"], 50_003);
}
