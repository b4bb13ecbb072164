use serde_json::json;

use crate::support::{ADA, Api, SignIn, claims, code, early_in_a_step, http, sandbox};

#[tokio::test]
async fn a_token_is_made_shown_once_used_and_deleted() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let api = Api::new(sandbox.url(), &sign_in.complete(ADA).await.access).await;
    let made = api
        .post(&api.mine("api-tokens"), json!({ "name": "Nightly" }))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.body["mfa_on_creation"], false, "MFA is off");
    let text = made.body["token"].as_str().unwrap();
    let id = made.body["id"].as_str().unwrap();
    let path = api.mine(&format!("api-tokens/{id}"));
    let shown = api.get(&path).await.body;
    assert_eq!(shown["name"], "Nightly");
    assert!(shown.get("token").is_none(), "shown only once");
    assert!(shown["last_used_at"].is_null());
    let form = [("grant_type", "api_token"), ("api_token", text)];
    let access = sign_in.token(&form).await.ok().unwrap().access;
    assert!(!api.get(&path).await.body["last_used_at"].is_null());
    for (name, status) in [("Nightly", 409), ("", 400), (" ", 400)] {
        let refused = api
            .post(&api.mine("api-tokens"), json!({ "name": name }))
            .await;
        assert_eq!(refused.status, status, "{name:?}");
    }
    assert_eq!(api.delete(&path).await.status, 204);
    assert_eq!(api.get(&path).await.status, 404);
    assert_eq!(api.delete(&path).await.status, 404);
    let me = http().get(sandbox.url().join("users/me").unwrap());
    let me = me.bearer_auth(access).send().await.unwrap();
    assert_eq!(me.status(), 401, "what was made with it ends too");
    assert!(sign_in.token(&form).await.is_err());
}

#[tokio::test]
async fn making_a_token_needs_a_sign_in_of_late() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let refused = api
        .post(&api.mine("api-tokens"), json!({ "name": "More" }))
        .await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.body["error"], "insufficient_user_authentication");
    assert_eq!(refused.body["max_age"], 300);
    assert!(refused.body.get("amr").is_none(), "any method");
    let header = refused.header("www-authenticate");
    assert!(header.contains("max_age=\"300\""), "{header}");
}

#[tokio::test]
async fn tokens_made_before_and_after_mfa_are_told_apart() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let api = Api::new(sandbox.url(), &sign_in.complete(ADA).await.access).await;
    early_in_a_step().await;
    let key = api.get(&api.mine("totp")).await.body["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({ "secret": key, "passcode": code(&key, 0) });
    assert_eq!(api.post(&api.mine("totp"), body).await.status, 200);
    let made = api
        .post(&api.mine("api-tokens"), json!({ "name": "After" }))
        .await;
    assert_eq!(made.body["mfa_on_creation"], true);
    let listed = api.get(&api.mine("api-tokens")).await.body;
    let seen: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|token| {
            (
                token["name"].as_str().unwrap(),
                token["mfa_on_creation"].clone(),
            )
        })
        .collect();
    assert_eq!(seen, [("CI", json!(false)), ("After", json!(true))]);
    let text = made.body["token"].as_str().unwrap();
    let form = [("grant_type", "api_token"), ("api_token", text)];
    let access = sign_in.token(&form).await.ok().unwrap().access;
    assert_eq!(claims(&access)["amr"], json!(["pwd", "mfa"]));
}
