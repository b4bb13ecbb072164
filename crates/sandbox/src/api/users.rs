//! `/users`: the caller's own account.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Value, json};

use super::{Caller, Failure};
use crate::{app::Shared, clock::rfc3339, ids::UserId};

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
    describe(&app, caller.own(&user)?).await
}

async fn describe(app: &Shared, user: UserId) -> Result<Json<Value>, Failure> {
    let person = app.world.person(user).ok_or(Failure::InvalidToken)?;
    let mfa_enabled = app.store.read(|data| data.mfa_enabled(person)).await;
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
        "phone_number_verified": true,
    })))
}

/// GET `/me`: the older account, which the official command line reads after signing in.
pub(crate) async fn account(
    State(app): State<Shared>,
    caller: Caller,
) -> Result<Json<Value>, Failure> {
    let person = app.world.person(caller.user).ok_or(Failure::InvalidToken)?;
    Ok(Json(json!({
        "id": person.id,
        "uuid": person.id,
        "username": person.username,
        "display_name": person.name(),
        "status": 1,
        "mail": person.email,
        "ssh_keys": [],
        "has_key": false,
        "projects": [],
        "sequence": 1,
        "roles": [],
        "picture": app.url("/icon.svg"),
        "tickets": {},
    })))
}

/// GET `/users/{user_id}/connections`: none of the people who can sign in has a login elsewhere.
pub(crate) async fn connections(
    caller: Caller,
    Path(user): Path<String>,
) -> Result<Json<Value>, Failure> {
    caller.own(&user)?;
    Ok(Json(json!([])))
}

/// GET `/users/{user_id}/api-tokens`
pub(crate) async fn api_tokens(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
) -> Result<Json<Vec<Value>>, Failure> {
    let user = caller.own(&user)?;
    let tokens = app
        .store
        .read(|data| {
            let own = data.api_tokens.iter().filter(|token| token.user == user);
            own.map(|token| {
                json!({
                    "id": token.id,
                    "name": token.name,
                    "mfa_on_creation": token.mfa_on_creation,
                    "created_at": rfc3339(token.created_at),
                    "updated_at": rfc3339(token.created_at),
                    "last_used_at": token.last_used_at.map(rfc3339),
                })
            })
            .collect()
        })
        .await;
    Ok(Json(tokens))
}
