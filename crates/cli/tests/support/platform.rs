//! A real sandbox in the test, and somebody who clicks through its pages.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::sync::Once;

use deskfob_sandbox::{Config, Running};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Response, redirect};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use url::Url;

use super::{Fob, PASSWORD};

/// The account of the sandbox that turns on MFA.
pub(crate) const ADA: &str = "ada@acme.example";
pub(crate) const ADA_PASSWORD: &str = "correct horse battery";
pub(crate) const ADA_TOKEN: &str = "sandbox-ada-token";

/// Who signs in at the sandbox's pages.
#[derive(Clone, Copy)]
pub(crate) struct Who {
    pub(crate) email: &'static str,
    password: &'static str,
}

/// Has MFA off, and may sign in with Acme SSO instead of a password.
pub(crate) const ALAN: Who = Who {
    email: "alan@acme.example",
    password: "halting problem",
};

const ADA_HERSELF: Who = Who {
    email: ADA,
    password: ADA_PASSWORD,
};

/// More pages and redirects than a sign-in has.
const STEPS: usize = 20;

/// A sandbox of its own.
pub(crate) struct Platform {
    runtime: Runtime,
    running: Running,
    _state: TempDir,
}

impl Platform {
    pub(crate) fn start() -> Self {
        static RING: Once = Once::new();
        RING.call_once(|| {
            rustls::crypto::ring::default_provider()
                .install_default()
                .expect("the first provider");
        });
        let runtime = Runtime::new().expect("a runtime");
        let state = tempfile::tempdir().expect("a temporary folder");
        let config = Config {
            state: Some(state.path().join("state")),
            ..Config::default()
        };
        let running = runtime
            .block_on(deskfob_sandbox::start(config))
            .expect("a sandbox");
        Self {
            runtime,
            running,
            _state: state,
        }
    }

    pub(crate) fn url(&self) -> &str {
        self.running.url().as_str()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running
            .url()
            .socket_addrs(|| None)
            .expect("an address")[0]
    }

    /// Connects ada's account by her API token.
    pub(crate) fn connect(&self, fob: &Fob) {
        connect(fob, self.url(), ADA_TOKEN).ends(0);
    }

    /// A page as a browser gets it.
    pub(crate) fn page(&self, path: &str) -> String {
        let url = self.running.url().join(path).expect("a path");
        self.runtime.block_on(async {
            let response = Person::new()
                .client
                .get(url)
                .send()
                .await
                .expect("an answer");
            assert!(
                response.status().is_success(),
                "{path}: {}",
                response.status()
            );
            response.text().await.expect("a page")
        })
    }

    /// `fob account renew` as a person does it.
    pub(crate) fn renew(&self, fob: &Fob, code: &str) -> Value {
        self.browse(fob, &["account", "renew"], || code.to_owned())
    }

    /// A command that signs in, as a person does it: the program prints an address, the browser does the rest.
    pub(crate) fn browse(
        &self,
        fob: &Fob,
        command: &[&str],
        code: impl FnOnce() -> String,
    ) -> Value {
        self.browse_as(ADA_HERSELF, fob, command, code)
    }

    /// The same, by another person.
    pub(crate) fn browse_as(
        &self,
        who: Who,
        fob: &Fob,
        command: &[&str],
        code: impl FnOnce() -> String,
    ) -> Value {
        let options = ["--no-browser", "--password-stdin", "--json"];
        let args = [command, &options].concat();
        let mut child = fob.command(&args).spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("piped");
        writeln!(stdin, "{PASSWORD}").expect("written");
        drop(stdin);
        let mut told = BufReader::new(child.stderr.take().expect("piped")).lines();
        let address = told
            .by_ref()
            .map_while(Result::ok)
            .find(|line| line.starts_with("http://"))
            .expect("an address to open");
        self.sign_in_as(who, &address, &code());
        // What it says of the certificate, so that nobody writes into a closed pipe.
        let said: Vec<_> = told.map_while(Result::ok).collect();
        let output = child.wait_with_output().expect("the program ends");
        assert!(output.status.success(), "{said:?}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// Signs ada in at `address` with her password and `code`, and lets the program have its answer.
    pub(crate) fn sign_in(&self, address: &str, code: &str) {
        self.sign_in_as(ADA_HERSELF, address, code);
    }

    fn sign_in_as(&self, who: Who, address: &str, code: &str) {
        let address = Url::parse(address).expect("an address");
        self.runtime
            .block_on(Person::new().sign_in(who, address, code));
    }
}

/// `fob account sign-in` by API token at the platform of this address.
pub(crate) fn connect(fob: &Fob, url: &str, token: &str) -> super::Ran {
    let args = [
        "account",
        "sign-in",
        "--api",
        url,
        "--auth",
        url,
        "--client-id",
        "deskfob",
        "--token-stdin",
    ];
    fob.run(&args, token)
}

/// A browser with one cookie jar and a person in front of it.
struct Person {
    client: Client,
    cookie: String,
}

impl Person {
    fn new() -> Self {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client");
        Self {
            client,
            cookie: String::new(),
        }
    }

    async fn sign_in(mut self, who: Who, address: Url, code: &str) {
        let mut response = self.get(address).await;
        let mut returned = false;
        for _ in 0..STEPS {
            let here = response.url().clone();
            if let Some(next) = response.headers().get(LOCATION) {
                let next = here.join(next.to_str().expect("text")).expect("an address");
                returned |= next.query_pairs().any(|(name, _)| name == "code");
                response = self.get(next).await;
                continue;
            }
            if returned {
                assert!(response.status().is_success(), "the program's closing page");
                return;
            }
            let page = response.text().await.expect("a page");
            let fields: &[(&str, &str)] = match &page {
                page if page.contains("/identity\"") => &[("email", who.email)],
                page if page.contains("name=\"password\"") => {
                    &[("email", who.email), ("password", who.password)]
                }
                page if page.contains("name=\"code\"") => &[("code", code)],
                page if page.contains("name=\"decision\"") => &[("decision", "allow")],
                page => panic!("a page that this person does not know: {page}"),
            };
            response = self.submit(&here, &page, fields).await;
        }
        panic!("no end after {STEPS} steps; at {}", response.url());
    }

    async fn get(&mut self, url: Url) -> Response {
        let request = self.client.get(url).header(COOKIE, &self.cookie);
        let response = request.send().await.expect("an answer");
        self.remember(&response);
        response
    }

    /// Posts the first form of the page.
    async fn submit(&mut self, here: &Url, page: &str, fields: &[(&str, &str)]) -> Response {
        let form = after(page, "<form");
        let action = here
            .join(&attribute(form, "action=\""))
            .expect("an address");
        let token = attribute(after(form, "name=\"form_token\""), "value=\"");
        let fields: Vec<_> = fields
            .iter()
            .copied()
            .chain([("form_token", token.as_str())])
            .collect();
        let origin = here.origin().ascii_serialization();
        let request = self
            .client
            .post(action)
            .header(COOKIE, &self.cookie)
            .header("origin", origin)
            .form(&fields);
        let response = request.send().await.expect("an answer");
        self.remember(&response);
        response
    }

    fn remember(&mut self, response: &Response) {
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        }
    }
}

fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    let at = text
        .find(mark)
        .unwrap_or_else(|| panic!("no {mark} in {text}"));
    &text[at + mark.len()..]
}

fn attribute(text: &str, start: &str) -> String {
    after(text, start)
        .split('"')
        .next()
        .unwrap_or_default()
        .replace("&amp;", "&")
}
