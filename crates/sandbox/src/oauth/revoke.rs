//! POST `/oauth2/revoke` (RFC 7009).

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};

use super::{failure::OauthFailure, token::Parameters};
use crate::{app::Shared, state::Grant};

/// POST `/oauth2/revoke`. A refresh token takes its whole family with it; an access token goes alone.
/// A token that is not known is as good as revoked: 200 as well.
pub(crate) async fn revoke(
    State(app): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, OauthFailure> {
    let parameters = Parameters::read(&headers, &body)?;
    app.store
        .read(|data| parameters.client(&headers, &data.clients))
        .await?;
    let token = parameters
        .get("token")
        .ok_or(OauthFailure::invalid_request("A parameter is missing."))?;
    let refresh = Grant::read_refresh_token(token, &app.key);
    let access = app.tokens.read_expired(token);
    app.store
        .change(|data| {
            if let Some(grant) = refresh.and_then(|(id, _)| data.grants.get_mut(&id)) {
                grant.revoked = true;
            }
            if let Some(claims) = access {
                data.revoked.insert(claims.jti, claims.exp);
            }
            Ok::<_, OauthFailure>(StatusCode::OK)
        })
        .await
}
