//! JSON request bodies.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use serde::de::DeserializeOwned;

use super::Failure;
use crate::app::Shared;

/// A JSON body, whatever its content type says: a bearer token is needed to send one, so no form on
/// another site can.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Shared> for JsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        let body = Bytes::from_request(request, app)
            .await
            .map_err(|_| Failure::TooLarge)?;
        serde_json::from_slice(&body).map(Self).map_err(|error| {
            let place = format!("line {} column {}", error.line(), error.column());
            Failure::BadRequest(format!("The body is not the JSON expected here ({place})."))
        })
    }
}
