use super::objects::MAX_OBJECTS;
use super::*;

fn answer(json: &str, status: Option<u16>) -> Option<Answer> {
    let objects = objects(json);
    read(&objects.first()?.fields, status)
}

#[test]
fn the_three_forms_of_a_body() {
    /// Name, text, status, symptom, service.
    type Case = (
        &'static str,
        &'static str,
        Option<u16>,
        Option<Symptom>,
        Option<&'static str>,
    );
    let cases: &[Case] = &[
        (
            "one text, with its status",
            r#"{"error":"You cannot do this."}"#,
            Some(403),
            Some(Symptom::Forbidden),
            Some("You cannot do this."),
        ),
        (
            "one text, plain enough",
            r#"{"error":"Forbidden"}"#,
            None,
            Some(Symptom::Forbidden),
            Some("Forbidden"),
        ),
        (
            "one text that says nothing",
            r#"{"error":"E_17"}"#,
            None,
            None,
            None,
        ),
        (
            "older form",
            r#"{"status":"403","message":"No access","code":403,"detail":{},"title":"Forbidden"}"#,
            None,
            Some(Symptom::Forbidden),
            Some("No access"),
        ),
        (
            "older form, 404",
            r#"{"status":"404","message":"","code":404,"detail":{},"title":"Not found"}"#,
            None,
            Some(Symptom::NotFound),
            Some("Not found"),
        ),
        (
            "older form, 409",
            r#"{"status":"409","message":"Already enrolled","code":409,"detail":{"x":["y"]},"title":"Conflict"}"#,
            None,
            Some(Symptom::Conflict),
            Some("Already enrolled"),
        ),
        (
            "problem",
            r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"no right"}"#,
            None,
            Some(Symptom::Forbidden),
            Some("no right"),
        ),
        (
            "OAuth",
            r#"{"error":"invalid_grant","error_description":"The SSO session has expired."}"#,
            None,
            Some(Symptom::SsoSessionExpired),
            Some("The SSO session has expired."),
        ),
        (
            "OAuth, token",
            r#"{"error":"invalid_grant","error_description":"Invalid API token"}"#,
            Some(400),
            Some(Symptom::ApiTokenInvalid),
            Some("Invalid API token"),
        ),
        (
            "OAuth, newer",
            r#"{"error":"request_unauthorized","error_description":"x","error_hint":"Check the API token."}"#,
            None,
            Some(Symptom::ApiTokenInvalid),
            Some("x"),
        ),
        (
            "OAuth, session",
            r#"{"error":"invalid_grant"}"#,
            None,
            Some(Symptom::SessionEnded),
            Some("invalid_grant"),
        ),
        (
            "OAuth, refused",
            r#"{"error":"access_denied"}"#,
            None,
            Some(Symptom::ConsentDenied),
            Some("access_denied"),
        ),
        (
            "step-up",
            r#"{"error":"insufficient_user_authentication","amr":["mfa"]}"#,
            Some(401),
            Some(Symptom::StepUp),
            Some(INSUFFICIENT),
        ),
        (
            "in a log's line",
            r#"{"level":"error","response":{"body":{"error":"invalid_grant"}}}"#,
            None,
            Some(Symptom::SessionEnded),
            Some("invalid_grant"),
        ),
        (
            "a log's line",
            r#"{"level":"error","message":"failed","code":1}"#,
            None,
            None,
            None,
        ),
        ("a good answer", r#"{"error":"x"}"#, Some(200), None, None),
        ("something else", r#"{"a":1}"#, Some(403), None, None),
        ("cut off", r#"{"error":"invalid_gr"#, None, None, None),
    ];
    for (name, json, status, symptom, words) in cases {
        let found = answer(json, *status);
        assert_eq!(
            found.as_ref().map(|found| found.symptom),
            *symptom,
            "{name}"
        );
        assert_eq!(
            found.and_then(|found| found.words).as_deref(),
            *words,
            "{name}"
        );
    }
    let mfa = answer(r#"{"error":"You must enable MFA first."}"#, Some(403)).unwrap();
    assert!(mfa.asked.needs_mfa(), "a right that MFA is missing for");
}

#[test]
fn secrets_in_a_body_are_not_kept() {
    let body = r#"{"error":"bad token UPSUN_CLI_TOKEN=k3fG7sPq2LxV9bTz0WcY4mN8"}"#;
    let words = answer(body, Some(403))
        .and_then(|found| found.words)
        .unwrap();
    assert!(!words.contains("k3fG7"), "{words}");
}

#[test]
fn headers_in_any_form() {
    let cases = [
        (
            r#"Bearer error="x", max_age="300", amr="mfa sso:acme""#,
            vec!["mfa", "sso:acme"],
            Some(300),
        ),
        ("Bearer error=x, max_age=60, amr=mfa", vec!["mfa"], Some(60)),
        ("Bearer error=x", vec![], None),
    ];
    for (text, amr, max_age) in cases {
        assert_eq!(
            header(text),
            Asked {
                amr: amr.iter().map(|&m| m.into()).collect(),
                max_age
            },
            "{text}"
        );
    }
}

#[test]
fn a_hostile_text_is_read_once() {
    for unit in ["{\"", "{\"a\":{", "{\"a\":[", "{\"a\":\"", "{\"a\":{},"] {
        let text = unit.repeat(10_000);
        assert!(objects(&text).len() <= MAX_OBJECTS, "{unit}");
    }
}
