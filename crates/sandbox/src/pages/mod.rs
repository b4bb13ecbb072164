//! The sandbox's web pages. Forms and links only: no script runs on them.

mod failure;
mod layout;
mod outbox;
mod security;
mod start;

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
pub(crate) use failure::PageFailure;
pub(crate) use layout::{Nav, Page, alert, token_field};
pub(crate) use outbox::{mail, mail_html, outbox};
pub(crate) use security::{ask_removal, confirm, new_codes, remove, security, set_up};
pub(crate) use start::start;

use crate::api::Failure;

/// GET `/style.css`
pub(crate) async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, include_str!("../../assets/style.css"))
}

/// GET `/icon.svg`
pub(crate) async fn icon() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, include_str!("../../assets/icon.svg"))
}

/// Any other path: a page for browsers, JSON for programs.
pub(crate) async fn not_found(headers: HeaderMap) -> Response {
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    if accepts.is_some_and(|types| types.contains("text/html")) {
        return PageFailure::NotFound.into_response();
    }
    let message = "The sandbox does not serve this path.".to_owned();
    (StatusCode::NOT_FOUND, Failure::NotFound(message)).into_response()
}
