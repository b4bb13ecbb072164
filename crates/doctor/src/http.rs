//! Answers of the API and of the authorization server: JSON bodies in their three forms, challenges, statuses.

mod head;
mod heads;
mod objects;
#[cfg(test)]
mod tests;

use deskfob_otp::printable;
use serde_json::{Map, Value};

pub(crate) use head::{descriptions, header, retry_after, status_before, statuses};
pub(crate) use heads::{Head, heads};
pub(crate) use objects::{Object, objects};

use crate::leak::mask;
use crate::{Asked, Symptom};

/// Longest text of the platform that is kept, characters.
const MAX_WORDS: usize = 200;

/// RFC 9470 section 3.
pub(crate) const INSUFFICIENT: &str = "insufficient_user_authentication";

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
    } else if tells_of_mfa(&words) && says(&["turn on", "enable", "set up", "requir"]) {
        Symptom::Forbidden
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
