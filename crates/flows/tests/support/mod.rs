//! A desk on a fresh vault, and a proxy that spoils the platform's answers.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "shared by tests"
)]

#[path = "../../../sandbox/tests/sandbox/support/browser.rs"]
mod browser;

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
    /// A page instead of JSON.
    Html,
    /// The connection ends in the middle of the body.
    CutOff,
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
}

#[derive(Clone)]
struct Relay {
    to: Url,
    http: reqwest::Client,
    fault: Arc<Mutex<Option<Fault>>>,
}

impl Proxy {
    pub async fn start(to: Url) -> Self {
        let fault = Arc::new(Mutex::new(None));
        let relay = Relay {
            to,
            http: http(),
            fault: Arc::clone(&fault),
        };
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap())
            .parse()
            .unwrap();
        let app = Router::new().fallback(relay_one).with_state(relay);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, fault }
    }

    pub fn set(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap() = fault;
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
        request.method().as_str() == fault.method && request.uri().path().ends_with(fault.path)
    });
    match spoilt {
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
        if name != header::TRANSFER_ENCODING {
            response = response.header(name, value);
        }
    }
    response.body(answer.bytes().await.unwrap().into()).unwrap()
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
            name: "Proxy".into(),
            api: proxy.url.clone(),
            auth: proxy.url.clone(),
            client_id: "deskfob".into(),
            certifier: None,
            ssh_hosts: vec!["ssh.sandbox.example".into()],
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
            let page = pages.submit(form).await.page();
            let form = page.form("/consent").with("decision", "allow");
            let back = pages.submit(form).await.away();
            http().get(back).send().await.unwrap();
        };
        let (tokens, ()) = tokio::join!(attempt.finish(Duration::from_secs(20)), person);
        tokens.unwrap()
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
