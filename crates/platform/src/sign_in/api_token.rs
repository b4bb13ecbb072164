//! Signing in with an API token, for machines and for people without a browser.

use deskfob_otp::UnixTime;
use oauth2::basic::BasicTokenResponse;
use secrecy::ExposeSecret;

use super::SignInError;
use super::token_endpoint::{Refusal, answer, call_error, post_form, token_set};
use crate::{ApiError, ApiToken, Deployment, Http, TokenSet};

/// Trades an API token for an access token: `POST {auth}/oauth2/token` with the platform's own grant
/// `api_token`. No refresh token comes with it. `now` is what the end of the access token counts from.
///
/// # Errors
/// [`SignInError::ApiTokenInvalid`]. A step-up cannot be answered with an API token: one made before MFA
/// was turned on has to be made anew.
pub async fn sign_in_with_api_token(
    http: &Http,
    deployment: &Deployment,
    token: &ApiToken,
    now: UnixTime,
) -> Result<TokenSet, SignInError> {
    let fields = [
        ("grant_type", "api_token"),
        ("api_token", token.secret().expose_secret()),
    ];
    let reply = post_form(http, deployment, "token", &fields).await?;
    let body = answer(reply)
        .map_err(|error| call_error(error, deployment, Refusal::into_api_token_error))?;
    let response: BasicTokenResponse =
        serde_json::from_slice(&body).map_err(|_| ApiError::unexpected("access_token"))?;
    token_set(&response, now)
}
