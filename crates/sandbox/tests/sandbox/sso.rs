//! Sign-in through the identity provider, and organisations that demand it.

use serde_json::json;

use crate::support::{
    ALAN, Api, Browser, Landing, Page, SignIn, claims, code, early_in_a_step, sandbox,
};

const KATHERINE: &str = "katherine@acme.example";

/// Presses the button of a person on the identity provider's page.
async fn vouch(browser: &mut Browser, page: &Page, email: &str) -> Landing {
    browser
        .submit(page.form("/identity").with("email", email))
        .await
}

/// Signs in through the identity provider and allows the client.
async fn with_sso(sign_in: &SignIn, browser: &mut Browser, email: &str) -> String {
    let mut page = browser.open(&sign_in.url()).await.page();
    if page.heading() == "Sign in" {
        let form = page.form("/provider").with("provider", "acme");
        page = browser.submit(form).await.page();
    }
    assert_eq!(page.heading(), "Acme sign-in");
    match vouch(browser, &page, email).await {
        Landing::Away(url) => sign_in.code(&url),
        Landing::Page(page) => sign_in.allow(browser, &page).await,
    }
}

#[tokio::test]
async fn someone_without_a_password_signs_in_with_sso() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let mut browser = Browser::new(sandbox.url());
    let refused = sign_in
        .with_password(&mut browser, (KATHERINE, ""))
        .await
        .page();
    assert_eq!(refused.status, 400, "an empty password is none");
    let code = with_sso(&sign_in, &mut browser, KATHERINE).await;
    let tokens = sign_in.redeem(&code).await.ok().unwrap();
    assert_eq!(claims(&tokens.access)["amr"], json!(["sso:acme"]));
    let api = Api::new(sandbox.url(), &tokens.access).await;
    assert_eq!(api.get("/users/me").await.body["sso_enabled"], true);
    let connections = api.get(&api.mine("connections")).await.body;
    assert_eq!(connections[0]["provider"], "acme");
    assert_eq!(connections[0]["is_mandatory"], true);
    let one = api.get(&api.mine("connections/acme")).await;
    assert_eq!(one.body, connections[0]);
    assert_eq!(api.get(&api.mine("connections/other")).await.status, 404);
    let refused = api.delete(&api.mine("connections/acme")).await;
    assert_eq!(refused.status, 403, "the only way in stays");
    let hooli = api.organization("hooli").await;
    let open = api.get(&format!("/organizations/{hooli}/members")).await;
    assert_eq!(open.status, 200, "{}", open.body);
}

#[tokio::test]
async fn organisations_ask_for_all_the_methods_they_demand() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let password = Api::new(sandbox.url(), &sign_in.complete(ALAN).await.access).await;
    for (name, amr) in [
        ("hooli", json!(["sso:acme"])),
        ("stark", json!(["mfa", "sso:acme"])),
    ] {
        let id = password.organization(name).await;
        let refused = password.get(&format!("/organizations/{id}")).await;
        assert_eq!(refused.status, 401, "{name}");
        assert_eq!(refused.body["error"], "insufficient_user_authentication");
        assert_eq!(refused.body["amr"], amr, "{name}");
        let header = refused.header("www-authenticate");
        let listed: Vec<_> = amr
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m.as_str().unwrap())
            .collect();
        assert!(
            header.contains(&format!("amr=\"{}\"", listed.join(" "))),
            "{header}"
        );
    }
}

#[tokio::test]
async fn one_sign_in_carries_password_sso_and_code() {
    let sandbox = sandbox().await;
    let plain = SignIn::new(sandbox.url());
    let api = Api::new(sandbox.url(), &plain.complete(ALAN).await.access).await;
    early_in_a_step().await;
    let key = api.get(&api.mine("totp")).await.body["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({ "secret": key, "passcode": code(&key, 0) });
    assert_eq!(api.post(&api.mine("totp"), body).await.status, 200);
    let both = SignIn::new(sandbox.url()).asking("amr", "mfa sso:acme");
    let mut browser = Browser::new(sandbox.url());
    let page = browser.open(&both.url()).await.page();
    assert_eq!(page.heading(), "Acme sign-in", "a password would not do");
    let page = vouch(&mut browser, &page, ALAN.0).await.page();
    assert_eq!(page.heading(), "Enter a code");
    let landing = browser
        .submit(page.form("/code").with("code", &code(&key, 1)))
        .await;
    let redeemed = match landing {
        Landing::Away(url) => both.redeem(&both.code(&url)).await,
        Landing::Page(page) => both.redeem(&both.allow(&mut browser, &page).await).await,
    };
    let access = redeemed.ok().unwrap().access;
    assert_eq!(claims(&access)["amr"], json!(["sso:acme", "mfa"]));
    let api = Api::new(sandbox.url(), &access).await;
    let stark = api.organization("stark").await;
    assert_eq!(
        api.get(&format!("/organizations/{stark}")).await.status,
        200
    );
}

#[tokio::test]
async fn a_session_ends_with_its_connection_and_when_ordered() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let mut browser = Browser::new(sandbox.url());
    let code = with_sso(&sign_in, &mut browser, ALAN.0).await;
    let tokens = sign_in.redeem(&code).await.ok().unwrap();
    let orders = "first 1 POST /oauth2/token sso-expired".parse().unwrap();
    sandbox.faults().set(orders);
    let refresh = tokens.refresh.unwrap();
    let refused = sign_in
        .refresh(&refresh)
        .await
        .err()
        .map(|(_, error)| error);
    assert_eq!(refused.as_deref(), Some("invalid_grant"), "ordered");
    let refreshed = sign_in.refresh(&refresh).await.ok().unwrap();
    let api = Api::new(sandbox.url(), &refreshed.access).await;
    assert_eq!(api.delete(&api.mine("connections/acme")).await.status, 204);
    assert_eq!(api.get(&api.mine("connections")).await.body, json!([]));
    let refresh = refreshed.refresh.unwrap();
    let refused = sign_in
        .refresh(&refresh)
        .await
        .err()
        .map(|(_, error)| error);
    assert_eq!(refused.as_deref(), Some("invalid_grant"), "disconnected");
    let mut browser = Browser::new(sandbox.url());
    let page = browser.open(&sign_in.url()).await.page();
    let form = page.form("/provider").with("provider", "acme");
    let page = browser.submit(form).await.page();
    let page = vouch(&mut browser, &page, ALAN.0).await.page();
    assert_eq!(page.status, 400, "Acme does not vouch for him any more");
}

/// Whoever has to sign in anew gives the code anew too, whichever way the sign-in goes.
#[tokio::test]
async fn an_old_code_does_not_count_for_a_sign_in_that_has_to_be_made_anew() {
    let sandbox = sandbox().await;
    let plain = SignIn::new(sandbox.url());
    let api = Api::new(sandbox.url(), &plain.complete(ALAN).await.access).await;
    early_in_a_step().await;
    let key = api.get(&api.mine("totp")).await.body["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({ "secret": key, "passcode": code(&key, 0) });
    let enrolled = api.post(&api.mine("totp"), body).await;
    assert_eq!(enrolled.status, 200);

    let demands = [("prompt", "login"), ("max_age", "1")];
    for (number, (name, value)) in demands.into_iter().enumerate() {
        let mut browser = Browser::new(sandbox.url());
        let both = SignIn::new(sandbox.url()).asking("amr", "mfa sso:acme");
        let page = browser.open(&both.url()).await.page();
        let page = vouch(&mut browser, &page, ALAN.0).await.page();
        assert_eq!(page.heading(), "Enter a code");
        // Another each time: a code counts once.
        let recovery = enrolled.body["recovery_codes"][number].as_str().unwrap();
        let landing = browser
            .submit(page.form("/code").with("code", recovery))
            .await;
        if let Landing::Page(page) = landing {
            both.allow(&mut browser, &page).await;
        }
        // More than a second, as ages are whole seconds.
        tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
        let anew = SignIn::new(sandbox.url())
            .asking("amr", "mfa sso:acme")
            .asking(name, value);
        let page = browser.open(&anew.url()).await.page();
        assert_eq!(page.heading(), "Acme sign-in", "{name}");
        let page = vouch(&mut browser, &page, ALAN.0).await.page();
        assert_eq!(page.heading(), "Enter a code", "{name}: the old one is old");
    }
}
