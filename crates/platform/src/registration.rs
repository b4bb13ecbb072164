//! Registering as a client of an authorization server (RFC 7591), where no client identifier was given.

use reqwest::Method;
use reqwest::header::ACCEPT;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use url::Url;

use crate::deployment::{base, is_client_id, under};
use crate::reply::Reply;
use crate::sign_in::Refusal;
use crate::{ApiError, Http};

mod error;

pub use error::RegistrationError;

/// What an authorization server says of a client that it registered (RFC 7591 section 3.2.1). A registration access
/// token (RFC 7592) and all else is neither read nor kept.
#[derive(Deserialize)]
struct Registered {
    client_id: String,
    token_endpoint_auth_method: Option<String>,
    client_secret: Option<IgnoredAny>,
}

/// Registers Deskfob as a public client of the authorization server at `auth`: `POST {auth}/oauth2/register`
/// (RFC 7591 section 3.1). Gives the client identifier. Its one redirect address has no port, since a public client
/// on loopback may use any (RFC 8252 section 7.3).
///
/// Every call registers another client, so whoever calls this keeps the identifier.
///
/// # Errors
/// See [`RegistrationError`].
pub async fn register(http: &Http, auth: &Url) -> Result<String, RegistrationError> {
    let url = under(&base(auth.clone())?, &["oauth2", "register"]);
    let metadata = json!({
        "client_name": "Deskfob",
        "redirect_uris": ["http://127.0.0.1"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    let request = http
        .request(Method::POST, &url)?
        .header(ACCEPT, "application/json")
        .json(&metadata);
    read(http.send(request).await?)
}

fn read(reply: Reply) -> Result<String, RegistrationError> {
    let status = reply.status.as_u16();
    if matches!(status, 404 | 405 | 501) {
        return Err(RegistrationError::NotSupported { status });
    }
    if let Some(refusal) = Refusal::of(&reply) {
        return Err(refusal.into_registration_error());
    }
    if matches!(status, 401 | 403) {
        return Err(RegistrationError::Refused {
            error: format!("status {status}"),
            description: None,
        });
    }
    let registered: Registered = reply.json()?;
    let public = registered
        .token_endpoint_auth_method
        .is_none_or(|method| method == "none");
    if registered.client_secret.is_some() || !public {
        return Err(RegistrationError::Confidential);
    }
    if is_client_id(&registered.client_id) {
        Ok(registered.client_id)
    } else {
        Err(ApiError::unexpected("client_id").into())
    }
}
