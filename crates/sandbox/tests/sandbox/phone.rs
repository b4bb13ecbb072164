use serde_json::{Value, json};

use crate::support::{Api, Browser, sandbox};

const NUMBER: &str = "+44 20 7946 0958";

/// The codes on the outbox page, the newest first.
async fn codes(browser: &mut Browser) -> Vec<String> {
    browser.open("/outbox").await.page().all("ul strong code")
}

#[tokio::test]
async fn a_number_is_verified_by_the_code_in_the_outbox() {
    let sandbox = sandbox().await;
    let ada = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let mut browser = Browser::new(sandbox.url());
    assert!(codes(&mut browser).await.is_empty());
    let verified = async || ada.get("/users/me").await.body["phone_number_verified"].clone();
    let needed = async || ada.post_nothing("/me/phone").await.body;
    assert_eq!(verified().await, false);
    assert_eq!(needed().await, json!({ "verify_phone": true }));

    let start = ada.mine("phonenumber");
    for (channel, number) in [
        ("pigeon", NUMBER),
        ("sms", "020 7946 0958"),
        ("sms", "+12"),
        ("sms", ""),
    ] {
        let asked = json!({ "channel": channel, "phone_number": number });
        let refused = ada.post(&start, asked).await;
        assert_eq!(refused.status, 400, "{channel} {number}: {}", refused.body);
    }
    let mut sids = Vec::new();
    for channel in ["sms", "whatsapp", "call"] {
        let asked = json!({ "channel": channel, "phone_number": NUMBER });
        let sent = ada.post(&start, asked).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        sids.push(sent.body["sid"].as_str().unwrap().to_owned());
    }
    let page = browser.open("/outbox").await.page().text();
    for told in ["+442079460958", "Ada Lovelace", "SMS", "WhatsApp", "Call"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let shown = codes(&mut browser).await;
    assert_eq!(shown.len(), 3);
    let confirm = async |sid: &str, code: &str| {
        let answer = ada
            .post(&format!("{start}/{sid}"), json!({ "code": code }))
            .await;
        (answer.status.as_u16(), answer.body)
    };
    assert_eq!(confirm(&sids[0], &shown[2]).await.0, 400, "replaced since");
    assert_eq!(confirm(&sids[2], "no code").await.0, 400);
    assert_eq!(confirm("other", &shown[0]).await.0, 400);
    assert_eq!(verified().await, false);
    assert_eq!(confirm(&sids[2], &shown[0]).await, (200, Value::Null));
    assert_eq!(verified().await, true);
    assert_eq!(needed().await, json!({ "verify_phone": false }));
    assert_eq!(confirm(&sids[2], &shown[0]).await.0, 409, "once");
    let again = json!({ "channel": "sms", "phone_number": NUMBER });
    assert_eq!(ada.post(&start, again).await.status, 409, "verified");
    let other = json!({ "channel": "sms", "phone_number": "+15550109999" });
    assert_eq!(ada.post(&start, other).await.status, 200, "another number");
}

#[tokio::test]
async fn a_number_is_ones_own_business() {
    let sandbox = sandbox().await;
    let ada = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let grace = Api::with_api_token(sandbox.url(), "sandbox-grace-token").await;
    let me = grace.get("/users/me").await.body;
    assert_eq!(me["phone_number_verified"], true, "from the start");
    let asked = json!({ "channel": "sms", "phone_number": NUMBER });
    let start = grace.mine("phonenumber");
    assert_eq!(ada.post(&start, asked.clone()).await.status, 403);
    let sent = ada.post(&ada.mine("phonenumber"), asked).await;
    let sid = sent.body["sid"].as_str().unwrap();
    let mut browser = Browser::new(sandbox.url());
    let code = json!({ "code": codes(&mut browser).await[0] });
    let foreign = grace.post(&format!("{start}/{sid}"), code).await;
    assert_eq!(foreign.status, 400, "of another account");
}
