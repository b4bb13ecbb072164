//! `/users`: the caller's own account.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Value, json};

use super::{Caller, Failure, ssh_keys};
use crate::{
    app::{App, Shared},
    clock::rfc3339,
    ids::UserId,
};

/// GET `/users/me`
pub(crate) async fn me(State(app): State<Shared>, caller: Caller) -> Result<Json<Value>, Failure> {
    describe(&app, caller.user).await
}

/// GET `/users/{user_id}`
pub(crate) async fn user(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
) -> Result<Json<Value>, Failure> {
    describe(&app, named(&app, &caller, &user)?).await
}

/// The user of a path: by id, or as `email=…` or `username=…`. Must be the caller.
fn named(app: &App, caller: &Caller, reference: &str) -> Result<UserId, Failure> {
    let me = app.world.person(caller.user).ok_or(Failure::InvalidToken)?;
    let by_name = if let Some(email) = reference.strip_prefix("email=") {
        me.email.eq_ignore_ascii_case(email)
    } else if let Some(name) = reference.strip_prefix("username=") {
        me.username == name
    } else {
        return caller.own(reference);
    };
    if by_name { Ok(me.id) } else { caller.own("") }
}

async fn describe(app: &Shared, user: UserId) -> Result<Json<Value>, Failure> {
    let person = app.world.person(user).ok_or(Failure::InvalidToken)?;
    let (mfa_enabled, phone_verified) = app
        .store
        .read(|data| (data.mfa_enabled(person), data.phone_verified(user)))
        .await;
    Ok(Json(json!({
        "id": person.id,
        "deactivated": false,
        "namespace": "sandbox",
        "username": person.username,
        "email": person.email,
        "email_verified": true,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "picture": app.url("/icon.svg"),
        "company": "Acme Corporation",
        "website": "https://acme.example",
        "country": person.country,
        "created_at": rfc3339(person.joined_at),
        "updated_at": rfc3339(person.updated_at),
        "mfa_enabled": mfa_enabled.unwrap_or(false),
        "sso_enabled": person.sso,
        "phone_number_verified": phone_verified,
    })))
}

/// GET `/me`: the older account, which the official command line reads after signing in.
pub(crate) async fn account(
    State(app): State<Shared>,
    caller: Caller,
) -> Result<Json<Value>, Failure> {
    let person = app.world.person(caller.user).ok_or(Failure::InvalidToken)?;
    let keys: Vec<Value> = app
        .store
        .read(|data| {
            let own = data
                .ssh_keys
                .iter()
                .filter(|(_, key)| key.user == person.id);
            own.map(|(id, key)| ssh_keys::describe(&app, *id, key))
                .collect()
        })
        .await;
    Ok(Json(json!({
        "id": person.id,
        "uuid": person.id,
        "username": person.username,
        "display_name": person.name(),
        "status": 1,
        "mail": person.email,
        "has_key": !keys.is_empty(),
        "ssh_keys": keys,
        "projects": [],
        "sequence": 1,
        "roles": [],
        "picture": app.url("/icon.svg"),
        "tickets": {},
    })))
}
