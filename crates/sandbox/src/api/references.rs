//! `/ref/users`: names, addresses and MFA state of listed members, behind signed links.

use axum::{
    Json,
    extract::{Query, State},
};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Caller, Failure};
use crate::{
    app::{App, Shared},
    ids::UserId,
    keys::{Purpose, SigningKey},
    state::Data,
    world::Person,
};

/// Users behind one link. A page of 100 members has two links.
const USERS_PER_LINK: usize = 50;

/// Adds `ref:users:0`, `ref:users:1` … for these users. Relative and signed: a caller cannot make one.
pub(super) fn insert_links(links: &mut Map<String, Value>, key: &SigningKey, users: &[UserId]) {
    for (number, users) in users.chunks(USERS_PER_LINK).enumerate() {
        let ids = users
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(",");
        let sig = BASE64URL_NOPAD.encode(&key.tag(Purpose::Reference, &[ids.as_bytes()]));
        let href = format!("/ref/users?in={ids}&sig={sig}");
        links.insert(format!("ref:users:{number}"), json!({ "href": href }));
    }
}

#[derive(Deserialize)]
pub(crate) struct Reference {
    r#in: String,
    sig: String,
}

/// GET `/ref/users?in=…&sig=…`: a map by user id; `null` for users who are gone.
pub(crate) async fn references(
    State(app): State<Shared>,
    _caller: Caller,
    Query(asked): Query<Reference>,
) -> Result<Json<Map<String, Value>>, Failure> {
    let sig = BASE64URL_NOPAD
        .decode(asked.sig.as_bytes())
        .unwrap_or_default();
    if !app
        .key
        .verify(Purpose::Reference, &[asked.r#in.as_bytes()], &sig)
    {
        return Err(Failure::Forbidden(
            "The signature of the link is not valid.".to_owned(),
        ));
    }
    let map = app
        .store
        .read(|data| {
            asked
                .r#in
                .split(',')
                .map(|id| (id.to_owned(), describe(&app, data, id)))
                .collect()
        })
        .await;
    Ok(Json(map))
}

fn describe(app: &App, data: &Data, id: &str) -> Value {
    let person = id.parse().ok().and_then(|id| app.world.person(id));
    match person {
        Some(person) if !person.gone => reference(app, data, person),
        _ => Value::Null,
    }
}

/// `mfa_enabled` is left out where the platform does not say.
fn reference(app: &App, data: &Data, person: &Person) -> Value {
    let mut reference = json!({
        "id": person.id,
        "username": person.username,
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "picture": app.url("/icon.svg"),
        "sso_enabled": person.sso,
    });
    if let Some(on) = data.mfa_enabled(person) {
        reference["mfa_enabled"] = Value::Bool(on);
    }
    reference
}
