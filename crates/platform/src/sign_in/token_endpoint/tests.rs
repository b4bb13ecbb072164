use super::*;

fn refusal(error: &str, description: Option<&str>, hint: Option<&str>) -> Refusal {
    Refusal {
        error: error.into(),
        description: description.map(Into::into),
        hint: hint.map(Into::into),
    }
}

#[test]
fn refusals_are_told_apart() {
    let cases = [
        (
            "a used code",
            refusal("invalid_grant", Some("The code is used"), None),
            "invalid_grant",
        ),
        (
            "no words",
            refusal("invalid_grant", None, None),
            "invalid_grant",
        ),
        (
            "single sign-on",
            refusal(
                "invalid_grant",
                Some("The SSO session has expired, log in again"),
                None,
            ),
            "sso_session_expired",
        ),
        (
            "an API token",
            refusal("invalid_grant", Some("Invalid API token"), None),
            "api_token_invalid",
        ),
        (
            "an API token, newer server",
            refusal(
                "request_unauthorized",
                Some("not authorized"),
                Some("The API token is invalid"),
            ),
            "api_token_invalid",
        ),
        (
            "an unknown client",
            refusal("invalid_client", None, None),
            "client_unknown",
        ),
        (
            "unauthorized for another reason",
            refusal("request_unauthorized", None, None),
            "sign_in_refused",
        ),
    ];
    for (name, refusal, expected) in cases {
        assert_eq!(
            refusal.into_error(&Deployment::upsun()).code(),
            expected,
            "{name}"
        );
    }
    let bare = refusal("invalid_grant", None, None).into_api_token_error(&Deployment::upsun());
    assert_eq!(
        bare.code(),
        "api_token_invalid",
        "the grant was the API token"
    );
}

fn read(json: &str) -> Result<TokenSet, SignInError> {
    let response: BasicTokenResponse = serde_json::from_str(json).unwrap();
    token_set(&response, UnixTime(1000))
}

#[test]
fn the_end_of_a_token_is_by_our_clock() {
    // {"exp": 1300}
    let jwt = "e30.eyJleHAiOjEzMDB9.c2ln";
    let cases = [
        (
            "said",
            format!(r#"{{"access_token":"{jwt}","token_type":"bearer","expires_in":60}}"#),
            1060,
        ),
        (
            "in the token",
            format!(r#"{{"access_token":"{jwt}","token_type":"Bearer"}}"#),
            1300,
        ),
        (
            "nowhere",
            r#"{"access_token":"opaque","token_type":"bearer"}"#.into(),
            1900,
        ),
        (
            "longer than a day",
            r#"{"access_token":"opaque","token_type":"bearer","expires_in":18446744073709551615}"#
                .into(),
            1000 + 86_400,
        ),
    ];
    for (name, json, expected) in cases {
        assert_eq!(
            read(&json).unwrap().expires_at,
            UnixTime(expected),
            "{name}"
        );
    }
}

#[test]
fn what_cannot_be_a_token_is_none() {
    let cases = [
        ("empty", r#"{"access_token":"","token_type":"bearer"}"#),
        (
            "a line break",
            r#"{"access_token":"a\nb","token_type":"bearer"}"#,
        ),
        ("another type", r#"{"access_token":"a","token_type":"mac"}"#),
        (
            "a refresh token with a space",
            r#"{"access_token":"a","token_type":"bearer","refresh_token":"a b"}"#,
        ),
    ];
    for (name, json) in cases {
        assert_eq!(
            read(json).unwrap_err().code(),
            "unexpected_answer",
            "{name}"
        );
    }
    let empty = r#"{"access_token":"a","token_type":"bearer","refresh_token":""}"#;
    assert!(
        read(empty).unwrap().refresh.is_none(),
        "an empty refresh token is none"
    );
}
