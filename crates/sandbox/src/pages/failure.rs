//! How a page says no.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::html;

use super::{Nav, Page};
use crate::{api::Failure, state::StoreError};

/// Why a page cannot be shown or a form is not taken.
#[derive(Debug)]
pub(crate) enum PageFailure {
    /// The request must not be followed up, for this reason.
    Refused(String),
    /// The sign-in took too long, or began in another browser.
    Lapsed,
    /// The form was not given to this browser.
    BadForm,
    TooLarge,
    NotFound,
    Internal,
}

impl From<StoreError> for PageFailure {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "state not written");
        Self::Internal
    }
}

impl From<getrandom::Error> for PageFailure {
    fn from(_: getrandom::Error) -> Self {
        Self::Internal
    }
}

impl From<Failure> for PageFailure {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotFound(_) => Self::NotFound,
            _ => Self::Internal,
        }
    }
}

impl IntoResponse for PageFailure {
    fn into_response(self) -> Response {
        let (status, title, words) = match &self {
            Self::Refused(reason) => (
                StatusCode::BAD_REQUEST,
                "This sign-in cannot go on",
                format!("{reason} Nothing was sent anywhere. Go back to the application and try again."),
            ),
            Self::Lapsed => (
                StatusCode::BAD_REQUEST,
                "This sign-in is over",
                "It took too long, was finished, or began in another browser. Go back to the application and start again.".to_owned(),
            ),
            Self::BadForm => (
                StatusCode::BAD_REQUEST,
                "This form is out of date",
                "Go back, reload the page and send it again.".to_owned(),
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "That was too much",
                "The form is larger than the sandbox takes.".to_owned(),
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "There is nothing here",
                "The sandbox has no page at this address.".to_owned(),
            ),
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The sandbox has a problem",
                "It could not do that. Its messages in the terminal say more.".to_owned(),
            ),
        };
        let body = html! {
            h1 { (title) }
            p { (words) }
            p { a href="/" { "Start page" } }
        };
        (status, Page::new("Problem", Nav::None, body).narrow()).into_response()
    }
}
