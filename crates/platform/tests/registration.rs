//! Registering as a client (RFC 7591): with the sandbox, and with servers that answer in every other way.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskfob_otp::UnixTime;
use deskfob_platform::{Deployment, RegistrationError, SignInError, refresh, register};
use deskfob_platform::{RefreshToken, TokenSet};
use serde_json::{Value, json};
use support::{Server, answer, deployment, impatient, patient, read_request};
use tokio::io::AsyncWriteExt;
use url::Url;

const JSON: &str = "Content-Type: application/json";

fn created(body: &Value) -> String {
    answer("201 Created", &[JSON], &body.to_string())
}

async fn code_of(answer: String) -> &'static str {
    let server = Server::answering(answer).await;
    let outcome = register(&patient(), &server.url).await;
    outcome.map_or_else(|error| error.code(), |_| "ok")
}

#[tokio::test]
async fn what_is_sent_is_a_public_client_on_loopback() {
    let seen = Arc::new(Mutex::new(String::new()));
    let kept = seen.clone();
    let server = Server::start(move |mut stream| {
        let kept = kept.clone();
        async move {
            *kept.lock().unwrap() = read_request(&mut stream).await;
            let answer = created(&json!({"client_id": "c-1", "registration_access_token": "t"}));
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await;
    let base = server.url.join("base/").unwrap();
    assert_eq!(register(&patient(), &base).await.unwrap(), "c-1");
    let request = seen.lock().unwrap().clone();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("POST /base/oauth2/register HTTP/1.1"),
        "{head}"
    );
    let lower = head.to_ascii_lowercase();
    assert!(lower.contains("content-type: application/json"), "{head}");
    assert!(
        !lower.contains("authorization:"),
        "no token is needed: {head}"
    );
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({
            "client_name": "Deskfob",
            "redirect_uris": ["http://127.0.0.1"],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        })
    );
}

#[tokio::test]
async fn every_answer_is_an_identifier_or_a_typed_error() {
    let refusal = |error: &str| json!({"error": error, "error_description": "no"}).to_string();
    let text = "x".repeat(1000);
    let cases = [
        ("an identifier", created(&json!({"client_id": "c"})), "ok"),
        (
            "200 in place of 201",
            answer("200 OK", &[JSON], r#"{"client_id":"c"}"#),
            "ok",
        ),
        (
            "named a public client",
            created(
                &json!({"client_id": "c", "token_endpoint_auth_method": "none", "client_secret": null}),
            ),
            "ok",
        ),
        (
            "no identifier",
            created(&json!({"client_name": "Deskfob"})),
            "unexpected_answer",
        ),
        (
            "an empty one",
            created(&json!({"client_id": ""})),
            "unexpected_answer",
        ),
        (
            "a number",
            created(&json!({"client_id": 7})),
            "unexpected_answer",
        ),
        (
            "null",
            created(&json!({"client_id": null})),
            "unexpected_answer",
        ),
        (
            "a line break in it",
            created(&json!({"client_id": "a\nb"})),
            "unexpected_answer",
        ),
        (
            "a long one",
            created(&json!({"client_id": text})),
            "unexpected_answer",
        ),
        (
            "a list",
            created(&json!([{"client_id": "c"}])),
            "unexpected_answer",
        ),
        (
            "a secret",
            created(&json!({"client_id": "c", "client_secret": "s"})),
            "registration_confidential",
        ),
        (
            "a secret that is not needed",
            created(
                &json!({"client_id": "c", "client_secret": "s", "token_endpoint_auth_method": "none"}),
            ),
            "registration_confidential",
        ),
        (
            "another method",
            created(
                &json!({"client_id": "c", "token_endpoint_auth_method": "client_secret_basic"}),
            ),
            "registration_confidential",
        ),
        (
            "404",
            answer("404 Not Found", &[], ""),
            "registration_not_supported",
        ),
        (
            "404 with words",
            answer("404 Not Found", &[JSON], &refusal("not_found")),
            "registration_not_supported",
        ),
        (
            "405",
            answer("405 No", &["Allow: GET"], ""),
            "registration_not_supported",
        ),
        (
            "501",
            answer("501 No", &[], ""),
            "registration_not_supported",
        ),
        (
            "metadata refused",
            answer("400 Bad", &[JSON], &refusal("invalid_client_metadata")),
            "registration_refused",
        ),
        (
            "redirect refused",
            answer("400 Bad", &[JSON], &refusal("invalid_redirect_uri")),
            "registration_refused",
        ),
        (
            "a token wanted",
            answer("401 No", &["WWW-Authenticate: Bearer"], ""),
            "registration_refused",
        ),
        ("403", answer("403 No", &[], ""), "registration_refused"),
        ("400 without words", answer("400 Bad", &[], ""), "rejected"),
        (
            "429",
            answer("429 Wait", &["Retry-After: 7"], ""),
            "too_many_requests",
        ),
        (
            "500",
            answer("500 Oh", &[JSON], &refusal("server_error")),
            "server_failed",
        ),
        (
            "a redirect",
            answer("307 There", &["Location: http://127.0.0.1:1/"], ""),
            "redirected",
        ),
        (
            "a page",
            answer("201 Created", &["Content-Type: text/html"], "<html>"),
            "not_json",
        ),
        ("nothing", answer("201 Created", &[JSON], ""), "not_json"),
        (
            "cut off",
            format!("HTTP/1.1 201 Created\r\n{JSON}\r\nContent-Length: 100\r\n\r\n{{"),
            "cut_off",
        ),
        (
            "too large",
            created(&json!({"client_id": "c", "more": "x".repeat(100_000)})),
            "too_large",
        ),
        ("no answer", String::new(), "unreachable"),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(code_of(bytes).await, expected, "{name}");
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_a_timeout() {
    let server = Server::start(|mut stream| async move {
        read_request(&mut stream).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
    })
    .await;
    let error = register(&impatient(), &server.url).await.unwrap_err();
    assert_eq!(error.code(), "timeout");
}

#[tokio::test]
async fn words_of_a_refusal_are_one_short_line() {
    let description = format!("a\u{1b}[31m\nb{}", "x".repeat(10_000));
    let body = json!({"error": "invalid_client_metadata", "error_description": description});
    let server = Server::answering(answer("400 Bad", &[JSON], &body.to_string())).await;
    match register(&patient(), &server.url).await {
        Err(RegistrationError::Refused {
            error,
            description: Some(words),
        }) => {
            assert_eq!(error, "invalid_client_metadata");
            assert_eq!(words.len(), 256);
            assert!(words.starts_with("a[31m b"), "{words}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nothing_is_sent_in_clear_or_to_what_is_no_base() {
    for (auth, expected) in [
        ("http://auth.example.com", "deployment_not_encrypted"),
        ("https://auth.example.com/?a=b", "deployment_not_base"),
        ("ftp://127.0.0.1", "deployment_not_web"),
    ] {
        let error = register(&patient(), &auth.parse::<Url>().unwrap())
            .await
            .unwrap_err();
        assert_eq!(error.code(), expected, "{auth}");
    }
}

/// Renews a session with a server that does not know the client.
async fn renew_unknown(at: impl FnOnce(Deployment) -> Deployment) -> SignInError {
    let refusal = r#"{"error":"invalid_client","error_description":"No such client"}"#;
    let server = Server::answering(answer("401 Unauthorized", &[JSON], refusal)).await;
    let token = RefreshToken::new("r".into());
    let renewed: Result<TokenSet, _> = refresh(
        &patient(),
        &at(deployment(&server.url)),
        &token,
        UnixTime(1_700_000_000),
    )
    .await;
    renewed.err().unwrap()
}

#[tokio::test]
async fn a_client_that_is_forgotten_is_told_with_the_next_step() {
    let registered = renew_unknown(|at| Deployment {
        registered: true,
        ..at
    })
    .await;
    assert_eq!(registered.code(), "client_unknown");
    assert!(
        registered.to_string().ends_with(": No such client"),
        "{registered}"
    );
    assert!(registered.hint().unwrap().contains("anew"));
    let given = renew_unknown(|at| at).await;
    assert_eq!(given.code(), "client_unknown");
    assert!(
        given
            .hint()
            .unwrap()
            .contains("check the client identifier")
    );
}

#[tokio::test]
async fn the_sandbox_registers_a_client_that_signs_in() {
    let running = deskfob_sandbox::start(deskfob_sandbox::Config::default())
        .await
        .unwrap();
    let first = register(&patient(), running.url()).await.unwrap();
    let second = register(&patient(), running.url()).await.unwrap();
    assert_ne!(first, second, "each call makes another client");
    let url = running.url().clone();
    let at = Deployment::custom("Sandbox", url.clone(), url, first).unwrap();
    let token = deskfob_platform::ApiToken::new("sandbox-ada-token".into());
    let tokens =
        deskfob_platform::sign_in_with_api_token(&patient(), &at, &token, UnixTime(0)).await;
    assert!(tokens.is_ok(), "{:?}", tokens.err());
}
