use std::collections::HashMap;

use super::*;

async fn started(deployment: &Deployment, ask: SignInRequest) -> BrowserSignIn {
    BrowserSignIn::start(&Http::new().unwrap(), deployment, ask)
        .await
        .unwrap()
}

fn own() -> Deployment {
    let base = Url::parse("https://auth.example.com/base/").unwrap();
    Deployment::custom("Test", base.clone(), base, "deskfob").unwrap()
}

#[tokio::test]
async fn the_address_asks_for_what_the_standards_say() {
    let ask = SignInRequest {
        prompt: Prompt::SelectAccount,
        step_up: Some(StepUp {
            amr: vec!["mfa".into(), "sso:acme".into()],
            max_age: Some(300),
            acr_values: vec!["urn:a".into(), "urn:b".into()],
        }),
        login_hint: Some("ada@acme.example".into()),
    };
    let attempt = started(&own(), ask).await;
    let url = attempt.url();
    assert!(
        url.as_str()
            .starts_with("https://auth.example.com/base/oauth2/authorize?"),
        "{url}"
    );
    let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
    let port = attempt.listener.local_addr().unwrap().port();
    let expected = [
        ("response_type", "code"),
        ("client_id", "deskfob"),
        ("redirect_uri", &format!("http://127.0.0.1:{port}")),
        ("scope", "offline_access"),
        ("code_challenge_method", "S256"),
        ("prompt", "consent select_account"),
        ("amr", "mfa sso:acme"),
        ("max_age", "300"),
        ("acr_values", "urn:a urn:b"),
        ("login_hint", "ada@acme.example"),
    ];
    for (name, value) in expected {
        assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(query["state"].len(), 43, "256 bits of state");
    assert_eq!(query["code_challenge"].len(), 43, "SHA-256 of the verifier");
}

#[tokio::test]
async fn nothing_is_asked_for_that_was_not_wanted() {
    let attempt = started(&own(), SignInRequest::default()).await;
    let query: HashMap<_, _> = attempt.url().query_pairs().into_owned().collect();
    for name in [
        "amr",
        "max_age",
        "acr_values",
        "login_hint",
        "client_secret",
    ] {
        assert!(!query.contains_key(name), "{name}");
    }
    let another = started(&own(), SignInRequest::default()).await;
    let other: HashMap<_, _> = another.url().query_pairs().into_owned().collect();
    assert_ne!(query["state"], other["state"], "a state is used once");
    assert_ne!(
        query["code_challenge"], other["code_challenge"],
        "a verifier is used once"
    );
}

#[test]
fn errors_of_the_callback_say_what_happened() {
    let cases = [
        ("access_denied", "sign_in_denied"),
        ("consent_required", "sign_in_denied"),
        ("login_required", "login_required"),
        ("interaction_required", "login_required"),
        ("unmet_authentication_requirements", "step_up_unmet"),
        ("invalid_scope", "sign_in_refused"),
        ("temporarily_unavailable", "sign_in_refused"),
    ];
    for (error, expected) in cases {
        let found = callback_error(error, None, StepUp::mfa());
        assert_eq!(found.code(), expected, "{error}");
    }
}
