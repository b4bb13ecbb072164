//! The language in which faults are ordered; its grammar is in `docs/sandbox.md`.

use std::{str::FromStr, time::Duration};

use axum::http::Method;

use super::order::{Fault, FaultOrders, Order, When};
use crate::{api::Challenge, clock::UnixSeconds, state};

/// Longest delay that can be ordered.
const LONGEST: Duration = Duration::from_secs(600);
/// Furthest that the clock can be off.
const FURTHEST: UnixSeconds = 10 * 365 * 86_400;

/// An order that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the order {order:?} is not understood: {reason}")]
pub struct FaultOrdersError {
    /// The order as it was given.
    pub order: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl FaultOrdersError {
    /// Stable name of this error.
    pub fn code(&self) -> &'static str {
        "faults_invalid"
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some("Write orders as in: first 2 POST /users/*/totp status 503; clock +90")
    }
}

impl FromStr for FaultOrders {
    type Err = FaultOrdersError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut read = Self::default();
        for order in text.split(';').map(str::trim).filter(|o| !o.is_empty()) {
            let failed = |reason| FaultOrdersError {
                order: order.to_owned(),
                reason,
            };
            if let Some(offset) = order.strip_prefix("clock ") {
                read.clock = clock(offset.trim()).map_err(failed)?;
            } else {
                let order = read_order(order.split_whitespace()).map_err(failed)?;
                read.orders.push(order);
            }
        }
        Ok(read)
    }
}

type Reason = &'static str;

fn clock(offset: &str) -> Result<UnixSeconds, Reason> {
    let signed = offset.starts_with(['+', '-']);
    let seconds = offset.parse::<UnixSeconds>().ok();
    seconds
        .filter(|seconds| signed && seconds.abs() <= FURTHEST)
        .ok_or("the clock is set by seconds with a sign, as +90")
}

fn number<T: FromStr>(word: Option<&str>, reason: Reason) -> Result<T, Reason> {
    word.and_then(|word| word.parse().ok()).ok_or(reason)
}

fn read_order<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Order, Reason> {
    let mut word = words.next();
    let mut left = None;
    if word == Some("first") {
        left = Some(number(words.next(), "how many is not a number")?);
        word = words.next();
    }
    let method = match word.ok_or("the method is missing")? {
        "ANY" => None,
        method if method.bytes().all(|b| b.is_ascii_uppercase()) => {
            Some(Method::from_str(method).map_err(|_| "the method is not known")?)
        }
        _ => return Err("the method is not in capitals"),
    };
    let path = words
        .next()
        .filter(|path| path.starts_with('/'))
        .ok_or("the path does not begin with a slash")?;
    let mut words = words.peekable();
    let fault = read_fault(&mut words)?;
    let after = words.next_if_eq(&"after").is_some();
    if words.next().is_some() {
        return Err("there are words left over");
    }
    let answers_itself = matches!(
        fault,
        Fault::Status(_) | Fault::Wait(_) | Fault::Reset | Fault::Html | Fault::StepUp(_)
    );
    if after && !answers_itself {
        return Err("this fault has no after");
    }
    let when = if after || matches!(fault, Fault::Cut) {
        When::After
    } else {
        When::Before
    };
    Ok(Order {
        left,
        method,
        path: path.to_owned(),
        when,
        fault,
    })
}

fn read_fault<'a>(
    words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>,
) -> Result<Fault, Reason> {
    Ok(match words.next().ok_or("the fault is missing")? {
        "delay" => Fault::Delay(delay(words.next().unwrap_or_default())?),
        "status" => {
            let status = number(words.next(), "the status is not a number")?;
            if !(400..=599).contains(&status) {
                return Err("the status is not one of an error");
            }
            Fault::Status(status)
        }
        "wait" => Fault::Wait(number::<u32>(words.next(), "the wait is not in seconds")?.into()),
        "reset" => Fault::Reset,
        "cut" => Fault::Cut,
        "html" => Fault::Html,
        "step-up" => Fault::StepUp(challenge(words)?),
        "sso-expired" => Fault::SsoExpired,
        "token-refused" => Fault::TokenRefused,
        _ => return Err("there is no such fault"),
    })
}

fn delay(text: &str) -> Result<Duration, Reason> {
    let reason = "the delay is not as in 500ms or 2s";
    let length = if let Some(millis) = text.strip_suffix("ms") {
        Duration::from_millis(millis.parse().map_err(|_| reason)?)
    } else {
        let seconds = text.strip_suffix('s').ok_or(reason)?;
        Duration::from_secs(seconds.parse().map_err(|_| reason)?)
    };
    (length <= LONGEST)
        .then_some(length)
        .ok_or("the delay is too long")
}

/// `[METHOD[,METHOD…]] [max-age SECONDS]`
fn challenge<'a>(
    words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>,
) -> Result<Challenge, Reason> {
    let mut challenge = Challenge::default();
    if let Some(methods) = words.next_if(|word| !matches!(*word, "max-age" | "after")) {
        for method in methods.split(',') {
            let method = state::Method::try_from(method.to_owned());
            challenge
                .amr
                .push(method.map_err(|_| "the method of authentication is not known")?);
        }
    }
    if words.next_if_eq(&"max-age").is_some() {
        challenge.max_age = Some(number(words.next(), "the age is not in seconds")?);
    }
    if challenge.amr.is_empty() && challenge.max_age.is_none() {
        return Err("what the challenge asks for is missing");
    }
    Ok(challenge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read() {
        let cases = [
            ("nothing", "", Ok(0)),
            ("a burst", "first 3 GET /** status 503", Ok(1)),
            (
                "several",
                "POST /ssh reset after; ANY /users/*/totp delay 500ms;",
                Ok(2),
            ),
            ("the clock alone", "clock -90", Ok(0)),
            ("a wait", "POST /oauth2/token wait 5", Ok(1)),
            (
                "a challenge",
                "GET /users/me step-up mfa,sso:acme max-age 300",
                Ok(1),
            ),
            (
                "a challenge of age",
                "GET /users/me step-up max-age 0",
                Ok(1),
            ),
            (
                "a challenge afterwards",
                "GET /users/me step-up mfa after",
                Ok(1),
            ),
            (
                "an empty challenge",
                "GET /users/me step-up",
                Err("what the challenge asks for is missing"),
            ),
            (
                "no sign",
                "clock 90",
                Err("the clock is set by seconds with a sign, as +90"),
            ),
            (
                "no method",
                "/users/me reset",
                Err("the method is not in capitals"),
            ),
            (
                "no path",
                "GET reset",
                Err("the path does not begin with a slash"),
            ),
            ("no fault", "GET /", Err("the fault is missing")),
            (
                "another fault",
                "GET / explode",
                Err("there is no such fault"),
            ),
            (
                "a good status",
                "GET / status 200",
                Err("the status is not one of an error"),
            ),
            (
                "a long delay",
                "GET / delay 601s",
                Err("the delay is too long"),
            ),
            (
                "after nothing",
                "GET / cut after",
                Err("this fault has no after"),
            ),
            (
                "left over",
                "GET / reset after all",
                Err("there are words left over"),
            ),
        ];
        for (name, text, expected) in cases {
            let read = text.parse::<FaultOrders>();
            let found = read.map(|orders| orders.orders.len());
            assert_eq!(found.map_err(|error| error.reason), expected, "{name}");
        }
    }
}
