//! Faults to order, seen from a client.

use std::time::{Duration, Instant};

use deskfob_sandbox::{Config, ErrorShape, Running, start};
use serde_json::{Value, json};

use crate::support::{Api, code, http, sandbox};

fn order(sandbox: &Running, orders: &str) {
    sandbox.faults().set(orders.parse().unwrap());
}

/// What a client sees of one call: a status, or how it failed.
async fn outcome(sandbox: &Running, token: &str, path: &str) -> String {
    let url = sandbox.url().join(path).unwrap();
    let sent = http().get(url).bearer_auth(token).send().await;
    let answer = match sent {
        Ok(answer) => answer,
        Err(error) => {
            let mut source: &dyn std::error::Error = &error;
            while let Some(deeper) = source.source() {
                source = deeper;
            }
            return format!("no answer: {source}");
        }
    };
    let status = answer.status().as_u16();
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    match answer.text().await {
        Err(_) => format!("{status} cut"),
        Ok(body) if serde_json::from_str::<Value>(&body).is_err() => format!("{status} {kind}"),
        Ok(_) => status.to_string(),
    }
}

async fn token(sandbox: &Running) -> String {
    let form = [
        ("grant_type", "api_token"),
        ("api_token", "sandbox-ada-token"),
    ];
    let tokens = crate::support::SignIn::new(sandbox.url())
        .token(&form)
        .await;
    tokens.ok().unwrap().access
}

#[tokio::test]
async fn every_fault_is_what_it_says() {
    let sandbox = sandbox().await;
    let token = token(&sandbox).await;
    let cases = [
        ("", "200"),
        ("ANY /** status 503", "503"),
        ("GET /users/me wait 7", "429"),
        ("GET /users/me cut", "200 cut"),
        ("GET /users/me html", "200 text/html; charset=utf-8"),
        ("GET /users/me step-up mfa", "401"),
        ("GET /users/me sso-expired", "400"),
        ("GET /users/me token-refused", "401"),
        ("GET /users/other status 500", "200"),
        ("POST /users/me status 500", "200"),
    ];
    for (orders, expected) in cases {
        order(&sandbox, orders);
        assert_eq!(
            outcome(&sandbox, &token, "users/me").await,
            expected,
            "{orders:?}"
        );
    }
    for orders in ["GET /users/me reset", "GET /users/me reset after"] {
        order(&sandbox, orders);
        let seen = outcome(&sandbox, &token, "users/me").await;
        assert!(seen.contains("reset by peer"), "{orders:?}: {seen}");
    }
    order(
        &sandbox,
        "GET /users/me delay 300ms; GET /users/me status 500",
    );
    let started = Instant::now();
    assert_eq!(outcome(&sandbox, &token, "users/me").await, "500");
    assert!(
        started.elapsed() >= Duration::from_millis(300),
        "late, and then a fault"
    );
    order(&sandbox, "first 2 GET /users/me status 500");
    let before = sandbox.faults().requests();
    for expected in ["500", "500", "200"] {
        assert_eq!(outcome(&sandbox, &token, "users/me").await, expected);
    }
    assert_eq!(sandbox.faults().requests() - before, 3, "all are counted");
}

#[tokio::test]
async fn a_lost_answer_is_lost_before_or_after_the_effect() {
    for (orders, acted_on) in [
        ("POST /users/*/totp status 502", false),
        ("POST /users/*/totp status 502 after", true),
        ("POST /users/*/totp html after", true),
        ("POST /users/*/totp wait 5 after", true),
    ] {
        let sandbox = sandbox().await;
        let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
        crate::support::early_in_a_step().await;
        let key = api.get(&api.mine("totp")).await.body["secret"]
            .as_str()
            .unwrap()
            .to_owned();
        order(&sandbox, orders);
        let body = json!({ "secret": key, "passcode": code(&key, 0) });
        let url = sandbox.url().join(&api.mine("totp")).unwrap();
        let token = token(&sandbox).await;
        let answer = http()
            .post(url)
            .bearer_auth(token)
            .json(&body)
            .send()
            .await
            .unwrap();
        let text = answer.text().await.unwrap();
        assert!(!text.contains("recovery_codes"), "{orders}: {text}");
        let me = api.get("/users/me").await.body;
        assert_eq!(me["mfa_enabled"], acted_on, "{orders}");
    }
}

#[tokio::test]
async fn a_wrong_clock_shows_in_dates_and_codes() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    order(&sandbox, "clock +3600");
    let answer = api.get("/users/me").await;
    let date = answer.header("date");
    let date = jiff::fmt::rfc2822::parse(date)
        .unwrap()
        .timestamp()
        .as_second();
    let ahead = date - jiff::Timestamp::now().as_second();
    assert!((3595..=3601).contains(&ahead), "{ahead} seconds ahead");
    let key = api.get(&api.mine("totp")).await.body["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    crate::support::early_in_a_step().await;
    let confirm = async |steps| {
        let body = json!({ "secret": key, "passcode": code(&key, steps) });
        api.post(&api.mine("totp"), body).await.status
    };
    assert_eq!(confirm(0).await, 400, "the code of this computer's time");
    assert_eq!(confirm(120).await, 200, "the code of the sandbox's time");
}

#[tokio::test]
async fn errors_have_the_shape_asked_for() {
    for (shape, fields) in [
        (
            ErrorShape::Old,
            vec!["code", "detail", "message", "status", "title"],
        ),
        (ErrorShape::New, vec!["error"]),
    ] {
        let config = Config {
            error_shape: shape,
            ..Config::default()
        };
        let sandbox = start(config).await.unwrap();
        let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
        order(&sandbox, "GET /users/me wait 7");
        for (path, status, kind) in [
            (api.mine("totp/../../other"), 403, "application/json"),
            (
                "/organizations/name=nowhere".to_owned(),
                404,
                "application/problem+json",
            ),
            ("/users/me".to_owned(), 429, "application/json"),
        ] {
            let answer = api.get(&path).await;
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.header("content-type"), kind, "{shape:?} {path}");
            let found: Vec<_> = answer.body.as_object().unwrap().keys().collect();
            assert_eq!(found, fields, "{shape:?} {path}");
            if status == 429 {
                assert_eq!(answer.header("retry-after"), "7");
            }
        }
    }
}
