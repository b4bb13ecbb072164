use std::collections::HashSet;

use data_encoding::BASE64;
use serde_json::json;

use crate::support::{ADA, Api, Browser, SignIn, claims, code, early_in_a_step, sandbox};

async fn ada(base: &url::Url) -> Api {
    Api::new(base, &SignIn::new(base).complete(ADA).await.access).await
}

/// Turns MFA on and gives the key and the recovery codes. Uses up the code of the present step.
async fn enrol(api: &Api) -> (String, Vec<String>) {
    let key = api.get(&api.mine("totp")).await.body["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    early_in_a_step().await;
    let body = json!({"secret": key, "passcode": code(&key, 0)});
    let answer = api.post(&api.mine("totp"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let codes = answer.body["recovery_codes"].as_array().unwrap();
    (
        key,
        codes
            .iter()
            .map(|c| c.as_str().unwrap().to_owned())
            .collect(),
    )
}

#[tokio::test]
async fn each_look_proposes_a_new_key() {
    let sandbox = sandbox().await;
    let api = ada(sandbox.url()).await;
    let (first, second) = (
        api.get(&api.mine("totp")).await,
        api.get(&api.mine("totp")).await,
    );
    for answer in [&first, &second] {
        assert_eq!(answer.status, 200);
        let key = answer.body["secret"].as_str().unwrap();
        assert_eq!(
            data_encoding::BASE32_NOPAD
                .decode(key.as_bytes())
                .unwrap()
                .len(),
            20
        );
        assert_eq!(answer.body["account_name"], ADA.0);
        assert!(
            answer.body["issuer"]
                .as_str()
                .unwrap()
                .parse::<url::Url>()
                .is_ok(),
            "a URI"
        );
        let picture = answer.body["qr_code"].as_str().unwrap();
        let png = BASE64.decode(
            picture
                .strip_prefix("data:image/png;base64,")
                .unwrap()
                .as_bytes(),
        );
        assert!(png.unwrap().starts_with(b"\x89PNG"), "a picture");
    }
    assert_ne!(first.body["secret"], second.body["secret"]);
    early_in_a_step().await;
    let key = first.body["secret"].as_str().unwrap();
    let body = json!({"secret": key, "passcode": code(key, 0)});
    assert_eq!(
        api.post(&api.mine("totp"), body).await.status,
        200,
        "the earlier one still counts"
    );
}

#[tokio::test]
async fn only_a_right_code_for_a_proposed_key_turns_mfa_on() {
    let sandbox = sandbox().await;
    let api = ada(sandbox.url()).await;
    let totp = api.mine("totp");
    let key = api.get(&totp).await.body["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let right = code(&key, 0);
    let wrong = format!("{:06}", (right.parse::<u32>().unwrap() + 1) % 1_000_000);
    let own = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let cases = [
        ("wrong code", json!({"secret": key, "passcode": wrong})),
        (
            "five digits",
            json!({"secret": key, "passcode": &right[..5]}),
        ),
        ("no code", json!({"secret": key, "passcode": ""})),
        (
            "a key of one's own",
            json!({"secret": own, "passcode": code(own, 0)}),
        ),
        ("no key", json!({"passcode": right})),
        (
            "a far later code",
            json!({"secret": key, "passcode": code(&key, 10)}),
        ),
    ];
    for (name, body) in cases {
        let answer = api.post(&totp, body).await;
        assert_eq!(answer.status, 400, "{name}");
        assert_eq!(answer.body["code"], 400, "{name}");
        assert!(
            answer.body["message"]
                .as_str()
                .is_some_and(|m| !m.is_empty()),
            "{name}"
        );
        assert_eq!(answer.header("content-type"), "application/json", "{name}");
    }
    assert_eq!(
        api.get("/users/me").await.body["mfa_enabled"],
        false,
        "still off"
    );
}

#[tokio::test]
async fn enrolment_follows_the_api_description() {
    let sandbox = sandbox().await;
    let api = ada(sandbox.url()).await;
    let totp = api.mine("totp");
    assert_eq!(api.delete(&totp).await.status, 404, "nothing to withdraw");
    assert_eq!(
        api.post_nothing(&api.mine("codes")).await.status,
        404,
        "no codes without MFA"
    );
    let (key, codes) = enrol(&api).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(
        codes.iter().collect::<HashSet<_>>().len(),
        10,
        "all different"
    );
    assert_eq!(api.get("/users/me").await.body["mfa_enabled"], true);
    let again = api
        .post(&totp, json!({"secret": key, "passcode": code(&key, 1)}))
        .await;
    assert_eq!(
        (again.status.as_u16(), again.body["code"].as_u64()),
        (409, Some(409)),
        "twice"
    );
    let look = api.get(&totp).await;
    assert_eq!(
        (look.status.as_u16(), look.body),
        (409, json!(null)),
        "no proposal, and no body"
    );
    let renewed = api.post_nothing(&api.mine("codes")).await;
    assert_eq!(renewed.status, 201);
    assert_ne!(renewed.body["recovery_codes"], json!(codes), "replaced");
    assert_eq!(api.delete(&totp).await.status, 204);
    assert_eq!(api.get("/users/me").await.body["mfa_enabled"], false);
    assert_eq!(api.get(&totp).await.status, 200, "can be turned on again");
}

#[tokio::test]
async fn other_peoples_mfa_is_out_of_reach() {
    let sandbox = sandbox().await;
    let (ada, grace) = (
        ada(sandbox.url()).await,
        Api::with_api_token(sandbox.url(), "sandbox-grace-token").await,
    );
    for path in ["totp", "api-tokens", "connections", "organizations"] {
        assert_eq!(ada.get(&grace.mine(path)).await.status, 403, "{path}");
    }
    assert_eq!(ada.get(&format!("/users/{}", grace.me)).await.status, 403);
    assert_eq!(ada.delete(&grace.mine("totp")).await.status, 403);
    assert_eq!(ada.post_nothing(&grace.mine("codes")).await.status, 403);
    let unknown = "/users/00000000-0000-4000-8000-000000000000/totp";
    assert_eq!(
        ada.get(unknown).await.status,
        403,
        "an unknown user looks the same"
    );
}

#[tokio::test]
async fn a_code_opens_the_door_once() {
    let sandbox = sandbox().await;
    let api = ada(sandbox.url()).await;
    let (key, _) = enrol(&api).await;
    let sign_in = SignIn::new(sandbox.url());
    let mut browser = Browser::new(sandbox.url());
    let page = sign_in.with_password(&mut browser, ADA).await.page();
    assert_eq!(page.heading(), "Enter a code");
    let page = browser
        .submit(page.form("/code").with("code", &code(&key, 0)))
        .await
        .page();
    assert_eq!(page.status, 400);
    assert_eq!(
        page.all("[role=alert]"),
        ["That code was used already. Wait for the next one."],
        "the code that turned MFA on does not count again"
    );
    let next = code(&key, 1);
    let url = browser
        .submit(page.form("/code").with("code", &next))
        .await
        .away();
    let tokens = sign_in.redeem(&sign_in.code(&url)).await.ok().unwrap();
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "mfa"]));

    let mut other = Browser::new(sandbox.url());
    let page = sign_in.with_password(&mut other, ADA).await.page();
    let page = other
        .submit(page.form("/code").with("code", &next))
        .await
        .page();
    assert_eq!(
        page.all("[role=alert]"),
        ["That code was used already. Wait for the next one."]
    );
}

#[tokio::test]
async fn a_recovery_code_opens_the_door_once() {
    let sandbox = sandbox().await;
    let (_, codes) = enrol(&ada(sandbox.url()).await).await;
    let sign_in = SignIn::new(sandbox.url());
    let tokens = sign_in.complete_with_code(ADA, &codes[3]).await;
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "mfa"]));
    let mut browser = Browser::new(sandbox.url());
    let page = sign_in.with_password(&mut browser, ADA).await.page();
    let page = browser
        .submit(page.form("/code").with("code", &codes[3]))
        .await
        .page();
    assert_eq!(page.status, 400, "used up");
}

#[tokio::test]
async fn an_enforcing_organisation_opens_for_new_sessions_only() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let old_tokens = sign_in.complete(ADA).await;
    let old = Api::new(sandbox.url(), &old_tokens.access).await;
    let globex = old.organization("globex").await;
    let org = format!("/organizations/{globex}");
    let members = format!("{org}/members");
    assert_eq!(old.get(&members).await.status, 401, "before MFA");
    let (key, _) = enrol(&old).await;
    for path in [
        &org,
        &members,
        &format!("{org}/mfa-enforcement"),
        &format!("{org}/addons"),
    ] {
        let shut = old.get(path).await;
        assert_eq!(shut.status, 401, "the old session stays shut: {path}");
        assert_eq!(shut.body["error"], "insufficient_user_authentication");
        assert_eq!(shut.body["amr"], json!(["mfa"]));
        let challenge = shut.header("www-authenticate");
        assert!(
            challenge.contains("error=\"insufficient_user_authentication\""),
            "{challenge}"
        );
        assert!(challenge.contains("amr=\"mfa\""), "{challenge}");
    }
    let refreshed = sign_in
        .refresh(&old_tokens.refresh.unwrap())
        .await
        .ok()
        .unwrap();
    let refreshed = Api::new(sandbox.url(), &refreshed.access).await;
    assert_eq!(
        refreshed.get(&members).await.status,
        401,
        "refreshing adds no MFA"
    );

    let asking = SignIn::new(sandbox.url()).asking("amr", "mfa");
    let tokens = asking.complete_with_code(ADA, &code(&key, 1)).await;
    let new = Api::new(sandbox.url(), &tokens.access).await;
    assert_eq!(new.get(&members).await.status, 200, "a new session");
    assert_eq!(new.get(&org).await.body["name"], "globex");
    new.delete(&new.mine("totp")).await;
    assert_eq!(
        new.get(&members).await.status,
        401,
        "shut again once MFA is withdrawn"
    );
}

#[tokio::test]
async fn guessing_codes_ends_in_a_wait() {
    let sandbox = sandbox().await;
    let api = ada(sandbox.url()).await;
    let key = api.get(&api.mine("totp")).await.body["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let guess = json!({"secret": key, "passcode": code(&key, 20)});
    for _ in 0..10 {
        assert_eq!(api.post(&api.mine("totp"), guess.clone()).await.status, 400);
    }
    let answer = api.post(&api.mine("totp"), guess).await;
    assert_eq!(answer.status, 429);
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=300).contains(&wait), "{wait} s");
}
