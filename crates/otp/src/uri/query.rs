//! The parameters of an otpauth URI.

use std::borrow::Cow;

use percent_encoding::percent_decode;
use zeroize::{Zeroize, Zeroizing};

use super::{Notice, UriError, fact};

/// The parameters that mean something, by their names in lower case.
const KNOWN: [&str; 7] = [
    "secret",
    "issuer",
    "algorithm",
    "digits",
    "period",
    "counter",
    "encoder",
];

/// How many unknown parameters are reported; more than these tell nothing new.
const MAX_UNKNOWN: usize = 8;

/// The known parameters of a URI, decoded, in the order given.
pub(super) struct Query {
    known: Vec<(&'static str, Text)>,
}

/// Decoded text, wiped when dropped because it may be the secret.
pub(super) struct Text {
    pub(super) text: Zeroizing<String>,
    /// It was not UTF-8.
    pub(super) lossy: bool,
}

impl Query {
    /// Reads `name=value` pairs. Names are taken in any case and after an HTML-escaped separator (`&amp;`), since
    /// overlooking `digits` would make the code wrong. A `#` is text: these URIs have no fragment.
    pub(super) fn read(query: &str, notices: &mut Vec<Notice>) -> Self {
        let mut known = Vec::with_capacity(KNOWN.len());
        let mut unknown: Vec<Notice> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name.strip_prefix("amp;").unwrap_or(name), false);
            match KNOWN
                .iter()
                .find(|known| name.text.trim().eq_ignore_ascii_case(known))
            {
                Some(known_name) => known.push((*known_name, decode(value, true))),
                None => {
                    let notice = Notice::UnknownParameter {
                        name: fact(&name.text),
                    };
                    if unknown.len() < MAX_UNKNOWN && !unknown.contains(&notice) {
                        unknown.push(notice);
                    }
                }
            }
        }
        notices.append(&mut unknown);
        Self { known }
    }

    /// Every value of a parameter.
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = &Text> {
        self.known
            .iter()
            .filter(move |(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Whether a parameter is there at all.
    pub(super) fn has(&self, name: &'static str) -> bool {
        self.all(name).next().is_some()
    }

    /// The value of a parameter that decides the code. Given twice it must say the same.
    pub(super) fn one<T>(
        &self,
        name: &'static str,
        read: impl Fn(&str) -> Result<T, UriError>,
        same: impl Fn(&T, &T) -> bool,
        notices: &mut Vec<Notice>,
    ) -> Result<Option<T>, UriError> {
        let mut values = self.all(name);
        let Some(first) = values.next() else {
            return Ok(None);
        };
        let first = read(&first.text)?;
        let mut repeated = false;
        for other in values {
            if !same(&first, &read(&other.text)?) {
                return Err(UriError::Conflicting { name });
            }
            repeated = true;
        }
        if repeated {
            notices.push(Notice::DuplicateParameter { name });
        }
        Ok(Some(first))
    }
}

/// Percent-decodes `raw` (RFC 3986 section 2.1); with `form`, a `+` is a space as HTML forms write it. A `%` that starts
/// no escape stays as it is.
pub(super) fn decode(raw: &str, form: bool) -> Text {
    let spaced = Zeroizing::new(if form {
        raw.replace('+', " ")
    } else {
        raw.to_owned()
    });
    let mut bytes = Zeroizing::new(Vec::with_capacity(spaced.len()));
    bytes.extend(percent_decode(spaced.as_bytes()));
    match String::from_utf8_lossy(&bytes) {
        Cow::Borrowed(text) => Text {
            text: Zeroizing::new(text.to_owned()),
            lossy: false,
        },
        Cow::Owned(mut text) => {
            let kept = Zeroizing::new(text.clone());
            text.zeroize();
            Text {
                text: kept,
                lossy: true,
            }
        }
    }
}
