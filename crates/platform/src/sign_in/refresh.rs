//! Renewing a session (RFC 6749 section 6).

use deskfob_otp::UnixTime;
use oauth2::basic::BasicClient;
use oauth2::{AuthType, ClientId, ClientSecret, TokenUrl};
use secrecy::ExposeSecret;

use super::SignInError;
use super::token_endpoint::{exchange_error, token_call, token_set};
use crate::{ClientAuthentication, Deployment, Http, RefreshToken, TokenSet};

/// Gets new tokens for a refresh token: `POST {auth}/oauth2/token`. The answer's refresh token replaces
/// the one given, which may have stopped working; when none comes, the one given stays. `now` is what the
/// end of the access token counts from.
///
/// Refresh tokens may work once, so only one process at a time may call this for one session.
///
/// # Errors
/// [`SignInError::InvalidGrant`] and [`SignInError::SsoSessionExpired`]: the person must sign in again.
pub async fn refresh(
    http: &Http,
    deployment: &Deployment,
    token: &RefreshToken,
    now: UnixTime,
) -> Result<TokenSet, SignInError> {
    let mut client = BasicClient::new(ClientId::new(deployment.client_id.clone()))
        .set_auth_type(AuthType::RequestBody);
    if deployment.client_authentication == ClientAuthentication::EmptySecret {
        client = client.set_client_secret(ClientSecret::new(String::new()));
    }
    let spent = oauth2::RefreshToken::new(token.secret().expose_secret().to_owned());
    let response = client
        .set_token_uri(TokenUrl::from_url(
            deployment.auth_endpoint(&["oauth2", "token"]),
        ))
        .exchange_refresh_token(&spent)
        .request_async(&|request| token_call(http.clone(), request))
        .await
        .map_err(|error| exchange_error(error, deployment))?;
    let mut set = token_set(&response, now)?;
    set.refresh.get_or_insert_with(|| token.clone_token());
    Ok(set)
}
