//! The certifier, read with an SSH library's eyes. Real OpenSSH is in the tests of the whole.

use serde_json::{Value, json};
use ssh_key::{
    Certificate, PrivateKey, PublicKey,
    certificate::CertType,
    private::{Ed25519Keypair, KeypairData},
};
use url::Url;

use crate::support::{ADA, Api, SignIn, claims, code, early_in_a_step, http, sandbox};

fn own_key() -> PrivateKey {
    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&[7; 32]));
    PrivateKey::new(pair, "upsun-temporary-cert").unwrap()
}

async fn authority(base: &Url) -> PublicKey {
    let answer = http().get(base.join("ssh/authority").unwrap());
    let answer: Value = answer.send().await.unwrap().json().await.unwrap();
    let keys = answer["authorities"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    PublicKey::from_openssh(keys[0].as_str().unwrap()).unwrap()
}

async fn certificate(base: &Url, token: &str) -> Certificate {
    let api = Api::new(base, token).await;
    let key = own_key().public_key().to_openssh().unwrap();
    let answer = api.post("/ssh", json!({ "key": key })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let text = answer.body["certificate"].as_str().unwrap();
    assert!(text.starts_with("ssh-ed25519-cert-v01@openssh.com AAAA"));
    let certificate = Certificate::from_openssh(text).unwrap();
    let trusted = authority(base).await.fingerprint(ssh_key::HashAlg::Sha256);
    certificate.validate([&trusted]).unwrap();
    assert_eq!(certificate.key_id(), api.me, "the key id is the user");
    assert_eq!(certificate.valid_principals().join(","), api.me);
    certificate
}

/// The platform's extensions that are switches or depend on the session.
fn marks(certificate: &Certificate) -> Vec<&str> {
    let marks = ["has-mfa", "is-app", "token-id"];
    let has = |mark: &&str| {
        let name = format!("{mark}@platform.sh");
        certificate.extensions().contains_key(&name)
    };
    marks.into_iter().filter(has).collect()
}

async fn api_token(base: &Url, token: &str) -> String {
    let form = [("grant_type", "api_token"), ("api_token", token)];
    SignIn::new(base).token(&form).await.ok().unwrap().access
}

#[tokio::test]
async fn a_certificate_says_how_its_owner_signed_in() {
    let sandbox = sandbox().await;
    let base = sandbox.url();
    let cases = [
        (
            "an API token made before MFA",
            api_token(base, "sandbox-ada-token").await,
            vec!["is-app"],
        ),
        (
            "an API token made with MFA",
            api_token(base, "sandbox-grace-token").await,
            vec!["has-mfa", "is-app", "token-id"],
        ),
        (
            "a password",
            SignIn::new(base).complete(ADA).await.access,
            vec![],
        ),
    ];
    for (name, token, expected) in cases {
        let certificate = certificate(base, &token).await;
        assert_eq!(marks(&certificate), expected, "{name}");
        let extensions = certificate.extensions();
        let token = claims(&token);
        assert_eq!(
            extensions["access-id@platform.sh"], token["access_id"],
            "{name}"
        );
        let access: Value = serde_json::from_str(&extensions["access@platform.sh"]).unwrap();
        assert_eq!(access, token["access"], "{name}");
        let told: Value = serde_json::from_str(&extensions["token-claims@platform.sh"]).unwrap();
        for (claim, value) in told.as_object().unwrap() {
            assert_eq!(
                *value, token[claim],
                "{name}: {claim} as in the access token"
            );
        }
        let told: Vec<_> = told.as_object().unwrap().keys().cloned().collect();
        assert_eq!(told, ["amr", "auth_time", "grant", "scp"], "{name}");
    }
}

#[tokio::test]
async fn a_certificate_is_an_hour_of_a_users_key_and_permits_the_usual() {
    let sandbox = sandbox().await;
    let certificate = certificate(
        sandbox.url(),
        &api_token(sandbox.url(), "sandbox-ada-token").await,
    )
    .await;
    assert_eq!(certificate.cert_type(), CertType::User);
    assert_eq!(certificate.public_key(), own_key().public_key().key_data());
    assert_eq!(certificate.valid_before() - certificate.valid_after(), 3600);
    assert!(certificate.critical_options().is_empty());
    assert!(certificate.extensions().contains_key("permit-pty"));
}

#[tokio::test]
async fn enrolling_and_signing_in_again_gains_mfa() {
    let sandbox = sandbox().await;
    let base = sandbox.url();
    let sign_in = SignIn::new(base);
    let before = sign_in.complete(ADA).await.access;
    let api = Api::new(base, &before).await;
    early_in_a_step().await;
    let proposal = api.get(&api.mine("totp")).await.body;
    let key = proposal["secret"].as_str().unwrap();
    let body = json!({ "secret": key, "passcode": code(key, 0) });
    assert_eq!(api.post(&api.mine("totp"), body).await.status, 200);
    assert!(
        marks(&certificate(base, &before).await).is_empty(),
        "the old session stays what it was"
    );
    let after = sign_in.complete_with_code(ADA, &code(key, 1)).await.access;
    assert_eq!(
        marks(&certificate(base, &after).await),
        ["has-mfa", "token-id"]
    );
}

#[tokio::test]
async fn what_is_no_key_is_not_certified() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    for key in [
        "",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "a key",
        "ssh-rsa AAAAB3NzaC1yc2E=",
    ] {
        let answer = api.post("/ssh", json!({ "key": key })).await;
        assert_eq!(answer.status, 400, "{key:?}: {}", answer.body);
    }
    let nobody = http().post(sandbox.url().join("ssh").unwrap());
    let nobody = nobody.json(&json!({ "key": "x" })).send().await.unwrap();
    assert_eq!(nobody.status(), 401, "a token is needed");
}
