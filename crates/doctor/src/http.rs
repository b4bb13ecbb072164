//! Answers of the API and of the authorization server: JSON bodies in their three forms, challenges, statuses.

use deskfob_otp::printable;
use serde_json::{Deserializer, Map, Value};

use crate::leak::mask;
use crate::pattern::pattern;
use crate::reading::Reading;
use crate::{Asked, Symptom};

/// Longest body that is read, bytes.
const MAX_OBJECT: usize = 16 * 1024;
/// Most bytes that are read in search of bodies, all beginnings together.
const MAX_READ: usize = 4 * 1024 * 1024;
/// Most bodies that are kept.
const MAX_OBJECTS: usize = 500;
/// How deep inside a log's own JSON a body is looked for.
const MAX_DEPTH: usize = 5;
/// How far behind its status a body can begin, bytes.
const STATUS_REACH: usize = 2048;
/// Longest text of the platform that is kept, characters.
const MAX_WORDS: usize = 200;

/// RFC 9470 section 3.
pub(crate) const INSUFFICIENT: &str = "insufficient_user_authentication";

/// A JSON object of the text.
pub(crate) struct Object {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) fields: Map<String, Value>,
}

/// The objects of the text that could be an error's body, in its order.
pub(crate) fn objects(joined: &str) -> Vec<Object> {
    let mut found = Vec::new();
    let mut read = 0;
    let mut at = 0;
    while let Some(open) = joined.get(at..).and_then(|rest| rest.find('{')) {
        let from = at + open;
        at = from + 1;
        if read >= MAX_READ || found.len() >= MAX_OBJECTS {
            break;
        }
        if !joined[at..].trim_start().starts_with('"') {
            continue;
        }
        let mut end = from.saturating_add(MAX_OBJECT).min(joined.len());
        while !joined.is_char_boundary(end) {
            end -= 1;
        }
        let mut objects = Deserializer::from_str(&joined[from..end]).into_iter::<Value>();
        match objects.next() {
            Some(Ok(Value::Object(fields))) => {
                let length = objects.byte_offset();
                read += length;
                at = from + length;
                if let Some(fields) = body(fields, MAX_DEPTH) {
                    found.push(Object {
                        from,
                        to: at,
                        fields,
                    });
                }
            }
            // The text has no line breaks any more, so that the column is how much was read.
            Some(Err(error)) => read += error.column(),
            _ => {}
        }
    }
    found
}

/// The error's body in an object: itself, or what a log put it in.
fn body(fields: Map<String, Value>, depth: usize) -> Option<Map<String, Value>> {
    if is_body(&fields) {
        return Some(fields);
    }
    let depth = depth.checked_sub(1)?;
    fields.into_iter().find_map(|(_, value)| match value {
        Value::Object(inner) => body(inner, depth),
        Value::Array(items) => items.into_iter().find_map(|item| match item {
            Value::Object(inner) => body(inner, depth),
            _ => None,
        }),
        _ => None,
    })
}

fn is_body(fields: &Map<String, Value>) -> bool {
    let text = |name: &str| fields.get(name).is_some_and(Value::is_string);
    let said = |name: &str| fields.contains_key(name);
    if text("error") {
        return true;
    }
    // A log's own lines have a message too; a body has two more fields of its form.
    let form = ["status", "code", "title", "detail"];
    let rest = form.iter().filter(|name| said(name)).count();
    (text("message") || text("title")) && status(fields).is_some() && rest >= 2
}

/// The status that a body tells.
fn status(fields: &Map<String, Value>) -> Option<u16> {
    ["status", "code"].iter().find_map(|name| {
        let status = match fields.get(*name)? {
            Value::String(text) => text.trim().parse().ok()?,
            Value::Number(number) => number.as_u64()?,
            _ => return None,
        };
        u16::try_from(status)
            .ok()
            .filter(|status| (400..600).contains(status))
    })
}

/// What a body says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) symptom: Symptom,
    pub(crate) asked: Asked,
    /// The platform's own words.
    pub(crate) words: Option<String>,
}

/// Reads a body. `status` is that of the answer it came in, if the text has it.
pub(crate) fn read(fields: &Map<String, Value>, status_before: Option<u16>) -> Option<Answer> {
    let error = fields
        .get("error")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let words = words(fields);
    let status = status(fields).or(status_before);
    let symptom = match oauth(error, fields) {
        Some(symptom) => symptom,
        None => match status {
            Some(status) => Symptom::of_status(status)?,
            None => in_words(words.as_deref()?)?,
        },
    };
    let mut asked = match symptom {
        Symptom::StepUp => Asked::of_json(&Value::Object(fields.clone())),
        _ => Asked::default(),
    };
    if symptom == Symptom::Forbidden && words.as_deref().is_some_and(tells_of_mfa) {
        asked = Asked::mfa();
    }
    Some(Answer {
        symptom,
        asked,
        words,
    })
}

/// The errors of OAuth that have a meaning of their own (RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750, RFC 9470).
fn oauth(error: &str, fields: &Map<String, Value>) -> Option<Symptom> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let told = format!("{} {}", text("error_description"), text("error_hint"));
    of_oauth(error, &told)
}

/// As [`oauth`], with the description and the hint.
pub(crate) fn of_oauth(error: &str, told: &str) -> Option<Symptom> {
    let told: String = told
        .to_ascii_lowercase()
        .replace("%20", "")
        .chars()
        .filter(|character| character.is_ascii_alphanumeric())
        .collect();
    Some(match error {
        INSUFFICIENT => Symptom::StepUp,
        "invalid_grant" if told.contains("ssosessionhasexpired") => Symptom::SsoSessionExpired,
        "invalid_grant" | "request_unauthorized" if told.contains("apitoken") => {
            Symptom::ApiTokenInvalid
        }
        "invalid_grant" | "request_unauthorized" | "invalid_token" | "login_required" => {
            Symptom::SessionEnded
        }
        "access_denied" | "consent_required" => Symptom::ConsentDenied,
        _ => return None,
    })
}

/// What a body of one text means when no status is known. Nothing, unless the words are plain.
fn in_words(words: &str) -> Option<Symptom> {
    let words = words.to_ascii_lowercase();
    let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
    Some(if says(&["too many requests", "rate limit"]) {
        Symptom::TooManyRequests
    } else if says(&[
        "forbidden",
        "not allowed to",
        "do not have permission",
        "don't have permission",
    ]) {
        Symptom::Forbidden
    } else if says(&["unauthorized", "unauthenticated"]) {
        Symptom::SessionEnded
    } else {
        return None;
    })
}

pub(crate) fn tells_of_mfa(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    words
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| word == "mfa")
        || words.contains("multi-factor")
        || words.contains("multifactor")
}

/// The text for people, in the order in which the platform's own clients look for it.
fn words(fields: &Map<String, Value>) -> Option<String> {
    let names = ["message", "detail", "error_description", "title", "error"];
    let found = names.iter().find_map(|name| {
        let text = fields.get(*name)?.as_str()?.trim();
        (!text.is_empty()).then_some(text)
    })?;
    let mut words = printable(&mask(found));
    if let Some((end, _)) = words.char_indices().nth(MAX_WORDS) {
        words.truncate(end);
    }
    (!words.is_empty()).then_some(words)
}

pattern!(
    STATUS,
    r"(?i)\bHTTP/[0-9](?:\.[0-9])?\s+([1-5][0-9]{2})\b|\bresulted in a\s*`?([1-5][0-9]{2})\b"
);
pattern!(MAX_AGE, r#"(?i)\bmax_age\s*=\s*"?([0-9]{1,10})"#);
pattern!(
    AMR,
    r#"(?i)\bamr\s*=\s*(?:"([^"]{0,400})"|([A-Za-z0-9:*_.-]{1,64}))"#
);
pattern!(
    RETRY_AFTER,
    r#"(?i)\bretry-after"?\s*[:=]\s*"?([0-9]{1,6})\b"#
);
pattern!(
    DESCRIPTION,
    r#"(?i)\berror_(?:description|hint)["']?\s*[:=]\s*["']?([^"'&\s][^"'&]{0,300})"#
);

/// Statuses of answers and where they stand.
pub(crate) fn statuses(reading: &Reading) -> Vec<(usize, u16)> {
    let mut statuses = Vec::new();
    for (from, to) in reading.lines(0, reading.joined.len()) {
        let line = reading.joined.get(from..to).unwrap_or_default();
        for found in STATUS.captures_iter(line) {
            if let Some(status) = found.get(1).or_else(|| found.get(2))
                && let Ok(number) = status.as_str().parse()
            {
                statuses.push((from + status.start(), number));
            }
        }
    }
    statuses
}

/// The status of the answer that the body at `at` came in.
pub(crate) fn status_before(statuses: &[(usize, u16)], at: usize) -> Option<u16> {
    let next = statuses.partition_point(|(place, _)| *place < at);
    let (place, status) = statuses.get(next.checked_sub(1)?)?;
    (at - place <= STATUS_REACH).then_some(*status)
}

/// What the header of a challenge asks for, given the text around it.
pub(crate) fn header(text: &str) -> Asked {
    let mut asked = Asked {
        amr: Vec::new(),
        max_age: MAX_AGE
            .captures(text)
            .and_then(|found| found.get(1)?.as_str().parse().ok()),
    };
    if let Some(found) = AMR.captures(text)
        && let Some(list) = found.get(1).or_else(|| found.get(2))
    {
        asked.add_list(list.as_str());
    }
    asked
}

/// How long an answer asks to wait, given the text around it, seconds.
pub(crate) fn retry_after(text: &str) -> Option<u64> {
    RETRY_AFTER
        .captures(text)
        .and_then(|found| found.get(1)?.as_str().parse().ok())
}

/// The description and the hint of an error of OAuth outside of a body, as in an address.
pub(crate) fn descriptions(text: &str) -> String {
    let found = DESCRIPTION.captures_iter(text).take(4);
    found
        .filter_map(|found| Some(found.get(1)?.as_str().to_owned()))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(json: &str, status: Option<u16>) -> Option<Answer> {
        let objects = objects(json);
        read(&objects.first()?.fields, status)
    }

    #[test]
    fn the_three_forms_of_a_body() {
        /// Name, text, status, symptom, service.
        type Case = (
            &'static str,
            &'static str,
            Option<u16>,
            Option<Symptom>,
            Option<&'static str>,
        );
        let cases: &[Case] = &[
            (
                "one text, with its status",
                r#"{"error":"You cannot do this."}"#,
                Some(403),
                Some(Symptom::Forbidden),
                Some("You cannot do this."),
            ),
            (
                "one text, plain enough",
                r#"{"error":"Forbidden"}"#,
                None,
                Some(Symptom::Forbidden),
                Some("Forbidden"),
            ),
            (
                "one text that says nothing",
                r#"{"error":"E_17"}"#,
                None,
                None,
                None,
            ),
            (
                "older form",
                r#"{"status":"403","message":"No access","code":403,"detail":{},"title":"Forbidden"}"#,
                None,
                Some(Symptom::Forbidden),
                Some("No access"),
            ),
            (
                "older form, 404",
                r#"{"status":"404","message":"","code":404,"detail":{},"title":"Not found"}"#,
                None,
                Some(Symptom::NotFound),
                Some("Not found"),
            ),
            (
                "older form, 409",
                r#"{"status":"409","message":"Already enrolled","code":409,"detail":{"x":["y"]},"title":"Conflict"}"#,
                None,
                Some(Symptom::Conflict),
                Some("Already enrolled"),
            ),
            (
                "problem",
                r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"no right"}"#,
                None,
                Some(Symptom::Forbidden),
                Some("no right"),
            ),
            (
                "OAuth",
                r#"{"error":"invalid_grant","error_description":"The SSO session has expired."}"#,
                None,
                Some(Symptom::SsoSessionExpired),
                Some("The SSO session has expired."),
            ),
            (
                "OAuth, token",
                r#"{"error":"invalid_grant","error_description":"Invalid API token"}"#,
                Some(400),
                Some(Symptom::ApiTokenInvalid),
                Some("Invalid API token"),
            ),
            (
                "OAuth, newer",
                r#"{"error":"request_unauthorized","error_description":"x","error_hint":"Check the API token."}"#,
                None,
                Some(Symptom::ApiTokenInvalid),
                Some("x"),
            ),
            (
                "OAuth, session",
                r#"{"error":"invalid_grant"}"#,
                None,
                Some(Symptom::SessionEnded),
                Some("invalid_grant"),
            ),
            (
                "OAuth, refused",
                r#"{"error":"access_denied"}"#,
                None,
                Some(Symptom::ConsentDenied),
                Some("access_denied"),
            ),
            (
                "step-up",
                r#"{"error":"insufficient_user_authentication","amr":["mfa"]}"#,
                Some(401),
                Some(Symptom::StepUp),
                Some(INSUFFICIENT),
            ),
            (
                "in a log's line",
                r#"{"level":"error","response":{"body":{"error":"invalid_grant"}}}"#,
                None,
                Some(Symptom::SessionEnded),
                Some("invalid_grant"),
            ),
            (
                "a log's line",
                r#"{"level":"error","message":"failed","code":1}"#,
                None,
                None,
                None,
            ),
            ("a good answer", r#"{"error":"x"}"#, Some(200), None, None),
            ("something else", r#"{"a":1}"#, Some(403), None, None),
            ("cut off", r#"{"error":"invalid_gr"#, None, None, None),
        ];
        for (name, json, status, symptom, words) in cases {
            let found = answer(json, *status);
            assert_eq!(
                found.as_ref().map(|found| found.symptom),
                *symptom,
                "{name}"
            );
            assert_eq!(
                found.and_then(|found| found.words).as_deref(),
                *words,
                "{name}"
            );
        }
        let mfa = answer(r#"{"error":"You must enable MFA first."}"#, Some(403)).unwrap();
        assert!(mfa.asked.needs_mfa(), "a right that MFA is missing for");
    }

    #[test]
    fn secrets_in_a_body_are_not_kept() {
        let body = r#"{"error":"bad token UPSUN_CLI_TOKEN=k3fG7sPq2LxV9bTz0WcY4mN8"}"#;
        let words = answer(body, Some(403))
            .and_then(|found| found.words)
            .unwrap();
        assert!(!words.contains("k3fG7"), "{words}");
    }

    #[test]
    fn headers_in_any_form() {
        let cases = [
            (
                r#"Bearer error="x", max_age="300", amr="mfa sso:acme""#,
                vec!["mfa", "sso:acme"],
                Some(300),
            ),
            ("Bearer error=x, max_age=60, amr=mfa", vec!["mfa"], Some(60)),
            ("Bearer error=x", vec![], None),
        ];
        for (text, amr, max_age) in cases {
            assert_eq!(
                header(text),
                Asked {
                    amr: amr.iter().map(|&m| m.into()).collect(),
                    max_age
                },
                "{text}"
            );
        }
    }

    #[test]
    fn a_hostile_text_is_read_once() {
        for unit in ["{\"", "{\"a\":{", "{\"a\":[", "{\"a\":\"", "{\"a\":{},"] {
            let text = unit.repeat(10_000);
            assert!(objects(&text).len() <= MAX_OBJECTS, "{unit}");
        }
    }
}
