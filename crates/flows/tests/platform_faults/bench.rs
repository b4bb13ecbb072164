//! A platform with faults to order, a person with a new vault, and tables of what is to come of each fault.

use deskfob_flows::{
    ConnectError, CustomDeployment, DeploymentChoice, Desk, EnrolError, MoveError, NewCodesError,
    SandboxHost, SessionError, WithdrawError,
};
use deskfob_otp::{ExposeSecret, SecretString, UnixTime};
use deskfob_platform::{ApiToken, Http, SignInError, TokenSet};
use deskfob_sandbox::{Config, Running};
use deskfob_vault::{Home, KdfCost, Stage, StoredAccount, Vault};
use serde_json::Value;

use crate::support::pages::{ADA, Browser, browse};
use crate::support::{self, http};

/// A fault at a step, and what is to come of it.
pub(crate) struct Case {
    /// The order without its request, see `docs/sandbox.md`; more orders may follow. `once`: for one request only.
    pub(crate) fault: &'static str,
    /// Code of the error, or `ok`.
    pub(crate) gets: &'static str,
    /// What the vault holds then.
    vault: &'static str,
    /// What the platform holds then.
    platform: &'static str,
    /// Requests that were made.
    requests: u64,
}

/// Reads a table with a case a line: fault, code, vault, platform, requests.
pub(crate) fn cases(table: &'static str) -> Vec<Case> {
    let rows = table.lines().filter(|line| !line.trim().is_empty());
    rows.map(|row| {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [fault, gets, vault, platform, requests] = cells[..] else {
            panic!("not five cells: {row}")
        };
        Case {
            fault,
            gets,
            vault,
            platform,
            requests: requests.parse().unwrap(),
        }
    })
    .collect()
}

impl Case {
    /// Compares one outcome with this case and prints the line.
    pub(crate) fn judge(&self, step: &str, gets: &str, vault: &str, platform: &str, requests: u64) {
        let fault = self.fault;
        println!("{step:<28} {fault:<46} {gets:<22} {vault:<22} {platform:<10} {requests}");
        let found = (gets, vault, platform, requests);
        let expected = (self.gets, self.vault, self.platform, self.requests);
        assert_eq!(found, expected, "{step}, {fault}");
    }
}

/// An error with a stable name.
pub(crate) trait Coded {
    fn code(&self) -> &'static str;
}

macro_rules! coded {
    ($($error:ty),+ $(,)?) => {$(
        impl Coded for $error {
            fn code(&self) -> &'static str {
                self.code()
            }
        }
    )+};
}

coded!(
    ConnectError,
    EnrolError,
    MoveError,
    NewCodesError,
    SessionError,
    SignInError,
    WithdrawError,
);

/// A platform with faults to order, and a person with a new vault.
pub(crate) struct Bench {
    pub(crate) sandbox: Running,
    _folder: tempfile::TempDir,
    pub(crate) desk: Desk,
    pub(crate) choice: DeploymentChoice,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let sandbox = deskfob_sandbox::start(Config::default()).await.unwrap();
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

    /// Connected by an API token.
    pub(crate) async fn connected() -> (Self, StoredAccount) {
        let bench = Self::new().await;
        let account = bench.by_token().await.unwrap();
        (bench, account)
    }

    /// Connected, with a secret that waits for its code.
    pub(crate) async fn proposed() -> (Self, StoredAccount) {
        let (bench, account) = Self::connected().await;
        bench.desk.begin_enrolment(&account).await.unwrap();
        (bench, account)
    }

    /// Protected: MFA is on, and the entry is in the vault.
    pub(crate) async fn protected() -> (Self, StoredAccount) {
        let (bench, account) = Self::proposed().await;
        bench.desk.confirm_enrolment(&account, None).await.unwrap();
        let account = bench.desk.account(account.id).await.unwrap();
        (bench, account)
    }

    pub(crate) async fn by_token(&self) -> Result<StoredAccount, ConnectError> {
        let token = ApiToken::new(SecretString::from("sandbox-ada-token"));
        self.desk.connect_with_token(&self.choice, token).await
    }

    /// Signed in with the browser, not kept yet.
    pub(crate) async fn browsed(&self) -> TokenSet {
        let attempt = self.desk.start_connect(&self.choice).await.unwrap();
        browse(self.sandbox.url(), attempt, ADA).await
    }

    /// Connected with the browser.
    pub(crate) async fn by_browser(&self) -> StoredAccount {
        let tokens = self.browsed().await;
        let connected = self.desk.finish_connect(&self.choice, tokens).await;
        connected.unwrap()
    }

    /// Has `request` fail while `job` runs, and gives the code of its outcome and the number of requests.
    pub(crate) async fn under<T, E: Coded>(
        &self,
        request: &str,
        fault: &str,
        job: impl Future<Output = Result<T, E>>,
    ) -> (&'static str, u64) {
        let order = match fault.split_once(' ') {
            Some(("clock", offset)) => format!("clock {offset}"),
            Some(("once", rest)) => format!("first 1 {request} {rest}"),
            _ => format!("{request} {fault}"),
        };
        let faults = self.sandbox.faults();
        faults.set(order.parse().unwrap());
        let before = faults.requests();
        let outcome = job.await;
        faults.clear();
        let requests = faults.requests() - before;
        (outcome.err().map_or("ok", |error| error.code()), requests)
    }

    /// The same, judged by what vault and platform hold afterwards.
    pub(crate) async fn judged<T, E: Coded>(
        &self,
        request: &str,
        case: &Case,
        job: impl Future<Output = Result<T, E>>,
    ) {
        let (gets, requests) = self.under(request, case.fault, job).await;
        let (vault, platform) = (self.vault().await, self.platform().await);
        case.judge(request, gets, &vault, platform, requests);
    }

    /// What the vault holds, in words.
    pub(crate) async fn vault(&self) -> String {
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
    pub(crate) async fn platform(&self) -> &'static str {
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
    pub(crate) async fn takes(&self, tokens: &TokenSet) -> bool {
        let me = http().get(self.sandbox.url().join("users/me").unwrap());
        let me = me.bearer_auth(tokens.access.secret().expose_secret());
        me.send().await.unwrap().status() == 200
    }

    /// Signs in on the platform's pages with `code`, and gives the heading that follows.
    pub(crate) async fn sign_in_with(&self, code: &str) -> String {
        let mut pages = Browser::new(self.sandbox.url());
        let page = pages.sign_in(ADA).await;
        assert_eq!(page.heading(), "Enter a code", "MFA is on");
        let form = page.form("/code").with("code", code);
        pages.submit(form).await.page().heading()
    }

    /// The one entry of the vault is the one that the platform knows: its next code signs in.
    pub(crate) async fn is_protected(&self, name: &str) {
        assert_eq!(self.vault().await, "session, entry", "{name}: one entry");
        let entries = self.desk.vault().entries().await.unwrap();
        // The code that confirmed was used up.
        let next = UnixTime(deskfob_flows::unix_now().0 + 30);
        let code = entries[0].entry.code_at(next);
        let heading = self.sign_in_with(code.expose()).await;
        assert_eq!(
            heading, "Authentication settings",
            "{name}: the same secret"
        );
    }
}
