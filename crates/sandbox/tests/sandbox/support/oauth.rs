//! A client's side of the browser flow (RFC 6749, RFC 7636).

use data_encoding::BASE64URL_NOPAD;
use reqwest::StatusCode;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use super::{Browser, Landing, Page, http};

/// One sign-in by a client. The redirect goes to a port where nobody listens: the browser stops there.
pub(crate) struct SignIn {
    pub(crate) base: Url,
    pub(crate) verifier: String,
    pub(crate) redirect_uri: String,
    pub(crate) client: &'static str,
    extra: Vec<(&'static str, String)>,
}

pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) answer: Value,
}

/// What an access token says.
pub(crate) fn claims(token: &str) -> Value {
    let body = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(body.as_bytes()).unwrap()).unwrap()
}

impl SignIn {
    pub(crate) fn new(base: &Url) -> Self {
        Self {
            base: base.clone(),
            verifier: "a-code-verifier-of-more-than-forty-three-letters".to_owned(),
            redirect_uri: "http://127.0.0.1:49999".to_owned(),
            client: "deskfob",
            extra: vec![("scope", "offline_access".to_owned())],
        }
    }

    pub(crate) fn asking(mut self, name: &'static str, value: &str) -> Self {
        self.extra.push((name, value.to_owned()));
        self
    }

    /// Asks for no scope at all.
    pub(crate) fn no_scope(&mut self) {
        self.extra.retain(|(name, _)| *name != "scope");
    }

    pub(crate) fn url(&self) -> String {
        let mut url = self.base.join("oauth2/authorize").unwrap();
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(&self.verifier));
        url.query_pairs_mut()
            .append_pair("client_id", self.client)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("state", "a state & more")
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(&self.extra);
        url.into()
    }

    /// Opens the authorization page and signs in with a password.
    pub(crate) async fn with_password(
        &self,
        browser: &mut Browser,
        (email, password): (&str, &str),
    ) -> Landing {
        let page = browser.open(&self.url()).await.page();
        let form = page
            .form("/password")
            .with("email", email)
            .with("password", password);
        browser.submit(form).await
    }

    /// Presses Allow.
    pub(crate) async fn allow(&self, browser: &mut Browser, page: &Page) -> String {
        let away = browser
            .submit(page.form("/consent").with("decision", "allow"))
            .await
            .away();
        self.code(&away)
    }

    /// The code in the redirect, after checking where it went and that the state came back.
    #[track_caller]
    pub(crate) fn code(&self, away: &Url) -> String {
        assert!(
            away.as_str().starts_with(&self.redirect_uri),
            "sent to {away}"
        );
        let get = |name: &str| {
            away.query_pairs()
                .find(|(n, _)| n == name)
                .map(|(_, value)| value.into_owned())
        };
        assert_eq!(
            get("state").as_deref(),
            Some("a state & more"),
            "the state comes back"
        );
        get("code").unwrap_or_else(|| panic!("no code in {away}"))
    }

    pub(crate) async fn redeem(&self, code: &str) -> Result<Tokens, (StatusCode, String)> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &self.verifier),
        ];
        self.token(&form).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Result<Tokens, (StatusCode, String)> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    /// POST `/oauth2/token` with HTTP Basic; the error is its `error`.
    pub(crate) async fn token(
        &self,
        form: &[(&str, &str)],
    ) -> Result<Tokens, (StatusCode, String)> {
        let response = http()
            .post(self.base.join("oauth2/token").unwrap())
            .basic_auth(self.client, Some(""))
            .form(form)
            .send()
            .await
            .unwrap();
        let status = response.status();
        let answer: Value = response.json().await.unwrap();
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        match text("access_token") {
            Some(access) => Ok(Tokens {
                access,
                refresh: text("refresh_token"),
                answer,
            }),
            None => Err((status, text("error").unwrap())),
        }
    }

    /// The whole flow, for someone without MFA.
    pub(crate) async fn complete(&self, person: (&str, &str)) -> Tokens {
        let mut browser = Browser::new(&self.base);
        let page = self.with_password(&mut browser, person).await.page();
        let code = self.allow(&mut browser, &page).await;
        self.redeem(&code).await.ok().unwrap()
    }

    /// The whole flow in a new browser, with a code of the authenticator.
    pub(crate) async fn complete_with_code(&self, person: (&str, &str), passcode: &str) -> Tokens {
        let mut browser = Browser::new(&self.base);
        let page = self.with_password(&mut browser, person).await.page();
        assert_eq!(page.heading(), "Enter a code");
        let landing = browser
            .submit(page.form("/code").with("code", passcode))
            .await;
        let code = match landing {
            Landing::Away(url) => self.code(&url),
            Landing::Page(page) => self.allow(&mut browser, &page).await,
        };
        self.redeem(&code).await.ok().unwrap()
    }
}
