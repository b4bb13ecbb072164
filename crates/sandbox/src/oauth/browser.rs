//! The browser on the other side: its cookie, its session, and forms that only it can post.

use axum::{
    extract::{Form, FromRequest, FromRequestParts, Request, rejection::FormRejection},
    http::{StatusCode, request::Parts},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    app::{App, Shared},
    clock,
    keys::{Purpose, SigningKey, random_text},
    pages::PageFailure,
    state::BrowserSession,
};

const COOKIE: &str = "deskfob_sandbox";

/// The browser on the other side. Every browser has a random cookie, signed in or not.
pub(crate) struct Browser {
    jar: CookieJar,
    cookie: String,
}

impl FromRequestParts<Shared> for Browser {
    type Rejection = PageFailure;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, PageFailure> {
        let jar = CookieJar::from_headers(&parts.headers);
        match jar.get(COOKIE).map(|cookie| cookie.value().to_owned()) {
            Some(cookie) => Ok(Self { jar, cookie }),
            None => {
                let mut browser = Self {
                    jar,
                    cookie: String::new(),
                };
                browser.renew()?;
                Ok(browser)
            }
        }
    }
}

impl Browser {
    /// Gives the browser a new cookie, so that one planted before signing in is worth nothing.
    pub(crate) fn renew(&mut self) -> Result<(), PageFailure> {
        self.cookie = random_text().map_err(|_| PageFailure::Internal)?;
        let cookie = Cookie::build((COOKIE, self.cookie.clone()))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .build();
        self.jar = std::mem::take(&mut self.jar).add(cookie);
        Ok(())
    }

    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The cookies to send along with an answer.
    pub(crate) fn into_cookies(self) -> CookieJar {
        self.jar
    }

    /// The session behind the cookie, if any.
    pub(crate) async fn session(&self, app: &App) -> Option<BrowserSession> {
        app.store
            .read(|data| data.session(&self.cookie, clock::now()).cloned())
            .await
    }

    /// The text that every form carries, made from the cookie: another site cannot know it.
    pub(crate) fn form_token(&self, key: &SigningKey) -> String {
        BASE64URL_NOPAD.encode(&key.tag(Purpose::Form, &[self.cookie.as_bytes()]))
    }
}

#[derive(Deserialize)]
struct WithToken<T> {
    form_token: String,
    #[serde(flatten)]
    fields: T,
}

/// A form that this browser was given and has posted.
pub(crate) struct Posted<T> {
    pub(crate) browser: Browser,
    pub(crate) fields: T,
}

impl<T: DeserializeOwned> FromRequest<Shared> for Posted<T> {
    type Rejection = PageFailure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, PageFailure> {
        let (mut parts, body) = request.into_parts();
        let browser = Browser::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let Form(form) = Form::<WithToken<T>>::from_request(request, app)
            .await
            .map_err(|rejection: FormRejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => PageFailure::TooLarge,
                _ => PageFailure::BadForm,
            })?;
        let token = BASE64URL_NOPAD
            .decode(form.form_token.as_bytes())
            .unwrap_or_default();
        if !app
            .key
            .verify(Purpose::Form, &[browser.cookie.as_bytes()], &token)
        {
            return Err(PageFailure::BadForm);
        }
        Ok(Self {
            browser,
            fields: form.fields,
        })
    }
}
