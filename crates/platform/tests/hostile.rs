//! Every call against servers that fail in every way: the outcome is a typed error, in bounded time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::time::{Duration, Instant};

use deskfob_otp::{Seed, UnixTime};
use deskfob_platform::{
    AccessToken, ApiError, ApiToken, Cause, Client, Http, OrgId, RefreshToken, SignInError,
    TokenSet, UserId, refresh, revoke, sign_in_with_api_token,
};
use support::{Server, answer, client, deployment, impatient, patient, read_request, url_of};
use tokio::io::AsyncWriteExt;
use url::Url;

const JSON: &str = "Content-Type: application/json";

/// Kinds of calls, by what they do with an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Reads JSON.
    Reads,
    /// Needs no more than success.
    Does,
    /// Asks the token endpoint.
    Token,
}

/// Every call of the crate that sends something, with the code of its outcome.
async fn every_call(http: &Http, url: &Url) -> Vec<(&'static str, Kind, &'static str)> {
    fn code<T>(outcome: Result<T, ApiError>) -> &'static str {
        outcome.map_or_else(|error| error.code(), |_| "ok")
    }
    fn sign_in<T>(outcome: Result<T, SignInError>) -> &'static str {
        outcome.map_or_else(|error| error.code(), |_| "ok")
    }
    let api = client(http, url);
    let at = deployment(url);
    let (user, org) = (UserId::new("u-1"), OrgId::new("01A"));
    let seed = Seed::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
    let passcode = "123456".to_owned().into();
    let users = [user.clone()];
    let tokens = TokenSet {
        access: AccessToken::new("a".into()),
        refresh: Some(RefreshToken::new("r".into())),
        expires_at: UnixTime(0),
    };
    let (renewing, token) = (RefreshToken::new("r".into()), ApiToken::new("t".into()));
    let now = UnixTime(1_700_000_000);
    use Kind::{Does, Reads, Token};
    vec![
        ("me", Reads, code(api.me().await)),
        ("totp_proposal", Reads, code(api.totp_proposal(&user).await)),
        (
            "confirm_totp",
            Reads,
            code(api.confirm_totp(&user, &seed, &passcode).await),
        ),
        ("withdraw_totp", Does, code(api.withdraw_totp(&user).await)),
        (
            "recreate_recovery_codes",
            Reads,
            code(api.recreate_recovery_codes(&user).await),
        ),
        ("organizations", Reads, code(api.organizations(&user).await)),
        ("members", Reads, code(api.members(&org, |_, _| {}).await)),
        (
            "mfa_enforcement",
            Reads,
            code(api.mfa_enforcement(&org).await),
        ),
        (
            "enable_mfa_enforcement",
            Does,
            code(api.enable_mfa_enforcement(&org).await),
        ),
        (
            "disable_mfa_enforcement",
            Does,
            code(api.disable_mfa_enforcement(&org).await),
        ),
        ("remind", Reads, code(api.remind(&org, &users).await)),
        ("addons", Reads, code(api.addons(&org).await)),
        (
            "refresh",
            Token,
            sign_in(refresh(http, &at, &renewing, now).await),
        ),
        (
            "api token",
            Token,
            sign_in(sign_in_with_api_token(http, &at, &token, now).await),
        ),
        ("revoke", Does, sign_in(revoke(http, &at, &tokens).await)),
    ]
}

/// Checks every call against one server. `expected` is the outcome by [`Kind`].
async fn check(http: &Http, name: &str, server: &Server, expected: [&str; 3]) {
    for (call, kind, code) in every_call(http, &server.url).await {
        assert_eq!(code, expected[kind as usize], "{name}: {call}");
    }
    assert!(server.connections() >= 1, "{name}: the server was asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_by_status() {
    let error = r#"{"error":"no"}"#;
    let step_up =
        "WWW-Authenticate: Bearer error=\"insufficient_user_authentication\", amr=\"mfa\"";
    let cases = [
        (
            "401",
            answer("401 Unauthorized", &[], ""),
            ["unauthenticated"; 3],
        ),
        (
            "401 step-up",
            answer("401 Unauthorized", &[step_up], ""),
            ["step_up_required"; 3],
        ),
        (
            "401 step-up in the body",
            answer(
                "401 Unauthorized",
                &[JSON],
                r#"{"error":"insufficient_user_authentication","amr":["mfa"],"max_age":300}"#,
            ),
            ["step_up_required", "step_up_required", "sign_in_refused"],
        ),
        (
            "403",
            answer("403 Forbidden", &[JSON], error),
            ["forbidden", "forbidden", "sign_in_refused"],
        ),
        (
            "403 page",
            answer("403 Forbidden", &["Content-Type: text/html"], "<h1>"),
            ["forbidden"; 3],
        ),
        (
            "400",
            answer("400 Bad Request", &[JSON], error),
            ["rejected", "rejected", "sign_in_refused"],
        ),
        (
            "402",
            answer("402 Payment Required", &[JSON], error),
            ["rejected"; 3],
        ),
        ("404", answer("404 Not Found", &[], ""), ["not_found"; 3]),
        (
            "408",
            answer("408 Request Timeout", &[], ""),
            ["timeout"; 3],
        ),
        ("409", answer("409 Conflict", &[], ""), ["conflict"; 3]),
        (
            "422",
            answer("422 Unprocessable", &[JSON], error),
            ["rejected"; 3],
        ),
        (
            "429",
            answer("429 Too Many Requests", &["Retry-After: 7"], ""),
            ["too_many_requests"; 3],
        ),
        (
            "500",
            answer("500 Oh", &[JSON], error),
            ["server_failed"; 3],
        ),
        (
            "502 page",
            answer("502 Oh", &["Content-Type: text/html"], "<h1>"),
            ["server_failed"; 3],
        ),
        (
            "503",
            answer("503 Oh", &["Retry-After: 7"], ""),
            ["server_failed"; 3],
        ),
        (
            "302",
            answer("302 Found", &["Location: http://127.0.0.1:1/"], ""),
            ["redirected"; 3],
        ),
        ("999", answer("999 What", &[], ""), ["server_failed"; 3]),
    ];
    let http = patient();
    for (name, bytes, expected) in cases {
        check(&http, name, &Server::answering(bytes).await, expected).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_none() {
    let html = "Content-Type: text/html";
    let chunked =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let flood = format!("{chunked}20000\r\n{}\r\n0\r\n\r\n", " ".repeat(0x20000));
    let cases = [
        (
            "a page",
            answer("200 OK", &[html], "<html>sign in to the network</html>"),
            ["not_json"; 3],
        ),
        (
            "a page that says JSON",
            answer("200 OK", &[JSON], "<html>"),
            ["not_json"; 3],
        ),
        (
            "plain text",
            answer("200 OK", &["Content-Type: text/plain"], "{}"),
            ["not_json"; 3],
        ),
        (
            "half of an object",
            answer("200 OK", &[JSON], r#"{"id": "#),
            ["not_json"; 3],
        ),
        (
            "nothing",
            answer("200 OK", &[JSON], ""),
            ["not_json", "ok", "not_json"],
        ),
        (
            "less than announced",
            format!("HTTP/1.1 200 OK\r\n{JSON}\r\nContent-Length: 100\r\n\r\n{{\"id\":"),
            ["cut_off"; 3],
        ),
        (
            "a chunk cut off",
            format!("{chunked}ff\r\n{{}}"),
            ["cut_off"; 3],
        ),
        (
            "more than is read, announced",
            format!("HTTP/1.1 200 OK\r\n{JSON}\r\nContent-Length: 99999999999\r\n\r\n"),
            ["too_large"; 3],
        ),
        ("more than is read, not announced", flood, ["too_large"; 3]),
        (
            "another protocol",
            "SSH-2.0-OpenSSH_9.9\r\n".to_owned(),
            ["unreachable"; 3],
        ),
        ("no answer", String::new(), ["unreachable"; 3]),
        (
            "half of a head",
            "HTTP/1.1 200 OK\r\nContent-Ty".to_owned(),
            ["unreachable"; 3],
        ),
        (
            "two lengths",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab".to_owned(),
            ["unreachable"; 3],
        ),
        (
            "a head without end",
            format!("HTTP/1.1 200 OK\r\n{}", "X-Fill: y\r\n".repeat(100_000)),
            ["unreachable"; 3],
        ),
    ];
    let http = patient();
    for (name, bytes, expected) in cases {
        check(&http, name, &Server::answering(bytes).await, expected).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_stop() {
    let slow = Server::start(|mut stream| async move {
        read_request(&mut stream).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
    })
    .await;
    let halfway = Server::start(|mut stream| async move {
        read_request(&mut stream).await;
        let head = format!("HTTP/1.1 200 OK\r\n{JSON}\r\nContent-Length: 100\r\n\r\n{{");
        let _ = stream.write_all(head.as_bytes()).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
    })
    .await;
    let drips = Server::start(|mut stream| async move {
        read_request(&mut stream).await;
        let head = format!("HTTP/1.1 200 OK\r\n{JSON}\r\nContent-Length: 1000\r\n\r\n");
        let _ = stream.write_all(head.as_bytes()).await;
        while stream.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let resets = Server::start(|mut stream| async move {
        read_request(&mut stream).await;
        stream.set_zero_linger().unwrap();
    })
    .await;
    let (impatient, patient) = (impatient(), patient());
    let begun = Instant::now();
    tokio::join!(
        check(&impatient, "never answers", &slow, ["timeout"; 3]),
        check(&impatient, "stops halfway", &halfway, ["timeout"; 3]),
        check(&impatient, "drips", &drips, ["timeout"; 3]),
        check(&patient, "resets", &resets, ["unreachable"; 3]),
    );
    assert!(begun.elapsed() < Duration::from_secs(30), "bounded in time");
}

#[tokio::test]
async fn a_port_without_a_server_is_unreachable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = url_of(listener.local_addr().unwrap());
    drop(listener);
    for (call, _, code) in every_call(&patient(), &url).await {
        assert_eq!(code, "unreachable", "{call}");
    }
    let refused = client(&patient(), &url).me().await.unwrap_err();
    assert!(refused.to_string().contains("refused"), "{refused}");
}

#[tokio::test]
async fn a_server_without_tls_is_not_trusted() {
    let server = Server::start(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    })
    .await;
    let mut url = server.url.clone();
    url.set_scheme("https").unwrap();
    match client(&patient(), &url).me().await {
        Err(ApiError::Unreachable { cause, .. }) => assert_eq!(cause, Cause::Tls),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn answers_of_another_shape() {
    let cases = [
        ("an empty object", "{}"),
        ("a list", "[1]"),
        ("a text", "\"ok\""),
        ("null", "null"),
        (
            "fields of other types",
            r#"{"id":5,"secret":{"a":1},"recovery_codes":"x","items":{},"enforce_mfa":"yes","current":7,"access_token":[]}"#,
        ),
    ];
    for (name, body) in cases {
        let server = Server::answering(answer("200 OK", &[JSON], body)).await;
        for (call, kind, code) in every_call(&patient(), &server.url).await {
            let expected = match (call, name) {
                (_, _) if kind == Kind::Does => "ok",
                // An answer that names nobody: everyone has the outcome "no answer".
                ("remind", "an empty object" | "null" | "fields of other types") => "ok",
                _ => "unexpected_answer",
            };
            assert_eq!(code, expected, "{name}: {call}");
        }
    }
}

#[tokio::test]
async fn unusable_secrets_are_refused_without_being_repeated() {
    let cases = [
        (
            "not base32",
            r#"{"issuer":"i","account_name":"a","secret":"sEcReT-0189"}"#,
        ),
        ("empty", r#"{"issuer":"i","account_name":"a","secret":""}"#),
        (
            "too long",
            &format!(r#"{{"secret":"{}"}}"#, "A".repeat(20_000)),
        ),
    ];
    for (name, body) in cases {
        let server = Server::answering(answer("200 OK", &[JSON], body)).await;
        let error = client(&patient(), &server.url)
            .totp_proposal(&UserId::new("u"))
            .await
            .unwrap_err();
        assert_eq!(
            error,
            ApiError::Unexpected {
                field: "secret".into()
            },
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_wait_is_passed_on() {
    let server = Server::answering(answer("429 Too Many", &["Retry-After: 7"], "")).await;
    let error = client(&patient(), &server.url).me().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Server::answering(answer("200 OK", &[JSON], r#"{"id":"u"}"#)).await;
    let location = format!("Location: {}users/me", other.url);
    let server = Server::answering(answer("307 Temporary Redirect", &[&location], "")).await;
    let error = client(&patient(), &server.url).me().await.unwrap_err();
    assert_eq!(error, ApiError::Redirected { status: 307 });
    assert_eq!(other.connections(), 0, "the token would have gone there");
}

#[tokio::test]
async fn the_clock_of_the_platform_is_told() {
    let body = r#"{"id":"u"}"#;
    let dated = answer(
        "200 OK",
        &[JSON, "Date: Tue, 15 Nov 1994 08:12:31 GMT"],
        body,
    );
    let server = Server::answering(dated).await;
    let client = client(&patient(), &server.url);
    assert_eq!(client.last_skew(), None, "nothing was asked yet");
    client.me().await.unwrap();
    let skew = client.last_skew().unwrap();
    assert!(skew < -900_000_000, "1994 is long ago: {skew}");
}

#[tokio::test]
async fn ids_cannot_change_the_path() {
    let server = Server::answering(answer("200 OK", &[JSON], "{}")).await;
    let client: Client = client(&patient(), &server.url);
    for id in ["../me", "..", "", "a/b", "a%2fb", "a?b", "a#b"] {
        let user = client.totp_proposal(&UserId::new(id)).await.unwrap_err();
        assert_eq!(user, ApiError::InvalidId { field: "user id" }, "{id}");
        let org = client
            .enable_mfa_enforcement(&OrgId::new(id))
            .await
            .unwrap_err();
        assert_eq!(
            org,
            ApiError::InvalidId {
                field: "organization id"
            },
            "{id}"
        );
    }
    assert_eq!(server.connections(), 0, "nothing was sent");
}
