//! Several accounts of one platform from one browser, which stays signed in.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use deskfob_doctor::Asked;
use deskfob_platform::{BrowserSignIn, TokenSet};
use support::pages::{ADA, ALAN, Browser};
use support::{Person, http};

/// Answers the pages as `person`: where the browser is signed in, it asks which account is meant.
async fn sign_in(
    pages: &mut Browser,
    attempt: BrowserSignIn,
    (email, password): (&str, &str),
    signed_in: bool,
) -> TokenSet {
    let url = attempt.url().clone();
    let person = async {
        let page = pages.open(url.as_str()).await.page();
        let expected = if signed_in {
            "Choose an account"
        } else {
            "Sign in"
        };
        assert_eq!(page.heading(), expected);
        let form = page
            .form("/password")
            .with("email", email)
            .with("password", password);
        let page = pages.submit(form).await.page();
        let form = page.form("/consent").with("decision", "allow");
        let back = pages.submit(form).await.away();
        http().get(back).send().await.unwrap();
    };
    let (tokens, ()) = tokio::join!(attempt.finish(Duration::from_secs(20)), person);
    tokens.unwrap()
}

#[tokio::test]
async fn a_browser_that_is_signed_in_connects_another_account_as_well() {
    let person = Person::connected().await;
    let (desk, choice) = (&person.desk, person.choice());
    let mut pages = Browser::new(&person.proxy.url);
    for (who, signed_in) in [(ADA, false), (ALAN, true)] {
        let attempt = desk.start_connect(&choice).await.unwrap();
        let tokens = sign_in(&mut pages, attempt, who, signed_in).await;
        let account = desk.finish_connect(&choice, tokens).await.unwrap();
        assert_eq!(account.email, who.0);
    }
    let accounts = desk.vault().accounts().await.unwrap();
    assert_eq!(accounts.len(), 2, "both are there");

    let ada = accounts.iter().find(|one| one.email == ADA.0).unwrap();
    let attempt = desk
        .start_asked_renewal(ada, &Asked::default())
        .await
        .unwrap();
    let tokens = sign_in(&mut pages, attempt, ADA, true).await;
    let renewed = desk.finish_renewal(ada, tokens).await.unwrap();
    assert_eq!(renewed.email, ADA.0, "though the browser was alan's");
}
