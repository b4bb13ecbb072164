//! `/users/{user_id}/totp` and `/users/{user_id}/codes`: enrolment and recovery codes.

use std::io::Cursor;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use data_encoding::BASE64;
use image::{ImageFormat, Luma};
use qrcode::QrCode;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{Caller, Failure, body::JsonBody};
use crate::{
    app::{App, Shared},
    ids::UserId,
    state::ConfirmRefused,
    world::SANDBOX_TOTP_ISSUER,
};

/// GET `/users/{user_id}/totp`: proposes a new set-up key at each call.
pub(crate) async fn propose_totp(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
) -> Result<Json<Value>, Failure> {
    let user = caller.own(&user)?;
    let person = app.world.person(user).ok_or(Failure::InvalidToken)?;
    let key = app
        .store
        .change(|data| Ok::<_, Failure>(data.propose(user, app.faults.now())?))
        .await?
        .ok_or(Failure::Bare(StatusCode::CONFLICT))?;
    let qr_code = qr_code(&setup_uri(&person.email, &key)?)?;
    Ok(Json(json!({
        "issuer": SANDBOX_TOTP_ISSUER,
        "account_name": person.email,
        "secret": key,
        "qr_code": qr_code,
    })))
}

#[derive(Deserialize)]
pub(crate) struct Confirmation {
    secret: String,
    passcode: String,
}

/// POST `/users/{user_id}/totp`: confirms a proposed key with a code made from it.
pub(crate) async fn confirm_totp(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
    JsonBody(given): JsonBody<Confirmation>,
) -> Result<Json<Value>, Failure> {
    let user = caller.own(&user)?;
    let codes = confirm(&app, user, &given.secret, &given.passcode).await?;
    Ok(Json(json!({ "recovery_codes": codes })))
}

async fn confirm(
    app: &App,
    user: UserId,
    secret: &str,
    passcode: &str,
) -> Result<Vec<String>, Failure> {
    let now = app.faults.now();
    if let Err(wait) = app.pending().wrong_codes.allowed(user, now) {
        let message = "Too many wrong codes.".to_owned();
        return Err(Failure::TooManyRequests { message, wait });
    }
    let outcome = app
        .store
        .change(|data| Ok::<_, Failure>(data.confirm(user, secret, passcode, now)))
        .await?;
    outcome.map_err(|refused| match refused {
        ConfirmRefused::AlreadyEnrolled => Failure::Conflict("MFA is already on.".to_owned()),
        ConfirmRefused::NotProposed => Failure::BadRequest(
            "The secret was not proposed to this user within the last hour.".to_owned(),
        ),
        ConfirmRefused::WrongCode => {
            app.pending().wrong_codes.record(user, now);
            Failure::BadRequest("The passcode is not correct.".to_owned())
        }
        ConfirmRefused::Random => Failure::Internal("No random bytes from the system."),
    })
}

/// DELETE `/users/{user_id}/totp`
pub(crate) async fn withdraw_totp(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
) -> Result<StatusCode, Failure> {
    let user = caller.own(&user)?;
    let was_on = app
        .store
        .change(|data| Ok::<_, Failure>(data.withdraw(user)))
        .await?;
    if was_on {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Failure::Bare(StatusCode::NOT_FOUND))
    }
}

/// POST `/users/{user_id}/codes`
pub(crate) async fn recreate_codes(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let user = caller.own(&user)?;
    let codes = app
        .store
        .change(|data| Ok::<_, Failure>(data.recreate_recovery_codes(user)?))
        .await?
        .ok_or(Failure::Bare(StatusCode::NOT_FOUND))?;
    Ok((
        StatusCode::CREATED,
        Json(json!({ "recovery_codes": codes })),
    ))
}

/// The `otpauth` URI in the QR code. The issuer is the host of the API's issuer URI, since a colon
/// may not stand in a label.
pub(crate) fn setup_uri(account: &str, key: &str) -> Result<String, Failure> {
    let failed = || Failure::Internal("The set-up link cannot be made.");
    let host = SANDBOX_TOTP_ISSUER.trim_start_matches("https://");
    let mut uri = Url::parse("otpauth://totp/").map_err(|_| failed())?;
    uri.path_segments_mut()
        .map_err(|()| failed())?
        .clear()
        .push(&format!("{host}:{account}"));
    uri.query_pairs_mut()
        .append_pair("secret", key)
        .append_pair("issuer", host)
        .append_pair("algorithm", "SHA1")
        .append_pair("digits", "6")
        .append_pair("period", "30");
    Ok(uri.into())
}

/// A QR code as a PNG data URI.
pub(crate) fn qr_code(text: &str) -> Result<String, Failure> {
    let failed = || Failure::Internal("The QR code cannot be drawn.");
    let code = QrCode::new(text).map_err(|_| failed())?;
    let picture = code.render::<Luma<u8>>().module_dimensions(5, 5).build();
    let mut png = Cursor::new(Vec::new());
    picture
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|_| failed())?;
    Ok(format!(
        "data:image/png;base64,{}",
        BASE64.encode(png.get_ref())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setup_uri_carries_issuer_account_and_key() {
        assert_eq!(
            setup_uri("ada@acme.example", "ABC").unwrap(),
            "otpauth://totp/sandbox.upsun.example:ada@acme.example?secret=ABC\
             &issuer=sandbox.upsun.example&algorithm=SHA1&digits=6&period=30"
        );
    }
}
