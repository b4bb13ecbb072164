//! `/users/{user_id}/api-tokens`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Caller, Failure, body::JsonBody};
use crate::{
    app::Shared,
    clock::{self, rfc3339},
    keys::{digest, random_text},
    state::ApiToken,
};

/// Making a token needs a sign-in of at most this many seconds ago.
const FRESH: u64 = 300;
/// Tokens of one person.
const MOST_TOKENS: usize = 100;
/// Longest name, in characters.
const LONGEST_NAME: usize = 100;

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
            own.map(describe).collect()
        })
        .await;
    Ok(Json(tokens))
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    name: String,
}

/// POST `/users/{user_id}/api-tokens`: the only answer with the token in it.
pub(crate) async fn create_api_token(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
    JsonBody(wanted): JsonBody<Wanted>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let user = caller.own(&user)?;
    caller.signed_in_within(FRESH)?;
    let name = wanted.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let message = format!("A name has 1 to {LONGEST_NAME} characters.");
        return Err(Failure::BadRequest(message));
    }
    let text = random_text()?;
    let now = clock::now();
    let described = app
        .store
        .change(|data| {
            let own = data.api_tokens.iter().filter(|token| token.user == user);
            if own.clone().count() >= MOST_TOKENS {
                return Err(Failure::Conflict("There are too many tokens.".to_owned()));
            }
            if own.clone().any(|token| token.name == name) {
                let message = "There is a token of this name already.".to_owned();
                return Err(Failure::Conflict(message));
            }
            let token = ApiToken {
                id: Uuid::new_v4(),
                user,
                name: name.to_owned(),
                digest: digest(&text),
                mfa_on_creation: data.factors.contains_key(&user),
                created_at: now,
                last_used_at: None,
            };
            let described = describe(&token);
            data.api_tokens.push(token);
            Ok(described)
        })
        .await?;
    let mut answer = described;
    answer["token"] = Value::String(text);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// GET `/users/{user_id}/api-tokens/{token_id}`
pub(crate) async fn api_token(
    State(app): State<Shared>,
    caller: Caller,
    Path((user, id)): Path<(String, String)>,
) -> Result<Json<Value>, Failure> {
    let user = caller.own(&user)?;
    app.store
        .read(|data| {
            let mut tokens = data.api_tokens.iter();
            let found = tokens.find(|token| token.user == user && token.id.to_string() == id);
            found.map(|token| Json(describe(token)))
        })
        .await
        .ok_or(Failure::Bare(StatusCode::NOT_FOUND))
}

/// DELETE `/users/{user_id}/api-tokens/{token_id}`. Access tokens made with it end too.
pub(crate) async fn delete_api_token(
    State(app): State<Shared>,
    caller: Caller,
    Path((user, id)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let user = caller.own(&user)?;
    app.store
        .change(|data| {
            let before = data.api_tokens.len();
            data.api_tokens
                .retain(|token| token.user != user || token.id.to_string() != id);
            if data.api_tokens.len() == before {
                return Err(Failure::Bare(StatusCode::NOT_FOUND));
            }
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

fn describe(token: &ApiToken) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "mfa_on_creation": token.mfa_on_creation,
        "created_at": rfc3339(token.created_at),
        "updated_at": rfc3339(token.created_at),
        "last_used_at": token.last_used_at.map(rfc3339),
    })
}
