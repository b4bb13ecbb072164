//! The two shapes in which the platform has described its errors.

use std::str::FromStr;

use axum::{
    Json,
    http::header::CONTENT_LENGTH,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// How the REST API words its errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErrorShape {
    /// `{status, message, code, detail, title}`: the description before January 2026.
    #[default]
    Old,
    /// `{error}`: the description since.
    New,
}

/// The words of an error, beside its answer.
#[derive(Clone)]
pub(crate) struct Words(pub(crate) String);

impl ErrorShape {
    /// An answer in this shape, if it is one of the API's errors.
    pub(crate) fn write(self, response: Response) -> Response {
        let words = response.extensions().get::<Words>().cloned();
        let (Self::New, Some(Words(words))) = (self, words) else {
            return response;
        };
        let (mut parts, _) = response.into_parts();
        parts.headers.remove(CONTENT_LENGTH);
        let body = Json(json!({ "error": words })).into_response().into_body();
        Response::from_parts(parts, body)
    }
}

impl FromStr for ErrorShape {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "old" => Ok(Self::Old),
            "new" => Ok(Self::New),
            _ => Err("the shape of errors is old or new"),
        }
    }
}
