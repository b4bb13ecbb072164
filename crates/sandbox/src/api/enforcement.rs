//! `/organizations/{organization_id}/mfa-enforcement`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{Caller, Challenge, Failure};
use crate::{app::Shared, ids::OrgId, state::UserManagement};

/// GET `/organizations/{organization_id}/mfa-enforcement`
pub(crate) async fn enforcement(
    State(app): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Json<Value>, Failure> {
    let organization = caller.enter_as_admin(&app, &reference).await?;
    let on = app
        .store
        .read(|data| data.enforces_mfa(organization.id))
        .await;
    Ok(Json(json!({ "enforce_mfa": on })))
}

/// POST `/organizations/{organization_id}/mfa-enforcement/enable`
pub(crate) async fn enable_enforcement(
    State(app): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<StatusCode, Failure> {
    let organization = caller.enter_as_admin(&app, by_id(&reference)?).await?;
    let addons = app.store.read(|data| data.addons(organization)).await;
    if addons.user_management != UserManagement::Enhanced {
        let message = "Requiring MFA needs the Advanced User Management add-on.";
        return Err(Failure::Forbidden(message.to_owned()));
    }
    let own_mfa = app
        .store
        .read(|data| data.factors.contains_key(&caller.user))
        .await;
    if !own_mfa {
        let message = "Turn on MFA for your own account before requiring it of others.";
        return Err(Failure::Forbidden(message.to_owned()));
    }
    if !caller.has_mfa {
        return Err(Failure::StepUp(Challenge::mfa()));
    }
    set(&app, organization.id, true).await
}

/// POST `/organizations/{organization_id}/mfa-enforcement/disable`
pub(crate) async fn disable_enforcement(
    State(app): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<StatusCode, Failure> {
    let organization = caller.enter_as_admin(&app, by_id(&reference)?).await?;
    set(&app, organization.id, false).await
}

/// Changes take the id only, not `name=…`, as in the API description.
pub(super) fn by_id(reference: &str) -> Result<&str, Failure> {
    if reference.starts_with("name=") {
        return Err(Failure::NotFound(
            "There is no such organization.".to_owned(),
        ));
    }
    Ok(reference)
}

async fn set(app: &Shared, organization: OrgId, on: bool) -> Result<StatusCode, Failure> {
    app.store
        .change(|data| {
            data.set_enforcement(organization, on);
            Ok::<_, Failure>(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
