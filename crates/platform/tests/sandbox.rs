//! The client against the embedded platform, which checks codes and tokens by itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "support/browser.rs"]
mod browser;
mod support;

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use browser::Browser;
use deskfob_otp::{Seed, UnixTime};
use deskfob_platform::{
    AccessToken, ApiError, ApiToken, BrowserSignIn, Client, ClientAuthentication, Deployment, Http,
    LoopbackPorts, MfaStatus, OrgId, Prompt, Role, SignInError, SignInRequest, StepUp, TokenSet,
    UserId, refresh, revoke, sign_in_with_api_token,
};
use deskfob_sandbox::{API_TOKENS, Config, DemoPerson, PEOPLE, Running};
use secrecy::{ExposeSecret, SecretString};

const ADA: &DemoPerson = &PEOPLE[0];
const GRACE: &DemoPerson = &PEOPLE[1];
const ALAN: &DemoPerson = &PEOPLE[2];
const LONG: Duration = Duration::from_secs(60);

/// A platform of its own, and the way to it.
struct Platform {
    running: Running,
    http: Http,
    deployment: Deployment,
}

fn now() -> UnixTime {
    UnixTime(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs(),
    )
}

impl Platform {
    async fn start() -> Self {
        Self::with_members(57).await
    }

    async fn with_members(members: usize) -> Self {
        let running = deskfob_sandbox::start(Config {
            members,
            ..Config::default()
        })
        .await
        .unwrap();
        let url = running.url().clone();
        let deployment =
            Deployment::custom("Sandbox", url.clone(), url, running.client_id()).unwrap();
        Self {
            running,
            http: Http::new().unwrap(),
            deployment,
        }
    }

    fn client(&self, access: &AccessToken) -> Client {
        Client::new(
            self.http.clone(),
            self.deployment.clone(),
            access.clone_token(),
        )
    }

    async fn by_token(&self, index: usize) -> Client {
        let token = ApiToken::new(API_TOKENS[index].token.into());
        let tokens = sign_in_with_api_token(&self.http, &self.deployment, &token, now())
            .await
            .unwrap();
        self.client(&tokens.access)
    }

    /// Signs in through the pages. `code` is typed where the platform asks for one.
    async fn sign_in(
        &self,
        browser: &mut Browser,
        person: &DemoPerson,
        ask: SignInRequest,
        code: Option<&str>,
    ) -> TokenSet {
        let attempt = BrowserSignIn::start(&self.http, &self.deployment, ask)
            .await
            .unwrap();
        let url = attempt.url().clone();
        let finish = tokio::spawn(attempt.finish(LONG));
        browser.open(&url).await;
        if browser.text().contains("Password") {
            let typed = [("email", person.email), ("password", person.password)];
            browser.submit("/password", &typed).await;
        }
        if let Some(code) = code {
            browser.submit("/code", &[("code", code)]).await;
        }
        browser.submit("/consent", &[("decision", "allow")]).await;
        assert!(
            browser.text().contains("return to Deskfob"),
            "{}",
            browser.text()
        );
        finish.await.unwrap().unwrap()
    }

    async fn organization(&self, client: &Client, name: &str) -> OrgId {
        let me = client.me().await.unwrap();
        let all = client.organizations(&me.id).await.unwrap();
        all.into_iter()
            .find(|organization| organization.name == name)
            .unwrap()
            .id
    }
}

/// The code of a key, `ahead` seconds from now.
fn code(seed: &Seed, ahead: u64) -> SecretString {
    let entry = deskfob_otp::Entry::totp("", "", seed.clone());
    entry
        .code_at(UnixTime(now().0 + ahead))
        .expose()
        .to_owned()
        .into()
}

/// A code that is not right now, nor a period earlier or later.
fn wrong_code(seed: &Seed) -> SecretString {
    let right: Vec<String> = [0, 30, 60]
        .map(|ahead| {
            let entry = deskfob_otp::Entry::totp("", "", seed.clone());
            entry
                .code_at(UnixTime(now().0 - 30 + ahead))
                .expose()
                .to_owned()
        })
        .into();
    let wrong = ["000000", "111111", "222222", "333333"]
        .into_iter()
        .find(|c| !right.contains(&(*c).to_owned()));
    wrong.unwrap().into()
}

fn mfa() -> StepUp {
    StepUp {
        acr_values: Vec::new(),
        amr: vec!["mfa".into()],
        max_age: None,
    }
}

fn texts(codes: &[SecretString]) -> Vec<&str> {
    codes.iter().map(|code| code.expose_secret()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_protects_an_account_and_gets_in() {
    let platform = Platform::start().await;
    let mut browser = Browser::new();
    let tokens = platform
        .sign_in(&mut browser, ADA, SignInRequest::default(), None)
        .await;
    assert!(!tokens.has_mfa(), "a password is one factor");
    assert!(tokens.expires_at.0 > now().0 && tokens.refresh.is_some());

    let client = platform.client(&tokens.access);
    let me = client.me().await.unwrap();
    assert_eq!(
        (me.email.as_str(), me.mfa_enabled),
        (ADA.email, Some(false))
    );
    assert_eq!(me.display_name(), "Ada Lovelace");
    assert_eq!(tokens.claims().sub.as_deref(), Some(me.id.as_str()));
    assert!(client.last_skew().unwrap().abs() <= 2, "the same computer");

    let globex = platform.organization(&client, "globex").await;
    assert_eq!(
        client.members(&globex, |_, _| {}).await.unwrap_err(),
        ApiError::StepUp(mfa())
    );

    let proposal = client.totp_proposal(&me.id).await.unwrap();
    assert_eq!(proposal.issuer, "sandbox.upsun.example");
    assert_eq!(proposal.account_name, ADA.email);
    let seed = proposal.into_entry().seed;
    let refused = client
        .confirm_totp(&me.id, &seed, &wrong_code(&seed))
        .await
        .unwrap_err();
    assert!(
        matches!(refused, ApiError::Rejected { status: 400, .. }),
        "{refused}"
    );
    assert_eq!(
        client.me().await.unwrap().mfa_enabled,
        Some(false),
        "a wrong code changes nothing"
    );
    let first = client
        .confirm_totp(&me.id, &seed, &code(&seed, 0))
        .await
        .unwrap();
    assert!(!first.is_empty(), "recovery codes come with it");
    assert_eq!(client.me().await.unwrap().mfa_enabled, Some(true));
    assert_eq!(
        client.totp_proposal(&me.id).await.unwrap_err().code(),
        "conflict"
    );
    let again = client
        .confirm_totp(&me.id, &seed, &code(&seed, 0))
        .await
        .unwrap_err();
    assert_eq!(again.code(), "conflict", "on is on");

    let second = client.recreate_recovery_codes(&me.id).await.unwrap();
    assert_eq!(second.len(), first.len());
    assert!(
        texts(&first)
            .iter()
            .all(|code| !texts(&second).contains(code)),
        "all are new"
    );

    assert_eq!(
        client.members(&globex, |_, _| {}).await.unwrap_err(),
        ApiError::StepUp(mfa()),
        "the session was made without",
    );
    let ask = SignInRequest {
        step_up: Some(mfa()),
        ..SignInRequest::default()
    };
    let next = code(&seed, 30);
    let stronger = platform
        .sign_in(&mut browser, ADA, ask, Some(next.expose_secret()))
        .await;
    assert!(stronger.has_mfa());
    let client = platform.client(&stronger.access);
    assert!(
        !client.members(&globex, |_, _| {}).await.unwrap().is_empty(),
        "access is there"
    );

    let mut other = Browser::new();
    let ask = SignInRequest {
        step_up: Some(mfa()),
        ..SignInRequest::default()
    };
    let recovered = platform
        .sign_in(&mut other, ADA, ask, Some(texts(&second)[0]))
        .await;
    assert!(recovered.has_mfa(), "a recovery code stands in for a code");

    client.withdraw_totp(&me.id).await.unwrap();
    assert_eq!(client.me().await.unwrap().mfa_enabled, Some(false));
    assert_eq!(
        client.withdraw_totp(&me.id).await.unwrap_err(),
        ApiError::NotFound
    );
    assert_eq!(
        client.recreate_recovery_codes(&me.id).await.unwrap_err(),
        ApiError::NotFound
    );
    platform.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_cancels_on_the_consent_page() {
    let platform = Platform::start().await;
    let attempt = BrowserSignIn::start(
        &platform.http,
        &platform.deployment,
        SignInRequest::default(),
    );
    let attempt = attempt.await.unwrap();
    let url = attempt.url().clone();
    let finish = tokio::spawn(attempt.finish(LONG));
    let mut browser = Browser::new();
    browser.open(&url).await;
    browser
        .submit(
            "/password",
            &[("email", ADA.email), ("password", ADA.password)],
        )
        .await;
    browser.submit("/consent", &[("decision", "cancel")]).await;
    assert!(
        browser.text().contains("Not signed in"),
        "{}",
        browser.text()
    );
    assert_eq!(finish.await.unwrap().unwrap_err().code(), "sign_in_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_asks_for_what_was_asked_of_it() {
    let platform = Platform::start().await;
    let mut browser = Browser::new();
    platform
        .sign_in(&mut browser, ADA, SignInRequest::default(), None)
        .await;
    let cases = [
        (
            "the account",
            SignInRequest {
                prompt: Prompt::SelectAccount,
                ..SignInRequest::default()
            },
            "Choose an account",
        ),
        (
            "the password",
            SignInRequest {
                prompt: Prompt::SignIn,
                ..SignInRequest::default()
            },
            "to continue to",
        ),
        (
            "the factor it has not",
            SignInRequest {
                step_up: Some(mfa()),
                ..SignInRequest::default()
            },
            "Set up MFA first",
        ),
    ];
    for (name, ask, expected) in cases {
        let attempt = BrowserSignIn::start(&platform.http, &platform.deployment, ask)
            .await
            .unwrap();
        browser.open(attempt.url()).await;
        assert!(
            browser.text().contains(expected),
            "{name}: {}",
            browser.text()
        );
    }
    let ask = SignInRequest {
        login_hint: Some(ALAN.email.into()),
        ..SignInRequest::default()
    };
    let tokens = platform.sign_in(&mut Browser::new(), ALAN, ask, None).await;
    let me = platform.client(&tokens.access).me().await.unwrap();
    assert_eq!(me.email, ALAN.email);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_lines_client_id_works_with_its_ports() {
    let mut platform = Platform::start().await;
    platform.deployment.client_id = "upsun-cli".into();
    platform.deployment.ports = LoopbackPorts::Range {
        first: 5000,
        last: 5010,
    };
    platform.deployment.client_authentication = ClientAuthentication::EmptySecret;
    let tokens = platform
        .sign_in(&mut Browser::new(), ADA, SignInRequest::default(), None)
        .await;
    let renewing = tokens.refresh.as_ref().unwrap();
    let renewed = refresh(&platform.http, &platform.deployment, renewing, now())
        .await
        .unwrap();
    assert_eq!(
        platform.client(&renewed.access).me().await.unwrap().email,
        ADA.email
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_renewed_and_ended() {
    let platform = Platform::start().await;
    let (http, at) = (&platform.http, &platform.deployment);
    let tokens = platform
        .sign_in(&mut Browser::new(), ADA, SignInRequest::default(), None)
        .await;
    let first = tokens.refresh.unwrap();
    let renewed = refresh(http, at, &first, now()).await.unwrap();
    assert!(
        !renewed.refresh.as_ref().unwrap().same_as(&first),
        "refresh tokens rotate"
    );
    assert!(!renewed.access.same_as(&tokens.access));
    platform.client(&renewed.access).me().await.unwrap();

    revoke(http, at, &renewed).await.unwrap();
    assert_eq!(
        platform.client(&renewed.access).me().await.unwrap_err(),
        ApiError::Unauthenticated,
        "the session has ended",
    );
    let ended = refresh(http, at, renewed.refresh.as_ref().unwrap(), now())
        .await
        .unwrap_err();
    assert!(
        matches!(
            ended,
            SignInError::InvalidGrant {
                description: Some(_)
            }
        ),
        "{ended}"
    );
    revoke(http, at, &renewed)
        .await
        .expect("ending it twice is no error");

    let tokens = platform
        .sign_in(&mut Browser::new(), ADA, SignInRequest::default(), None)
        .await;
    let spent = tokens.refresh.unwrap();
    refresh(http, at, &spent, now()).await.unwrap();
    let reused = refresh(http, at, &spent, now()).await.unwrap_err();
    assert_eq!(reused.code(), "invalid_grant", "each works once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_token_signs_in() {
    let platform = Platform::start().await;
    let (http, at) = (&platform.http, &platform.deployment);
    let token = ApiToken::new(API_TOKENS[0].token.into());
    let tokens = sign_in_with_api_token(http, at, &token, now())
        .await
        .unwrap();
    assert!(tokens.refresh.is_none(), "the API token is what renews it");
    assert!(!tokens.has_mfa(), "made before MFA");
    assert_eq!(
        platform.client(&tokens.access).me().await.unwrap().email,
        ADA.email
    );
    let wrong = ApiToken::new("sandbox-nobody-token".into());
    let refused = sign_in_with_api_token(http, at, &wrong, now())
        .await
        .unwrap_err();
    assert!(matches!(refused, SignInError::ApiTokenInvalid), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn organizations_say_what_is_allowed() {
    let platform = Platform::start().await;
    let ada = platform.by_token(0).await;
    let me = ada.me().await.unwrap();
    let organizations = ada.organizations(&me.id).await.unwrap();
    let found: Vec<_> = organizations
        .iter()
        .map(|o| (o.name.as_str(), o.can_list_members, o.owner_id == me.id))
        .collect();
    let expected = [
        ("acme", true, true),
        ("globex", true, false),
        ("initech", true, true),
        ("umbrella", false, false),
    ];
    assert_eq!(found, expected);
    let umbrella = &organizations[3].id;
    assert_eq!(
        ada.members(umbrella, |_, _| {}).await.unwrap_err().code(),
        "forbidden"
    );
    let nowhere = OrgId::new("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    assert_eq!(
        ada.members(&nowhere, |_, _| {}).await.unwrap_err(),
        ApiError::NotFound
    );
    let foreign = UserId::new("497f6eca-6276-4993-bfeb-53cbbbba6f08");
    assert_eq!(
        ada.organizations(&foreign).await.unwrap_err().code(),
        "forbidden"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_member_of_every_page_has_a_status() {
    let platform = Platform::with_members(1_250).await;
    let ada = platform.by_token(0).await;
    let acme = platform.organization(&ada, "acme").await;
    let mut told = Vec::new();
    let members = ada
        .members(&acme, |so_far, total| told.push((so_far, total)))
        .await
        .unwrap();
    assert_eq!(
        members.len(),
        1_253,
        "three who can sign in, and the generated ones"
    );
    assert_eq!(told.len(), 13, "pages of a hundred");
    assert_eq!(
        (told[0], told[12]),
        ((100, Some(1_253)), (1_253, Some(1_253)))
    );

    let person = |email: &str| members.iter().find(|member| member.email == email).unwrap();
    assert_eq!(
        (person(ADA.email).role, person(ADA.email).status),
        (Role::Owner, MfaStatus::Off)
    );
    assert_eq!(
        (person(GRACE.email).role, person(GRACE.email).status),
        (Role::Admin, MfaStatus::On)
    );
    assert_eq!(
        (person(ALAN.email).role, person(ALAN.email).status),
        (Role::Viewer, MfaStatus::Off)
    );
    assert_eq!(person(GRACE.email).name, "Grace Hopper");

    let mut by_status: HashMap<MfaStatus, usize> = HashMap::new();
    for member in &members {
        *by_status.entry(member.status).or_default() += 1;
        assert!(member.joined.is_some(), "{member:?}");
    }
    assert_eq!(
        by_status[&MfaStatus::Unknown],
        2,
        "one whose account is gone, one not told"
    );
    assert_eq!(
        members
            .iter()
            .filter(|member| member.name.is_empty())
            .count(),
        1,
        "the one who is gone"
    );
    for status in [MfaStatus::On, MfaStatus::Off, MfaStatus::Sso] {
        assert!(by_status[&status] > 100, "{by_status:?}");
    }
    assert!(
        members.iter().any(|member| !member.name.is_ascii()),
        "names in other scripts"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn requiring_mfa_has_conditions() {
    let platform = Platform::start().await;
    let ada = platform.by_token(0).await;
    let acme = platform.organization(&ada, "acme").await;
    let initech = platform.organization(&ada, "initech").await;
    let umbrella = platform.organization(&ada, "umbrella").await;
    let (full, small) = (
        ada.addons(&acme).await.unwrap(),
        ada.addons(&initech).await.unwrap(),
    );
    assert_eq!(full.user_management, ["enhanced"]);
    assert!(full.user_management_upgrades.is_empty(), "{full:?}");
    assert_eq!(small.user_management, ["standard"]);
    assert_eq!(small.user_management_upgrades, ["enhanced"]);
    assert!(!ada.mfa_enforcement(&acme).await.unwrap());

    let refusals = [
        ("own MFA first", &acme, "own account"),
        ("the add-on", &initech, "add-on"),
        ("the right", &umbrella, ""),
    ];
    for (name, organization, words) in refusals {
        match ada.enable_mfa_enforcement(organization).await {
            Err(ApiError::Forbidden { message }) => {
                assert!(message.contains(words), "{name}: {message}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }

    let me = ada.me().await.unwrap().id;
    let seed = ada.totp_proposal(&me).await.unwrap().seed;
    ada.confirm_totp(&me, &seed, &code(&seed, 0)).await.unwrap();
    let session = ada.enable_mfa_enforcement(&acme).await.unwrap_err();
    assert_eq!(
        session,
        ApiError::StepUp(mfa()),
        "with MFA, in a session without"
    );

    let grace = platform.by_token(1).await;
    grace.enable_mfa_enforcement(&acme).await.unwrap();
    assert!(grace.mfa_enforcement(&acme).await.unwrap());
    assert_eq!(
        ada.members(&acme, |_, _| {}).await.unwrap_err(),
        ApiError::StepUp(mfa())
    );
    grace.disable_mfa_enforcement(&acme).await.unwrap();
    assert!(!ada.mfa_enforcement(&acme).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_who_is_reminded_has_an_outcome() {
    let platform = Platform::start().await;
    let ada = platform.by_token(0).await;
    let acme = platform.organization(&ada, "acme").await;
    let members = ada.members(&acme, |_, _| {}).await.unwrap();
    let id = |email: &str| {
        members
            .iter()
            .find(|m| m.email == email)
            .unwrap()
            .user_id
            .clone()
    };
    let stranger = UserId::new("497f6eca-6276-4993-bfeb-53cbbbba6f08");
    let sso = members
        .iter()
        .find(|m| m.status == MfaStatus::Sso)
        .unwrap()
        .user_id
        .clone();
    let asked = [stranger, id(ALAN.email), id(GRACE.email), sso];
    let outcomes = ada.remind(&acme, &asked).await.unwrap();
    let found: Vec<_> = outcomes.iter().map(|outcome| outcome.code).collect();
    assert_eq!(
        found,
        [404, 200, 409, 409],
        "in the order that was asked: {outcomes:?}"
    );
    let names: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.user_id.clone())
        .collect();
    assert_eq!(names, asked);
    let again = ada.remind(&acme, &asked[1..2]).await.unwrap();
    assert_eq!(again[0].code, 429, "once a day: {}", again[0].message);
    assert!(ada.remind(&acme, &[]).await.unwrap().is_empty(), "nobody");
}
