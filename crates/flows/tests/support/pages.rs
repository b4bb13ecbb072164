//! A person on the platform's pages.

use std::time::Duration;

use deskfob_platform::{BrowserSignIn, SignInError, TokenSet};
use url::Url;

pub(crate) use super::browser::Browser;
use super::http;

pub const ADA: (&str, &str) = ("ada@acme.example", "correct horse battery");
pub const ALAN: (&str, &str) = ("alan@acme.example", "halting problem");

/// Signs in on the pages of `home` as somebody without MFA, and lets the app have the tokens.
pub async fn browse(home: &Url, attempt: BrowserSignIn, person: (&str, &str)) -> TokenSet {
    try_browse(home, attempt, person).await.unwrap()
}

/// The same, whatever comes of it for the app.
pub async fn try_browse(
    home: &Url,
    attempt: BrowserSignIn,
    (email, password): (&str, &str),
) -> Result<TokenSet, SignInError> {
    sign_in(
        &mut Browser::new(home),
        attempt,
        (email, password),
        "Sign in",
    )
    .await
}

/// The same in a browser that may be signed in already; its first page has this heading.
pub async fn sign_in(
    pages: &mut Browser,
    attempt: BrowserSignIn,
    (email, password): (&str, &str),
    heading: &str,
) -> Result<TokenSet, SignInError> {
    let url = attempt.url().clone();
    let person = async {
        let page = pages.open(url.as_str()).await.page();
        assert_eq!(page.heading(), heading);
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
    tokens
}
