//! The certifier: `/ssh` signs a person's SSH key, `/ssh/authority` says whom servers have to trust.

mod authority;
mod certificate;

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};
use ssh_key::PublicKey;

pub(crate) use authority::Authority;

use crate::{
    api::{Caller, Failure, JsonBody},
    app::Shared,
    clock,
};

#[derive(Deserialize)]
pub(crate) struct Asked {
    /// A line as in `id_ed25519.pub`.
    key: String,
}

/// POST `/ssh`: a certificate for the caller's key that says how the caller signed in.
pub(crate) async fn certify(
    State(app): State<Shared>,
    caller: Caller,
    JsonBody(asked): JsonBody<Asked>,
) -> Result<Json<Value>, Failure> {
    let key = PublicKey::from_openssh(asked.key.trim())
        .map_err(|_| Failure::BadRequest("The key is not an OpenSSH public key.".to_owned()))?;
    let certificate = app
        .authority
        .certify(&key, &caller.claims, clock::now())
        .and_then(|certificate| Ok(certificate.to_openssh()?))
        .map_err(|_| Failure::Internal("The key cannot be certified."))?;
    Ok(Json(json!({ "certificate": certificate })))
}

/// GET `/ssh/authority`: public keys, one line each. Needs no token.
pub(crate) async fn authorities(State(app): State<Shared>) -> Result<Json<Value>, Failure> {
    let line = app
        .authority
        .public_key()
        .map_err(|_| Failure::Internal("The authority's key cannot be written."))?;
    Ok(Json(json!({ "authorities": [line] })))
}
