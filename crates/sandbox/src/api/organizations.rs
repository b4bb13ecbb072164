//! `/users/{user_id}/organizations` and `/organizations/{organization_id}`.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde_json::{Map, Value, json};

use super::{Caller, Problem, paging::PageQuery, references};
use crate::{
    app::{App, Shared},
    clock::rfc3339,
    ids::UserId,
    world::{Organization, Role},
};

/// GET `/users/{user_id}/organizations`. Lists organisations that require MFA too: how else would
/// one learn of them.
pub(crate) async fn organizations(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Value>, Problem> {
    let user = caller.own(&user)?;
    let path = format!("/users/{user}/organizations");
    let (answer, _) = list(&app, user, &path, &pairs)?;
    Ok(Json(answer))
}

/// GET `/organizations`: the caller's, with their count.
pub(crate) async fn all_organizations(
    State(app): State<Shared>,
    caller: Caller,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Value>, Problem> {
    let (mut answer, count) = list(&app, caller.user, "/organizations", &pairs)?;
    answer["count"] = json!(count);
    Ok(Json(answer))
}

/// One page of a person's organisations, and how many there are in all.
fn list(
    app: &App,
    user: UserId,
    path: &str,
    pairs: &[(String, String)],
) -> Result<(Value, usize), Problem> {
    let query = PageQuery::read(pairs, &["name", "label", "created_at", "updated_at"])?;
    let mut found: Vec<_> = app
        .world
        .organizations()
        .iter()
        .filter_map(|o| app.world.membership(o, user).map(|member| (o, member.role)))
        .collect();
    let (field, descending) = query.sorting().unwrap_or(("name", false));
    match field {
        "label" => found.sort_by_key(|(o, _)| o.label),
        "created_at" | "updated_at" => found.sort_by_key(|(o, _)| o.created_at),
        _ => found.sort_by_key(|(o, _)| o.name),
    }
    if descending {
        found.reverse();
    }
    let count = found.len();
    let window = query.window(&app.key, path, count)?;
    let items: Vec<_> = found[window.start..window.end]
        .iter()
        .map(|(organization, role)| describe(app, organization, *role))
        .collect();
    let mut links = query.links(&app.key, path, &window);
    let owners: BTreeSet<_> = found[window.start..window.end]
        .iter()
        .filter_map(|(organization, _)| organization.owner())
        .map(|owner| app.world.at(owner).id)
        .collect();
    references::insert_links(&mut links, &app.key, &Vec::from_iter(owners));
    Ok((json!({ "items": items, "_links": links }), count))
}

/// GET `/organizations/{organization_id}`, also as `name=acme`
pub(crate) async fn organization(
    State(app): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (organization, membership) = caller.enter(&app, &reference).await?;
    Ok(Json(describe(&app, organization, membership.role)))
}

/// The links say what the caller may do: without `members` there is no right to list them.
fn describe(app: &App, organization: &Organization, role: Role) -> Value {
    let own = format!("/organizations/{}", organization.id);
    let mut links = Map::new();
    links.insert("self".to_owned(), json!({ "href": own }));
    if role.may_list_members() {
        links.insert(
            "members".to_owned(),
            json!({ "href": format!("{own}/members") }),
        );
    }
    if role.is_admin() {
        let href = format!("{own}/mfa-enforcement");
        links.insert("mfa-enforcement".to_owned(), json!({ "href": href }));
    }
    json!({
        "id": organization.id,
        "type": "flexible",
        "owner_id": organization.owner().map(|owner| app.world.at(owner).id),
        "namespace": "sandbox",
        "name": organization.name,
        "label": organization.label,
        "country": "GB",
        "capabilities": [],
        "vendor": "upsun",
        "billing_profile_id": format!("sandbox-{}", organization.name),
        "billing_legacy": false,
        "security_contact": format!("security@{}.example", organization.name),
        "status": "active",
        "created_at": rfc3339(organization.created_at),
        "updated_at": rfc3339(organization.created_at),
        "_links": links,
    })
}
