//! `/organizations/{organization_id}/addons`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Caller, Failure, Problem, body::JsonBody, enforcement::by_id};
use crate::{
    app::Shared,
    clock::{self, UnixSeconds},
    state::{Addons, AddonsRefused, SupportLevel, UserManagement},
    world::Role,
};

/// Days for which a higher level is ordered at least.
const COMMITMENT_DAYS: UnixSeconds = 30;
const DAY: UnixSeconds = 86_400;

/// GET `/organizations/{organization_id}/addons`
pub(crate) async fn addons(
    State(app): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Json<Value>, Problem> {
    let organization = caller.enter_as_admin(&app, &reference).await?;
    let addons = app.store.read(|data| data.addons(organization)).await;
    Ok(Json(describe(&addons, clock::now())))
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    user_management: Option<UserManagement>,
    support_level: Option<SupportLevel>,
}

/// PATCH `/organizations/{organization_id}/addons`, for the owner.
pub(crate) async fn change_addons(
    State(app): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
    JsonBody(wanted): JsonBody<Wanted>,
) -> Result<Json<Value>, Problem> {
    let (organization, membership) = caller.enter(&app, by_id(&reference)?).await?;
    if membership.role != Role::Owner {
        let message = "Only the owner of the organization may change its add-ons.";
        return Err(Failure::Forbidden(message.to_owned()).into());
    }
    let now = clock::now();
    let Wanted {
        user_management,
        support_level,
    } = wanted;
    let addons = app
        .store
        .change(|data| {
            data.change_addons(organization, user_management, support_level, now)
                .map_err(|AddonsRefused::Enforcing| {
                    let message = "Requiring MFA needs this add-on: stop requiring it first.";
                    Failure::Conflict(message.to_owned())
                })
        })
        .await?;
    Ok(Json(describe(&addons, now)))
}

/// A level is current because its key is there; its number is how many days it still has to be kept.
fn describe(addons: &Addons, now: UnixSeconds) -> Value {
    let left = addons.changed_at.map_or(0, |changed| {
        (COMMITMENT_DAYS - (now - changed) / DAY).max(0)
    });
    let (management, more_management) = match addons.user_management {
        UserManagement::Standard => (json!({ "standard": 0 }), json!(["enhanced"])),
        UserManagement::Enhanced => (json!({ "enhanced": left }), json!([])),
    };
    let (support, more_support) = match addons.support_level {
        SupportLevel::Basic => (json!({ "basic": 0 }), json!(["premium"])),
        SupportLevel::Premium => (json!({ "premium": left }), json!([])),
    };
    json!({
        "available": {
            "user_management": { "standard": 0, "enhanced": COMMITMENT_DAYS },
            "support_level": { "basic": 0, "premium": COMMITMENT_DAYS },
        },
        "current": { "user_management": management, "support_level": support },
        "upgrades_available": { "user_management": more_management, "support_level": more_support },
    })
}
