//! `/organizations/{organization_id}/members`.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde_json::{Value, json};

use super::{Caller, Failure, Problem, paging::PageQuery, references};
use crate::{
    app::{App, Shared},
    clock::rfc3339,
    world::{Membership, Organization, Role},
};

/// GET `/organizations/{organization_id}/members`. Members carry no name, address or MFA state:
/// those are behind the signed `ref:users:N` links.
pub(crate) async fn members(
    State(app): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Value>, Problem> {
    let (organization, membership) = caller.enter(&app, &reference).await?;
    if !membership.role.may_list_members() {
        let message = "Listing members needs the members permission.".to_owned();
        return Err(Failure::Forbidden(message).into());
    }
    let query = PageQuery::read(&pairs, &["created_at", "updated_at"])?;
    let path = format!("/organizations/{}/members", organization.id);
    let total = organization.members.len();
    let window = query.window(&app.key, &path, total)?;
    let shown: Vec<_> = (window.start..window.end)
        .map(|position| in_order(organization, query.sorting(), position))
        .collect();
    let mut links = query.links(&app.key, &path, &window);
    let users: Vec<_> = shown
        .iter()
        .map(|member| app.world.at(member.person).id)
        .collect();
    references::insert_links(&mut links, &app.key, &users);
    let items: Vec<_> = shown
        .into_iter()
        .map(|member| describe(&app, organization, member))
        .collect();
    Ok(Json(
        json!({ "count": total, "items": items, "_links": links }),
    ))
}

/// GET `/organizations/{organization_id}/members/{user_id}`
pub(crate) async fn member(
    State(app): State<Shared>,
    caller: Caller,
    Path((reference, user)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let (organization, membership) = caller.enter(&app, &reference).await?;
    let user = user.parse().ok();
    if user != Some(caller.user) && !membership.role.may_list_members() {
        let message = "Seeing members needs the members permission.".to_owned();
        return Err(Failure::Forbidden(message).into());
    }
    let found = user.and_then(|user| app.world.membership(organization, user));
    let found = found.ok_or_else(|| Failure::NotFound("There is no such member.".to_owned()))?;
    Ok(Json(describe(&app, organization, found)))
}

/// The member at a position of the sorted list. Sorted by joining unless asked otherwise.
fn in_order<'a>(
    organization: &'a Organization,
    sorting: Option<(&str, bool)>,
    position: usize,
) -> &'a Membership {
    let (field, descending) = sorting.unwrap_or(("created_at", false));
    let position = if descending {
        organization.members.len() - 1 - position
    } else {
        position
    };
    match field {
        "updated_at" => &organization.members[organization.by_update[position] as usize],
        _ => &organization.members[position],
    }
}

fn describe(app: &App, organization: &Organization, member: &Membership) -> Value {
    let id = app.world.at(member.person).id;
    let href = format!("/organizations/{}/members/{id}", organization.id);
    json!({
        "id": id,
        "organization_id": organization.id,
        "user_id": id,
        "permissions": member.role.permissions(),
        "level": member.role.level(),
        "owner": member.role == Role::Owner,
        "created_at": rfc3339(member.created_at),
        "updated_at": rfc3339(member.updated_at),
        "_links": { "self": { "href": href } },
    })
}
