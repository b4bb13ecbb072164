//! `/ssh_keys`: SSH keys put on an account. The sandbox only keeps them.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};
use ssh_key::{HashAlg, PublicKey};

use super::{Caller, Failure, body::JsonBody};
use crate::{
    app::{App, Shared},
    clock::{self, rfc3339},
    state::{KeyRefused, SshKey},
};

/// Longest title, in characters.
const LONGEST_TITLE: usize = 200;

#[derive(Deserialize)]
pub(crate) struct Wanted {
    value: String,
    #[serde(default)]
    title: String,
    uuid: Option<String>,
}

/// POST `/ssh_keys`
pub(crate) async fn create_ssh_key(
    State(app): State<Shared>,
    caller: Caller,
    JsonBody(wanted): JsonBody<Wanted>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    if let Some(user) = &wanted.uuid {
        caller.own(user)?;
    }
    if wanted.title.chars().count() > LONGEST_TITLE {
        return Err(Failure::BadRequest("The title is too long.".to_owned()));
    }
    let value = wanted.value.trim();
    let parsed = PublicKey::from_openssh(value)
        .map_err(|_| Failure::BadRequest("The value is not an OpenSSH public key.".to_owned()))?;
    let key = SshKey {
        user: caller.user,
        title: wanted.title,
        value: value.to_owned(),
        fingerprint: parsed.fingerprint(HashAlg::Sha256).to_string(),
        changed_at: clock::now(),
    };
    let described = app
        .store
        .change(|data| match data.add_ssh_key(key.clone()) {
            Ok(id) => Ok(describe(&app, id, &key)),
            Err(KeyRefused::Taken) => Err(Failure::Conflict("This key is in use.".to_owned())),
            Err(KeyRefused::TooMany) => {
                Err(Failure::Conflict("There are too many keys.".to_owned()))
            }
        })
        .await?;
    Ok((StatusCode::CREATED, Json(described)))
}

/// GET `/ssh_keys/{key_id}`
pub(crate) async fn ssh_key(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let id = read_id(&id)?;
    app.store
        .read(|data| {
            let key = data.ssh_keys.get(&id);
            let own = key.filter(|key| key.user == caller.user);
            own.map(|key| Json(describe(&app, id, key)))
        })
        .await
        .ok_or_else(missing)
}

/// DELETE `/ssh_keys/{key_id}`
pub(crate) async fn delete_ssh_key(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let id = read_id(&id)?;
    app.store
        .change(|data| {
            let own = data.ssh_keys.get(&id);
            if own.is_none_or(|key| key.user != caller.user) {
                return Err(missing());
            }
            data.ssh_keys.remove(&id);
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

fn read_id(text: &str) -> Result<u32, Failure> {
    text.parse().map_err(|_| missing())
}

fn missing() -> Failure {
    Failure::NotFound("There is no such key.".to_owned())
}

pub(super) fn describe(app: &App, id: u32, key: &SshKey) -> Value {
    json!({
        "key_id": id,
        "uid": app.world.number(key.user),
        "fingerprint": key.fingerprint,
        "title": key.title,
        "value": key.value,
        "changed": rfc3339(key.changed_at),
    })
}
