use reqwest::header;
use serde_json::{Value, json};
use url::Url;

use crate::support::{ADA, Api, SignIn, claims, http, sandbox};

async fn me(base: &Url, token: Option<&str>) -> reqwest::Response {
    let mut request = http().get(base.join("users/me").unwrap());
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn refresh_tokens_rotate_and_reuse_ends_the_family() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let first = sign_in.complete(ADA).await;
    let old = first.refresh.unwrap();
    let second = sign_in.refresh(&old).await.ok().unwrap();
    let new = second.refresh.unwrap();
    assert_ne!(old, new, "rotated");
    let (before, after) = (claims(&first.access), claims(&second.access));
    assert_ne!(before["jti"], after["jti"], "a new access token");
    for kept in ["sub", "amr", "auth_time", "access_id"] {
        assert_eq!(before[kept], after[kept], "{kept} stays");
    }
    assert_eq!(me(sandbox.url(), Some(&second.access)).await.status(), 200);
    let refused = sign_in.refresh(&old).await.err().map(|(_, error)| error);
    assert_eq!(refused.as_deref(), Some("invalid_grant"), "used before");
    let refused = sign_in.refresh(&new).await.err().map(|(_, error)| error);
    assert_eq!(
        refused.as_deref(),
        Some("invalid_grant"),
        "the newest of the family too"
    );
    assert_eq!(
        me(sandbox.url(), Some(&second.access)).await.status(),
        401,
        "and its access token"
    );
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let sandbox = sandbox().await;
    let mut sign_in = SignIn::new(sandbox.url());
    sign_in.no_scope();
    assert!(sign_in.complete(ADA).await.refresh.is_none());
}

#[tokio::test]
async fn missing_and_bad_tokens_are_challenged() {
    let sandbox = sandbox().await;
    let none = me(sandbox.url(), None).await;
    assert_eq!(none.status(), 401);
    assert_eq!(none.headers()[header::WWW_AUTHENTICATE], "Bearer");
    let bad = me(sandbox.url(), Some("not-a-token")).await;
    assert_eq!(bad.status(), 401);
    let challenge = bad.headers()[header::WWW_AUTHENTICATE].to_str().unwrap();
    assert!(
        challenge.starts_with("Bearer error=\"invalid_token\""),
        "{challenge}"
    );
}

#[tokio::test]
async fn revoking_ends_one_token_or_the_family() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let revoke = |token: String| {
        let url = sandbox.url().join("oauth2/revoke").unwrap();
        let form = [
            ("client_id", "deskfob".to_owned()),
            ("client_secret", String::new()),
            ("token", token),
        ];
        async move { http().post(url).form(&form).send().await.unwrap().status() }
    };
    let one = sign_in.complete(ADA).await;
    let other = sign_in.refresh(&one.refresh.unwrap()).await.ok().unwrap();
    assert_eq!(revoke(one.access.clone()).await, 200);
    assert_eq!(
        me(sandbox.url(), Some(&one.access)).await.status(),
        401,
        "the revoked one"
    );
    assert_eq!(
        me(sandbox.url(), Some(&other.access)).await.status(),
        200,
        "not its sibling"
    );
    let refresh = other.refresh.unwrap();
    assert_eq!(revoke(refresh.clone()).await, 200);
    assert_eq!(
        me(sandbox.url(), Some(&other.access)).await.status(),
        401,
        "with the family"
    );
    assert!(
        sign_in.refresh(&refresh).await.is_err(),
        "no more refreshing"
    );
    assert_eq!(
        revoke("unknown".to_owned()).await,
        200,
        "an unknown token is as good as revoked"
    );
}

#[tokio::test]
async fn api_tokens_are_exchanged() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let form = [
        ("grant_type", "api_token"),
        ("api_token", "sandbox-ada-token"),
    ];
    let tokens = sign_in.token(&form).await.ok().unwrap();
    assert!(tokens.refresh.is_none(), "no refresh token");
    assert_eq!(claims(&tokens.access)["grant"], "api_token");
    assert_eq!(
        claims(&tokens.access)["amr"],
        json!(["pwd"]),
        "made before MFA"
    );
    let api = Api::new(sandbox.url(), &tokens.access).await;
    let list = api.get(&api.mine("api-tokens")).await.body;
    assert_eq!(list[0]["mfa_on_creation"], false);
    assert!(list[0]["last_used_at"].is_string(), "its use is noted");
    assert!(
        list[0].get("token").is_none(),
        "the token itself is not told again"
    );
    let form = [
        ("grant_type", "api_token"),
        ("api_token", "sandbox-grace-token"),
    ];
    let tokens = sign_in.token(&form).await.ok().unwrap();
    assert_eq!(
        claims(&tokens.access)["amr"],
        json!(["pwd", "mfa"]),
        "made with MFA"
    );
    let form = [("grant_type", "api_token"), ("api_token", "sandbox-nobody")];
    let refused = sign_in.token(&form).await.err().map(|(_, error)| error);
    assert_eq!(refused.as_deref(), Some("invalid_grant"));
}

#[tokio::test]
async fn the_token_endpoint_takes_json_and_names_its_errors() {
    let sandbox = sandbox().await;
    let url = sandbox.url().join("oauth2/token").unwrap();
    let response = http()
        .post(url.clone())
        .basic_auth("platform-cli", Some(""))
        .json(&json!({"grant_type": "api_token", "api_token": "sandbox-ada-token"}))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200, "JSON, as one client sends it");
    let cases = [
        (
            "unknown client",
            "client_id=other&grant_type=api_token",
            401,
            "invalid_client",
        ),
        (
            "a secret",
            "client_id=deskfob&client_secret=x&grant_type=api_token",
            401,
            "invalid_client",
        ),
        ("no client", "grant_type=api_token", 400, "invalid_request"),
        ("no grant", "client_id=deskfob", 400, "invalid_request"),
        (
            "odd grant",
            "client_id=deskfob&grant_type=password",
            400,
            "unsupported_grant_type",
        ),
        (
            "twice",
            "client_id=deskfob&client_id=deskfob",
            400,
            "invalid_request",
        ),
        (
            "no refresh token",
            "client_id=deskfob&grant_type=refresh_token",
            400,
            "invalid_request",
        ),
    ];
    for (name, body, status, error) in cases {
        let response = http()
            .post(url.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{name}");
        assert_eq!(
            response.headers()[header::CACHE_CONTROL],
            "no-store",
            "{name}"
        );
        assert_eq!(
            response.json::<Value>().await.unwrap()["error"],
            error,
            "{name}"
        );
    }
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let acme = api.organization("acme").await;
    let ids = vec![api.me.clone(); 2000];
    let answer = api
        .post(
            &format!("/organizations/{acme}/mfa/remind"),
            json!({"user_ids": ids}),
        )
        .await;
    assert_eq!(answer.status, 413, "64 KiB at most");
    assert_eq!(answer.body["code"], 413);
}
