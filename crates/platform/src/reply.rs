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
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        Reply {
            host: "api.example".into(),
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: Ok(Zeroizing::new(body.as_bytes().to_vec())),
        }
    }

    const JSON: (&str, &str) = ("content-type", "application/json");

    #[test]
    fn words_are_found_in_every_shape() {
        let cases = [
            (
                "one field",
                json!({"error": "not allowed"}),
                Some("not allowed"),
            ),
            (
                "message with details",
                json!({"status": "Bad Request", "message": "invalid", "code": 400,
                       "detail": {"passcode": ["does not match"]}, "title": "Bad Request"}),
                Some("invalid: passcode: does not match"),
            ),
            (
                "details alone",
                json!({"detail": {"a": ["b", "c"]}}),
                Some("a: b; a: c"),
            ),
            (
                "details as text",
                json!({"title": "Forbidden", "detail": "no add-on"}),
                Some("no add-on"),
            ),
            (
                "the same twice",
                json!({"message": "no", "detail": "no"}),
                Some("no"),
            ),
            (
                "title alone",
                json!({"title": "Forbidden", "status": 403}),
                Some("Forbidden"),
            ),
            (
                "OAuth",
                json!({"error": "invalid_grant", "error_description": "The code expired"}),
                Some("The code expired"),
            ),
            (
                "OAuth without words",
                json!({"error": "invalid_grant"}),
                Some("invalid_grant"),
            ),
            (
                "fields of other types",
                json!({"message": 7, "error": {"a": 1}}),
                None,
            ),
            ("empty words", json!({"message": " ", "title": ""}), None),
            ("a list", json!([]), None),
            (
                "control characters",
                json!({"message": "a\u{1b}[31mb\nc"}),
                Some("a[31mb c"),
            ),
        ];
        for (name, body, expected) in cases {
            assert_eq!(message_of(&body).as_deref(), expected, "{name}");
        }
        let long = message_of(&json!({"message": "x".repeat(100_000)})).unwrap();
        assert_eq!(long.len(), 256, "a server cannot fill the screen");
    }

    #[test]
    fn a_status_is_one_error() {
        let forbidden = |message: &str| ApiError::Forbidden {
            message: message.into(),
        };
        let cases = [
            (
                "401",
                reply(401, &[JSON], r#"{"error":"expired"}"#),
                ApiError::Unauthenticated,
            ),
            (
                "401 without body",
                reply(401, &[], ""),
                ApiError::Unauthenticated,
            ),
            (
                "403",
                reply(403, &[JSON], r#"{"error":"no"}"#),
                forbidden("no"),
            ),
            (
                "403 as a problem",
                reply(
                    403,
                    &[("content-type", "Application/Problem+JSON; charset=utf-8")],
                    r#"{"title":"No"}"#,
                ),
                forbidden("No"),
            ),
            (
                "403 as a page",
                reply(403, &[("content-type", "text/html")], "<h1>blocked</h1>"),
                forbidden("it gave no reason"),
            ),
            (
                "403 without body",
                reply(403, &[], ""),
                forbidden("it gave no reason"),
            ),
            ("404", reply(404, &[], ""), ApiError::NotFound),
            (
                "409",
                reply(409, &[], ""),
                ApiError::Conflict {
                    message: "it gave no reason".into(),
                },
            ),
            (
                "408",
                reply(408, &[], ""),
                ApiError::Timeout {
                    host: "api.example".into(),
                },
            ),
            (
                "400",
                reply(400, &[JSON], r#"{"error":"bad code"}"#),
                ApiError::Rejected {
                    status: 400,
                    message: "bad code".into(),
                },
            ),
            (
                "402",
                reply(402, &[], ""),
                ApiError::Rejected {
                    status: 402,
                    message: "it gave no reason".into(),
                },
            ),
            ("500", reply(500, &[], ""), ApiError::Server { status: 500 }),
            ("503", reply(503, &[], ""), ApiError::Server { status: 503 }),
            (
                "302",
                reply(302, &[("location", "https://evil.example")], ""),
                ApiError::Redirected { status: 302 },
            ),
        ];
        for (name, reply, expected) in cases {
            assert_eq!(reply.done().unwrap_err(), expected, "{name}");
        }
    }

    #[test]
    fn a_step_up_is_told_from_an_ended_session() {
        let challenge = (
            "www-authenticate",
            r#"Bearer error="insufficient_user_authentication", amr="mfa""#,
        );
        let found = reply(401, &[challenge], "").refusal();
        assert_eq!(
            found,
            ApiError::StepUp(StepUp {
                acr_values: Vec::new(),
                amr: vec!["mfa".into()],
                max_age: None
            })
        );
        let elsewhere = reply(403, &[challenge], "").refusal();
        assert_eq!(elsewhere.code(), "forbidden", "a challenge belongs to 401");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let date = ("date", "Tue, 15 Nov 1994 08:12:31 GMT");
        let cases: [(&str, &str, Option<u64>); 10] = [
            ("seconds", "120", Some(120)),
            ("none", "0", Some(0)),
            ("with space", " 7 ", Some(7)),
            ("a date", "Tue, 15 Nov 1994 08:13:01 GMT", Some(30)),
            (
                "a date of the older form",
                "Tuesday, 15-Nov-94 08:13:01 GMT",
                Some(30),
            ),
            (
                "a date that is over",
                "Tue, 15 Nov 1994 08:00:00 GMT",
                Some(0),
            ),
            ("weeks", "9999999", Some(86_400)),
            ("more than fits", "99999999999999999999999", None),
            ("negative", "-5", None),
            ("words", "soon", None),
        ];
        for (name, value, expected) in cases {
            let found = reply(429, &[date, ("retry-after", value)], "").refusal();
            let expected = expected.map(Duration::from_secs);
            assert_eq!(
                found,
                ApiError::TooManyRequests {
                    retry_after: expected
                },
                "{name}"
            );
        }
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Answer {
        list: Vec<u8>,
    }

    #[test]
    fn only_json_of_the_right_form_is_an_answer() {
        let html = ("content-type", "text/html; charset=utf-8");
        let cases = [
            (
                "as described",
                reply(200, &[JSON], r#"{"list":[1]}"#),
                Ok(Answer { list: vec![1] }),
            ),
            (
                "created",
                reply(201, &[JSON], r#"{"list":[]}"#),
                Ok(Answer { list: vec![] }),
            ),
            (
                "no media type",
                reply(200, &[], r#"{"list":[]}"#),
                Ok(Answer { list: vec![] }),
            ),
            ("a page", reply(200, &[html], "<html>"), Err("not_json")),
            (
                "a page that says it is JSON",
                reply(200, &[JSON], "<html>"),
                Err("not_json"),
            ),
            (
                "JSON that says it is a page",
                reply(200, &[html], r#"{"list":[]}"#),
                Err("not_json"),
            ),
            ("nothing", reply(200, &[JSON], ""), Err("not_json")),
            (
                "half of it",
                reply(200, &[JSON], r#"{"list":[1"#),
                Err("not_json"),
            ),
            (
                "more after it",
                reply(200, &[JSON], r#"{"list":[]}{}"#),
                Err("not_json"),
            ),
            (
                "a field missing",
                reply(200, &[JSON], "{}"),
                Err("unexpected_answer"),
            ),
            (
                "a field of another type",
                reply(200, &[JSON], r#"{"list":[true]}"#),
                Err("unexpected_answer"),
            ),
            (
                "a list of the fields",
                reply(200, &[JSON], "[[1]]"),
                Err("unexpected_answer"),
            ),
            (
                "a deep nest",
                reply(200, &[JSON], &format!(r#"{{"x":{}"#, "[".repeat(10_000))),
                Err("not_json"),
            ),
        ];
        for (name, reply, expected) in cases {
            assert_eq!(
                reply.json::<Answer>().map_err(|e| e.code()),
                expected,
                "{name}"
            );
        }
        let field = reply(200, &[JSON], r#"{"list":[true]}"#)
            .json::<Answer>()
            .unwrap_err();
        assert_eq!(
            field,
            ApiError::unexpected("list[0]"),
            "the field is named, not its value"
        );
    }

    #[test]
    fn a_page_is_no_success() {
        let html = ("content-type", "text/html");
        assert_eq!(reply(204, &[], "").done(), Ok(()));
        assert_eq!(reply(200, &[JSON], "{}").done(), Ok(()));
        assert_eq!(
            reply(200, &[html], "<html>").done().map_err(|e| e.code()),
            Err("not_json")
        );
        assert_eq!(
            reply(200, &[], "<html>").done().map_err(|e| e.code()),
            Err("not_json")
        );
    }

    #[test]
    fn a_body_that_never_came_does_not_hide_the_status() {
        let mut cut = reply(403, &[JSON], "");
        cut.body = Err(ApiError::CutOff);
        assert_eq!(cut.refusal().code(), "forbidden");
        let mut cut = reply(200, &[JSON], "");
        cut.body = Err(ApiError::TooLarge);
        assert_eq!(cut.json::<Answer>(), Err(ApiError::TooLarge));
    }
}
