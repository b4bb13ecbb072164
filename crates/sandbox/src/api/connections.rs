//! `/users/{user_id}/connections`: sign-in through identity providers.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{Caller, Failure};
use crate::{
    app::{App, Shared},
    clock::rfc3339,
    ids::UserId,
    world::{Connection, Person},
};

/// GET `/users/{user_id}/connections`
pub(crate) async fn connections(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
) -> Result<Json<Vec<Value>>, Failure> {
    let (person, connection) = own(&app, caller.own(&user)?).await?;
    let described = connection.map(|connection| describe(person, connection));
    Ok(Json(Vec::from_iter(described)))
}

/// GET `/users/{user_id}/connections/{provider}`
pub(crate) async fn connection(
    State(app): State<Shared>,
    caller: Caller,
    Path((user, provider)): Path<(String, String)>,
) -> Result<Json<Value>, Failure> {
    let (person, connection) = own(&app, caller.own(&user)?).await?;
    match connection.filter(|connection| connection.provider == provider) {
        Some(connection) => Ok(Json(describe(person, connection))),
        None => Err(Failure::Bare(StatusCode::NOT_FOUND)),
    }
}

/// DELETE `/users/{user_id}/connections/{provider}`. A person's only way in stays.
pub(crate) async fn disconnect(
    State(app): State<Shared>,
    caller: Caller,
    Path((user, provider)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let (person, connection) = own(&app, caller.own(&user)?).await?;
    match connection.filter(|connection| connection.provider == provider) {
        None => Err(Failure::Bare(StatusCode::NOT_FOUND)),
        Some(connection) if connection.mandatory => Err(Failure::Forbidden(
            "This connection is mandatory.".to_owned(),
        )),
        Some(_) => {
            app.store
                .change(|data| {
                    data.disconnect(person.id, &provider);
                    Ok::<_, Failure>(())
                })
                .await?;
            Ok(StatusCode::NO_CONTENT)
        }
    }
}

async fn own(app: &App, user: UserId) -> Result<(&Person, Option<&Connection>), Failure> {
    let person = app.world.person(user).ok_or(Failure::InvalidToken)?;
    let connected = app
        .store
        .read(|data| data.connection(person).is_some())
        .await;
    let connection = person.connection.as_ref().filter(|_| connected);
    Ok((person, connection))
}

fn describe(person: &Person, connection: &Connection) -> Value {
    json!({
        "provider": connection.provider,
        "provider_type": "oidc",
        "is_mandatory": connection.mandatory,
        "subject": person.username,
        "email_address": person.email,
        "created_at": rfc3339(person.joined_at),
        "updated_at": rfc3339(person.joined_at),
    })
}
