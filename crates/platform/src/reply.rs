//! An answer, and what its status, headers and body mean.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use deskfob_otp::printable;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{ApiError, StepUp, lenient};

/// Longest wait that a server can ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Most fields of a `detail` object that are put into a message.
const MAX_DETAILS: usize = 4;

/// An answer that came. Its body may hold secrets and is wiped.
pub(crate) struct Reply {
    pub(crate) host: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Why the body could not be read does not matter where the status says it all.
    pub(crate) body: Result<Zeroizing<Vec<u8>>, ApiError>,
}

impl Reply {
    /// The answer of a call that succeeded.
    pub(crate) fn checked(self) -> Result<Self, ApiError> {
        match self.status.as_u16() {
            200..=299 => Ok(self),
            _ => Err(self.refusal()),
        }
    }

    /// What this status means, if it is none of success.
    pub(crate) fn refusal(&self) -> ApiError {
        let status = self.status.as_u16();
        match status {
            401 => StepUp::of(&self.headers, self.error_body().as_ref())
                .map_or(ApiError::Unauthenticated, ApiError::StepUp),
            403 => ApiError::Forbidden {
                message: self.message(),
            },
            404 => ApiError::NotFound,
            408 => ApiError::Timeout {
                host: self.host.clone(),
            },
            409 => ApiError::Conflict {
                message: self.message(),
            },
            429 => ApiError::TooManyRequests {
                retry_after: self.retry_after(),
            },
            400..=499 => ApiError::Rejected {
                status,
                message: self.message(),
            },
            300..=399 => ApiError::Redirected { status },
            _ => ApiError::Server { status },
        }
    }

    /// The JSON object of a call that succeeded.
    pub(crate) fn json<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        self.read(|start| start == b'{')
    }

    /// The JSON list of a call that succeeded.
    pub(crate) fn items(self) -> Result<Vec<Value>, ApiError> {
        self.read(|start| start == b'[')
    }

    /// The fields of a call that succeeded. Some servers write an object without any as a list.
    pub(crate) fn fields(self) -> Result<BTreeMap<String, Value>, ApiError> {
        self.read(|_| true).map(|lenient::Fields(fields)| fields)
    }

    /// `starts` says with which character the value may start: a list would be read as the fields of a
    /// structure in their order.
    fn read<T: DeserializeOwned>(self, starts: fn(u8) -> bool) -> Result<T, ApiError> {
        let reply = self.checked()?;
        if !reply.may_be_json() {
            return Err(reply.not_json());
        }
        let body = reply.body.as_ref().map_err(Clone::clone)?;
        let mut json = serde_json::Deserializer::from_slice(body);
        let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            if error.inner().is_data() {
                let path = error.path().to_string();
                ApiError::unexpected(if path == "." {
                    "content".to_owned()
                } else {
                    printable(&path)
                })
            } else {
                reply.not_json()
            }
        })?;
        json.end().map_err(|_| reply.not_json())?;
        let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
        if !first.copied().is_some_and(starts) {
            return Err(ApiError::unexpected("content"));
        }
        Ok(value)
    }

    /// The JSON body of a call that succeeded, to be read by somebody else.
    pub(crate) fn json_bytes(self) -> Result<Vec<u8>, ApiError> {
        let mut reply = self.checked()?;
        let body = match &mut reply.body {
            Ok(body) => std::mem::take(&mut **body),
            Err(error) => return Err(error.clone()),
        };
        if reply.may_be_json() && serde_json::from_slice::<IgnoredAny>(&body).is_ok() {
            Ok(body)
        } else {
            Err(reply.not_json())
        }
    }

    /// A call that succeeded and has nothing to say. A page, as a network's sign-in shows it, is no success.
    pub(crate) fn done(self) -> Result<(), ApiError> {
        let reply = self.checked()?;
        let body = reply.body.as_ref().map_err(Clone::clone)?;
        let is_json = || reply.may_be_json() && serde_json::from_slice::<IgnoredAny>(body).is_ok();
        if body.is_empty() || is_json() {
            Ok(())
        } else {
            Err(reply.not_json())
        }
    }

    /// The body of a refusal, if it is JSON.
    pub(crate) fn error_body(&self) -> Option<Value> {
        let body = self.body.as_ref().ok().filter(|_| self.may_be_json())?;
        serde_json::from_slice(body).ok()
    }

    /// The platform's words for a refusal, never empty.
    fn message(&self) -> String {
        let said = self.error_body().as_ref().and_then(message_of);
        said.unwrap_or_else(|| "it gave no reason".to_owned())
    }

    /// Media type without parameters, in lower case.
    fn content_type(&self) -> Option<String> {
        let value = text(&self.headers, CONTENT_TYPE)?;
        Some(printable(value.split(';').next()?).to_ascii_lowercase())
    }

    fn may_be_json(&self) -> bool {
        self.content_type().is_none_or(|kind| {
            kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
        })
    }

    pub(crate) fn not_json(&self) -> ApiError {
        ApiError::NotJson {
            content_type: self.content_type(),
        }
    }

    /// RFC 9110 section 10.2.3: seconds, or a date. The server's own date is what a date is measured from.
    fn retry_after(&self) -> Option<Duration> {
        let value = text(&self.headers, RETRY_AFTER)?.trim();
        if let Ok(seconds) = value.parse() {
            return Some(Duration::from_secs(seconds).min(MAX_RETRY_AFTER));
        }
        let until = httpdate::parse_http_date(value).ok()?;
        let from = self.date().unwrap_or_else(SystemTime::now);
        Some(
            until
                .duration_since(from)
                .unwrap_or_default()
                .min(MAX_RETRY_AFTER),
        )
    }

    /// When the server sent this, by its clock (RFC 9110 section 6.6.1).
    pub(crate) fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(text(&self.headers, DATE)?).ok()
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// The words in one of the three known shapes of an error: `{message, detail, title, …}`, `{error}`
/// and the one of RFC 6749 section 5.2.
pub(crate) fn message_of(body: &Value) -> Option<String> {
    let said = |field: &str| {
        let text = printable(body.get(field)?.as_str()?);
        (!text.is_empty()).then_some(text)
    };
    let message = said("message").or_else(|| said("error_description"));
    let details = body.get("detail").and_then(details);
    let said = match (message, details) {
        (Some(message), Some(details)) if message != details => {
            Some(format!("{message}: {details}"))
        }
        (Some(text), _) | (None, Some(text)) => Some(text),
        (None, None) => said("title").or_else(|| said("error")),
    };
    said.map(|text| printable(&text))
}

/// A text, or an object with lists of texts by field.
fn details(detail: &Value) -> Option<String> {
    let texts: Vec<String> = match detail {
        Value::String(text) => vec![text.clone()],
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(field, said)| {
                let said = lenient::as_texts(said);
                said.into_iter().map(move |text| format!("{field}: {text}"))
            })
            .take(MAX_DETAILS)
            .collect(),
        _ => return None,
    };
    let text = printable(&texts.join("; "));
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
