//! Every error of the platforms that is known in public, in its older and newer words, by itself.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use deskfob_doctor::{Asked, Symptom, diagnose};
use support::{ACCESS_DENIED, NO_SERVICE, OLD_MFA, OLD_NO_SERVICE};

struct Case {
    name: &'static str,
    text: String,
    symptom: Symptom,
    asked: Asked,
    service: Option<&'static str>,
    user: Option<(&'static str, Option<&'static str>)>,
}

fn case(name: &'static str, text: &str, symptom: Symptom) -> Case {
    Case {
        name,
        text: text.to_owned(),
        symptom,
        asked: Asked::default(),
        service: None,
        user: None,
    }
}

impl Case {
    fn asks(mut self, amr: &[&str], max_age: Option<u64>) -> Self {
        self.asked = support::asked(amr, max_age);
        self
    }

    fn service(mut self, name: &'static str) -> Self {
        self.service = Some(name);
        self
    }

    fn user(mut self, name: &'static str, id: Option<&'static str>) -> Self {
        self.user = Some((name, id));
        self
    }
}

const ADA: &str = "497f6eca-6276-4993-bfeb-53cbbbba6f08";
const SERVICE: &str = "abcdefg123456-main-bvxea6i--app";

/// The block of an SSH server with another line of parameters.
fn denied(parameters: &str) -> String {
    ACCESS_DENIED.replace(r#"{"amr":["mfa","sso:acme"]}"#, parameters)
}

fn cases() -> Vec<Case> {
    let block = |name, text: &str, symptom| {
        case(name, text, symptom)
            .service(SERVICE)
            .user("ada", Some(ADA))
    };
    vec![
        block("both methods", ACCESS_DENIED, Symptom::SshAuthentication).asks(&["mfa", "sso:acme"], None),
        block("MFA", &denied(r#"{"amr":["mfa"]}"#), Symptom::SshAuthentication).asks(&["mfa"], None),
        block("single sign-on", &denied(r#"{"amr":["sso:acme"]}"#), Symptom::SshAuthentication).asks(&["sso:acme"], None),
        block("any single sign-on", &denied(r#"{"amr":["sso:*"]}"#), Symptom::SshAuthentication).asks(&["sso:*"], None),
        block("age", &denied(r#"{"max_age":300}"#), Symptom::SshAuthentication).asks(&[], Some(300)),
        block("age and MFA, spaced", &denied(r#"{ "amr": [ "mfa" ], "max_age": "60" }"#), Symptom::SshAuthentication)
            .asks(&["mfa"], Some(60)),
        block("parameters that are none: the words are read", &denied("{\"amr\":["), Symptom::SshAuthentication)
            .asks(&["mfa", "sso:acme"], None),
        case("the line of parameters alone", r#"Parameters: {"amr":["mfa"]}"#, Symptom::SshAuthentication).asks(&["mfa"], None),
        block("no line of parameters", ACCESS_DENIED.split("Parameters").next().unwrap(), Symptom::SshDenied),
        block("no service", NO_SERVICE, Symptom::SshNoService),
        case("no service, one line", NO_SERVICE.lines().next().unwrap(), Symptom::SshNoService),
        case("older, MFA", OLD_MFA, Symptom::SshRequiresMfa).asks(&["mfa"], None).service("abcdef7uyxabce-master-7rqtabc--mymagento")
            .user("user-test", Some("abaacca12-5cd1-4b123-9096-411add578998")),
        case("older, MFA, the reason alone", "(reason: access requires MFA)", Symptom::SshRequiresMfa).asks(&["mfa"], None),
        case("older, no service", OLD_NO_SERVICE, Symptom::SshNoService).service("oh2wi6klp5ytk-mc-35985-integration-nnulm4a--mymagento")
            .user("user-test", Some("abaacca12-5cd1-4b123-9096-411add578998")),
        case("older, not found", "Hello ada, you successfully authenticated, but could not connect to service x-y--app (reason: service not found)", Symptom::SshNoService)
            .service("x-y--app").user("ada", None),
        case("older, another reason", "Hello ada, you successfully authenticated, but could not connect to service x-y--app (reason: the service is down)", Symptom::SshNotConnected)
            .service("x-y--app").user("ada", None),
        case("no key", "Permission denied (publickey).", Symptom::SshKeyRefused),
        case("no key, with a host", "abcdefg123456-main-bvxea6i--app@ssh.eu-3.platform.sh: Permission denied (publickey).", Symptom::SshKeyRefused)
            .service(SERVICE),
        case("no key, more methods", "Permission denied (publickey,keyboard-interactive).", Symptom::SshKeyRefused),
        case("host key", "Host key verification failed.", Symptom::HostKeyUnknown),
        case("host key, another", "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.", Symptom::HostKeyChanged),
        case("certificate required", "The SSH connection failed. An SSH certificate is required.\nGenerate one using: upsun ssh-cert:load", Symptom::CertificateRequired),
        case("certificate expired", "Certificate invalid: expired", Symptom::CertificateExpired),
        case("command line about MFA", "The SSH connection failed because access requires MFA (multi-factor authentication).\nMFA is not yet enabled on your account.\nThen log in again with: upsun login -f", Symptom::SshRequiresMfa)
            .asks(&["mfa"], None),
        case("no command line", "/bin/bash: line 1: upsun: command not found\nPermission denied (publickey).", Symptom::RenewalCommandMissing),
        case("step-up, header", "HTTP/2 401\nwww-authenticate: Bearer error=\"insufficient_user_authentication\", error_description=\"More recent authentication is needed\", max_age=\"300\", amr=\"mfa\"", Symptom::StepUp)
            .asks(&["mfa"], Some(300)),
        case("step-up, body", r#"{"error":"insufficient_user_authentication","error_description":"MFA","amr":["mfa","sso:acme"],"max_age":300}"#, Symptom::StepUp)
            .asks(&["mfa", "sso:acme"], Some(300)),
        case("step-up, both", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer error=\"insufficient_user_authentication\", max_age=\"300\"\r\n\r\n{\"error\":\"insufficient_user_authentication\",\"amr\":[\"mfa\"]}", Symptom::StepUp)
            .asks(&["mfa"], Some(300)),
        case("command line, MFA", "Multi-factor authentication (MFA) is required.\n\nPlease log in by running:\n    upsun login --method mfa", Symptom::StepUp).asks(&["mfa"], None),
        case("command line, SSO", "Single sign-on (SSO) is required.\n\nPlease log in by running:\n    upsun login --method 'sso:acme'", Symptom::StepUp).asks(&["sso:acme"], None),
        case("command line, age", "More recent authentication is required.\n\nPlease log in by running:\n    upsun login --max-age 300", Symptom::StepUp).asks(&[], Some(300)),
        case("command line, several", "Re-authentication is required.\n\nPlease log in by running:\n    platform login --method 'mfa,sso:acme' --max-age 60", Symptom::StepUp)
            .asks(&["mfa", "sso:acme"], Some(60)),
        case("command line, no login", "Authentication is required.\n\nPlease log in by running:\n    upsun login", Symptom::SessionEnded),
        case("command line, token", "  [RequestException]                                           \n  Multi-factor authentication (MFA) is required.               \n  The API token may need to be re-created after enabling MFA.  ", Symptom::ApiTokenBeforeMfa)
            .asks(&["mfa"], None),
        case("SSO session", r#"{"error":"invalid_grant","error_description":"The SSO session has expired. Please log in again."}"#, Symptom::SsoSessionExpired),
        case("SSO session, command line", "Your SSO session has expired. You have been logged out.", Symptom::SsoSessionExpired),
        case("API token", r#"{"error":"invalid_grant","error_description":"API token not found"}"#, Symptom::ApiTokenInvalid),
        case("API token, newer", r#"{"error":"request_unauthorized","error_description":"The request could not be authorized.","error_hint":"The API token is invalid or expired."}"#, Symptom::ApiTokenInvalid),
        case("API token, command line", "The API token is invalid.", Symptom::ApiTokenInvalid),
        case("session", r#"{"error":"invalid_grant","error_description":"The refresh token is expired."}"#, Symptom::SessionEnded),
        case("session, command line", "Your session has expired. You have been logged out.", Symptom::SessionEnded),
        case("consent", "http://127.0.0.1:5000/?error=access_denied&error_description=The+resource+owner+denied+the+request", Symptom::ConsentDenied),
        case("body, one text", "HTTP/2 403\ncontent-type: application/json\n\n{\"error\":\"You cannot do this.\"}", Symptom::Forbidden),
        case("body, older form", r#"{"status":"403","message":"Access denied","code":403,"detail":{},"title":"Forbidden"}"#, Symptom::Forbidden),
        case("body, older form, pretty", "{\n  \"status\": \"409\",\n  \"message\": \"TOTP is already enabled\",\n  \"code\": 409,\n  \"detail\": {},\n  \"title\": \"Conflict\"\n}", Symptom::Conflict),
        case("body, problem", r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"No such organization"}"#, Symptom::NotFound),
        case("body of the HTTP library", "Client error: `GET https://api.upsun.com/organizations/01ABC/members` resulted in a `403 Forbidden` response:\n{\"error\":\"no\"}", Symptom::Forbidden),
        case("enrolled already, no body", "HTTP/2 409 \r\ncontent-length: 0\r\n\r\n", Symptom::Conflict),
        case("not enrolled, no body", "< HTTP/2 404\n< content-length: 0\n<\n* Connection #0 left intact", Symptom::NotFound),
        case("no right, no body", "HTTP/1.1 403 Forbidden\n", Symptom::Forbidden),
        case("platform down, no body", "HTTP/1.1 503 Service Unavailable\n\n", Symptom::PlatformFailed),
        case("no body behind the HTTP library's words", "Client error: `DELETE https://api.upsun.com/users/497f6eca/totp` resulted in a `404 Not Found` response:\n", Symptom::NotFound),
        case("the same, wrapped by the command line", "  [GuzzleHttp\\Exception\\ClientException]\n  Client error: `GET https://api.upsun.com/users/497f6eca/totp` resulted in a `409 Conflict` response:\n\n", Symptom::Conflict),
        case("own MFA first, one text", r#"{"error":"Turn on MFA for your own account before requiring it of others."}"#, Symptom::Forbidden)
            .asks(&["mfa"], None),
        case("own MFA first, older form", r#"{"status":"403","message":"Turn on MFA for your own account before requiring it of others.","code":403,"detail":{},"title":"Forbidden"}"#, Symptom::Forbidden)
            .asks(&["mfa"], None),
        case("a part of the older form, with its status", "HTTP/2 403\ncontent-type: application/json\n\n{\"message\":\"No access\",\"code\":403}", Symptom::Forbidden),
        case("a message alone, with its status", "HTTP/2 409\n\n{\"message\":\"The user is already enrolled.\"}", Symptom::Conflict),
        case("too often", "HTTP/2 429\nretry-after: 30\n", Symptom::TooManyRequests),
        case("too often, a body", r#"{"status":"429","message":"slow down","code":429,"title":"Too many requests"}"#, Symptom::TooManyRequests),
        case("platform down", r#"{"status":"503","message":"","code":503,"detail":{},"title":"Service unavailable"}"#, Symptom::PlatformFailed),
        case("clock, TLS", "curl: (60) SSL certificate problem: certificate is not yet valid", Symptom::ClockWrong),
        case("clock, SSH", "Certificate invalid: not yet valid", Symptom::ClockWrong),
    ]
}

#[test]
fn each_error_is_known_by_itself() {
    for Case {
        name,
        text,
        symptom,
        asked,
        service,
        user,
    } in cases()
    {
        let found = diagnose(&text);
        let [finding] = found.findings.as_slice() else {
            panic!("{name}: one error, {:#?}", found.findings);
        };
        assert_eq!(finding.symptom, symptom, "{name}");
        assert_eq!(finding.asked, asked, "{name}");
        assert_eq!(
            finding
                .service
                .as_ref()
                .map(|service| service.name.as_str()),
            service,
            "{name}"
        );
        let named = finding
            .user
            .as_ref()
            .map(|user| (user.name.as_str(), user.id.as_deref()));
        assert_eq!(named, user, "{name}");
        assert!(!finding.quote.is_empty(), "{name}: the words are shown");
        assert!(found.leaks.is_empty(), "{name}: {:?}", found.leaks);
    }
}

/// However a text came here, what is found in it is the same.
#[test]
fn wrapping_and_colours_change_nothing() {
    type Dress = (&'static str, fn(&str) -> String);
    let dress: [Dress; 9] = [
        ("git", |text| {
            text.lines()
                .map(|line| format!("remote: {line}\n"))
                .collect()
        }),
        ("GitHub", |text| {
            text.lines()
                .map(|line| format!("2026-11-27T14:00:00.1234567Z {line}\n"))
                .collect()
        }),
        ("GitLab", |text| {
            text.lines()
                .map(|line| format!("2026-11-27T14:00:00.123456Z 00E {line}\r\n"))
                .collect()
        }),
        ("colours", |text| {
            text.lines()
                .map(|line| format!("\u{1b}[31;1m{line}\u{1b}[0m\u{1b}[K\n"))
                .collect()
        }),
        ("colours inside", |text| {
            text.replace("denied", "\u{1b}[1mdenied\u{1b}[0m")
        }),
        ("Windows", |text| text.replace('\n', "\r\n")),
        ("JSON", |text| {
            format!(
                "{{\"level\":\"error\",\"msg\":{}}}",
                serde_json::Value::from(text)
            )
        }),
        ("JSON in JSON", |text| {
            let inner = format!("{{\"msg\":{}}}", serde_json::Value::from(text));
            format!("{{\"line\":{}}}", serde_json::Value::from(inner))
        }),
        ("mail", |text| {
            text.lines().map(|line| format!("> {line}\n")).collect()
        }),
    ];
    for Case {
        name,
        text,
        symptom,
        asked,
        ..
    } in cases()
    {
        for (how, dress) in dress {
            let dressed = dress(&text);
            let found = diagnose(&dressed);
            let known = found
                .findings
                .iter()
                .find(|finding| finding.symptom == symptom && finding.asked == asked);
            assert!(
                known.is_some(),
                "{name}, {how}: {dressed}\n{:#?}",
                found.findings
            );
        }
    }
}

/// A terminal wraps anywhere, also in the middle of a word.
#[test]
fn a_narrow_terminal_changes_nothing() {
    for text in [OLD_MFA, OLD_NO_SERVICE, NO_SERVICE, ACCESS_DENIED] {
        let whole = diagnose(text);
        for width in [40, 61, 72, 80] {
            let wrapped: String = text
                .lines()
                .flat_map(|line| {
                    let chars: Vec<char> = line.chars().collect();
                    chars
                        .chunks(width)
                        .map(|part| part.iter().collect::<String>() + "\n")
                        .collect::<Vec<_>>()
                })
                .collect();
            let found = diagnose(&wrapped);
            let facts = |found: &deskfob_doctor::Diagnosis| {
                let first = &found.findings[0];
                (
                    found.findings.len(),
                    first.symptom,
                    first.asked.clone(),
                    first.service.clone(),
                    first.user.clone(),
                )
            };
            assert_eq!(facts(&found), facts(&whole), "{width}:\n{wrapped}");
        }
    }
}

#[test]
fn what_is_not_known_is_not_guessed_at() {
    let texts = [
        "",
        "Everything up-to-date",
        "fatal: not a git repository (or any of the parent directories): .git",
        "ERROR 1045 (28000): Access denied for user 'ada'@'localhost' (using password: YES)",
        "Error: Access denied\nCheck your plan.",
        "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied",
        "toomanyrequests: You have reached your pull rate limit.",
        "127.0.0.1 - - [27/Nov/2026:14:00:00 +0000] \"GET / HTTP/1.1\" 404 196",
        r#"{"level":"error","message":"build failed","code":1}"#,
        r#"{"error":"E_LINT","count":3}"#,
        r#"{"error":"mfa module not found"}"#,
        "HTTP/1.1 404 Not Found\nserver: nginx\ncontent-type: text/html\n",
        "HTTP/1.1 404 Not Found\nserver: nginx\n\n<html><title>404</title></html>",
        "HTTP/1.1 404 Not Found\nThe page is not there.",
        r#"{"message":"No access","code":403}"#,
        r#"{"level":"info","message":"mfa is required","code":2}"#,
        "10.0.0.7 - ada [27/Nov/2026:14:00:00 +0000] \"DELETE /users/1/totp HTTP/2\" 404 0 \"-\" \"curl\"",
        "GET /index.html HTTP/1.1 404 5ms",
        "HTTP/1.1 301 Moved Permanently\nlocation: /x\n",
        "HTTP/1.1 200 OK\n\n{\"message\":\"fine\",\"code\":403}",
        "HTTP/1.1 200 OK\n\n{\"error\":null}",
        "Started GET \"/\" at 2026-11-27\n  Parameters: {\"id\"=>\"1\"}",
        "Parameters: {\"id\": 1}",
        "The MFA page of our handbook explains amr and max_age.",
    ];
    for text in texts {
        let found = diagnose(text);
        assert!(found.findings.is_empty(), "{text}\n{:#?}", found.findings);
    }
}

#[test]
fn a_host_of_another_service_is_told_apart() {
    let found = diagnose(
        "git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.",
    );
    let host = found.findings[0].host.clone().unwrap();
    assert!(host.foreign && host.name == "github.com", "{host:?}");
}

#[test]
fn the_place_is_that_of_the_text_as_it_was_given() {
    let text = format!(
        "first line\r\nremote: \u{1b}[31m{}",
        NO_SERVICE.replace('\n', "\r\nremote: ")
    );
    let found = diagnose(&text);
    let place = found.findings[0].place;
    assert_eq!((place.line, place.column), (2, 14), "behind the colour");
    assert!(
        text[place.start..place.end].starts_with("Error: The service"),
        "{:?}",
        &text[place.start..place.end]
    );
    assert!(
        text[place.start..place.end].ends_with(&format!("ada ({ADA})")),
        "{:?}",
        &text[place.start..place.end]
    );
}
