use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ADA, Api, SignIn, code, early_in_a_step, sandbox};

const ADA_TOKEN: &str = "sandbox-ada-token";

#[tokio::test]
async fn links_say_what_the_caller_may_do() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), ADA_TOKEN).await;
    let answer = api.get(&api.mine("organizations")).await;
    let seen: Vec<_> = answer
        .items()
        .iter()
        .map(|o| {
            let has = |link: &str| o["_links"].get(link).is_some();
            let owner = o["owner_id"] == api.me;
            (
                o["name"].as_str().unwrap(),
                owner,
                has("members"),
                has("mfa-enforcement"),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("acme", true, true, true),
            ("globex", false, true, true),
            ("initech", true, true, true),
            ("umbrella", false, false, false),
        ]
    );
    let page = api
        .get(&api.mine("organizations?sort=-name&page[size]=3"))
        .await;
    assert_eq!(page.items()[0]["name"], "umbrella", "sorted, descending");
    let owners = api.get(page.link("ref:users:0").unwrap()).await;
    assert_eq!(
        owners.body.as_object().unwrap().len(),
        2,
        "Ada and Grace own what is listed"
    );
    let last = api.get(page.link("next").unwrap()).await;
    assert_eq!(last.items()[0]["name"], "acme");
    assert!(last.link("next").is_none(), "the end");
}

#[tokio::test]
async fn an_organisation_is_found_by_id_and_by_name() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), ADA_TOKEN).await;
    let acme = api.organization("acme").await;
    for path in [
        format!("/organizations/{acme}"),
        "/organizations/name%3Dacme".to_owned(),
    ] {
        assert_eq!(
            api.get(&path).await.body["label"],
            "Acme Corporation",
            "{path}"
        );
    }
    let missing = api.get("/organizations/name%3Dnowhere").await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.header("content-type"), "application/problem+json");
    for field in ["status", "message", "code", "detail", "title"] {
        assert!(missing.body.get(field).is_some(), "{field} of the error");
    }
}

#[tokio::test]
async fn pages_cover_all_members_once_in_both_directions() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), ADA_TOKEN).await;
    let acme = api.organization("acme").await;
    for (sort, size) in [
        ("", "7"),
        ("&sort=-created_at", "20"),
        ("&sort=updated_at", "59"),
    ] {
        let mut next = Some(format!(
            "/organizations/{acme}/members?page[size]={size}{sort}"
        ));
        let (mut seen, mut pages) = (Vec::new(), Vec::new());
        while let Some(path) = next {
            let page = api.get(&path).await;
            assert_eq!(page.body["count"], 60);
            seen.extend(
                page.items()
                    .iter()
                    .map(|m| m["user_id"].as_str().unwrap().to_owned()),
            );
            next = page.link("next").map(str::to_owned);
            pages.push(page);
        }
        assert_eq!(seen.len(), 60, "{size}{sort}");
        assert_eq!(
            seen.iter().collect::<HashSet<_>>().len(),
            60,
            "nobody twice: {size}{sort}"
        );
        let mut back = pages.last().unwrap().link("previous").map(str::to_owned);
        for forward in pages.iter().rev().skip(1) {
            let page = api.get(&back.unwrap()).await;
            assert_eq!(
                page.items(),
                forward.items(),
                "the same page backwards: {size}{sort}"
            );
            back = page.link("previous").map(str::to_owned);
        }
        assert!(back.is_none(), "the first page has no previous");
    }
    let default = api.get(&format!("/organizations/{acme}/members")).await;
    assert_eq!(default.items().len(), 20, "twenty unless asked otherwise");
}

#[tokio::test]
async fn members_come_in_the_order_asked_for() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), ADA_TOKEN).await;
    let acme = api.organization("acme").await;
    for (sort, field, descending) in [
        ("created_at", "created_at", false),
        ("-created_at", "created_at", true),
        ("updated_at", "updated_at", false),
        ("-updated_at", "updated_at", true),
    ] {
        let path = format!("/organizations/{acme}/members?page[size]=100&sort={sort}");
        let answer = api.get(&path).await;
        let times: Vec<_> = answer
            .items()
            .iter()
            .map(|m| m[field].as_str().unwrap())
            .collect();
        let mut sorted = times.clone();
        sorted.sort_unstable();
        if descending {
            sorted.reverse();
        }
        assert_eq!(times, sorted, "{sort}");
    }
}

#[tokio::test]
async fn forged_cursors_and_signatures_are_refused() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), ADA_TOKEN).await;
    let acme = api.organization("acme").await;
    let page = api
        .get(&format!("/organizations/{acme}/members?page[size]=10"))
        .await;
    let next = page.link("next").unwrap();
    let forged = next.replace("%5Bafter%5D=A", "%5Bafter%5D=B");
    assert_ne!(next, forged, "the cursor begins as expected");
    let cases = [
        ("forged", forged),
        ("another order", format!("{next}&sort=-created_at")),
        (
            "made up",
            format!("/organizations/{acme}/members?page[after]=20"),
        ),
        (
            "size 0",
            format!("/organizations/{acme}/members?page[size]=0"),
        ),
        (
            "size 101",
            format!("/organizations/{acme}/members?page[size]=101"),
        ),
        (
            "a filter",
            format!("/organizations/{acme}/members?filter[permissions][eq]=admin"),
        ),
    ];
    for (name, path) in cases {
        let answer = api.get(&path).await;
        assert_eq!(answer.status, 400, "{name}");
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{name}"
        );
    }
    let users = page.link("ref:users:0").unwrap();
    assert!(users.starts_with("/ref/users?in="), "relative: {users}");
    assert_eq!(api.get(users).await.status, 200);
    let grown = users.replace("&sig=", &format!(",{}&sig=", api.me));
    assert_eq!(api.get(&grown).await.status, 403, "one more id");
    let (bare, _) = users.split_once("&sig=").unwrap();
    assert_eq!(
        api.get(&format!("{bare}&sig=")).await.status,
        403,
        "no signature"
    );
}

#[tokio::test]
async fn references_tell_names_and_mfa_as_far_as_known() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), ADA_TOKEN).await;
    let acme = api.organization("acme").await;
    let (members, users) = api.everybody(&acme).await;
    assert_eq!(
        (members.len(), users.len()),
        (60, 60),
        "each member has an entry"
    );
    let page = api
        .get(&format!("/organizations/{acme}/members?page[size]=100"))
        .await;
    assert!(
        page.link("ref:users:1").is_some(),
        "a large page has several links"
    );
    let gone = users.values().filter(|u| u.is_null()).count();
    let unsaid = users
        .values()
        .filter(|u| !u.is_null() && u.get("mfa_enabled").is_none())
        .count();
    assert_eq!(
        (gone, unsaid),
        (1, 1),
        "one account is gone, one does not say"
    );
    let count = |mfa: bool, sso: bool| {
        let want = (Some(&Value::Bool(mfa)), Some(&Value::Bool(sso)));
        users
            .values()
            .filter(|u| (u.get("mfa_enabled"), u.get("sso_enabled")) == want)
            .count()
    };
    assert!(
        count(true, false) > 10 && count(false, false) > 5 && count(false, true) > 2,
        "mixed"
    );
    let ada = &users[&api.me];
    assert_eq!(
        (&ada["email"], &ada["first_name"]),
        (&json!(ADA.0), &json!("Ada"))
    );
    let owners: Vec<_> = members.iter().filter(|m| m["owner"] == true).collect();
    assert_eq!(owners.len(), 1);
    assert_eq!(owners[0]["user_id"], api.me);
    assert!(
        members.iter().all(|m| m.get("email").is_none()),
        "members carry no address"
    );
}

#[tokio::test]
async fn a_viewer_may_not_list_members() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), ADA_TOKEN).await;
    let umbrella = api.organization("umbrella").await;
    let own = format!("/organizations/{umbrella}");
    assert_eq!(api.get(&own).await.status, 200, "a member may look");
    for path in ["members", "addons", "mfa-enforcement"] {
        assert_eq!(
            api.get(&format!("{own}/{path}")).await.status,
            403,
            "{path}"
        );
    }
    let body = json!({"user_ids": [api.me]});
    assert_eq!(
        api.post(&format!("{own}/mfa/remind"), body).await.status,
        403
    );
}

#[tokio::test]
async fn add_ons_are_told_by_their_key() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), ADA_TOKEN).await;
    for (name, level) in [("acme", "enhanced"), ("initech", "standard")] {
        let addons = api
            .get(&format!("/organizations/name%3D{name}/addons"))
            .await
            .body;
        assert!(
            addons["current"]["user_management"].get(level).is_some(),
            "{name}: {addons}"
        );
    }
}

#[tokio::test]
async fn enforcement_needs_the_add_on_own_mfa_and_a_session_with_it() {
    let sandbox = sandbox().await;
    let sign_in = SignIn::new(sandbox.url());
    let api = Api::new(sandbox.url(), &sign_in.complete(ADA).await.access).await;
    let (acme, initech) = (
        api.organization("acme").await,
        api.organization("initech").await,
    );
    let enable = |org: &str| format!("/organizations/{org}/mfa-enforcement/enable");

    let no_addon = api.post_nothing(&enable(&initech)).await;
    assert_eq!(no_addon.status, 403);
    assert!(
        no_addon.body["message"]
            .as_str()
            .unwrap()
            .contains("add-on"),
        "{}",
        no_addon.body
    );
    let no_mfa = api.post_nothing(&enable(&acme)).await;
    assert_eq!(no_mfa.status, 403);
    assert!(
        no_mfa.body["message"]
            .as_str()
            .unwrap()
            .contains("your own account")
    );

    let key = api.get(&api.mine("totp")).await.body["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    early_in_a_step().await;
    let body = json!({"secret": key, "passcode": code(&key, 0)});
    assert_eq!(api.post(&api.mine("totp"), body).await.status, 200);
    let old_session = api.post_nothing(&enable(&acme)).await;
    assert_eq!(old_session.status, 401, "own MFA, but not in this session");
    assert_eq!(old_session.body["amr"], json!(["mfa"]));

    let tokens = sign_in.complete_with_code(ADA, &code(&key, 1)).await;
    let new = Api::new(sandbox.url(), &tokens.access).await;
    let state = format!("/organizations/{acme}/mfa-enforcement");
    assert_eq!(new.get(&state).await.body, json!({"enforce_mfa": false}));
    assert_eq!(
        new.post_nothing(&enable("name%3Dacme")).await.status,
        404,
        "by id only"
    );
    assert_eq!(new.post_nothing(&enable(&acme)).await.status, 204);
    assert_eq!(new.get(&state).await.body, json!({"enforce_mfa": true}));
    assert_eq!(
        api.get(&state).await.status,
        401,
        "the old session is shut out now"
    );
    let alan = Api::new(
        sandbox.url(),
        &sign_in.complete(crate::support::ALAN).await.access,
    )
    .await;
    assert_eq!(
        alan.get(&format!("/organizations/{acme}")).await.status,
        401,
        "and so is Alan"
    );
    let disable = format!("/organizations/{acme}/mfa-enforcement/disable");
    assert_eq!(
        api.post_nothing(&disable).await.status,
        401,
        "not by the old session"
    );
    assert_eq!(new.post_nothing(&disable).await.status, 204);
    assert_eq!(api.get(&state).await.body, json!({"enforce_mfa": false}));
}

#[tokio::test]
async fn unknown_paths_are_json_for_programs() {
    let sandbox = sandbox().await;
    let api = Api::with_api_token(sandbox.url(), ADA_TOKEN).await;
    let answer = api.get("/projects").await;
    assert_eq!(
        (answer.status.as_u16(), answer.body["code"].as_u64()),
        (404, Some(404))
    );
    assert_eq!(api.get(&api.mine("connections")).await.body, json!([]));
}

#[tokio::test]
async fn an_owner_orders_what_enforcement_needs() {
    let sandbox = sandbox().await;
    let ada = Api::with_api_token(sandbox.url(), "sandbox-ada-token").await;
    let grace = Api::with_api_token(sandbox.url(), "sandbox-grace-token").await;
    let initech = format!("/organizations/{}", ada.organization("initech").await);
    let addons = format!("{initech}/addons");
    let change = async |api: &Api, path: &str, body: Value| {
        let answer = api.call(Method::PATCH, path, Some(body)).await;
        (answer.status.as_u16(), answer.body)
    };
    let enhanced = json!({ "user_management": "enhanced" });
    let before = ada.get(&addons).await.body;
    assert_eq!(
        before["current"]["user_management"],
        json!({ "standard": 0 })
    );

    let (status, after) = change(&ada, &addons, enhanced.clone()).await;
    assert_eq!(status, 200, "{after}");
    assert_eq!(
        after["current"]["user_management"],
        json!({ "enhanced": 30 })
    );
    assert_eq!(after["current"]["support_level"], json!({ "basic": 0 }));
    assert_eq!(after["upgrades_available"]["user_management"], json!([]));
    assert_eq!(after["available"], before["available"]);
    assert_eq!(ada.get(&addons).await.body, after);
    let premium = json!({ "support_level": "premium" });
    let (_, both) = change(&ada, &addons, premium).await;
    assert_eq!(
        both["current"]["user_management"],
        json!({ "enhanced": 30 })
    );
    assert_eq!(both["current"]["support_level"], json!({ "premium": 30 }));
    let enable = ada
        .post_nothing(&format!("{initech}/mfa-enforcement/enable"))
        .await;
    let words = enable.body["message"].as_str().unwrap();
    assert!(
        words.contains("your own account"),
        "no longer the add-on: {words}"
    );

    // Grace owns globex, which requires MFA, and administers acme.
    let globex = format!(
        "/organizations/{}/addons",
        grace.organization("globex").await
    );
    let standard = json!({ "user_management": "standard" });
    assert_eq!(change(&grace, &globex, standard.clone()).await.0, 409);
    assert_eq!(change(&grace, &globex, enhanced.clone()).await.0, 200);
    let acme = format!("/organizations/{}/addons", grace.organization("acme").await);
    for (name, api, path, body, expected) in [
        ("an administrator", &grace, &acme, &enhanced, 403),
        ("no member", &grace, &addons, &enhanced, 404),
        ("closed without MFA", &ada, &globex, &enhanced, 401),
        (
            "by name",
            &ada,
            &"/organizations/name=initech/addons".to_owned(),
            &enhanced,
            404,
        ),
        (
            "no such level",
            &ada,
            &addons,
            &json!({ "user_management": "gold" }),
            400,
        ),
        ("back again", &ada, &addons, &standard, 200),
    ] {
        let found = change(api, path, body.clone()).await;
        assert_eq!(found.0, expected, "{name}: {}", found.1);
    }
}
