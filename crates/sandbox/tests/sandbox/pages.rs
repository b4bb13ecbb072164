use serde_json::json;

use crate::support::{ADA, Api, Browser, Page, code, early_in_a_step, sandbox};

fn set_up_key(page: &Page) -> String {
    page.attribute("input[name=secret]", "value").unwrap()
}

#[tokio::test]
async fn mfa_is_turned_on_and_off_on_the_pages() {
    let sandbox = sandbox().await;
    let mut browser = Browser::new(sandbox.url());
    let page = browser.sign_in(ADA).await;
    assert_eq!(page.heading(), "Authentication settings");
    assert_eq!(page.all(".badge"), ["Off"]);

    let page = browser.open("/profile/security/set-up").await.page();
    assert_eq!(page.heading(), "Set up application");
    let key = set_up_key(&page);
    assert_eq!(
        page.all("code.key"),
        std::slice::from_ref(&key),
        "copying the shown key gives the bare key"
    );
    let uri = page.attribute("a[href^='otpauth:']", "href").unwrap();
    assert!(uri.contains(&key), "the link carries the key");
    assert!(
        page.attribute("img.qr", "src")
            .unwrap()
            .starts_with("data:image/png;base64,")
    );

    let wrong = page.form("/set-up").with("passcode", &code(&key, 10));
    let page = browser.submit(wrong).await.page();
    assert_eq!(page.status, 400);
    assert!(
        page.all("[role=alert]")
            .concat()
            .starts_with("That code is not correct.")
    );
    assert_eq!(
        set_up_key(&page),
        key,
        "the same key: what was scanned still counts"
    );

    early_in_a_step().await;
    let page = browser
        .submit(page.form("/set-up").with("passcode", &code(&key, 0)))
        .await
        .page();
    assert_eq!(page.heading(), "MFA is on");
    assert_eq!(page.all(".codes li").len(), 10);
    let page = browser.open("/profile/security").await.page();
    assert_eq!(
        page.all(".badge"),
        ["On"],
        "no code is asked of the browser that set it up"
    );
    assert!(page.text().contains("10 recovery codes left"));

    let mut other = Browser::new(sandbox.url());
    let prompt = other.sign_in(ADA).await;
    assert_eq!(
        prompt.heading(),
        "Enter a code",
        "another browser needs a code"
    );
    let page = other
        .submit(prompt.form("/code").with("code", &code(&key, 1)))
        .await
        .page();
    assert_eq!(page.heading(), "Authentication settings");

    let settings = browser.open("/profile/security").await.page();
    let page = browser.submit(settings.form("/codes")).await.page();
    assert_eq!(page.all(".codes li").len(), 10, "new recovery codes");
    let page = browser.open("/profile/security/remove").await.page();
    assert_eq!(page.heading(), "Remove MFA?");
    let page = browser.submit(page.form("/remove")).await.page();
    assert_eq!(page.all(".badge"), ["Off"]);
    let page = browser.submit(page.form("/sign-out")).await.page();
    assert_eq!(page.heading(), "Deskfob sandbox");
    assert_eq!(
        browser.open("/profile/security").await.page().heading(),
        "Sign in"
    );
}

#[tokio::test]
async fn the_start_page_explains_and_lists_everything() {
    let sandbox = sandbox().await;
    let page = Browser::new(sandbox.url()).open("/").await.page();
    let text = page.text();
    for needed in [
        "stands in for Upsun",
        ADA.0,
        ADA.1,
        "grace@acme.example",
        "alan@acme.example",
        "sandbox-ada-token",
        "acme",
        "globex",
        "initech",
        "umbrella",
        "M5ZGCY3FFVUG64DQMVZC243BNZSGE33Y",
    ] {
        assert!(text.contains(needed), "{needed:?} is missing");
    }
}

#[tokio::test]
async fn pages_are_locked_down_and_need_no_script() {
    let sandbox = sandbox().await;
    let mut browser = Browser::new(sandbox.url());
    browser.sign_in(ADA).await;
    for path in [
        "/",
        "/outbox",
        "/profile/security",
        "/profile/security/set-up",
        "/sign-in",
        "/no",
    ] {
        let page = browser.open(path).await.page();
        let header = |name: &str| page.headers[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(
            !policy.contains("unsafe") && !policy.contains("script-src"),
            "{path}: {policy}"
        );
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert!(page.all("script").is_empty(), "{path}: no script");
        assert!(
            page.attribute("[style]", "style").is_none(),
            "{path}: no inline style"
        );
        assert!(
            page.all("style").is_empty(),
            "{path}: no inline style sheet"
        );
        assert_eq!(page.all("h1").len(), 1, "{path}: one heading");
        assert_eq!(
            page.attribute("html", "lang").as_deref(),
            Some("en"),
            "{path}"
        );
        let unlabelled = page.all("form.stack input:not([type=hidden])").len();
        assert_eq!(
            page.all("form.stack label").len(),
            unlabelled,
            "{path}: each field has a label"
        );
    }
}

#[tokio::test]
async fn a_mail_is_shown_as_text_and_harmlessly_as_html() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let acme = api.organization("acme").await;
    let (_, users) = api.everybody(&acme).await;
    let off = users
        .iter()
        .find(|(id, u)| **id != api.me && u["mfa_enabled"] == false && u["sso_enabled"] == false);
    let (id, user) = off.unwrap();
    api.post(
        &format!("/organizations/{acme}/mfa/remind"),
        json!({"user_ids": [id]}),
    )
    .await;
    let mut browser = Browser::new(sandbox.url());
    let outbox = browser.open("/outbox").await.page();
    let page = browser
        .open(&outbox.attribute("ul.rows a", "href").unwrap())
        .await
        .page();
    assert_eq!(page.heading(), "Reminder: turn on MFA for Acme Corporation");
    let text = page.all("pre").concat();
    assert!(
        text.contains(user["first_name"].as_str().unwrap()),
        "{text}"
    );
    assert!(text.contains("profile/security"), "{text}");
    assert_eq!(
        page.attribute("iframe", "sandbox").as_deref(),
        Some(""),
        "nothing runs in it"
    );
    let frame = browser
        .open(&page.attribute("iframe", "src").unwrap())
        .await
        .page();
    let policy = frame.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("sandbox; default-src 'none'"),
        "{policy}"
    );
    assert_eq!(frame.all("ol li").len(), 6, "numbered steps");
    for path in [
        "/outbox/nothing",
        "/outbox/00000000-0000-4000-8000-000000000000",
    ] {
        assert_eq!(browser.open(path).await.page().status, 404, "{path}");
    }
}
