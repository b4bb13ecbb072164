//! `/users/{user_id}/phonenumber`: verifying a phone number. No second factor: the platform wants it before projects are made.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Caller, Failure, body::JsonBody};
use crate::{
    app::Shared,
    clock,
    keys::random,
    state::{Channel, PhoneMessage, PhoneRefused},
};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    channel: Channel,
    phone_number: String,
}

/// POST `/users/{user_id}/phonenumber`: writes a message with a code, to be read in the outbox.
pub(crate) async fn verify_phone(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
    JsonBody(wanted): JsonBody<Wanted>,
) -> Result<Json<Value>, Failure> {
    let user = caller.own(&user)?;
    let number = number(&wanted.phone_number).ok_or_else(|| {
        Failure::BadRequest("The phone number is not one: + and 7 to 15 digits.".to_owned())
    })?;
    let code = format!("{:06}", u32::from_be_bytes(random()?) % 1_000_000);
    let message = PhoneMessage::new(user, wanted.channel, number, code, clock::now());
    let sid = message.sid;
    app.store
        .change(|data| data.verify_phone(message).map_err(refusal))
        .await?;
    Ok(Json(json!({ "sid": sid })))
}

#[derive(Deserialize)]
pub(crate) struct Typed {
    code: String,
}

/// POST `/users/{user_id}/phonenumber/{sid}`
pub(crate) async fn confirm_phone(
    State(app): State<Shared>,
    caller: Caller,
    Path((user, sid)): Path<(String, String)>,
    JsonBody(typed): JsonBody<Typed>,
) -> Result<StatusCode, Failure> {
    let user = caller.own(&user)?;
    let now = clock::now();
    // A wrong code counts, so it is kept before it is refused.
    app.store
        .change(|data| Ok::<_, Failure>(data.confirm_phone(user, &sid, typed.code.trim(), now)))
        .await?
        .map_err(refusal)?;
    Ok(StatusCode::OK)
}

/// POST `/me/phone`: whether the caller has to verify a number before making projects.
pub(crate) async fn phone_needed(
    State(app): State<Shared>,
    caller: Caller,
) -> Result<Json<Value>, Failure> {
    let verified = app
        .store
        .read(|data| data.phone_verified(caller.user))
        .await;
    Ok(Json(json!({ "verify_phone": !verified })))
}

/// A number as `+` and digits (E.164); spaces and signs between them are for the eye.
fn number(text: &str) -> Option<String> {
    let digits = text.trim().strip_prefix('+')?;
    let bare: String = digits
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.'))
        .collect();
    let right = (7..=15).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit());
    right.then(|| format!("+{bare}"))
}

fn refusal(refused: PhoneRefused) -> Failure {
    match refused {
        PhoneRefused::Verified => {
            Failure::Conflict("This phone number is verified already.".to_owned())
        }
        PhoneRefused::WrongCode => Failure::BadRequest("The code is not correct.".to_owned()),
        PhoneRefused::Over => Failure::BadRequest(
            "There is no such verification, or it is over. Start another.".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_a_plus_and_digits() {
        for (text, expected) in [
            ("+44 20 7946 0958", Some("+442079460958")),
            (" +1 (555) 010-9999 ", Some("+15550109999")),
            ("+123456", None),
            ("+1234567890123456", None),
            ("020 7946 0958", None),
            ("+44 20 CALL ME", None),
            ("", None),
        ] {
            assert_eq!(number(text).as_deref(), expected, "{text}");
        }
    }
}
