//! Calls to the API, signed with an access token.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::SystemTime;

use hyper::body::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use crate::deployment::under;
use crate::http::host_of;
use crate::reply::Reply;
use crate::{AccessToken, ApiError, Deployment, Http};

/// A signed-in client of one deployment. The calls are in the modules of their features.
pub struct Client {
    http: Http,
    deployment: Deployment,
    access: AccessToken,
    skew: Mutex<Option<i64>>,
}

impl Client {
    /// A client that signs its calls with `access`.
    pub fn new(http: Http, deployment: Deployment, access: AccessToken) -> Self {
        Self {
            http,
            deployment,
            access,
            skew: Mutex::new(None),
        }
    }

    /// The deployment that is asked.
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// How many seconds the platform's clock was ahead of this computer's at the last answer, by the
    /// `Date` header (RFC 9110 section 6.6.1); 0 when both may be right, as after an answer that took long.
    /// `None` before the first answer with one. Codes fail when it is more than a period. Reads the system
    /// clock.
    pub fn last_skew(&self) -> Option<i64> {
        self.skew.lock().ok().and_then(|skew| *skew)
    }

    /// An address of the API.
    pub(crate) fn url(&self, segments: &[&str]) -> Url {
        under(&self.deployment.api, segments)
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, url: &Url) -> Result<T, ApiError> {
        self.send(self.request(Method::GET, url)?).await?.json()
    }

    pub(crate) async fn get_fields(&self, url: &Url) -> Result<BTreeMap<String, Value>, ApiError> {
        self.send(self.request(Method::GET, url)?).await?.fields()
    }

    pub(crate) async fn get_items(&self, url: &Url) -> Result<Vec<Value>, ApiError> {
        self.send(self.request(Method::GET, url)?).await?.items()
    }

    pub(crate) async fn post(&self, url: &Url) -> Result<Reply, ApiError> {
        self.send(self.request(Method::POST, url)?).await
    }

    pub(crate) async fn post_json(
        &self,
        url: &Url,
        body: &impl Serialize,
    ) -> Result<Reply, ApiError> {
        let body = serde_json::to_vec(body).map_err(|_| ApiError::unexpected("request"))?;
        // The body may hold a secret: wiped once it is sent.
        let body = Bytes::from_owner(Zeroizing::new(body));
        let request = self.request(Method::POST, url)?;
        self.send(request.header(CONTENT_TYPE, "application/json").body(body))
            .await
    }

    pub(crate) async fn delete(&self, url: &Url) -> Result<Reply, ApiError> {
        self.send(self.request(Method::DELETE, url)?).await
    }

    /// A request with the token. The one place where it is put into one.
    fn request(&self, method: Method, url: &Url) -> Result<RequestBuilder, ApiError> {
        if !self.deployment.owns(url) {
            return Err(ApiError::ForeignLink { host: host_of(url) });
        }
        let token = Zeroizing::new(format!("Bearer {}", self.access.secret().expose_secret()));
        // What no header can carry was never a token.
        let mut value = HeaderValue::from_str(&token).map_err(|_| ApiError::Unauthenticated)?;
        value.set_sensitive(true);
        let request = self.http.request(method, url)?;
        Ok(request
            .header(AUTHORIZATION, value)
            .header(ACCEPT, "application/json"))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Reply, ApiError> {
        let sent = SystemTime::now();
        let reply = self.http.send(request).await?;
        if let Some(date) = reply.date()
            && let Ok(mut skew) = self.skew.lock()
        {
            *skew = Some(seconds_ahead(date, sent, SystemTime::now()));
        }
        Ok(reply)
    }
}

/// By an answer that was dated, in whole seconds, at some moment between `sent` and `received`.
fn seconds_ahead(dated: SystemTime, sent: SystemTime, received: SystemTime) -> i64 {
    let most = milliseconds_ahead(dated, sent).saturating_add(999);
    let least = milliseconds_ahead(dated, received);
    if least <= 0 && most >= 0 {
        return 0;
    }
    let middle = least.saturating_add(most.saturating_sub(least) / 2);
    // Away from zero, so that a second off is one.
    let rounding = if middle < 0 { -500 } else { 500 };
    middle.saturating_add(rounding) / 1000
}

fn milliseconds_ahead(theirs: SystemTime, ours: SystemTime) -> i64 {
    let whole = |span: std::time::Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    match theirs.duration_since(ours) {
        Ok(ahead) => whole(ahead),
        Err(behind) => -whole(behind.duration()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn skew_has_a_sign_and_no_answer_is_held_against_a_clock_for_being_slow() {
        let at = |ms| UNIX_EPOCH + Duration::from_millis(ms);
        // Dated, sent, received, skew.
        let cases = [
            ("both right", 100_000, 100_400, 100_500, 0),
            ("ahead", 130_000, 100_000, 100_100, 30),
            ("behind", 70_000, 100_000, 100_100, -30),
            (
                "dated when a slow answer began",
                100_000,
                100_000,
                125_000,
                0,
            ),
            (
                "dated when a slow answer ended",
                125_000,
                100_000,
                125_000,
                0,
            ),
            ("ahead, by a slow answer", 200_000, 100_000, 110_000, 95),
        ];
        for (name, dated, sent, received, expected) in cases {
            let found = seconds_ahead(at(dated), at(sent), at(received));
            assert_eq!(found, expected, "{name}");
        }
    }

    #[tokio::test]
    async fn a_token_goes_nowhere_else() {
        let client = Client::new(
            Http::new().unwrap(),
            Deployment::upsun(),
            AccessToken::new("t".into()),
        );
        let url = Url::parse("https://evil.example/ref/users?sig=x").unwrap();
        let refused = client.get::<serde_json::Value>(&url).await.unwrap_err();
        assert_eq!(
            refused,
            ApiError::ForeignLink {
                host: "evil.example".into()
            }
        );
    }

    #[tokio::test]
    async fn a_token_that_no_header_can_carry_is_none() {
        let access = AccessToken::new("a\r\nX-Other: b".into());
        let client = Client::new(Http::new().unwrap(), Deployment::upsun(), access);
        assert_eq!(client.me().await.unwrap_err(), ApiError::Unauthenticated);
    }
}
