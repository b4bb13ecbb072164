//! Signing in with a scripted browser against a scripted authorization server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use data_encoding::BASE64URL_NOPAD;
use deskfob_otp::UnixTime;
use deskfob_platform::{
    BrowserSignIn, ClientAuthentication, Deployment, Http, LoopbackPorts, RefreshToken,
    SignInError, SignInRequest, TokenSet, refresh,
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{deployment, url_of};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

const LONG: Duration = Duration::from_secs(20);

/// A token endpoint that keeps what it was asked and answers the same to everything.
struct TokenEndpoint {
    status: StatusCode,
    body: Value,
    asked: Mutex<Vec<(HeaderMap, HashMap<String, String>)>>,
}

async fn token_endpoint(status: StatusCode, body: Value) -> (Deployment, Arc<TokenEndpoint>) {
    async fn token(
        State(endpoint): State<Arc<TokenEndpoint>>,
        headers: HeaderMap,
        Form(form): Form<HashMap<String, String>>,
    ) -> Response {
        endpoint.asked.lock().unwrap().push((headers, form));
        (endpoint.status, Json(endpoint.body.clone())).into_response()
    }
    let endpoint = Arc::new(TokenEndpoint {
        status,
        body,
        asked: Mutex::default(),
    });
    let app = Router::new()
        .route("/oauth2/token", post(token))
        .with_state(endpoint.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = url_of(listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (deployment(&url), endpoint)
}

async fn granting() -> (Deployment, Arc<TokenEndpoint>) {
    let tokens = json!({"access_token": "e30.eyJhbXIiOlsicHdkIiwibWZhIl19.c2ln", "token_type": "bearer",
        "expires_in": 900, "refresh_token": "secret-refresh", "scope": "offline_access"});
    token_endpoint(StatusCode::OK, tokens).await
}

/// One attempt with what the browser would know of it.
struct Attempt {
    sign_in: BrowserSignIn,
    query: HashMap<String, String>,
    back: Url,
}

async fn attempt(deployment: &Deployment) -> Attempt {
    let http = Http::new().unwrap();
    let sign_in = BrowserSignIn::start(&http, deployment, SignInRequest::default())
        .await
        .unwrap();
    let query: HashMap<_, _> = sign_in.url().query_pairs().into_owned().collect();
    let back = Url::parse(&query["redirect_uri"]).unwrap();
    Attempt {
        sign_in,
        query,
        back,
    }
}

impl Attempt {
    /// The address that the authorization server would send the browser to.
    fn redirect(&self, parameters: &[(&str, &str)]) -> Url {
        let mut url = self.back.clone();
        url.query_pairs_mut()
            .extend_pairs(parameters)
            .append_pair("state", &self.query["state"]);
        url
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.back.port().unwrap())
    }

    fn finish(self, wait: Duration) -> tokio::task::JoinHandle<Result<TokenSet, SignInError>> {
        tokio::spawn(self.sign_in.finish(wait))
    }
}

/// What a browser gets for an address.
async fn get(url: Url) -> (u16, String) {
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = browser.get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_browser_signs_in() {
    let (deployment, endpoint) = granting().await;
    let attempt = attempt(&deployment).await;
    let (challenge, redirect_uri) = (
        attempt.query["code_challenge"].clone(),
        attempt.query["redirect_uri"].clone(),
    );
    let icon = attempt.back.join("favicon.ico").unwrap();
    let back = attempt.redirect(&[("code", "the code/+?"), ("scope", "offline_access")]);
    let address = attempt.address();
    let finish = attempt.finish(LONG);
    // Browsers open a second connection and never use it.
    let idle = TcpStream::connect(address).await.unwrap();
    assert_eq!(get(icon).await.0, 404, "an icon is not an answer");
    let (status, page) = get(back).await;
    let tokens = finish.await.unwrap().unwrap();
    drop(idle);

    assert_eq!(status, 200);
    assert!(
        page.contains("You can close this window and return to Deskfob."),
        "{page}"
    );
    assert!(
        page.contains("<html lang=\"en\">") && page.contains("<main>") && page.contains("<h1>")
    );
    assert!(
        !page.contains("<script") && !page.contains("the code"),
        "{page}"
    );

    assert!(tokens.has_mfa());
    assert_eq!(
        tokens.refresh.unwrap().secret().expose_secret(),
        "secret-refresh"
    );
    let asked = endpoint.asked.lock().unwrap();
    let (headers, form) = &asked[0];
    assert_eq!(asked.len(), 1, "a code is traded once");
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(form["code"], "the code/+?");
    assert_eq!(
        form["redirect_uri"], redirect_uri,
        "the same as in the first request"
    );
    assert_eq!(form["client_id"], "deskfob");
    assert!(!form.contains_key("client_secret") && !headers.contains_key("authorization"));
    let verified = BASE64URL_NOPAD.encode(&Sha256::digest(form["code_verifier"].as_bytes()));
    assert_eq!(verified, challenge, "RFC 7636 section 4.6");
}

#[tokio::test]
async fn the_command_lines_client_is_named_as_it_names_itself() {
    let (mut deployment, endpoint) = granting().await;
    deployment.client_authentication = ClientAuthentication::EmptySecret;
    let attempt = attempt(&deployment).await;
    let back = attempt.redirect(&[("code", "c")]);
    let finish = attempt.finish(LONG);
    get(back).await;
    finish.await.unwrap().unwrap();
    let http = Http::new().unwrap();
    refresh(
        &http,
        &deployment,
        &RefreshToken::new("r".into()),
        UnixTime(0),
    )
    .await
    .unwrap();
    let asked = endpoint.asked.lock().unwrap();
    assert_eq!(
        asked[0].0["authorization"], "Basic ZGVza2ZvYjo=",
        "`deskfob:` by HTTP Basic"
    );
    assert_eq!(
        (
            asked[1].1["client_id"].as_str(),
            asked[1].1["client_secret"].as_str()
        ),
        ("deskfob", "")
    );
    assert_eq!(asked[1].1["refresh_token"], "r");
}

#[tokio::test]
async fn answers_of_another_attempt_do_not_end_the_wait() {
    let (deployment, endpoint) = granting().await;
    let attempt = attempt(&deployment).await;
    let mut forged = attempt.back.clone();
    forged
        .query_pairs_mut()
        .append_pair("code", "forged")
        .append_pair("state", "wrong");
    let mut denied = attempt.back.clone();
    denied
        .query_pairs_mut()
        .append_pair("error", "access_denied")
        .append_pair("state", "wrong");
    let back = attempt.redirect(&[("code", "right")]);
    let finish = attempt.finish(LONG);
    for url in [forged, denied] {
        let (status, page) = get(url).await;
        assert_eq!(status, 400);
        assert!(page.contains("belongs to another sign-in"), "{page}");
    }
    assert_eq!(get(back).await.0, 200);
    finish.await.unwrap().unwrap();
    let asked = endpoint.asked.lock().unwrap();
    assert_eq!(
        (asked.len(), asked[0].1["code"].as_str()),
        (1, "right"),
        "no forged code is traded"
    );
}

#[tokio::test]
async fn only_other_answers_are_a_state_mismatch() {
    let (deployment, endpoint) = granting().await;
    let attempt = attempt(&deployment).await;
    let mut forged = attempt.back.clone();
    forged
        .query_pairs_mut()
        .append_pair("code", "forged")
        .append_pair("state", "wrong");
    let finish = attempt.finish(Duration::from_millis(700));
    get(forged).await;
    assert_eq!(finish.await.unwrap().unwrap_err().code(), "state_mismatch");
    assert!(endpoint.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_person_can_say_no() {
    let (deployment, endpoint) = granting().await;
    type Parameters = &'static [(&'static str, &'static str)];
    let cases: [(Parameters, &str, &str); 4] = [
        (
            &[
                ("error", "access_denied"),
                ("error_description", "The resource owner denied the request"),
            ],
            "sign_in_denied",
            "the sign-in was declined: The resource owner denied the request",
        ),
        (
            &[("error", "consent_required")],
            "sign_in_denied",
            "the sign-in was declined",
        ),
        (
            &[("error", "login_required")],
            "login_required",
            "the platform needs you to sign in on its page",
        ),
        (
            &[("error", "server_error"), ("error_hint", "later")],
            "sign_in_refused",
            "the platform refused the sign-in with server_error: later",
        ),
    ];
    for (parameters, code, message) in cases {
        let attempt = attempt(&deployment).await;
        let back = attempt.redirect(parameters);
        let finish = attempt.finish(LONG);
        let (status, page) = get(back).await;
        assert_eq!(status, 200);
        assert!(page.contains("Not signed in"), "{page}");
        let error = finish.await.unwrap().unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (code, message));
    }
    assert!(
        endpoint.asked.lock().unwrap().is_empty(),
        "there is nothing to trade"
    );
}

#[tokio::test]
async fn another_issuer_is_refused() {
    let (deployment, endpoint) = granting().await;
    const EVIL: (&str, &str) = ("iss", "https://auth.evil.example");
    let own = ("iss", deployment.auth.as_str());
    let cases = [
        ("another", [("code", "c"), EVIL, ("scope", "x")]),
        ("another before the own", [EVIL, ("code", "c"), own]),
        ("the own twice", [own, ("code", "c"), own]),
        (
            "another's error",
            [("error", "access_denied"), EVIL, ("scope", "x")],
        ),
    ];
    for (name, parameters) in cases {
        let one = attempt(&deployment).await;
        let back = one.redirect(&parameters);
        let finish = one.finish(LONG);
        get(back).await;
        let error = finish.await.unwrap().unwrap_err();
        assert_eq!(error.code(), "issuer_mismatch", "{name}");
    }
    assert!(
        endpoint.asked.lock().unwrap().is_empty(),
        "the code does not leave"
    );

    let attempt_two = attempt(&deployment).await;
    let back = attempt_two.redirect(&[("code", "c"), ("iss", deployment.auth.as_str())]);
    let finish = attempt_two.finish(LONG);
    get(back).await;
    assert!(finish.await.unwrap().is_ok(), "its own issuer");
}

#[tokio::test]
async fn a_request_in_pieces_beside_broken_ones_is_read() {
    let (deployment, _) = granting().await;
    let attempt = attempt(&deployment).await;
    let back = attempt.redirect(&[("code", "c")]);
    let (address, host) = (attempt.address(), attempt.address());
    let finish = attempt.finish(LONG);
    let mut half = TcpStream::connect(&address).await.unwrap();
    half.write_all(b"GET /?co").await.unwrap();
    let broken: [&[u8]; 5] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"garbage\r\n\r\n",
        b"POST /?code=c HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\nabc",
        b"GET http://evil.example/?code=c&state=x HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        &b"GET / HTTP/1.1\r\nX: "
            .iter()
            .copied()
            .chain([b'a'; 200_000])
            .collect::<Vec<u8>>(),
    ];
    for bytes in broken {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
        assert!(
            !answer.starts_with(b"HTTP/1.1 200"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let target = format!("/?{}", back.query().unwrap());
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n");
    for piece in request.as_bytes().chunks(7) {
        stream.write_all(piece).await.unwrap();
        stream.flush().await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    assert!(
        page.starts_with("HTTP/1.1 200 OK") && page.ends_with("</html>\n"),
        "the whole page: {page}"
    );
    assert!(
        page.to_ascii_lowercase().contains("connection: close"),
        "{page}"
    );
    finish.await.unwrap().unwrap();
}

#[tokio::test]
async fn nobody_comes() {
    let (deployment, _) = granting().await;
    let attempt = attempt(&deployment).await;
    let address = attempt.address();
    let begun = Instant::now();
    let error = attempt
        .finish(Duration::from_millis(300))
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.code(), "sign_in_timed_out");
    assert!(begun.elapsed() < Duration::from_secs(5));
    TcpListener::bind(&address)
        .await
        .expect("the port is free again");
}

#[tokio::test]
async fn dropping_ends_the_attempt() {
    let (deployment, _) = granting().await;
    let first = attempt(&deployment).await;
    let address = first.address();
    drop(first);
    TcpListener::bind(&address)
        .await
        .expect("free after the attempt is dropped");

    let second = attempt(&deployment).await;
    let address = second.address();
    let finish = second.finish(LONG);
    let mut open = TcpStream::connect(&address).await.unwrap();
    open.write_all(b"GET /").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    finish.abort();
    assert!(finish.await.unwrap_err().is_cancelled());
    let mut end = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(5), open.read_to_end(&mut end)).await;
    assert!(ended.is_ok(), "its connections end with it");
    TcpListener::bind(&address)
        .await
        .expect("free after the wait is dropped");
}

#[tokio::test]
async fn ports_of_a_range_are_tried_in_turn() {
    // Two ports beside each other that are free now.
    let (first, second) = loop {
        let first = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let next = first.local_addr().unwrap().port().checked_add(1);
        if let Some(next) = next
            && let Ok(second) = TcpListener::bind(("127.0.0.1", next)).await
        {
            break (first, second);
        }
    };
    let ports = [
        first.local_addr().unwrap().port(),
        second.local_addr().unwrap().port(),
    ];
    let (mut deployment, _) = granting().await;
    deployment.ports = LoopbackPorts::Range {
        first: ports[0],
        last: ports[1],
    };
    let http = Http::new().unwrap();
    let busy = BrowserSignIn::start(&http, &deployment, SignInRequest::default())
        .await
        .err()
        .unwrap();
    assert_eq!(busy.code(), "ports_busy");
    assert!(busy.to_string().contains(&ports[1].to_string()), "{busy}");
    drop(second);
    let attempt = attempt(&deployment).await;
    assert_eq!(attempt.back.port(), Some(ports[1]), "the one that is free");
    assert_eq!(
        attempt.query["redirect_uri"],
        format!("http://127.0.0.1:{}", ports[1])
    );
}

#[tokio::test]
async fn a_code_that_is_not_taken_says_why() {
    let cases = [
        (
            "a used code",
            400,
            json!({"error": "invalid_grant", "error_description": "used"}),
            "invalid_grant",
        ),
        (
            "single sign-on",
            401,
            json!({"error": "invalid_grant", "error_description": "SSO session has expired"}),
            "sso_session_expired",
        ),
        (
            "the client",
            401,
            json!({"error": "invalid_client"}),
            "client_unknown",
        ),
        (
            "a failure",
            500,
            json!({"error": "server_error"}),
            "server_failed",
        ),
        ("too often", 429, json!({}), "too_many_requests"),
        (
            "no token",
            200,
            json!({"token_type": "bearer"}),
            "unexpected_answer",
        ),
        (
            "a number for a token",
            200,
            json!({"access_token": 5, "token_type": "bearer"}),
            "unexpected_answer",
        ),
        (
            "no type",
            200,
            json!({"access_token": "a"}),
            "unexpected_answer",
        ),
        ("a list", 200, json!([]), "unexpected_answer"),
    ];
    for (name, status, body, expected) in cases {
        let status = StatusCode::from_u16(status).unwrap();
        let (deployment, _) = token_endpoint(status, body).await;
        let attempt = attempt(&deployment).await;
        let back = attempt.redirect(&[("code", "c")]);
        let finish = attempt.finish(LONG);
        get(back).await;
        assert_eq!(
            finish.await.unwrap().unwrap_err().code(),
            expected,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_refresh_token_stays_until_a_new_one_comes() {
    let http = Http::new().unwrap();
    let old = RefreshToken::new("old".into());
    let (deployment, _) = granting().await;
    let renewed = refresh(&http, &deployment, &old, UnixTime(1000))
        .await
        .unwrap();
    assert_eq!(
        renewed.refresh.unwrap().secret().expose_secret(),
        "secret-refresh"
    );
    assert_eq!(renewed.expires_at, UnixTime(1900));
    let body = json!({"access_token": "a", "token_type": "Bearer", "expires_in": 60});
    let (deployment, _) = token_endpoint(StatusCode::OK, body).await;
    let renewed = refresh(&http, &deployment, &old, UnixTime(1000))
        .await
        .unwrap();
    assert_eq!(
        renewed.refresh.unwrap().secret().expose_secret(),
        "old",
        "RFC 6749 section 6"
    );
}
