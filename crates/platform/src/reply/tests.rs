use serde::Deserialize;
use serde_json::json;

use super::*;

fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    Reply {
        host: "api.example".into(),
        status: StatusCode::from_u16(status).unwrap(),
        headers: map,
        body: Ok(Zeroizing::new(body.as_bytes().to_vec())),
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn words_are_found_in_every_shape() {
    let cases = [
        (
            "one field",
            json!({"error": "not allowed"}),
            Some("not allowed"),
        ),
        (
            "message with details",
            json!({"status": "Bad Request", "message": "invalid", "code": 400,
                   "detail": {"passcode": ["does not match"]}, "title": "Bad Request"}),
            Some("invalid: passcode: does not match"),
        ),
        (
            "details alone",
            json!({"detail": {"a": ["b", "c"]}}),
            Some("a: b; a: c"),
        ),
        (
            "details as text",
            json!({"title": "Forbidden", "detail": "no add-on"}),
            Some("no add-on"),
        ),
        (
            "the same twice",
            json!({"message": "no", "detail": "no"}),
            Some("no"),
        ),
        (
            "title alone",
            json!({"title": "Forbidden", "status": 403}),
            Some("Forbidden"),
        ),
        (
            "OAuth",
            json!({"error": "invalid_grant", "error_description": "The code expired"}),
            Some("The code expired"),
        ),
        (
            "OAuth without words",
            json!({"error": "invalid_grant"}),
            Some("invalid_grant"),
        ),
        (
            "fields of other types",
            json!({"message": 7, "error": {"a": 1}}),
            None,
        ),
        ("empty words", json!({"message": " ", "title": ""}), None),
        ("a list", json!([]), None),
        (
            "control characters",
            json!({"message": "a\u{1b}[31mb\nc"}),
            Some("a[31mb c"),
        ),
    ];
    for (name, body, expected) in cases {
        assert_eq!(message_of(&body).as_deref(), expected, "{name}");
    }
    let long = message_of(&json!({"message": "x".repeat(100_000)})).unwrap();
    assert_eq!(long.len(), 256, "a server cannot fill the screen");
}

#[test]
fn a_status_is_one_error() {
    let forbidden = |message: &str| ApiError::Forbidden {
        message: message.into(),
    };
    let cases = [
        (
            "401",
            reply(401, &[JSON], r#"{"error":"expired"}"#),
            ApiError::Unauthenticated,
        ),
        (
            "401 without body",
            reply(401, &[], ""),
            ApiError::Unauthenticated,
        ),
        (
            "403",
            reply(403, &[JSON], r#"{"error":"no"}"#),
            forbidden("no"),
        ),
        (
            "403 as a problem",
            reply(
                403,
                &[("content-type", "Application/Problem+JSON; charset=utf-8")],
                r#"{"title":"No"}"#,
            ),
            forbidden("No"),
        ),
        (
            "403 as a page",
            reply(403, &[("content-type", "text/html")], "<h1>blocked</h1>"),
            forbidden("it gave no reason"),
        ),
        (
            "403 without body",
            reply(403, &[], ""),
            forbidden("it gave no reason"),
        ),
        ("404", reply(404, &[], ""), ApiError::NotFound),
        (
            "409",
            reply(409, &[], ""),
            ApiError::Conflict {
                message: "it gave no reason".into(),
            },
        ),
        (
            "408",
            reply(408, &[], ""),
            ApiError::Timeout {
                host: "api.example".into(),
            },
        ),
        (
            "400",
            reply(400, &[JSON], r#"{"error":"bad code"}"#),
            ApiError::Rejected {
                status: 400,
                message: "bad code".into(),
            },
        ),
        (
            "402",
            reply(402, &[], ""),
            ApiError::Rejected {
                status: 402,
                message: "it gave no reason".into(),
            },
        ),
        ("500", reply(500, &[], ""), ApiError::Server { status: 500 }),
        ("503", reply(503, &[], ""), ApiError::Server { status: 503 }),
        (
            "302",
            reply(302, &[("location", "https://evil.example")], ""),
            ApiError::Redirected { status: 302 },
        ),
    ];
    for (name, reply, expected) in cases {
        assert_eq!(reply.done().unwrap_err(), expected, "{name}");
    }
}

#[test]
fn a_step_up_is_told_from_an_ended_session() {
    let challenge = (
        "www-authenticate",
        r#"Bearer error="insufficient_user_authentication", amr="mfa""#,
    );
    let found = reply(401, &[challenge], "").refusal();
    assert_eq!(
        found,
        ApiError::StepUp(StepUp {
            acr_values: Vec::new(),
            amr: vec!["mfa".into()],
            max_age: None
        })
    );
    let elsewhere = reply(403, &[challenge], "").refusal();
    assert_eq!(elsewhere.code(), "forbidden", "a challenge belongs to 401");
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let date = ("date", "Tue, 15 Nov 1994 08:12:31 GMT");
    let cases: [(&str, &str, Option<u64>); 10] = [
        ("seconds", "120", Some(120)),
        ("none", "0", Some(0)),
        ("with space", " 7 ", Some(7)),
        ("a date", "Tue, 15 Nov 1994 08:13:01 GMT", Some(30)),
        (
            "a date of the older form",
            "Tuesday, 15-Nov-94 08:13:01 GMT",
            Some(30),
        ),
        (
            "a date that is over",
            "Tue, 15 Nov 1994 08:00:00 GMT",
            Some(0),
        ),
        ("weeks", "9999999", Some(86_400)),
        ("more than fits", "99999999999999999999999", None),
        ("negative", "-5", None),
        ("words", "soon", None),
    ];
    for (name, value, expected) in cases {
        let found = reply(429, &[date, ("retry-after", value)], "").refusal();
        let expected = expected.map(Duration::from_secs);
        assert_eq!(
            found,
            ApiError::TooManyRequests {
                retry_after: expected
            },
            "{name}"
        );
    }
}

#[derive(Debug, Deserialize, PartialEq)]
struct Answer {
    list: Vec<u8>,
}

#[test]
fn only_json_of_the_right_form_is_an_answer() {
    let html = ("content-type", "text/html; charset=utf-8");
    let cases = [
        (
            "as described",
            reply(200, &[JSON], r#"{"list":[1]}"#),
            Ok(Answer { list: vec![1] }),
        ),
        (
            "created",
            reply(201, &[JSON], r#"{"list":[]}"#),
            Ok(Answer { list: vec![] }),
        ),
        (
            "no media type",
            reply(200, &[], r#"{"list":[]}"#),
            Ok(Answer { list: vec![] }),
        ),
        ("a page", reply(200, &[html], "<html>"), Err("not_json")),
        (
            "a page that says it is JSON",
            reply(200, &[JSON], "<html>"),
            Err("not_json"),
        ),
        (
            "JSON that says it is a page",
            reply(200, &[html], r#"{"list":[]}"#),
            Err("not_json"),
        ),
        ("nothing", reply(200, &[JSON], ""), Err("not_json")),
        (
            "half of it",
            reply(200, &[JSON], r#"{"list":[1"#),
            Err("not_json"),
        ),
        (
            "more after it",
            reply(200, &[JSON], r#"{"list":[]}{}"#),
            Err("not_json"),
        ),
        (
            "a field missing",
            reply(200, &[JSON], "{}"),
            Err("unexpected_answer"),
        ),
        (
            "a field of another type",
            reply(200, &[JSON], r#"{"list":[true]}"#),
            Err("unexpected_answer"),
        ),
        (
            "a list of the fields",
            reply(200, &[JSON], "[[1]]"),
            Err("unexpected_answer"),
        ),
        (
            "a deep nest",
            reply(200, &[JSON], &format!(r#"{{"x":{}"#, "[".repeat(10_000))),
            Err("not_json"),
        ),
    ];
    for (name, reply, expected) in cases {
        assert_eq!(
            reply.json::<Answer>().map_err(|e| e.code()),
            expected,
            "{name}"
        );
    }
    let field = reply(200, &[JSON], r#"{"list":[true]}"#)
        .json::<Answer>()
        .unwrap_err();
    assert_eq!(
        field,
        ApiError::unexpected("list[0]"),
        "the field is named, not its value"
    );
}

#[test]
fn a_page_is_no_success() {
    let html = ("content-type", "text/html");
    assert_eq!(reply(204, &[], "").done(), Ok(()));
    assert_eq!(reply(200, &[JSON], "{}").done(), Ok(()));
    assert_eq!(
        reply(200, &[html], "<html>").done().map_err(|e| e.code()),
        Err("not_json")
    );
    assert_eq!(
        reply(200, &[], "<html>").done().map_err(|e| e.code()),
        Err("not_json")
    );
}

#[test]
fn a_body_that_never_came_does_not_hide_the_status() {
    let mut cut = reply(403, &[JSON], "");
    cut.body = Err(ApiError::CutOff);
    assert_eq!(cut.refusal().code(), "forbidden");
    let mut cut = reply(200, &[JSON], "");
    cut.body = Err(ApiError::TooLarge);
    assert_eq!(cut.json::<Answer>(), Err(ApiError::TooLarge));
}
