use serde_json::{Value, json};

use crate::support::{ADA, SignIn, http, sandbox};

#[tokio::test]
async fn a_program_registers_itself_and_signs_in() {
    let sandbox = sandbox().await;
    let register = async |metadata: Value| {
        let url = sandbox.url().join("oauth2/register").unwrap();
        let answer = http().post(url).json(&metadata).send().await.unwrap();
        (answer.status(), answer.json::<Value>().await.unwrap())
    };
    let (status, client) = register(json!({
        "client_name": "Lando",
        "redirect_uris": ["http://127.0.0.1"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    }))
    .await;
    assert_eq!(status, 201, "{client}");
    let mut sign_in = SignIn::new(sandbox.url());
    sign_in.client = client["client_id"].as_str().unwrap().to_owned().leak();
    let tokens = sign_in.complete(ADA).await;
    assert!(tokens.refresh.is_some());
    let cases = [
        (
            "another machine",
            json!({"redirect_uris": ["http://192.0.2.1"]}),
            "invalid_redirect_uri",
        ),
        (
            "https",
            json!({"redirect_uris": ["https://127.0.0.1"]}),
            "invalid_redirect_uri",
        ),
        (
            "no address",
            json!({"redirect_uris": []}),
            "invalid_redirect_uri",
        ),
        (
            "a secret",
            json!({"redirect_uris": ["http://127.0.0.1"], "token_endpoint_auth_method": "client_secret_basic"}),
            "invalid_client_metadata",
        ),
        (
            "another grant",
            json!({"redirect_uris": ["http://127.0.0.1"], "grant_types": ["password"]}),
            "invalid_client_metadata",
        ),
    ];
    for (name, metadata, expected) in cases {
        let (status, answer) = register(metadata).await;
        assert_eq!(
            (status.as_u16(), &answer["error"]),
            (400, &json!(expected)),
            "{name}"
        );
    }
}
