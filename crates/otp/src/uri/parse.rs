//! From a URI to an enrolment.
//!
//! Whatever could make a code wrong is an error: an unreadable key, algorithm, length, period or counter, or two that
//! differ. Whatever can only make a name look odd is a notice.

use std::str::FromStr;

use super::query::{Query, Text, decode};
use super::{MAX_URI_BYTES, NamePart, Notice, Parsed, UriError, fact};
use crate::name::Printed;
use crate::{Algorithm, Digits, Entry, Kind, Period, Seed};

pub(crate) fn parse(uri: &str) -> Result<Parsed, UriError> {
    if uri.len() > MAX_URI_BYTES {
        return Err(UriError::TooLong {
            length: uri.len(),
            max: MAX_URI_BYTES,
        });
    }
    let uri =
        uri.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    let (scheme, rest) = split_scheme(uri).ok_or_else(|| UriError::NotOtpauth {
        scheme: String::new(),
    })?;
    match scheme.to_ascii_lowercase().as_str() {
        "otpauth" | "apple-otpauth" => parse_otpauth(rest),
        "otpauth-migration" => Err(UriError::Migration),
        "motp" => Err(UriError::Unsupported { kind: "motp" }),
        "steam" => parse_steam_link(rest),
        other => Err(UriError::NotOtpauth {
            scheme: fact(other),
        }),
    }
}

/// The scheme in front of the first colon (RFC 3986 section 3.1), if it is one.
fn split_scheme(uri: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = uri.split_once(':')?;
    let mut characters = scheme.chars();
    let fits = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && characters
            .all(|other| other.is_ascii_alphanumeric() || matches!(other, '+' | '-' | '.'));
    fits.then_some((scheme, rest))
}

/// Everything after `otpauth:`.
fn parse_otpauth(rest: &str) -> Result<Parsed, UriError> {
    let rest = rest
        .strip_prefix("//")
        .ok_or_else(|| UriError::UnknownType {
            host: String::new(),
        })?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, label) = path.split_once('/').unwrap_or((path, ""));
    let host = host.to_ascii_lowercase();
    match host.as_str() {
        "totp" | "hotp" | "steam" => {}
        "yaotp" => return Err(UriError::Unsupported { kind: "yaotp" }),
        _ => return Err(UriError::UnknownType { host: fact(&host) }),
    }

    let mut notices = Vec::new();
    let query = Query::read(query, &mut notices);
    let steam_encoder = query
        .one("encoder", read_encoder, bool::eq, &mut notices)?
        .unwrap_or(false);
    let host = match (host.as_str(), steam_encoder) {
        ("totp", true) => "steam",
        ("hotp", true) => return Err(UriError::Unsupported { kind: "encoder" }),
        (host, _) => host,
    };
    let seed = query
        .one(
            "secret",
            |text| Ok(Seed::from_base32(text)?),
            Seed::ct_eq,
            &mut notices,
        )?
        .ok_or(UriError::MissingSecret)?;
    let algorithm = read_algorithm(&query, host, &mut notices)?;
    let digits = query
        .one("digits", read_digits, Digits::eq, &mut notices)?
        .unwrap_or_default();
    let period = query.one("period", read_period, Period::eq, &mut notices)?;
    let counter = query.one("counter", read_counter, u64::eq, &mut notices)?;

    let unused = |name, present: bool| present.then_some(Notice::UnusedParameter { name });
    let (kind, digits) = match host {
        "hotp" => {
            notices.extend(unused("period", period.is_some()));
            notices.extend(counter.is_none().then_some(Notice::CounterMissing));
            (
                Kind::Hotp {
                    counter: counter.unwrap_or(0),
                },
                digits,
            )
        }
        "steam" => {
            notices.extend(unused("counter", counter.is_some()));
            notices.extend(unused(
                "digits",
                query.has("digits") && digits != Digits::STEAM,
            ));
            (
                Kind::Steam {
                    period: period.unwrap_or_default(),
                },
                Digits::STEAM,
            )
        }
        _ => {
            notices.extend(unused("counter", counter.is_some()));
            (
                Kind::Totp {
                    period: period.unwrap_or_default(),
                },
                digits,
            )
        }
    };
    let (issuer, account) = read_names(label, &query, &mut notices);
    Ok(Parsed {
        entry: Entry {
            issuer,
            account,
            seed,
            algorithm,
            digits,
            kind,
        },
        notices,
    })
}

/// `steam://KEY`, which some password vaults write. The Steam client has links of the same scheme, so only a key of
/// Steam's length counts.
fn parse_steam_link(rest: &str) -> Result<Parsed, UriError> {
    const KEY_BYTES: usize = 20;
    let key = decode(rest.trim_matches('/'), false);
    let seed = Seed::from_base32(&key.text)
        .ok()
        .filter(|seed| seed.expose_bytes().len() == KEY_BYTES)
        .ok_or_else(|| UriError::NotOtpauth {
            scheme: "steam".to_owned(),
        })?;
    let entry = Entry {
        digits: Digits::STEAM,
        kind: Kind::Steam {
            period: Period::DEFAULT,
        },
        ..Entry::totp("Steam", "", seed)
    };
    Ok(Parsed {
        entry,
        notices: Vec::new(),
    })
}

/// Whether the encoder is Steam's; an unknown one would make other codes than digits.
fn read_encoder(text: &str) -> Result<bool, UriError> {
    match text.trim() {
        "" => Ok(false),
        text if text.eq_ignore_ascii_case("steam") => Ok(true),
        _ => Err(UriError::Unsupported { kind: "encoder" }),
    }
}

fn read_algorithm(
    query: &Query,
    host: &str,
    notices: &mut Vec<Notice>,
) -> Result<Algorithm, UriError> {
    let read = |text: &str| {
        Algorithm::from_str(text)
            // Steam Guard has no other hash, so a URI that names one cannot be right.
            .ok()
            .filter(|algorithm| host != "steam" || *algorithm == Algorithm::Sha1)
            .ok_or_else(|| UriError::InvalidAlgorithm { value: fact(text) })
    };
    let algorithm = query.one("algorithm", read, Algorithm::eq, notices)?;
    for Text { text, .. } in query.all("algorithm") {
        if algorithm.is_some_and(|algorithm| algorithm.as_str() != text.as_str()) {
            notices.push(Notice::AlgorithmSpelling { value: fact(text) });
            break;
        }
    }
    Ok(algorithm.unwrap_or_default())
}

fn read_digits(text: &str) -> Result<Digits, UriError> {
    read_number::<u8>(text)
        .and_then(|value| Digits::try_from(value).ok())
        .ok_or_else(|| UriError::InvalidDigits { value: fact(text) })
}

fn read_period(text: &str) -> Result<Period, UriError> {
    read_number::<u32>(text)
        .and_then(|value| Period::try_from(value).ok())
        .ok_or_else(|| UriError::InvalidPeriod { value: fact(text) })
}

fn read_counter(text: &str) -> Result<u64, UriError> {
    read_number(text).ok_or_else(|| UriError::InvalidCounter { value: fact(text) })
}

/// Decimal digits only: `FromStr` of integers would take a sign too.
fn read_number<T: FromStr>(text: &str) -> Option<T> {
    let text = text.trim();
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

/// The issuer and the account, from the label and the `issuer` parameter.
fn read_names(label: &str, query: &Query, notices: &mut Vec<Notice>) -> (String, String) {
    // A `+` in a label is itself: it is in mail addresses.
    let label = decode(label, false);
    let mut parameters = query
        .all("issuer")
        .filter(|value| !value.text.trim().is_empty());
    let parameter = parameters.next();
    if query.all("issuer").nth(1).is_some() {
        notices.push(Notice::DuplicateParameter { name: "issuer" });
    }
    if parameter.is_some_and(|value| value.lossy) {
        notices.push(Notice::NameNotUtf8 {
            part: NamePart::Issuer,
        });
    }
    if label.lossy {
        notices.push(Notice::NameNotUtf8 {
            part: NamePart::Account,
        });
    }

    let named = parameter.map(|value| value.text.trim());
    let (prefix, account) = split_label(&label.text, named);
    let issuer = printed(
        named.or(prefix).unwrap_or_default(),
        NamePart::Issuer,
        notices,
    );
    let account = printed(account, NamePart::Account, notices);
    if let (Some(prefix), Some(named)) = (prefix, named)
        && !prefix.is_empty()
        && prefix.to_lowercase() != named.to_lowercase()
    {
        let label = Printed::of(prefix).text;
        notices.push(Notice::IssuerDiffers {
            label,
            parameter: issuer.clone(),
        });
    }
    if issuer.is_empty() && account.is_empty() {
        notices.push(Notice::Unnamed);
    }
    (issuer, account)
}

/// What is in front of the label's separating colon, and what is behind it. It is the colon behind the issuer that the
/// parameter names, whatever colons that one has itself, else the first: `%3A` and `:` are the same after decoding.
fn split_label<'a>(label: &'a str, issuer: Option<&str>) -> (Option<&'a str>, &'a str) {
    let label = label.trim();
    if let Some(issuer) = issuer
        && let Some(behind) = label.strip_prefix(issuer)
        && let Some(account) = behind.trim_start().strip_prefix(':')
    {
        return (Some(&label[..issuer.len()]), account.trim());
    }
    match label.split_once(':') {
        Some((prefix, account)) => (Some(prefix.trim()), account.trim()),
        None => (None, label),
    }
}

fn printed(name: &str, part: NamePart, notices: &mut Vec<Notice>) -> String {
    let printed = Printed::of(name);
    if printed.cleaned {
        notices.push(Notice::NameCleaned { part });
    }
    if let Some(length) = printed.truncated_from {
        notices.push(Notice::NameTruncated { part, length });
    }
    printed.text
}
