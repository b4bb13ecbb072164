//! Ending a session (RFC 7009).

use secrecy::{ExposeSecret, SecretString};

use super::SignInError;
use super::token_endpoint::post_form;
use crate::{Deployment, Http, TokenSet};

/// Makes the platform forget the tokens: `POST {auth}/oauth2/revoke` for the refresh token, then for the
/// access token. A token that the platform does not know is no error (RFC 7009 section 2.2).
///
/// # Errors
/// The first error; the other token is tried all the same.
pub async fn revoke(
    http: &Http,
    deployment: &Deployment,
    tokens: &TokenSet,
) -> Result<(), SignInError> {
    let refresh = match &tokens.refresh {
        Some(token) => revoke_one(http, deployment, token.secret(), "refresh_token").await,
        None => Ok(()),
    };
    let access = revoke_one(http, deployment, tokens.access.secret(), "access_token").await;
    refresh.and(access)
}

async fn revoke_one(
    http: &Http,
    deployment: &Deployment,
    token: &SecretString,
    kind: &str,
) -> Result<(), SignInError> {
    let fields = [("token", token.expose_secret()), ("token_type_hint", kind)];
    Ok(post_form(http, deployment, "revoke", &fields)
        .await?
        .done()?)
}
