//! The person in the browser: follows the sandbox's pages and lets the browser return to the app.

use std::sync::Mutex;

use reqwest::header::LOCATION;
use tokio::runtime::Runtime;
use url::Url;

use super::sandbox_browser::{Browser as Pages, Landing, Page};

/// One browser; it stays signed in.
pub struct Browser {
    runtime: Runtime,
    pages: Mutex<Option<Pages>>,
}

impl Browser {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            runtime,
            pages: Mutex::new(None),
        }
    }

    /// Signs in at `url`, with `code` when one is asked for, and allows what the app asks.
    pub fn sign_in(&self, url: &str, email: &str, password: &str, code: Option<&str>) {
        self.answer(url, (email, password), code, "allow");
    }

    /// Signs in at `url` and cancels instead of allowing.
    pub fn cancel_consent(&self, url: &str, email: &str, password: &str) {
        self.answer(url, (email, password), None, "cancel");
    }

    fn answer(&self, url: &str, person: (&str, &str), code: Option<&str>, decision: &str) {
        let mut pages = self.pages.lock().unwrap();
        let home: Url = url.parse::<Url>().unwrap().join("/").unwrap();
        let pages = pages.get_or_insert_with(|| Pages::new(&home));
        self.runtime
            .block_on(walk(pages, url, person, code, decision));
    }
}

/// Answers each page as it comes, then follows the redirect to the app.
pub async fn walk(
    pages: &mut Pages,
    url: &str,
    (email, password): (&str, &str),
    code: Option<&str>,
    decision: &str,
) {
    let mut landing = pages.open(url).await;
    for _ in 0..6 {
        let page = match landing {
            Landing::Away(back) => {
                let mut answer = super::http().get(back).send().await.unwrap();
                // The platforms' command line sends the browser on to its greeting.
                if let Some(next) = answer.headers().get(LOCATION) {
                    let next = answer.url().join(next.to_str().unwrap()).unwrap();
                    answer = super::http().get(next).send().await.unwrap();
                }
                assert!(answer.status().is_success(), "the app greets the browser");
                return;
            }
            Landing::Page(page) => page,
        };
        let form = if has_form(&page, "/consent") {
            page.form("/consent").with("decision", decision)
        } else if has_form(&page, "/code") {
            let code = code.unwrap_or_else(|| panic!("a code is asked for: {}", page.text()));
            page.form("/code").with("code", code)
        } else if has_form(&page, "/account") {
            page.form("/account")
        } else if has_form(&page, "/password") {
            page.form("/password")
                .with("email", email)
                .with("password", password)
        } else {
            panic!("an unforeseen page: {}", page.text());
        };
        landing = pages.submit(form).await;
    }
    panic!("the sign-in never ends");
}

fn has_form(page: &Page, suffix: &str) -> bool {
    page.attribute(&format!("form[action$=\"{suffix}\"]"), "action")
        .is_some()
}
