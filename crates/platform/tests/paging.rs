//! Lists in pages against servers that are honest, odd and hostile.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use deskfob_platform::{ApiError, Http, MfaStatus, OrgId, UserId};
use serde_json::{Value, json};
use support::{Server, answer, client, url_of};
use url::Url;

type Handler = Arc<dyn Fn(&HashMap<String, String>) -> Response + Send + Sync>;

/// A platform with one organisation, whose lists are made by `members` and `users`.
struct Lists {
    members: Handler,
    users: Handler,
    /// Requests without the token.
    unsigned: AtomicUsize,
}

async fn serve(
    members: impl Fn(&HashMap<String, String>) -> Response + Send + Sync + 'static,
    users: impl Fn(&HashMap<String, String>) -> Response + Send + Sync + 'static,
) -> (Url, Arc<Lists>) {
    let lists = Arc::new(Lists {
        members: Arc::new(members),
        users: Arc::new(users),
        unsigned: AtomicUsize::new(0),
    });
    let count = |lists: &Lists, headers: &HeaderMap| {
        if headers
            .get("authorization")
            .is_none_or(|value| value != "Bearer the-access-token")
        {
            lists.unsigned.fetch_add(1, Ordering::Relaxed);
        }
    };
    type Asked = (State<Arc<Lists>>, HeaderMap, Query<HashMap<String, String>>);
    let app = Router::new()
        .route(
            "/organizations/01A/members",
            get(
                move |(State(lists), headers, Query(query)): Asked| async move {
                    count(&lists, &headers);
                    (lists.members)(&query)
                },
            ),
        )
        .route(
            "/users/u/organizations",
            get(
                move |(State(lists), headers, Query(query)): Asked| async move {
                    count(&lists, &headers);
                    (lists.members)(&query)
                },
            ),
        )
        .route(
            "/ref/users",
            get(
                move |(State(lists), headers, Query(query)): Asked| async move {
                    count(&lists, &headers);
                    (lists.users)(&query)
                },
            ),
        )
        .with_state(lists.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = url_of(listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, lists)
}

fn ok(body: Value) -> Response {
    Json(body).into_response()
}

async fn members(url: &Url) -> Result<Vec<(String, String, MfaStatus)>, ApiError> {
    let client = client(&Http::new().unwrap(), url);
    let members = client.members(&OrgId::new("01A"), |_, _| {}).await?;
    Ok(members
        .into_iter()
        .map(|m| (m.user_id.to_string(), m.name, m.status))
        .collect())
}

#[tokio::test]
async fn every_page_is_read_and_joined() {
    let (url, lists) = serve(
        |query| {
            assert_eq!(query["page[size]"], "100", "pages as large as there are");
            match query.get("page[after]").map(String::as_str) {
                None => ok(json!({
                    "count": 5,
                    "items": [{"user_id": "a", "owner": true}, {"user_id": "b"}],
                    "_links": {
                        "self": {"href": "/x"},
                        "next": {"href": "?page[size]=100&page[after]=1"},
                        "ref:users:0": {"href": "/ref/users?in=a&sig=1"},
                        "ref:users:1": {"href": "/ref/users?in=b&sig=2"},
                    },
                })),
                // Somebody of the first page again, as when the list changes meanwhile.
                Some("1") => ok(json!({
                    "count": 5,
                    "items": [{"user_id": "b"}, {"id": "c"}, {"user_id": "d"}, {"user_id": "e"}],
                    "_links": {"ref:users:0": {"href": "/ref/users?in=c,d,e&sig=3"}},
                })),
                Some(other) => panic!("a cursor that was not given: {other}"),
            }
        },
        |query| match query["in"].as_str() {
            "a" => ok(json!({"a": {"first_name": "Ada", "mfa_enabled": true}})),
            "b" => ok(json!({"b": {"username": "bob", "mfa_enabled": false, "sso_enabled": true}})),
            _ => ok(json!({"c": null, "d": {"first_name": "Dee"}, "e": {"first_name": "Eve", "mfa_enabled": false}})),
        },
    )
    .await;
    let client = client(&Http::new().unwrap(), &url);
    let mut seen = Vec::new();
    let found = client
        .members(&OrgId::new("01A"), |so_far, total| {
            seen.push((so_far, total))
        })
        .await;
    let found: Vec<_> = found
        .unwrap()
        .into_iter()
        .map(|m| (m.user_id.to_string(), m.name, m.status))
        .collect();
    let expected = [
        ("a", "Ada", MfaStatus::On),
        ("b", "bob", MfaStatus::Sso),
        ("c", "", MfaStatus::Unknown),
        ("d", "Dee", MfaStatus::Unknown),
        ("e", "Eve", MfaStatus::Off),
    ];
    assert_eq!(
        found,
        expected.map(|(id, name, status)| (id.to_owned(), name.to_owned(), status))
    );
    assert_eq!(seen, [(2, Some(5)), (5, Some(5))], "told after each page");
    assert_eq!(
        lists.unsigned.load(Ordering::Relaxed),
        0,
        "every request is signed"
    );
}

#[tokio::test]
async fn people_who_are_not_told_are_unknown() {
    let page = || {
        ok(
            json!({"items": [{"user_id": "a"}], "_links": {"ref:users:0": {"href": "/ref/users?in=a"}}}),
        )
    };
    let unknown = [("a".to_owned(), String::new(), MfaStatus::Unknown)];
    for (name, status) in [
        ("refused", StatusCode::FORBIDDEN),
        ("gone", StatusCode::NOT_FOUND),
        ("a signature that ran out", StatusCode::BAD_REQUEST),
    ] {
        let (url, _) = serve(move |_| page(), move |_| status.into_response()).await;
        assert_eq!(members(&url).await.unwrap(), unknown, "{name}");
    }
    let (url, _) = serve(move |_| page(), |_| ok(json!([]))).await;
    assert_eq!(
        members(&url).await.unwrap(),
        unknown,
        "an empty list for nobody"
    );
    let (url, _) = serve(
        |_| ok(json!({"items": [{"user_id": "a"}]})),
        |_| panic!("no link"),
    )
    .await;
    assert_eq!(members(&url).await.unwrap(), unknown, "no link at all");
    let (url, _) = serve(move |_| page(), |_| StatusCode::BAD_GATEWAY.into_response()).await;
    assert_eq!(
        members(&url).await.unwrap_err().code(),
        "server_failed",
        "a failure is not an answer"
    );
}

#[tokio::test]
async fn a_list_that_comes_round_ends() {
    let (url, _) = serve(
        |query| {
            let next = if query.get("c").is_some_and(|c| c == "1") {
                "2"
            } else {
                "1"
            };
            ok(json!({"items": [], "_links": {"next": {"href": format!("?c={next}")}}}))
        },
        |_| ok(json!({})),
    )
    .await;
    assert_eq!(members(&url).await.unwrap_err(), ApiError::RepeatedPage);
    let client = client(&Http::new().unwrap(), &url);
    let organizations = client.organizations(&UserId::new("u")).await;
    assert_eq!(organizations.unwrap_err(), ApiError::RepeatedPage);
}

#[tokio::test]
async fn a_list_with_ever_new_cursors_ends() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let (url, _) = serve(
        move |_| {
            let next = count.fetch_add(1, Ordering::Relaxed);
            ok(json!({"items": [], "_links": {"next": {"href": format!("?c={next}")}}}))
        },
        |_| ok(json!({})),
    )
    .await;
    assert_eq!(
        members(&url).await.unwrap_err(),
        ApiError::TooManyPages { max: 2000 }
    );
    assert_eq!(
        asked.load(Ordering::Relaxed),
        2000,
        "and is asked no more often"
    );
}

#[tokio::test]
async fn a_list_with_ever_more_items_ends() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let (url, _) = serve(
        move |_| {
            let next = count.fetch_add(1, Ordering::Relaxed);
            let items: Vec<_> = (0..1000)
                .map(|item| json!({"user_id": format!("{next}-{item}")}))
                .collect();
            ok(json!({"items": items, "_links": {"next": {"href": format!("?c={next}")}}}))
        },
        |_| ok(json!({})),
    )
    .await;
    assert_eq!(
        members(&url).await.unwrap_err(),
        ApiError::TooManyItems { max: 200_000 }
    );
    assert_eq!(asked.load(Ordering::Relaxed), 201);
}

#[tokio::test]
async fn users_whom_the_page_does_not_list_are_left_alone() {
    let (url, _) = serve(
        |_| {
            ok(json!({
                "items": [{"user_id": "A1"}, {"id": "b2"}],
                "_links": {"ref:users:0": {"href": "/ref/users?in=a1,b2&sig=s"}},
            }))
        },
        |_| {
            let mut users: serde_json::Map<String, Value> = (0..5000)
                .map(|n| (format!("stranger-{n}"), json!({"first_name": "X"})))
                .collect();
            users.insert(
                "a1".into(),
                json!({"first_name": "Ada", "mfa_enabled": true}),
            );
            users.insert(
                "b2".into(),
                json!({"first_name": "Bo", "mfa_enabled": false}),
            );
            ok(Value::Object(users))
        },
    )
    .await;
    let found = members(&url).await.unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|(_, name, status)| (name.as_str(), *status))
        .collect();
    assert_eq!(told, [("Ada", MfaStatus::On), ("Bo", MfaStatus::Off)]);
}

#[tokio::test]
async fn links_to_other_hosts_do_not_get_the_token() {
    let thief =
        Server::answering(answer("200 OK", &["Content-Type: application/json"], "{}")).await;
    let host = format!("127.0.0.1:{}", thief.url.port().unwrap());
    let refused = ApiError::ForeignLink { host };
    for relation in ["next", "ref:users:0"] {
        let href = format!("{}ref/users?in=a", thief.url);
        let page = json!({"items": [{"user_id": "a"}], "_links": {(relation): {"href": href}}});
        let (url, _) = serve(move |_| ok(page.clone()), |_| ok(json!({}))).await;
        assert_eq!(members(&url).await.unwrap_err(), refused, "{relation}");
    }
    assert_eq!(thief.connections(), 0, "nothing went there");
}

#[tokio::test]
async fn a_page_with_any_number_of_references_is_refused() {
    let links: HashMap<String, Value> = (0..101)
        .map(|n| {
            (
                format!("ref:users:{n}"),
                json!({"href": format!("/ref/users?in={n}")}),
            )
        })
        .collect();
    let page = json!({"items": [], "_links": links});
    let (url, _) = serve(move |_| ok(page.clone()), |_| panic!("none is followed")).await;
    assert_eq!(members(&url).await.unwrap_err().code(), "unexpected_answer");
}
