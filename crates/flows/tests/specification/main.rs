//! Sandbox and client against the platform's own API description: every answer of the sandbox, every
//! request of the client.
//!
//! The description is not part of this project. `DESKFOB_SPECIFICATION` names its file; without it the test says that
//! it was left out. Both shapes of errors are checked: the present one, and the one that the description had before.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it checked"
)]

mod document;
mod recorder;
#[path = "../support/mod.rs"]
mod support;
mod surface;

use std::collections::BTreeSet;

use deskfob_flows::{CustomDeployment, DeploymentChoice, Desk, SandboxHost};
use deskfob_otp::{ExposeSecret, SecretString};
use deskfob_platform::{
    AccessToken, ApiToken, BrowserSignIn, Client, Deployment, Http, Prompt, SignInRequest, UserId,
};
use deskfob_sandbox::{Config, ErrorShape, Running};
use deskfob_vault::{Home, KdfCost, Vault};
use document::Document;
use recorder::{Exchange, Recorder};
use support::pages;

/// Paths of the platform that its description does not have.
const NOT_DESCRIBED: &[&str] = &[
    "/oauth2/authorize",
    "/oauth2/token",
    "/oauth2/revoke",
    "/oauth2/register",
    // Behind the signed links of lists of members.
    "/ref/users",
    "/ssh",
    "/ssh/authority",
    // The sandbox's own page, where it keeps its messages.
    "/outbox",
];

/// Whether a request that the description does not have is known all the same.
fn is_known_request(exchange: &Exchange) -> bool {
    let path = exchange.path.as_str();
    // The pages on which people sign in are the platform's own business. Changing add-ons is in the description that
    // comes with the platform's own library only.
    path.starts_with("/sign-in/")
        || NOT_DESCRIBED.contains(&path)
        || (exchange.method == "PATCH" && path.ends_with("/addons"))
}

/// Where the sandbox answers otherwise than described: operation (`*` for any), what is wrong, why.
const DEVIATIONS: &[(&str, &str, &str)] = &[
    (
        "*",
        "status 401 is not described",
        "the description has no 401 anywhere; bearer and step-up challenges are RFC 6750 and RFC 9470",
    ),
    (
        "*",
        "mfa_enabled, phone_number_verified, sso_enabled not described",
        "fields of a user that the platform's own clients read",
    ),
    (
        "*",
        "ref:users:0 not described",
        "the links to names and MFA state, which the platform's own clients follow",
    ),
    (
        "*",
        "ref:users:0, ref:users:1 not described",
        "the same, for more than fifty users",
    ),
    (
        "* /ssh_keys",
        "status 4xx is not described",
        "the description has no errors here; a key can be missing, malformed or in use",
    ),
    (
        "* mfa-enforcement",
        "status 404 is not described",
        "an organisation that is not there; the description has 403 alone",
    ),
];

fn is_known(operation: &str, fault: &str) -> bool {
    DEVIATIONS.iter().any(|(at, what, _)| {
        let there = match at.strip_prefix("* ") {
            Some(part) => operation.contains(part),
            None => *at == "*" || *at == operation,
        };
        let (_, words) = fault.split_once(": ").unwrap_or(("", fault));
        let status = words.starts_with("status 4") && what.starts_with("status 4xx");
        there && (words == *what || status)
    })
}

/// What was checked, and what was found.
#[derive(Default)]
struct Report {
    answers: usize,
    requests: usize,
    operations: BTreeSet<String>,
    deviations: BTreeSet<String>,
    faults: BTreeSet<String>,
}

impl Report {
    fn check(&mut self, document: &Document, exchanges: &[Exchange], ours: bool) {
        for exchange in exchanges {
            let Some(operation) = document.operation(&exchange.method, &exchange.path) else {
                if !is_known_request(exchange) && exchange.status != 404 {
                    let (method, path) = (&exchange.method, &exchange.path);
                    self.faults
                        .insert(format!("{method} {path} is not described"));
                }
                continue;
            };
            self.operations.insert(operation.name.clone());
            self.answers += 1;
            self.sort(
                &operation.name,
                document.answer_faults(&operation, exchange),
            );
            if ours {
                self.requests += 1;
                let faults = document.request_faults(&operation, exchange);
                let named = faults.into_iter().map(|fault| format!("request: {fault}"));
                self.faults
                    .extend(named.map(|fault| format!("{}: {fault}", operation.name)));
            }
        }
    }

    /// Prints what was checked, and fails with what is not as described or was never asked.
    fn judge(self, errors: &str) {
        println!(
            "{errors} errors: checked {} answers of the sandbox and {} requests of the client, over {} operations; \
             {} known deviations",
            self.answers,
            self.requests,
            self.operations.len(),
            self.deviations.len(),
        );
        for deviation in &self.deviations {
            println!("  known: {deviation}");
        }
        let faults: Vec<_> = self.faults.into_iter().collect();
        assert!(
            faults.is_empty(),
            "{errors} errors, not as described:\n{}",
            faults.join("\n")
        );
        let expected: BTreeSet<String> = surface::OPERATIONS
            .iter()
            .map(|o| (*o).to_owned())
            .collect();
        let left: Vec<_> = expected.difference(&self.operations).collect();
        assert!(left.is_empty(), "never asked: {left:?}");
    }

    fn sort(&mut self, operation: &str, faults: Vec<String>) {
        for fault in faults {
            let place = format!("{operation}: {fault}");
            if is_known(operation, &fault) {
                self.deviations.insert(place);
            } else {
                self.faults.insert(place);
            }
        }
    }
}

async fn sandbox(error_shape: ErrorShape) -> Running {
    let config = Config {
        error_shape,
        ..Config::default()
    };
    deskfob_sandbox::start(config).await.unwrap()
}

#[tokio::test]
async fn sandbox_and_client_keep_to_the_description() {
    let Some(document) = Document::load() else {
        println!("left out: DESKFOB_SPECIFICATION names no API description");
        return;
    };
    let older = document.with_older_errors();
    for (errors, shape, document) in [
        ("present", ErrorShape::New, &document),
        ("older", ErrorShape::Old, &older),
    ] {
        let mut report = Report::default();
        let running = sandbox(shape).await;
        let recorder = Recorder::start(running.url()).await;
        surface::walk(&recorder.url, &fresh(&recorder).await).await;
        report.check(document, &recorder.take(), false);
        let running = sandbox(shape).await;
        let recorder = Recorder::start(running.url()).await;
        client_walk(&recorder).await;
        report.check(document, &recorder.take(), true);
        report.judge(errors);
    }
}

/// An access token of somebody who has just signed in.
async fn fresh(recorder: &Recorder) -> String {
    let url = recorder.url.clone();
    let deployment = Deployment::custom("Recorded", url.clone(), url, "deskfob").unwrap();
    let ask = SignInRequest {
        prompt: Prompt::Consent,
        step_up: None,
        login_hint: None,
    };
    let attempt = BrowserSignIn::start(&Http::new().unwrap(), &deployment, ask)
        .await
        .unwrap();
    let tokens = pages::browse(&recorder.url, attempt, pages::ALAN).await;
    tokens.access.secret().expose_secret().to_owned()
}

/// Every call that the client has, through the jobs that make them.
async fn client_walk(recorder: &Recorder) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(&folder.path().join("home")).unwrap();
    let vault = Vault::create(&home, SecretString::from(support::PASSWORD), KdfCost::FLOOR)
        .await
        .unwrap();
    let unused = SandboxHost::new(folder.path().join("unused"), None);
    let http = Http::new().unwrap();
    let desk = Desk::new(vault, home.path().to_owned(), http.clone(), unused.into());
    let custom = CustomDeployment {
        client_id: Some("deskfob".into()),
        ..CustomDeployment::at("Recorded", recorder.url.clone(), recorder.url.clone())
    };
    let choice = DeploymentChoice::Custom(Box::new(custom));
    let connect = async |token: &str| {
        let token = ApiToken::new(SecretString::from(token));
        desk.connect_with_token(&choice, token).await.unwrap()
    };
    let ada = connect("sandbox-ada-token").await;
    let orgs = desk.organizations(&ada).await.unwrap();
    let acme = orgs
        .iter()
        .find(|org| org.name == "acme")
        .unwrap()
        .id
        .clone();
    let globex = orgs
        .iter()
        .find(|org| org.name == "globex")
        .unwrap()
        .id
        .clone();
    let report = desk.members(&ada, &acme, |_, _| {}).await.unwrap();
    desk.members(&ada, &globex, |_, _| {}).await.err().unwrap();
    let users: Vec<UserId> = report
        .members
        .iter()
        .map(|row| row.member.user_id.clone())
        .collect();
    desk.remind(&ada, &acme, &users).await.unwrap();
    desk.require_mfa(&ada, &acme, true).await.err().unwrap();
    desk.begin_enrolment(&ada).await.unwrap();
    desk.confirm_enrolment(&ada, Some("000000")).await.err();
    desk.confirm_enrolment(&ada, None).await.ok();
    desk.account_status(&ada).await.unwrap();
    let grace = connect("sandbox-grace-token").await;
    desk.require_mfa(&grace, &acme, true).await.unwrap();
    desk.require_mfa(&grace, &acme, false).await.unwrap();
    let attempt = desk.start_connect(&choice).await.unwrap();
    let tokens = pages::browse(&recorder.url, attempt, pages::ALAN).await;
    desk.finish_connect(&choice, tokens).await.unwrap();
    desk.sign_out(&ada).await.unwrap();

    let form = [
        ("grant_type", "api_token"),
        ("api_token", "sandbox-grace-token"),
    ];
    let access = surface::token(&recorder.url, &form).await;
    let deployment = Deployment::custom(
        "Recorded",
        recorder.url.clone(),
        recorder.url.clone(),
        "deskfob",
    )
    .unwrap();
    let client = Client::new(http, deployment, AccessToken::new(access.as_str().into()));
    let me = client.me().await.unwrap().id;
    client.addons(&acme).await.unwrap();
    client.mfa_enforcement(&acme).await.unwrap();
    client.recreate_recovery_codes(&me).await.unwrap();
    client.totp_proposal(&me).await.err().unwrap();
    client.withdraw_totp(&me).await.unwrap();
    client.withdraw_totp(&me).await.err().unwrap();
}
