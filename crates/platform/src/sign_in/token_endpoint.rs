//! Calls to the token endpoint (RFC 6749 section 3.2) and what its answers mean.

use deskfob_otp::{UnixTime, printable};
use oauth2::basic::{BasicErrorResponse, BasicTokenResponse, BasicTokenType};
use oauth2::{HttpRequest, HttpResponse, RequestTokenError, TokenResponse};
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use secrecy::SecretString;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::SignInError;
use crate::reply::{Reply, message_of};
use crate::tokens::MAX_TOKEN_BYTES;
use crate::{
    AccessToken, ApiError, ClientAuthentication, Deployment, Http, RefreshToken, RegistrationError,
    TokenSet,
};

/// Life of an access token whose answer does not say, seconds; what the platform's documentation shows.
const DEFAULT_LIFE_SECONDS: u64 = 900;
/// Longest life that is believed, seconds: a token lasts at most a day here.
const MAX_LIFE_SECONDS: u64 = 24 * 60 * 60;

/// A refusal of the token endpoint (RFC 6749 section 5.2) or the registration endpoint (RFC 7591 section 3.2.2). `error_hint` is the platform's own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    error: String,
    description: Option<String>,
    hint: Option<String>,
}

/// Why a call to the token endpoint gave no tokens.
#[derive(Debug, thiserror::Error)]
pub(super) enum TokenCallError {
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error("refused with {}", .0.error)]
    Refused(Refusal),
}

impl Refusal {
    /// The refusal in an answer, unless its status says it better.
    pub(crate) fn of(reply: &Reply) -> Option<Self> {
        if !matches!(reply.status.as_u16(), 400 | 401 | 403) {
            return None;
        }
        let body = reply.error_body()?;
        let said = |field: &str| body.get(field).and_then(Value::as_str).map(printable);
        let error = said("error").filter(|error| !error.is_empty())?;
        let described = said("error_description").filter(|said| !said.is_empty());
        let description = described.or_else(|| message_of(&body).filter(|said| *said != error));
        Some(Self {
            error,
            description,
            hint: said("error_hint"),
        })
    }

    /// What the refusal of a registration means.
    pub(crate) fn into_registration_error(self) -> RegistrationError {
        RegistrationError::Refused {
            error: self.error,
            description: self.description,
        }
    }

    /// What the refusal of a code or a refresh token means.
    pub(super) fn into_error(self, asked: &Deployment) -> SignInError {
        if self.says("sso session has expired") {
            return SignInError::SsoSessionExpired;
        }
        match self.error.as_str() {
            "invalid_grant" | "request_unauthorized" if self.says("api token") => {
                SignInError::ApiTokenInvalid
            }
            "invalid_grant" => SignInError::InvalidGrant {
                description: self.description,
            },
            "invalid_client" => SignInError::UnknownClient {
                registered: asked.registered,
                description: self.description,
            },
            _ => SignInError::Refused {
                error: self.error,
                description: self.description,
            },
        }
    }

    /// What the refusal of an API token means.
    pub(super) fn into_api_token_error(self, asked: &Deployment) -> SignInError {
        match self.into_error(asked) {
            SignInError::InvalidGrant { .. } => SignInError::ApiTokenInvalid,
            other => other,
        }
    }

    fn says(&self, words: &str) -> bool {
        let said = [&self.description, &self.hint];
        said.into_iter()
            .flatten()
            .any(|text| text.to_ascii_lowercase().contains(words))
    }
}

/// Sends a request of the `oauth2` crate. Takes what it needs by value, so that the exchange can move
/// between threads.
pub(super) async fn token_call(
    http: Http,
    request: HttpRequest,
) -> Result<HttpResponse, TokenCallError> {
    let (parts, body) = request.into_parts();
    let url = Url::parse(&parts.uri.to_string()).map_err(|_| ApiError::unexpected("address"))?;
    let mut out = http.request(Method::POST, &url)?;
    for name in [ACCEPT, CONTENT_TYPE, AUTHORIZATION] {
        if let Some(value) = parts.headers.get(&name) {
            let mut value = value.clone();
            value.set_sensitive(name == AUTHORIZATION);
            out = out.header(name, value);
        }
    }
    Ok(HttpResponse::new(answer(http.send(out.body(body)).await?)?))
}

/// Sends a form with the client's name in it.
pub(super) async fn post_form(
    http: &Http,
    deployment: &Deployment,
    endpoint: &str,
    fields: &[(&str, &str)],
) -> Result<Reply, ApiError> {
    let mut client = vec![("client_id", deployment.client_id.as_str())];
    if deployment.client_authentication == ClientAuthentication::EmptySecret {
        client.push(("client_secret", ""));
    }
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .extend_pairs(client)
        .finish();
    let url = deployment.auth_endpoint(&["oauth2", endpoint]);
    let request = http
        .request(Method::POST, &url)?
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form);
    http.send(request).await
}

/// The body of an answer with tokens.
pub(super) fn answer(reply: Reply) -> Result<Vec<u8>, TokenCallError> {
    if let Some(refusal) = Refusal::of(&reply) {
        return Err(TokenCallError::Refused(refusal));
    }
    Ok(reply.json_bytes()?)
}

/// What an exchange by the `oauth2` crate failed with. Its own errors may hold the answer, so they are dropped.
pub(super) fn exchange_error(
    error: RequestTokenError<TokenCallError, BasicErrorResponse>,
    asked: &Deployment,
) -> SignInError {
    match error {
        RequestTokenError::Request(error) => call_error(error, asked, Refusal::into_error),
        RequestTokenError::Parse(error, _) => {
            ApiError::unexpected(field_of(&error.path().to_string())).into()
        }
        RequestTokenError::ServerResponse(_) | RequestTokenError::Other(_) => {
            ApiError::unexpected("token").into()
        }
    }
}

pub(super) fn call_error(
    error: TokenCallError,
    asked: &Deployment,
    refused: fn(Refusal, &Deployment) -> SignInError,
) -> SignInError {
    match error {
        TokenCallError::Refused(refusal) => refused(refusal, asked),
        TokenCallError::Api(error) => error.into(),
    }
}

/// Flattened fields lose their path.
fn field_of(path: &str) -> String {
    if path.is_empty() || path == "." {
        "token".to_owned()
    } else {
        printable(path)
    }
}

/// The tokens of an answer (RFC 6749 section 5.1) that came at `now`.
pub(super) fn token_set(
    response: &BasicTokenResponse,
    now: UnixTime,
) -> Result<TokenSet, SignInError> {
    if *response.token_type() != BasicTokenType::Bearer {
        return Err(ApiError::unexpected("token_type").into());
    }
    let access = AccessToken::new(secret(response.access_token().secret(), "access_token")?);
    let refresh = match response.refresh_token() {
        Some(token) if !token.secret().is_empty() => {
            Some(RefreshToken::new(secret(token.secret(), "refresh_token")?))
        }
        _ => None,
    };
    let mut set = TokenSet {
        access,
        refresh,
        expires_at: now,
    };
    // Counted from now, so that a wrong clock here does not matter; the token's own time is the platform's.
    let life = response
        .expires_in()
        .map(|life| life.as_secs())
        .unwrap_or_else(|| {
            let claimed = set
                .claims()
                .expires_at
                .map(|end| end.0.saturating_sub(now.0));
            claimed.unwrap_or(DEFAULT_LIFE_SECONDS)
        });
    set.expires_at = UnixTime(now.0.saturating_add(life.min(MAX_LIFE_SECONDS)));
    Ok(set)
}

/// A token that a header can carry.
fn secret(text: &str, field: &str) -> Result<SecretString, ApiError> {
    let usable = (1..=MAX_TOKEN_BYTES).contains(&text.len());
    if usable && text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(SecretString::from(Box::<str>::from(text)))
    } else {
        Err(ApiError::unexpected(field))
    }
}

#[cfg(test)]
mod tests;
