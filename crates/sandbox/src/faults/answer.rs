//! What comes instead of the right answer.

use std::{io, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes, to_bytes},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use futures_util::stream;
use serde_json::json;
use tokio::time;

use super::{Breaker, Fault};
use crate::api::Failure;

/// Largest answer that is cut.
const MOST_BYTES: usize = 64 << 20;
/// Lets the first half of an answer leave before the connection ends.
const HALF_SENT: Duration = Duration::from_millis(50);

/// `real` is the right answer, if the request was acted on.
pub(super) async fn instead(
    fault: Fault,
    breaker: Option<&Breaker>,
    real: Option<Response>,
) -> Response {
    match fault {
        Fault::Delay(_) => real.unwrap_or_default(),
        Fault::Status(status) => Failure::Ordered(status).into_response(),
        Fault::Wait(wait) => {
            let message = "Too many requests.".to_owned();
            Failure::TooManyRequests { message, wait }.into_response()
        }
        Fault::Reset => {
            if let Some(breaker) = breaker {
                breaker.break_off();
            }
            StatusCode::NO_CONTENT.into_response()
        }
        Fault::Cut => cut(real.unwrap_or_default()).await,
        Fault::Html => {
            Html("<!doctype html><title>Sign in to this network</title>").into_response()
        }
        Fault::StepUp(challenge) => challenge.respond(),
        Fault::SsoExpired => oauth(
            StatusCode::BAD_REQUEST,
            json!({
                "error": "invalid_grant",
                "error_description": "The SSO session has expired. Sign in again.",
            }),
        ),
        Fault::TokenRefused => oauth(
            StatusCode::UNAUTHORIZED,
            json!({
                "error": "request_unauthorized",
                "error_description": "The request could not be authorized.",
                "error_hint": "Check that the API token is valid.",
            }),
        ),
    }
}

fn oauth(status: StatusCode, body: serde_json::Value) -> Response {
    (status, Json(body)).into_response()
}

/// Half of the answer under the length of the whole, then the connection ends.
async fn cut(real: Response) -> Response {
    let (mut parts, body) = real.into_parts();
    let Ok(whole) = to_bytes(body, MOST_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // Of an answer without a body, one byte is promised and never comes.
    let promised = whole.len().max(1);
    if parts.status == StatusCode::NO_CONTENT {
        parts.status = StatusCode::OK;
    }
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(promised));
    let half = whole.slice(..whole.len() / 2);
    let halves = stream::unfold(Some(half), |half| async move {
        match half {
            Some(half) => Some((Ok::<Bytes, io::Error>(half), None)),
            None => {
                time::sleep(HALF_SENT).await;
                Some((Err(io::ErrorKind::ConnectionAborted.into()), None))
            }
        }
    });
    Response::from_parts(parts, Body::from_stream(halves))
}
