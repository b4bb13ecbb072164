//! A platform without a client identifier: Deskfob registers there once, keeps what it was given, and finds its way
//! when the platform forgets it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use deskfob_flows::{CustomDeployment, DeploymentChoice, Desk, SandboxHost};
use deskfob_otp::SecretString;
use deskfob_platform::{ApiToken, Http};
use deskfob_sandbox::{Config, Running};
use deskfob_vault::{Home, KdfCost, StoredAccount, Vault};
use support::pages::{ADA, browse};

struct Newcomer {
    platform: Running,
    _folder: tempfile::TempDir,
    home: Home,
    desk: Desk,
    choice: DeploymentChoice,
}

impl Newcomer {
    async fn new() -> Self {
        let platform = deskfob_sandbox::start(Config::default()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        let vault = Vault::create(&home, SecretString::from(support::PASSWORD), KdfCost::FLOOR)
            .await
            .unwrap();
        let url = platform.url().clone();
        let custom = CustomDeployment::at("Office", url.clone(), url);
        Self {
            desk: desk(&home, vault),
            platform,
            _folder: folder,
            home,
            choice: DeploymentChoice::Custom(Box::new(custom)),
        }
    }

    /// The client identifier that a sign-in goes by now.
    async fn client(&self) -> String {
        let attempt = self.desk.start_connect(&self.choice).await.unwrap();
        attempt.deployment().client_id.clone()
    }

    async fn by_token(&self) -> Result<StoredAccount, &'static str> {
        let token = ApiToken::new(SecretString::from("sandbox-ada-token"));
        let connected = self.desk.connect_with_token(&self.choice, token).await;
        connected.map_err(|error| error.code())
    }

    /// What the vault keeps of a client that the platform knows nothing of.
    async fn is_forgotten(&self) {
        let server = self.platform.url().as_str().trim_end_matches('/');
        let vault = self.desk.vault();
        vault.keep_registered_client(server, "gone").await.unwrap();
    }
}

fn desk(home: &Home, vault: Vault) -> Desk {
    let unused = SandboxHost::new(home.path().join("unused"), None);
    let http = Http::new().unwrap();
    Desk::new(vault, home.path().to_owned(), http, Arc::new(unused))
}

#[tokio::test]
async fn a_client_is_registered_once_and_kept_before_the_browser_opens() {
    let newcomer = Newcomer::new().await;
    let attempt = newcomer.desk.start_connect(&newcomer.choice).await.unwrap();
    let client = attempt.deployment().client_id.clone();
    assert!(attempt.deployment().registered);
    let password = SecretString::from(support::PASSWORD);
    let vault = Vault::unlock_with_password(&newcomer.home, password)
        .await
        .unwrap();
    let other = desk(&newcomer.home, vault);
    let again = other.start_connect(&newcomer.choice).await.unwrap();
    assert_eq!(again.deployment().client_id, client, "another program");
    drop(again);

    let tokens = browse(newcomer.platform.url(), attempt, ADA).await;
    let account = newcomer
        .desk
        .finish_connect(&newcomer.choice, tokens)
        .await
        .unwrap();
    assert!(
        !account.deployment.contains(&client),
        "the server's, not the account's"
    );
    assert_eq!(newcomer.client().await, client);
    let renewal = newcomer.desk.start_renewal(&account).await.unwrap();
    assert_eq!(renewal.deployment().client_id, client);
}

#[tokio::test]
async fn two_programs_at_once_register_one_client() {
    let newcomer = Newcomer::new().await;
    let before = newcomer.platform.faults().requests();
    let (first, second) = tokio::join!(newcomer.client(), newcomer.client());
    assert_eq!(first, second);
    assert_eq!(newcomer.platform.faults().requests() - before, 1);
}

#[tokio::test]
async fn a_registration_that_fails_is_tried_again() {
    let newcomer = Newcomer::new().await;
    for (fault, expected) in [
        ("reset", "unreachable"),
        ("reset after", "unreachable"),
        ("cut", "cut_off"),
        ("html", "not_json"),
        ("wait 5", "too_many_requests"),
        ("status 503", "server_failed"),
        ("status 404", "registration_not_supported"),
        ("status 403", "registration_refused"),
    ] {
        let order = format!("POST /oauth2/register {fault}");
        newcomer.platform.faults().set(order.parse().unwrap());
        let found = newcomer.by_token().await.map(|_| ());
        assert_eq!(found, Err(expected), "{fault}");
        newcomer.platform.faults().clear();
    }
    newcomer.by_token().await.unwrap();
}

#[tokio::test]
async fn a_client_that_the_platform_forgot_is_registered_anew() {
    let newcomer = Newcomer::new().await;
    newcomer.is_forgotten().await;
    assert_eq!(newcomer.by_token().await.map(|_| ()), Err("client_unknown"));
    let account = newcomer.by_token().await.unwrap();

    newcomer.is_forgotten().await;
    let vault = newcomer.desk.vault();
    let mut tokens = vault.tokens(account.id).await.unwrap().unwrap();
    tokens.expires_at = 0;
    vault.put_tokens(account.id, &tokens).await.unwrap();
    let error = newcomer.desk.account_status(&account).await.err().unwrap();
    assert_eq!(error.code(), "client_unknown");
    assert!(error.hint().unwrap().contains("anew"));
    newcomer.desk.account_status(&account).await.unwrap();
    let accounts = vault.accounts().await.unwrap();
    assert_eq!(accounts.len(), 1, "still the same account");
}

#[tokio::test]
async fn a_person_can_have_another_client_registered() {
    let newcomer = Newcomer::new().await;
    let first = newcomer.client().await;
    newcomer.desk.forget_client(&newcomer.choice).await.unwrap();
    assert_ne!(newcomer.client().await, first);
    let DeploymentChoice::Custom(mut custom) = newcomer.choice.clone() else {
        panic!("a custom one")
    };
    custom.client_id = Some("deskfob".into());
    let given = DeploymentChoice::Custom(custom);
    let kept = newcomer.client().await;
    newcomer.desk.forget_client(&given).await.unwrap();
    assert_eq!(
        newcomer.client().await,
        kept,
        "not the business of a given one"
    );
}
