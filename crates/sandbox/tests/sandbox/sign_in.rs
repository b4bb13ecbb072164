use reqwest::{StatusCode, header};
use serde_json::json;

use crate::support::{ADA, ALAN, Api, Browser, SignIn, claims, http, sandbox};

#[tokio::test]
async fn a_person_signs_in_through_the_pages() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url()).asking("prompt", "consent");
    let mut browser = Browser::new(sandbox.url());
    let page = browser.open(&sign_in.url()).await.page();
    assert_eq!(page.heading(), "Sign in");
    assert!(
        page.text().contains("to continue to Deskfob"),
        "who asks is named"
    );
    assert!(page.text().contains(ADA.1), "a sandbox shows its passwords");
    let form = page
        .form("/password")
        .with("email", ADA.0)
        .with("password", ADA.1);
    let page = browser.submit(form).await.page();
    assert_eq!(page.heading(), "Allow Deskfob?");
    let code = sign_in.allow(&mut browser, &page).await;
    let tokens = sign_in.redeem(&code).await.ok().unwrap();
    assert_eq!(tokens.answer["token_type"], "bearer");
    assert_eq!(tokens.answer["expires_in"], 900);
    let claims = claims(&tokens.access);
    assert_eq!(claims["amr"], json!(["pwd"]));
    assert_eq!(claims["scp"], json!(["offline_access"]));
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        900
    );
    let me = Api::new(sandbox.url(), &tokens.access)
        .await
        .get("/users/me")
        .await;
    assert_eq!(me.body["email"], ADA.0);
    assert_eq!(me.body["id"], claims["sub"]);
    assert_eq!(me.body["mfa_enabled"], false);
}

#[tokio::test]
async fn a_shown_account_signs_in_with_one_press() {
    let sandbox = sandbox().await;
    let mut browser = Browser::new(sandbox.url());
    let page = browser.open("/sign-in").await.page();
    let buttons = page.all("section form button");
    assert_eq!(buttons, ["Use", "Use", "Use"], "those who have a password");
    assert_eq!(
        page.attribute("section form button", "aria-label")
            .as_deref(),
        Some("Sign in as Ada Lovelace")
    );
}

#[tokio::test]
async fn the_verifier_must_match_and_a_code_counts_once() {
    let sandbox = sandbox().await;
    let mut sign_in = SignIn::new(sandbox.url());
    let mut browser = Browser::new(sandbox.url());
    let page = sign_in.with_password(&mut browser, ADA).await.page();
    let code = sign_in.allow(&mut browser, &page).await;
    let right = sign_in.verifier.clone();
    sign_in.verifier = "another-verifier-of-more-than-forty-three-letters".to_owned();
    let refused = sign_in.redeem(&code).await.err();
    assert_eq!(
        refused,
        Some((StatusCode::BAD_REQUEST, "invalid_grant".to_owned())),
        "wrong verifier"
    );
    sign_in.verifier = right;
    assert!(
        sign_in.redeem(&code).await.is_err(),
        "a failed try has used the code up"
    );

    // Allowed before and no prompt asked: straight back to the client.
    let code = sign_in.code(&browser.open(&sign_in.url()).await.away());
    let tokens = sign_in.redeem(&code).await.ok().unwrap();
    assert!(sign_in.redeem(&code).await.is_err(), "twice");
    let me = http()
        .get(sandbox.url().join("users/me").unwrap())
        .bearer_auth(&tokens.access)
        .send()
        .await
        .unwrap();
    assert_eq!(me.status(), 401, "a code used twice ends what it gave");
}

#[tokio::test]
async fn a_code_is_bound_to_its_redirect_and_client() {
    let sandbox = sandbox().await;
    for change in ["redirect", "client"] {
        let mut sign_in = SignIn::new(sandbox.url()).asking("prompt", "consent");
        let mut browser = Browser::new(sandbox.url());
        let page = sign_in.with_password(&mut browser, ADA).await.page();
        let code = sign_in.allow(&mut browser, &page).await;
        match change {
            "redirect" => sign_in.redirect_uri = "http://127.0.0.1:49998".to_owned(),
            _ => sign_in.client = "upsun-cli",
        }
        let refused = sign_in.redeem(&code).await.err().map(|(_, error)| error);
        assert_eq!(refused.as_deref(), Some("invalid_grant"), "other {change}");
    }
}

#[tokio::test]
async fn cancelling_tells_the_client() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let mut browser = Browser::new(sandbox.url());
    let page = browser.open(&sign_in.url()).await.page();
    let at_once = browser.submit(page.form("/cancel")).await.away();
    let page = sign_in.with_password(&mut browser, ADA).await.page();
    let form = page.form("/consent").with("decision", "cancel");
    let at_consent = browser.submit(form).await.away();
    for (name, url) in [("at the password", at_once), ("at the consent", at_consent)] {
        let query = url.query().unwrap();
        assert!(query.contains("error=access_denied"), "{name}: {query}");
        assert!(query.contains("state=a+state+%26+more"), "{name}: {query}");
        assert!(!query.contains("code="), "{name}: {query}");
    }
    let refused = browser.open(page.url.as_str()).await.page();
    assert_eq!(
        refused.heading(),
        "This sign-in is over",
        "a finished attempt cannot be resumed"
    );
}

#[tokio::test]
async fn a_wrong_password_is_said_and_changes_nothing() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    for person in [
        (ADA.0, "wrong"),
        ("nobody@acme.example", ADA.1),
        (ADA.0, ALAN.1),
    ] {
        let mut browser = Browser::new(sandbox.url());
        let page = sign_in.with_password(&mut browser, person).await.page();
        assert_eq!(page.status, 400, "{}", person.0);
        let alert = page.all("[role=alert]");
        assert_eq!(
            alert,
            ["That email and password do not belong together."],
            "{}",
            person.0
        );
        let email = page.attribute("#email", "value");
        assert_eq!(email.as_deref(), Some(person.0), "what was typed is kept");
        let page = browser.open("/profile/security").await.page();
        assert_eq!(page.heading(), "Sign in", "nobody is signed in");
    }
}

#[tokio::test]
async fn guessing_a_password_ends_in_a_wait() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let mut browser = Browser::new(sandbox.url());
    for _ in 0..10 {
        sign_in
            .with_password(&mut browser, (ADA.0, "wrong"))
            .await
            .page();
    }
    let page = sign_in.with_password(&mut browser, ADA).await.page();
    assert!(
        page.all("[role=alert]")
            .concat()
            .starts_with("Too many wrong tries.")
    );
    let page = sign_in.with_password(&mut browser, ALAN).await.page();
    assert_eq!(page.heading(), "Allow Deskfob?", "others are not held up");
}

#[tokio::test]
async fn forms_and_attempts_belong_to_their_browser() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let mut victim = Browser::new(sandbox.url());
    let mut attacker = Browser::new(sandbox.url());
    let page = attacker.open(&sign_in.url()).await.page();
    let seen = victim.open(page.url.as_str()).await.page();
    assert_eq!(
        seen.heading(),
        "This sign-in is over",
        "another browser's attempt"
    );
    let form = page
        .form("/password")
        .with("email", ADA.0)
        .with("password", ADA.1);
    let seen = victim.submit(form).await.page();
    assert_eq!(
        seen.heading(),
        "This form is out of date",
        "another browser's form"
    );
    let own = victim.open(&sign_in.url()).await.page();
    let mut form = own
        .form("/password")
        .with("email", ADA.0)
        .with("password", ADA.1);
    form.fields.retain(|(name, _)| name != "form_token");
    let seen = victim.submit(form).await.page();
    assert_eq!(seen.heading(), "This form is out of date", "no form token");
}

#[tokio::test]
async fn someone_without_mfa_is_told_to_set_it_up_first() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url()).asking("amr", "mfa");
    let mut browser = Browser::new(sandbox.url());
    let page = sign_in.with_password(&mut browser, ADA).await.page();
    assert_eq!(page.heading(), "Set up MFA first");
    assert_eq!(
        page.attribute("main a", "href").as_deref(),
        Some("/profile/security")
    );
    let away = browser.submit(page.form("/cancel")).await.away();
    assert!(
        away.query().unwrap().contains("error=access_denied"),
        "{away}"
    );
}

#[tokio::test]
async fn an_account_can_be_chosen() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url()).asking("prompt", "consent select_account");
    let mut browser = Browser::new(sandbox.url());
    browser.sign_in(ADA).await;
    let page = browser.open(&sign_in.url()).await.page();
    assert_eq!(page.heading(), "Choose an account");
    assert!(page.text().contains("Continue as Ada Lovelace"));
    let page = browser.submit(page.form("/account")).await.page();
    assert_eq!(page.heading(), "Allow Deskfob?");
    assert!(page.text().contains("Signed in as ada@acme.example"));
    let page = sign_in.with_password(&mut browser, ALAN).await.page();
    assert!(
        page.text().contains("Signed in as alan@acme.example"),
        "or another one"
    );
}

#[tokio::test]
async fn an_old_sign_in_is_renewed_when_asked() {
    let sandbox = sandbox().await;
    let mut browser = Browser::new(sandbox.url());
    browser.sign_in(ADA).await;
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    let young = SignIn::new(sandbox.url()).asking("max_age", "300");
    assert_eq!(
        browser.open(&young.url()).await.page().heading(),
        "Allow Deskfob?"
    );
    let old = SignIn::new(sandbox.url())
        .asking("max_age", "1")
        .asking("login_hint", ADA.0);
    let page = browser.open(&old.url()).await.page();
    assert_eq!(page.heading(), "Sign in");
    assert_eq!(
        page.attribute("#email", "value").as_deref(),
        Some(ADA.0),
        "the hint is filled in"
    );
    let form = page.form("/password").with("password", ADA.1);
    assert_eq!(
        browser.submit(form).await.page().heading(),
        "Allow Deskfob?"
    );
}

#[tokio::test]
async fn doubtful_requests_are_never_answered_elsewhere() {
    let sandbox = sandbox().await;
    let mut browser = Browser::new(sandbox.url());
    let mut foreign = SignIn::new(sandbox.url());
    foreign.redirect_uri = "http://192.0.2.1:80".to_owned();
    let mut unknown = SignIn::new(sandbox.url());
    unknown.client = "someone";
    let mut port = SignIn::new(sandbox.url());
    (port.client, port.redirect_uri) = ("upsun-cli", "http://127.0.0.1:6000".to_owned());
    for (name, sign_in) in [("address", foreign), ("client", unknown), ("port", port)] {
        let page = browser.open(&sign_in.url()).await.page();
        assert_eq!(page.status, 400, "{name}");
        assert_eq!(page.heading(), "This sign-in cannot go on", "{name}");
    }
    let mut official = SignIn::new(sandbox.url());
    (official.client, official.redirect_uri) = ("upsun-cli", "http://127.0.0.1:5007".to_owned());
    let page = browser.open(&official.url()).await.page();
    assert!(page.text().contains("to continue to Upsun CLI"));
}

#[tokio::test]
async fn foreign_names_are_not_answered() {
    let sandbox = sandbox().await;
    let response = http()
        .get(sandbox.url().clone())
        .header(header::HOST, "rebound.example")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 421, "DNS rebinding");
}
