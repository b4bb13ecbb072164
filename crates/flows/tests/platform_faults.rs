//! Every fault at every step: what the caller gets, what the vault holds, what the platform holds, and
//! how many requests were made. Then the fault ends and the job has to come to its right end all the same.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints its table"
)]

mod support;

use deskfob_flows::{
    CustomDeployment, DeploymentChoice, Desk, Resolution, SandboxHost, WithdrawalResolution,
};
use deskfob_otp::{ExposeSecret, SecretString, UnixTime};
use deskfob_platform::{ApiToken, Http, TokenSet};
use deskfob_sandbox::{Config, Running};
use deskfob_vault::{Home, KdfCost, Stage, StoredAccount, Vault};
use serde_json::Value;
use support::http;
use support::pages::{ADA, Browser, browse};

/// A fault at a step, and what is to come of it.
struct Case {
    /// The order without its request, see `docs/sandbox.md`.
    fault: &'static str,
    /// Code of the error, or `ok`.
    gets: &'static str,
    /// What the vault holds then.
    vault: &'static str,
    /// What the platform holds then.
    platform: &'static str,
    /// Requests that were made.
    requests: u64,
}

const fn case(
    fault: &'static str,
    gets: &'static str,
    vault: &'static str,
    platform: &'static str,
    requests: u64,
) -> Case {
    Case {
        fault,
        gets,
        vault,
        platform,
        requests,
    }
}

/// A platform with faults to order, and a person with a new vault.
struct Bench {
    sandbox: Running,
    _folder: tempfile::TempDir,
    desk: Desk,
    choice: DeploymentChoice,
}

async fn sandbox() -> Running {
    deskfob_sandbox::start(Config::default()).await.unwrap()
}

impl Bench {
    async fn new() -> Self {
        let sandbox = sandbox().await;
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        let password = SecretString::from(support::PASSWORD);
        let vault = Vault::create(&home, password, KdfCost::FLOOR)
            .await
            .unwrap();
        let unused = SandboxHost::new(folder.path().join("unused"), None);
        let http = Http::new().unwrap();
        let desk = Desk::new(vault, home.path().to_owned(), http, unused.into());
        let url = sandbox.url();
        let custom = CustomDeployment {
            client_id: Some("deskfob".into()),
            ..CustomDeployment::at("Faulty", url.clone(), url.clone())
        };
        Self {
            choice: DeploymentChoice::Custom(Box::new(custom)),
            sandbox,
            _folder: folder,
            desk,
        }
    }

    /// Orders a fault at a request; counts from here.
    fn order(&self, request: &str, fault: &str) -> u64 {
        let order = match fault.strip_prefix("clock ") {
            Some(offset) => format!("clock {offset}"),
            None => format!("{request} {fault}"),
        };
        self.sandbox.faults().set(order.parse().unwrap());
        self.sandbox.faults().requests()
    }

    /// Ends the fault and gives the number of requests since `before`.
    fn end(&self, before: u64) -> u64 {
        self.sandbox.faults().clear();
        self.sandbox.faults().requests() - before
    }

    async fn connect(&self) -> StoredAccount {
        let token = ApiToken::new(SecretString::from("sandbox-ada-token"));
        self.desk
            .connect_with_token(&self.choice, token)
            .await
            .unwrap()
    }

    async fn browsed(&self) -> TokenSet {
        let attempt = self.desk.start_connect(&self.choice).await.unwrap();
        browse(self.sandbox.url(), attempt, ADA).await
    }

    /// What the vault holds, in words.
    async fn vault(&self) -> String {
        let vault = self.desk.vault();
        let mut held = Vec::new();
        for account in vault.accounts().await.unwrap() {
            held.push(match vault.tokens(account.id).await.unwrap() {
                Some(_) => "session",
                None => "account",
            });
        }
        for pending in vault.enrolments().await.unwrap() {
            held.push(match pending.stage {
                Stage::Proposed => "proposal",
                Stage::Confirming => "confirming",
            });
        }
        let entries = vault.entries().await.unwrap();
        held.extend(entries.iter().map(|_| "entry"));
        if held.is_empty() {
            held.push("nothing");
        }
        held.join(", ")
    }

    /// Ada's account as the platform has it, asked by another client.
    async fn platform(&self) -> &'static str {
        let base = self.sandbox.url();
        let form = [
            ("grant_type", "api_token"),
            ("api_token", "sandbox-ada-token"),
        ];
        let token = http().post(base.join("oauth2/token").unwrap());
        let token = token.basic_auth("deskfob", Some("")).form(&form).send();
        let token: Value = token.await.unwrap().json().await.unwrap();
        let me = http().get(base.join("users/me").unwrap());
        let me = me
            .bearer_auth(token["access_token"].as_str().unwrap())
            .send();
        let me: Value = me.await.unwrap().json().await.unwrap();
        match me["mfa_enabled"].as_bool().unwrap() {
            true => "MFA on",
            false => "MFA off",
        }
    }

    /// Whether the platform still takes an access token.
    async fn takes(&self, tokens: &TokenSet) -> bool {
        let me = http().get(self.sandbox.url().join("users/me").unwrap());
        let me = me.bearer_auth(tokens.access.secret().expose_secret());
        me.send().await.unwrap().status() == 200
    }

    /// The one entry of the vault is the one that the platform knows: its next code signs in.
    async fn is_protected(&self, name: &str) {
        assert_eq!(self.vault().await, "session, entry", "{name}: one entry");
        let entries = self.desk.vault().entries().await.unwrap();
        // The code that confirmed was used up.
        let next = UnixTime(deskfob_flows::unix_now().0 + 30);
        let code = entries[0].entry.code_at(next);
        let mut pages = Browser::new(self.sandbox.url());
        let page = pages.sign_in(ADA).await;
        assert_eq!(page.heading(), "Enter a code", "{name}: MFA is on");
        let form = page.form("/code").with("code", code.expose());
        let page = pages.submit(form).await.page();
        assert_eq!(
            page.heading(),
            "Authentication settings",
            "{name}: the same secret"
        );
    }
}

/// Compares one outcome with its case and prints the line.
fn judge(step: &str, case: &Case, gets: &str, vault: &str, platform: &str, requests: u64) {
    let fault = case.fault;
    println!("{step:<22} {fault:<20} {gets:<24} {vault:<24} {platform:<16} {requests}");
    let found = (gets, vault, platform, requests);
    let expected = (case.gets, case.vault, case.platform, case.requests);
    assert_eq!(found, expected, "{step}, {fault}");
}

#[tokio::test]
async fn connecting_with_a_token() {
    for (request, cases) in [
        (
            "POST /oauth2/token",
            [
                case("reset", "unreachable", "nothing", "MFA off", 1),
                case("reset after", "unreachable", "nothing", "MFA off", 1),
                case("cut", "cut_off", "nothing", "MFA off", 1),
                case("status 503", "server_failed", "nothing", "MFA off", 1),
                case("html", "not_json", "nothing", "MFA off", 1),
                case("wait 5", "too_many_requests", "nothing", "MFA off", 1),
                case(
                    "token-refused",
                    "api_token_invalid",
                    "nothing",
                    "MFA off",
                    1,
                ),
            ],
        ),
        (
            "GET /users/me",
            [
                case("reset", "unreachable", "nothing", "MFA off", 2),
                case("reset after", "unreachable", "nothing", "MFA off", 2),
                case("cut", "cut_off", "nothing", "MFA off", 2),
                case("status 503", "server_failed", "nothing", "MFA off", 2),
                case("html", "not_json", "nothing", "MFA off", 2),
                case("wait 5", "too_many_requests", "nothing", "MFA off", 2),
                case("step-up mfa", "step_up_required", "nothing", "MFA off", 2),
            ],
        ),
    ] {
        let bench = Bench::new().await;
        for case in &cases {
            let before = bench.order(request, case.fault);
            let token = ApiToken::new(SecretString::from("sandbox-ada-token"));
            let outcome = bench.desk.connect_with_token(&bench.choice, token).await;
            let gets = outcome.err().map_or("ok", |error| error.code());
            let requests = bench.end(before);
            judge(
                request,
                case,
                gets,
                &bench.vault().await,
                bench.platform().await,
                requests,
            );
        }
        bench.connect().await;
        assert_eq!(bench.vault().await, "session", "the next try connects");
    }
}

#[tokio::test]
async fn signing_in_with_the_browser() {
    let bench = Bench::new().await;
    for case in &[
        case("reset", "unreachable", "nothing", "MFA off", 3),
        case("reset after", "unreachable", "nothing", "MFA off", 3),
        case("cut", "cut_off", "nothing", "MFA off", 3),
        case("status 503", "server_failed", "nothing", "MFA off", 3),
        case("html", "not_json", "nothing", "MFA off", 3),
        case("step-up mfa", "step_up_required", "nothing", "MFA off", 3),
    ] {
        let step = "GET /users/me, browser";
        let tokens = bench.browsed().await;
        let before = bench.order("GET /users/me", case.fault);
        let copy = tokens_copy(&tokens);
        let outcome = bench.desk.finish_connect(&bench.choice, tokens).await;
        let gets = outcome.err().map_or("ok", |error| error.code());
        // The question, and both tokens revoked.
        let requests = bench.end(before);
        judge(
            step,
            case,
            gets,
            &bench.vault().await,
            bench.platform().await,
            requests,
        );
        assert!(
            !bench.takes(&copy).await,
            "{}: no session is left open",
            case.fault
        );
    }
    let tokens = bench.browsed().await;
    bench
        .desk
        .finish_connect(&bench.choice, tokens)
        .await
        .unwrap();
    assert_eq!(bench.vault().await, "session", "the next try connects");
}

fn tokens_copy(tokens: &TokenSet) -> TokenSet {
    TokenSet {
        access: tokens.access.clone_token(),
        refresh: None,
        expires_at: tokens.expires_at,
    }
}

#[tokio::test]
async fn asking_for_a_secret() {
    let bench = Bench::new().await;
    let account = bench.connect().await;
    for case in &[
        case("reset", "unreachable", "session", "MFA off", 1),
        case("reset after", "unreachable", "session", "MFA off", 1),
        case("cut", "cut_off", "session", "MFA off", 1),
        case("status 503", "server_failed", "session", "MFA off", 1),
        case("status 403", "forbidden", "session", "MFA off", 1),
        // The session is renewed once and the question asked once more.
        case("status 401", "signed_out", "session", "MFA off", 3),
        case("html", "not_json", "session", "MFA off", 1),
        case("wait 5", "too_many_requests", "session", "MFA off", 1),
        case("step-up mfa", "api_token_too_weak", "session", "MFA off", 1),
    ] {
        let before = bench.order("GET /users/*/totp", case.fault);
        let outcome = bench.desk.begin_enrolment(&account).await;
        let gets = outcome.err().map_or("ok", |error| error.code());
        let requests = bench.end(before);
        judge(
            "proposal",
            case,
            gets,
            &bench.vault().await,
            bench.platform().await,
            requests,
        );
    }
    bench.desk.begin_enrolment(&account).await.unwrap();
    bench.desk.confirm_enrolment(&account, None).await.unwrap();
    bench.is_protected("after all faults").await;
}

/// What a confirmation comes to when its fault is over.
async fn finish(bench: &Bench, account: &StoredAccount, name: &str) {
    let pending = bench.desk.pending(account.id).await.unwrap();
    let accepted = match pending.stage {
        Stage::Proposed => false,
        Stage::Confirming => {
            let resolution = bench.desk.resolve_enrolment(account).await.unwrap();
            matches!(resolution, Resolution::Accepted(_))
        }
    };
    if !accepted {
        bench.desk.confirm_enrolment(account, None).await.unwrap();
    }
    bench.is_protected(name).await;
}

#[tokio::test]
async fn confirming() {
    for case in &[
        case(
            "reset",
            "enrolment_unanswered",
            "session, confirming",
            "MFA off",
            1,
        ),
        case(
            "reset after",
            "enrolment_unanswered",
            "session, confirming",
            "MFA on",
            1,
        ),
        case(
            "cut",
            "enrolment_unanswered",
            "session, confirming",
            "MFA on",
            1,
        ),
        case(
            "status 503",
            "enrolment_unanswered",
            "session, confirming",
            "MFA off",
            1,
        ),
        case(
            "status 503 after",
            "enrolment_unanswered",
            "session, confirming",
            "MFA on",
            1,
        ),
        case(
            "html",
            "enrolment_unanswered",
            "session, confirming",
            "MFA off",
            1,
        ),
        case(
            "html after",
            "enrolment_unanswered",
            "session, confirming",
            "MFA on",
            1,
        ),
        case(
            "status 401",
            "signed_out",
            "session, proposal",
            "MFA off",
            3,
        ),
        case("status 403", "forbidden", "session, proposal", "MFA off", 1),
        case(
            "wait 5",
            "too_many_requests",
            "session, proposal",
            "MFA off",
            1,
        ),
        case(
            "step-up mfa",
            "api_token_too_weak",
            "session, proposal",
            "MFA off",
            1,
        ),
        case(
            "clock +3600",
            "wrong_code",
            "session, proposal",
            "MFA off",
            1,
        ),
        case(
            "clock -3600",
            "wrong_code",
            "session, proposal",
            "MFA off",
            1,
        ),
        case("delay 300ms", "ok", "session, entry", "MFA on", 1),
    ] {
        let bench = Bench::new().await;
        let account = bench.connect().await;
        bench.desk.begin_enrolment(&account).await.unwrap();
        let before = bench.order("POST /users/*/totp", case.fault);
        let outcome = bench.desk.confirm_enrolment(&account, None).await;
        let gets = outcome.err().map_or("ok", |error| error.code());
        let requests = bench.end(before);
        judge(
            "confirmation",
            case,
            gets,
            &bench.vault().await,
            bench.platform().await,
            requests,
        );
        if case.gets == "ok" {
            bench.is_protected(case.fault).await;
        } else {
            finish(&bench, &account, case.fault).await;
        }
    }
}

#[tokio::test]
async fn asking_what_became_of_a_confirmation() {
    for (request, cases) in [
        (
            "GET /users/me",
            [
                case("reset", "unreachable", "session, confirming", "MFA on", 1),
                case("cut", "cut_off", "session, confirming", "MFA on", 1),
                case(
                    "status 503",
                    "server_failed",
                    "session, confirming",
                    "MFA on",
                    1,
                ),
                case("html", "not_json", "session, confirming", "MFA on", 1),
            ],
        ),
        (
            // The entry is kept, though without the recovery codes that could not be had.
            "POST /users/*/codes",
            [
                case("reset", "ok", "session, entry", "MFA on", 2),
                case("cut", "ok", "session, entry", "MFA on", 2),
                case("status 503", "ok", "session, entry", "MFA on", 2),
                case("html", "ok", "session, entry", "MFA on", 2),
            ],
        ),
    ] {
        for case in &cases {
            let bench = Bench::new().await;
            let account = bench.connect().await;
            bench.desk.begin_enrolment(&account).await.unwrap();
            bench.order("POST /users/*/totp", "reset after");
            bench
                .desk
                .confirm_enrolment(&account, None)
                .await
                .err()
                .unwrap();
            let before = bench.order(request, case.fault);
            let outcome = bench.desk.resolve_enrolment(&account).await;
            let gets = outcome.err().map_or("ok", |error| error.code());
            let requests = bench.end(before);
            judge(
                "resolution",
                case,
                gets,
                &bench.vault().await,
                bench.platform().await,
                requests,
            );
            match case.gets {
                "ok" => bench.is_protected(case.fault).await,
                _ => finish(&bench, &account, case.fault).await,
            }
        }
    }
}

#[tokio::test]
async fn renewing_a_session() {
    let bench = Bench::new().await;
    for case in &[
        // `platform`: whether the session can still be renewed afterwards.
        case("reset", "unreachable", "session", "renews", 1),
        case("status 503", "server_failed", "session", "renews", 1),
        case("html", "not_json", "session", "renews", 1),
        case("wait 5", "too_many_requests", "session", "renews", 1),
        case("sso-expired", "sso_session_expired", "session", "renews", 1),
        case("token-refused", "api_token_invalid", "session", "renews", 1),
        // Spent, and its successor lost on the way: only the person can sign in again.
        case("reset after", "unreachable", "session", "signed_out", 1),
        case("cut", "cut_off", "session", "signed_out", 1),
        case("html after", "not_json", "session", "signed_out", 1),
        case("delay 300ms", "ok", "session", "renews", 2),
    ] {
        let tokens = bench.browsed().await;
        let account = bench
            .desk
            .finish_connect(&bench.choice, tokens)
            .await
            .unwrap();
        let vault = bench.desk.vault();
        let expire = async || {
            let mut kept = vault.tokens(account.id).await.unwrap().unwrap();
            kept.expires_at = 0;
            vault.put_tokens(account.id, &kept).await.unwrap();
        };
        expire().await;
        let before = bench.order("POST /oauth2/token", case.fault);
        let outcome = bench.desk.account_status(&account).await;
        let gets = outcome.err().map_or("ok", |error| error.code());
        let requests = bench.end(before);
        let held = bench.vault().await;
        expire().await;
        let again = bench.desk.account_status(&account).await;
        let platform = again.err().map_or("renews", |error| error.code());
        judge("renewal", case, gets, &held, platform, requests);
    }
}

#[tokio::test]
async fn signing_out() {
    let bench = Bench::new().await;
    for case in &[
        case("reset", "ok", "account", "MFA off", 2),
        case("cut", "ok", "account", "MFA off", 2),
        case("status 503", "ok", "account", "MFA off", 2),
        case("html", "ok", "account", "MFA off", 2),
    ] {
        let tokens = bench.browsed().await;
        let account = bench
            .desk
            .finish_connect(&bench.choice, tokens)
            .await
            .unwrap();
        let before = bench.order("POST /oauth2/revoke", case.fault);
        let outcome = bench.desk.sign_out(&account).await;
        let gets = outcome.err().map_or("ok", |error| error.code());
        let requests = bench.end(before);
        judge(
            "sign-out",
            case,
            gets,
            &bench.vault().await,
            bench.platform().await,
            requests,
        );
    }
}

#[tokio::test]
async fn turning_mfa_off() {
    let open = "withdrawal_unanswered";
    for case in &[
        case("reset", open, "session, entry", "MFA on", 1),
        case("reset after", open, "session, entry", "MFA off", 1),
        case("cut", open, "session, entry", "MFA off", 1),
        case("status 503", open, "session, entry", "MFA on", 1),
        case("status 503 after", open, "session, entry", "MFA off", 1),
        case("html", open, "session, entry", "MFA on", 1),
        case("html after", open, "session, entry", "MFA off", 1),
        case("status 401", "signed_out", "session, entry", "MFA on", 3),
        case("status 403", "forbidden", "session, entry", "MFA on", 1),
        case("wait 5", "too_many_requests", "session, entry", "MFA on", 1),
        case(
            "step-up mfa",
            "api_token_too_weak",
            "session, entry",
            "MFA on",
            1,
        ),
        // The entry is in the trash: the platform agreed.
        case("delay 300ms", "ok", "session", "MFA off", 1),
    ] {
        let bench = Bench::new().await;
        let account = bench.connect().await;
        bench.desk.begin_enrolment(&account).await.unwrap();
        bench.desk.confirm_enrolment(&account, None).await.unwrap();
        let before = bench.order("DELETE /users/*/totp", case.fault);
        let outcome = bench.desk.withdraw(&account, false).await;
        let gets = outcome.err().map_or("ok", |error| error.code());
        let requests = bench.end(before);
        let (vault, platform) = (bench.vault().await, bench.platform().await);
        judge("withdrawal", case, gets, &vault, platform, requests);
        if platform == "MFA on" {
            bench.is_protected(case.fault).await;
        }
        let withdrawn = match gets {
            "ok" => true,
            "withdrawal_unanswered" => {
                let resolution = bench.desk.resolve_withdrawal(&account).await.unwrap();
                let off = resolution == WithdrawalResolution::Off;
                assert_eq!(
                    off,
                    platform == "MFA off",
                    "{}: what the platform says",
                    case.fault
                );
                off
            }
            _ => false,
        };
        if !withdrawn {
            bench.desk.withdraw(&account, false).await.unwrap();
        }
        assert_eq!(bench.vault().await, "session", "{}", case.fault);
        assert_eq!(bench.platform().await, "MFA off", "{}", case.fault);
        let trash = bench.desk.vault().trash().await.unwrap();
        assert_eq!(
            trash.len(),
            1,
            "{}: the entry can be brought back",
            case.fault
        );
    }
}
