//! POST `/oauth2/register`: a program registers itself as a client (RFC 7591).

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use url::{Host, Url};
use uuid::Uuid;

use super::failure::OauthFailure;
use crate::{api::JsonBody, app::Shared, clock};

/// Longest name of a client, in characters.
const LONGEST_NAME: usize = 100;
/// Most redirect addresses of a client.
const MOST_REDIRECTS: usize = 10;

fn no_secret() -> String {
    "none".to_owned()
}

/// What a client says of itself (RFC 7591, section 2).
#[derive(Deserialize)]
pub(crate) struct Metadata {
    #[serde(default)]
    client_name: String,
    redirect_uris: Vec<String>,
    #[serde(default)]
    grant_types: Vec<String>,
    #[serde(default)]
    response_types: Vec<String>,
    #[serde(default = "no_secret")]
    token_endpoint_auth_method: String,
}

impl Metadata {
    /// Public clients on loopback only: what the browser flow of this machine needs.
    fn check(&self) -> Result<(), OauthFailure> {
        let served = |grant: &String| grant == "authorization_code" || grant == "refresh_token";
        let public = self.token_endpoint_auth_method == "none"
            && self.grant_types.iter().all(served)
            && self.response_types.iter().all(|kind| kind == "code");
        if !public {
            return Err(OauthFailure::invalid_client_metadata(
                "Only public clients of the authorization code flow are registered.",
            ));
        }
        if self.client_name.chars().count() > LONGEST_NAME {
            return Err(OauthFailure::invalid_client_metadata(
                "The name is too long.",
            ));
        }
        let redirects = &self.redirect_uris;
        if redirects.is_empty()
            || redirects.len() > MOST_REDIRECTS
            || !redirects.iter().all(|text| is_loopback(text))
        {
            return Err(OauthFailure::invalid_redirect_uri());
        }
        Ok(())
    }
}

fn is_loopback(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            _ => false,
        };
        url.scheme() == "http" && address && url.fragment().is_none()
    })
}

/// POST `/oauth2/register`. Needs no token.
pub(crate) async fn register(
    State(app): State<Shared>,
    JsonBody(metadata): JsonBody<Metadata>,
) -> Result<(StatusCode, Json<Value>), OauthFailure> {
    metadata.check()?;
    let (id, now) = (Uuid::new_v4().to_string(), clock::now());
    let name = match metadata.client_name.trim() {
        "" => "An application",
        name => name,
    };
    app.store
        .change(|data| {
            data.register_client(id.clone(), name.to_owned(), now);
            Ok::<_, OauthFailure>(())
        })
        .await?;
    let answer = json!({
        "client_id": id,
        "client_id_issued_at": now,
        "client_name": name,
        "redirect_uris": metadata.redirect_uris,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    Ok((StatusCode::CREATED, Json(answer)))
}
