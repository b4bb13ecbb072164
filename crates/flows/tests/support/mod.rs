//! A desk on a fresh vault, and a proxy that spoils the platform's answers.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "shared by tests"
)]

#[path = "../../../sandbox/tests/sandbox/support/browser.rs"]
mod browser;
pub mod pages;

pub use pages::ADA;

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use deskfob_flows::{CustomDeployment, DeploymentChoice, Desk, SandboxHost};
use deskfob_otp::SecretString;
use deskfob_platform::{ApiToken, BrowserSignIn, Http, TokenSet};
use deskfob_vault::{Home, KdfCost, StoredAccount, Vault};
use url::Url;

/// How an answer is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// This status with an error body of the platform's own form.
    Status(u16),
    /// This answer.
    Json(&'static str),
    /// A page instead of JSON.
    Html,
    /// The connection ends in the middle of the body.
    CutOff,
    /// The true answer, so many milliseconds after the platform gave it.
    Late(u64),
    /// A refusal of the token endpoint with this `error_description`.
    Grant(&'static str),
    /// The step-up challenge of RFC 9470, for these methods (a JSON list) within the last five minutes.
    Challenge(&'static str),
}

/// What to spoil: the method and the end of the path, and whether the platform acts on the request first.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub method: &'static str,
    pub path: &'static str,
    pub acted_on: bool,
    pub spoil: Spoil,
}

/// Stands between the client and the sandbox.
pub struct Proxy {
    pub url: Url,
    fault: Arc<Mutex<Option<Fault>>>,
    odds: Arc<Odds>,
}

/// What else is odd about the platform behind the proxy.
#[derive(Default)]
struct Odds {
    /// Its clock is so many seconds ahead.
    clock: AtomicI64,
    /// How often a fault was hit.
    hits: AtomicUsize,
    /// The fault ends after so many hits; 0: never.
    times: AtomicUsize,
    /// It does not tell whether MFA is on, nor of single sign-on.
    mute: AtomicUsize,
}

#[derive(Clone)]
struct Relay {
    to: Url,
    http: reqwest::Client,
    fault: Arc<Mutex<Option<Fault>>>,
    odds: Arc<Odds>,
}

impl Proxy {
    pub async fn start(to: Url) -> Self {
        let fault = Arc::new(Mutex::new(None));
        let odds = Arc::new(Odds::default());
        let relay = Relay {
            to,
            http: http(),
            fault: Arc::clone(&fault),
            odds: Arc::clone(&odds),
        };
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap())
            .parse()
            .unwrap();
        let app = Router::new().fallback(relay_one).with_state(relay);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, fault, odds }
    }

    pub fn set(&self, fault: Option<Fault>) {
        self.odds.times.store(0, Ordering::Relaxed);
        self.odds.hits.store(0, Ordering::Relaxed);
        *self.fault.lock().unwrap() = fault;
    }

    /// The next request that fits is spoilt, and no other.
    pub fn set_once(&self, fault: Fault) {
        self.set(Some(fault));
        self.odds.times.store(1, Ordering::Relaxed);
    }

    /// How many requests were spoilt since the fault was set.
    pub fn hits(&self) -> usize {
        self.odds.hits.load(Ordering::Relaxed)
    }

    /// The platform's clock is so many seconds ahead, as its answers are dated.
    pub fn set_clock(&self, seconds_ahead: i64) {
        self.odds.clock.store(seconds_ahead, Ordering::Relaxed);
    }

    /// The platform does not tell whether MFA is on, nor of single sign-on: neither is in its published description.
    pub fn hide_mfa(&self) {
        self.odds.mute.store(1, Ordering::Relaxed);
    }
}

/// Plain, and it follows nothing by itself.
pub fn http() -> reqwest::Client {
    // The provider may have been chosen by another test of the process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

async fn relay_one(State(relay): State<Relay>, request: Request) -> Response<Body> {
    let fault = *relay.fault.lock().unwrap();
    let spoilt = fault.filter(|fault| {
        let fits =
            request.method().as_str() == fault.method && request.uri().path().ends_with(fault.path);
        let times = relay.odds.times.load(Ordering::Relaxed);
        fits && (relay.odds.hits.fetch_add(1, Ordering::Relaxed) < times || times == 0)
    });
    match spoilt {
        Some(Fault {
            spoil: Spoil::Late(milliseconds),
            ..
        }) => {
            let answer = forward(&relay, request).await;
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            answer
        }
        Some(fault) => {
            if fault.acted_on {
                forward(&relay, request).await;
            }
            spoil(fault.spoil)
        }
        None => forward(&relay, request).await,
    }
}

async fn forward(relay: &Relay, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let is_me = parts.uri.path().ends_with("/users/me");
    let mut url = relay.to.clone();
    url.set_path(parts.uri.path());
    url.set_query(parts.uri.query());
    let mut headers = parts.headers;
    headers.remove(header::HOST);
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let answer = relay
        .http
        .request(parts.method, url)
        .headers(headers)
        .body(body)
        .send()
        .await
        .unwrap();
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if ![
            header::TRANSFER_ENCODING,
            header::DATE,
            header::CONTENT_LENGTH,
        ]
        .contains(name)
        {
            response = response.header(name, value);
        }
    }
    let ahead = relay.odds.clock.load(Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let dated = UNIX_EPOCH + Duration::from_secs(now.as_secs().saturating_add_signed(ahead));
    response = response.header(header::DATE, httpdate::fmt_http_date(dated));
    let body = answer.bytes().await.unwrap();
    let body = if is_me && relay.odds.mute.load(Ordering::Relaxed) > 0 {
        let mut user: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let fields = user.as_object_mut().unwrap();
        fields.remove("mfa_enabled");
        fields.remove("sso_enabled");
        user.to_string().into()
    } else {
        body
    };
    response.body(body.into()).unwrap()
}

fn spoil(spoil: Spoil) -> Response<Body> {
    let json = HeaderValue::from_static("application/json");
    match spoil {
        Spoil::Status(code) => {
            let body = format!(
                "{{\"status\":\"{code}\",\"message\":\"ordered fault\",\"code\":{code},\"detail\":{{}},\"title\":\"fault\"}}"
            );
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = StatusCode::from_u16(code).unwrap();
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
        }
        Spoil::Grant(description) => {
            let body =
                format!("{{\"error\":\"invalid_grant\",\"error_description\":\"{description}\"}}");
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
        }
        Spoil::Challenge(amr) => {
            let body = format!(
                "{{\"error\":\"insufficient_user_authentication\",\"amr\":{amr},\"max_age\":300}}"
            );
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, json);
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(
                    "Bearer error=\"insufficient_user_authentication\", max_age=\"300\"",
                ),
            );
            response
        }
        Spoil::Json(body) => {
            let mut response = Response::new(Body::from(body));
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
        }
        Spoil::Late(_) => unreachable!("the true answer is passed on"),
        Spoil::Html => {
            let mut response =
                Response::new(Body::from("<!doctype html><title>Bad gateway</title>"));
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
            response
        }
        Spoil::CutOff => {
            let parts: [Result<Bytes, std::io::Error>; 2] = [
                Ok(Bytes::from_static(b"{\"recovery_codes\":[\"abcd")),
                Err(std::io::Error::other("cut")),
            ];
            let mut response = Response::new(Body::from_stream(futures_util::stream::iter(parts)));
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
                .headers_mut()
                .insert(header::CONTENT_LENGTH, HeaderValue::from_static("400"));
            response
        }
    }
}

/// A person with a vault, connected to the sandbox through a proxy.
pub struct Person {
    pub folder: tempfile::TempDir,
    pub desk: Desk,
    pub account: StoredAccount,
    pub proxy: Proxy,
    sandbox: Arc<SandboxHost>,
}

pub const PASSWORD: &str = "a long enough password";

impl Person {
    pub async fn connected() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        let vault = Vault::create(&home, SecretString::from(PASSWORD), KdfCost::FLOOR)
            .await
            .unwrap();
        let sandbox = Arc::new(SandboxHost::new(folder.path().join("sandbox"), None));
        let proxy = Proxy::start(sandbox.url().await.unwrap()).await;
        let desk = Desk::new(
            vault,
            home.path().to_owned(),
            Http::new().unwrap(),
            Arc::clone(&sandbox),
        );
        let choice = DeploymentChoice::Custom(Box::new(CustomDeployment {
            client_id: Some("deskfob".into()),
            ssh_hosts: vec!["ssh.sandbox.example".into()],
            ..CustomDeployment::at("Proxy", proxy.url.clone(), proxy.url.clone())
        }));
        let token = ApiToken::new(SecretString::from("sandbox-ada-token"));
        let account = desk.connect_with_token(&choice, token).await.unwrap();
        Self {
            folder,
            desk,
            account,
            proxy,
            sandbox,
        }
    }

    /// Connected with the browser, so that there is a refresh token and a sign-in to make again.
    pub async fn browsed() -> Self {
        let mut person = Self::connected().await;
        let attempt = person.desk.start_connect(&person.choice()).await.unwrap();
        let tokens = person.browse(attempt, ADA).await;
        let kept = person.desk.finish_connect(&person.choice(), tokens).await;
        person.account = kept.unwrap();
        person
    }

    /// The platform as this person chose it.
    pub fn choice(&self) -> DeploymentChoice {
        DeploymentChoice::from_record(&self.account.deployment).unwrap()
    }

    /// A second program on the same vault.
    pub async fn second_desk(&self) -> Desk {
        let home = Home::at(&self.folder.path().join("home")).unwrap();
        let vault = Vault::unlock_with_password(&home, SecretString::from(PASSWORD))
            .await
            .unwrap();
        Desk::new(
            vault,
            home.path().to_owned(),
            Http::new().unwrap(),
            Arc::clone(&self.sandbox),
        )
    }

    /// Protected from here: MFA is on and the entry is in the vault.
    pub async fn protected() -> Self {
        let mut person = Self::connected().await;
        person.protect().await;
        person
    }

    pub async fn protect(&mut self) {
        self.desk.begin_enrolment(&self.account).await.unwrap();
        self.desk
            .confirm_enrolment(&self.account, None)
            .await
            .unwrap();
        self.reload().await;
    }

    /// The account as the vault has it now.
    pub async fn reload(&mut self) {
        self.account = self.desk.account(self.account.id).await.unwrap();
    }

    /// Signs in with the browser, as whoever this is, and lets the app have the tokens.
    pub async fn browse(
        &self,
        attempt: BrowserSignIn,
        (email, password): (&str, &str),
    ) -> TokenSet {
        let url = attempt.url().clone();
        let mut pages = browser::Browser::new(&self.proxy.url);
        let person = async {
            let page = pages.open(url.as_str()).await.page();
            let form = page
                .form("/password")
                .with("email", email)
                .with("password", password);
            let mut page = pages.submit(form).await.page();
            if !page.all("form[action$='/code']").is_empty() {
                let form = page.form("/code").with("code", &self.code().await);
                page = pages.submit(form).await.page();
            }
            let form = page.form("/consent").with("decision", "allow");
            let back = pages.submit(form).await.away();
            http().get(back).send().await.unwrap();
        };
        let (tokens, ()) = tokio::join!(attempt.finish(Duration::from_secs(20)), person);
        tokens.unwrap()
    }

    /// The code of the account's entry: of the next period, since one of this period confirmed the enrolment and
    /// no code is taken twice (RFC 6238 section 5.2).
    async fn code(&self) -> String {
        let account = self.desk.account(self.account.id).await.unwrap();
        let entry = self.desk.vault().entry(account.entry_id.unwrap()).await;
        let window = entry.unwrap().window_at(deskfob_flows::unix_now());
        window.next.expose().to_owned()
    }

    /// The tokens kept for the account look as if their time were over.
    pub async fn expire_tokens(&self) {
        let vault = self.desk.vault();
        let mut tokens = vault.tokens(self.account.id).await.unwrap().unwrap();
        tokens.expires_at = 0;
        vault.put_tokens(self.account.id, &tokens).await.unwrap();
    }

    /// The program ends without a word and is started again.
    pub async fn restarted(self) -> Self {
        let Self {
            folder,
            desk,
            account,
            proxy,
            sandbox,
        } = self;
        drop(desk);
        let home = Home::at(&folder.path().join("home")).unwrap();
        let vault = Vault::unlock_with_password(&home, SecretString::from(PASSWORD))
            .await
            .unwrap();
        let desk = Desk::new(
            vault,
            home.path().to_owned(),
            Http::new().unwrap(),
            Arc::clone(&sandbox),
        );
        Self {
            folder,
            desk,
            account,
            proxy,
            sandbox,
        }
    }
}
