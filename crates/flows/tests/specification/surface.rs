//! Every operation that the sandbox serves, asked rightly and wrongly.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::support::http;

/// The operations of the description that the sandbox serves.
pub(crate) const OPERATIONS: &[&str] = &[
    "DELETE /ssh_keys/{key_id}",
    "DELETE /users/{user_id}/api-tokens/{token_id}",
    "DELETE /users/{user_id}/connections/{provider}",
    "DELETE /users/{user_id}/totp",
    "GET /me",
    "GET /organizations",
    "GET /organizations/{organization_id}",
    "GET /organizations/{organization_id}/addons",
    "GET /organizations/{organization_id}/members",
    "GET /organizations/{organization_id}/members/{user_id}",
    "GET /organizations/{organization_id}/mfa-enforcement",
    "GET /ssh_keys/{key_id}",
    "GET /users/email={email}",
    "GET /users/me",
    "GET /users/username={username}",
    "GET /users/{user_id}",
    "GET /users/{user_id}/api-tokens",
    "GET /users/{user_id}/api-tokens/{token_id}",
    "GET /users/{user_id}/connections",
    "GET /users/{user_id}/connections/{provider}",
    "GET /users/{user_id}/organizations",
    "GET /users/{user_id}/totp",
    "POST /me/phone",
    "POST /organizations/{organization_id}/mfa-enforcement/disable",
    "POST /organizations/{organization_id}/mfa-enforcement/enable",
    "POST /organizations/{organization_id}/mfa/remind",
    "POST /ssh_keys",
    "POST /users/{user_id}/api-tokens",
    "POST /users/{user_id}/codes",
    "POST /users/{user_id}/phonenumber",
    "POST /users/{user_id}/phonenumber/{sid}",
    "POST /users/{user_id}/totp",
];

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFYXijvuZObO1XUaqu73+X3hIs05hVR/PUmMlBME+0Ss";

/// An access token, by the parameters of the token endpoint.
pub(crate) async fn token(base: &Url, form: &[(&str, &str)]) -> String {
    let request = http().post(base.join("oauth2/token").unwrap());
    let answer = request
        .basic_auth("deskfob", Some(""))
        .form(form)
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

struct Caller<'a> {
    base: &'a Url,
    token: String,
    me: String,
}

impl<'a> Caller<'a> {
    async fn new(base: &'a Url, api_token: &str) -> Self {
        let form = [("grant_type", "api_token"), ("api_token", api_token)];
        Self::with(base, &token(base, &form).await).await
    }

    async fn with(base: &'a Url, token: &str) -> Self {
        let mut caller = Self {
            base,
            token: token.to_owned(),
            me: String::new(),
        };
        let me = caller.get("/users/me", 200).await;
        caller.me = me["id"].as_str().unwrap().to_owned();
        caller
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>, expected: u16) -> Value {
        let path = path.replace("{me}", &self.me);
        let url = self.base.join(&path).unwrap();
        let mut request = http().request(method.clone(), url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let body = answer.bytes().await.unwrap();
        assert_eq!(
            status,
            StatusCode::from_u16(expected).unwrap(),
            "{method} {path}: {}",
            String::from_utf8_lossy(&body)
        );
        serde_json::from_slice(&body).unwrap_or(Value::Null)
    }

    async fn get(&self, path: &str, expected: u16) -> Value {
        self.call(Method::GET, path, None, expected).await
    }

    async fn delete(&self, path: &str, expected: u16) -> Value {
        self.call(Method::DELETE, path, None, expected).await
    }

    async fn post(&self, path: &str, body: Value, expected: u16) -> Value {
        self.call(Method::POST, path, Some(body), expected).await
    }

    async fn press(&self, path: &str, expected: u16) -> Value {
        self.call(Method::POST, path, None, expected).await
    }
}

/// Asks for everything. `fresh` is the access token of somebody who has just signed in with a password.
pub(crate) async fn walk(base: &Url, fresh: &str) {
    let alan = Caller::with(base, fresh).await;
    let name = json!({ "name": "Nightly" });
    let made = alan.post("/users/{me}/api-tokens", name.clone(), 201).await;
    alan.post("/users/{me}/api-tokens", name, 409).await;
    alan.post("/users/{me}/api-tokens", json!({ "name": "" }), 400)
        .await;
    let path = format!("/users/{{me}}/api-tokens/{}", made["id"].as_str().unwrap());
    alan.delete(&path, 204).await;
    alan.get("/users/{me}/connections", 200).await;
    alan.get("/users/{me}/connections/acme", 200).await;
    alan.delete("/users/{me}/connections/acme", 204).await;
    let ada = Caller::new(base, "sandbox-ada-token").await;
    let grace = Caller::new(base, "sandbox-grace-token").await;
    accounts(&ada, &grace).await;
    phones(&ada, &grace).await;
    keys_and_tokens(&ada).await;
    organizations(&ada, &grace).await;
    factors(&ada, &grace).await;
}

async fn accounts(ada: &Caller<'_>, grace: &Caller<'_>) {
    for path in [
        "/me",
        "/users/{me}",
        "/users/email=ada@acme.example",
        "/users/username=ada",
        "/users/{me}/connections",
        "/users/{me}/api-tokens",
        "/users/{me}/organizations",
        "/users/{me}/organizations?page[size]=2&sort=-label",
        "/organizations?page[size]=1",
    ] {
        ada.get(path, 200).await;
    }
    for path in [
        "/users/{me}",
        "/users/{me}/totp",
        "/users/{me}/connections",
        "/users/{me}/connections/acme",
        "/users/{me}/api-tokens",
        "/users/{me}/organizations",
    ] {
        let other = path.replace("{me}", &grace.me);
        ada.get(&other, 403).await;
    }
    ada.get("/users/email=grace@acme.example", 403).await;
    ada.get("/users/username=grace", 403).await;
    ada.get("/users/{me}/connections/acme", 404).await;
    ada.delete("/users/{me}/connections/acme", 404).await;
    ada.get("/users/{me}/organizations?sort=size", 400).await;
    ada.get("/organizations?filter[name][eq]=acme", 400).await;
}

async fn phones(ada: &Caller<'_>, grace: &Caller<'_>) {
    ada.press("/me/phone", 200).await;
    let start = "/users/{me}/phonenumber";
    let asked = |number: &str| json!({ "channel": "sms", "phone_number": number });
    ada.post(start, asked("no number"), 400).await;
    let other = start.replace("{me}", &grace.me);
    ada.post(&other, asked("+442079460958"), 403).await;
    let sent = ada.post(start, asked("+442079460958"), 200).await;
    let confirm = format!("{start}/{}", sent["sid"].as_str().unwrap());
    ada.post(&confirm, json!({ "code": "wrong" }), 400).await;
    ada.post(
        &confirm.replace("{me}", &grace.me),
        json!({ "code": "1" }),
        403,
    )
    .await;
    let outbox = http().get(ada.base.join("outbox").unwrap());
    let outbox = outbox.send().await.unwrap().text().await.unwrap();
    let (_, code) = outbox.split_once("Code <code>").unwrap();
    let code = json!({ "code": &code[..6] });
    ada.post(&confirm, code.clone(), 200).await;
    ada.post(&confirm, code, 409).await;
    ada.post(start, asked("+442079460958"), 409).await;
    ada.press("/me/phone", 200).await;
}

async fn keys_and_tokens(ada: &Caller<'_>) {
    let key = ada
        .post("/ssh_keys", json!({ "value": KEY, "title": "Laptop" }), 201)
        .await;
    ada.post("/ssh_keys", json!({ "value": "no key" }), 400)
        .await;
    let path = format!("/ssh_keys/{}", key["key_id"]);
    ada.get(&path, 200).await;
    ada.get("/me", 200).await;
    ada.delete(&path, 204).await;
    ada.get(&path, 404).await;

    let listed = ada.get("/users/{me}/api-tokens", 200).await;
    let id = listed[0]["id"].as_str().unwrap();
    ada.get(&format!("/users/{{me}}/api-tokens/{id}"), 200)
        .await;
    ada.get("/users/{me}/api-tokens/other", 404).await;
    ada.delete("/users/{me}/api-tokens/other", 404).await;
    // The token's own session is too old to make another.
    ada.post("/users/{me}/api-tokens", json!({ "name": "More" }), 401)
        .await;
}

async fn organizations(ada: &Caller<'_>, grace: &Caller<'_>) {
    let own = ada.get("/users/{me}/organizations", 200).await;
    let id = |name: &str| {
        let mut items = own["items"].as_array().unwrap().iter();
        let found = items.find(|item| item["name"] == name).unwrap();
        format!("/organizations/{}", found["id"].as_str().unwrap())
    };
    let (acme, globex, initech, umbrella) =
        (id("acme"), id("globex"), id("initech"), id("umbrella"));
    ada.get("/organizations/name=acme", 200).await;
    for rest in [
        "",
        "/members",
        "/members?page[size]=100&sort=-updated_at",
        "/members/{me}",
        "/addons",
        "/mfa-enforcement",
    ] {
        ada.get(&format!("{acme}{rest}"), 200).await;
        ada.get(&format!("{globex}{rest}"), 401).await;
        ada.get(&format!("/organizations/name=nowhere{rest}"), 404)
            .await;
    }
    let addons = format!("{initech}/addons");
    ada.get(&addons, 200).await;
    let enhanced = json!({ "user_management": "enhanced", "support_level": "premium" });
    ada.call(Method::PATCH, &addons, Some(enhanced), 200).await;
    ada.get(&addons, 200).await;
    ada.get(&format!("{acme}/members?sort=size"), 400).await;
    ada.get(&format!("{acme}/members/nobody"), 404).await;
    ada.get(&format!("{umbrella}/members"), 403).await;
    ada.get(&format!("{umbrella}/members/{}", grace.me), 403)
        .await;
    ada.get(&format!("{umbrella}/addons"), 403).await;
    ada.get(&format!("{umbrella}/mfa-enforcement"), 403).await;
    ada.press(&format!("{acme}/mfa-enforcement/enable"), 403)
        .await;
    ada.press(&format!("{umbrella}/mfa-enforcement/disable"), 403)
        .await;
    for switch in ["enable", "disable"] {
        grace
            .press(&format!("{acme}/mfa-enforcement/{switch}"), 204)
            .await;
    }
    let remind = format!("{acme}/mfa/remind");
    for _ in 0..2 {
        let asked =
            json!({ "user_ids": [ada.me, grace.me, "00000000-0000-4000-8000-000000000000"] });
        ada.post(&remind, asked, 200).await;
    }
    ada.post(&remind, json!({ "user_ids": ["nobody"] }), 400)
        .await;
    ada.post(
        &format!("{umbrella}/mfa/remind"),
        json!({ "user_ids": [] }),
        403,
    )
    .await;
}

async fn factors(ada: &Caller<'_>, grace: &Caller<'_>) {
    ada.press("/users/{me}/codes", 404).await;
    ada.delete("/users/{me}/totp", 404).await;
    let proposal = ada.get("/users/{me}/totp", 200).await;
    let wrong = json!({ "secret": proposal["secret"], "passcode": "12345" });
    ada.post("/users/{me}/totp", wrong, 400).await;
    ada.post("/users/{me}/totp", json!({}), 400).await;
    for path in ["totp", "codes"] {
        let other = format!("/users/{}/{path}", grace.me);
        ada.post(&other, json!({ "secret": "A", "passcode": "123456" }), 403)
            .await;
    }
    ada.delete(&format!("/users/{}/totp", grace.me), 403).await;
    grace.get("/users/{me}/totp", 409).await;
    let again = json!({ "secret": "A", "passcode": "123456" });
    grace.post("/users/{me}/totp", again, 409).await;
    grace.press("/users/{me}/codes", 201).await;
    grace.delete("/users/{me}/totp", 204).await;
}
