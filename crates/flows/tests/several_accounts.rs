//! Several accounts of one platform from one browser, which stays signed in.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use deskfob_doctor::Asked;
use support::Person;
use support::pages::{ADA, ALAN, Browser, sign_in};

/// The first page in a browser that is signed in.
const CHOICE: &str = "Choose an account";

#[tokio::test]
async fn a_browser_that_is_signed_in_connects_another_account_as_well() {
    let person = Person::connected().await;
    let (desk, choice) = (&person.desk, person.choice());
    let mut pages = Browser::new(&person.proxy.url);
    for (who, heading) in [(ADA, "Sign in"), (ALAN, CHOICE)] {
        let attempt = desk.start_connect(&choice).await.unwrap();
        let tokens = sign_in(&mut pages, attempt, who, heading).await.unwrap();
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
    let tokens = sign_in(&mut pages, attempt, ADA, CHOICE).await.unwrap();
    let renewed = desk.finish_renewal(ada, tokens).await.unwrap();
    assert_eq!(renewed.email, ADA.0, "though the browser was alan's");
}
