use serde_json::{Value, json};

use crate::support::{Api, sandbox};

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE8Rm2yLBMnVjuRGL7yQKnqOqGqbC1d7vJ8rXHJkG7fY ada@laptop";

#[tokio::test]
async fn keys_are_put_on_an_account_and_taken_off() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let made = api
        .post(
            "/ssh_keys",
            json!({ "value": KEY, "title": "Laptop", "uuid": api.me }),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = format!("/ssh_keys/{}", made.body["key_id"]);
    assert_eq!(api.get(&path).await.body, made.body);
    let me = api.get("/me").await.body;
    assert_eq!(me["has_key"], true);
    assert_eq!(me["ssh_keys"], Value::Array(vec![made.body.clone()]));
    for (name, body, status) in [
        ("the same again", json!({ "value": KEY }), 409),
        ("no key", json!({ "value": "no key" }), 400),
        ("for another", json!({ "value": KEY, "uuid": "other" }), 403),
    ] {
        assert_eq!(api.post("/ssh_keys", body).await.status, status, "{name}");
    }
    let other = Api::with_api_token(sandbox.url(), "sandbox-grace-token").await;
    assert_eq!(other.get(&path).await.status, 404, "another's key");
    assert_eq!(other.delete(&path).await.status, 404, "another's key");
    assert_eq!(api.delete(&path).await.status, 204);
    assert_eq!(api.get(&path).await.status, 404);
    assert_eq!(api.get("/me").await.body["has_key"], false);
}
