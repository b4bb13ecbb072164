//! The step-up challenge (RFC 9470): the session is fine and not good enough.

use std::fmt;

use http_auth::ChallengeParser;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use serde_json::Value;

use crate::lenient::{as_number, as_texts};

/// RFC 9470 section 3.
const INSUFFICIENT: &str = "insufficient_user_authentication";

/// Most authentication methods of one challenge.
const MAX_METHODS: usize = 16;
/// Longest name of a method.
const MAX_METHOD_BYTES: usize = 64;

/// What the next sign-in must be like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepUp {
    /// Methods it must use, all of them: `mfa`, `sso:<provider>` (RFC 8176). Empty: any.
    pub amr: Vec<String>,
    /// Most seconds since it. `None`: any.
    pub max_age: Option<u64>,
    /// Authentication contexts, one of which it must have; the first is preferred (RFC 9470 section 3). Empty:
    /// any.
    pub acr_values: Vec<String>,
}

impl StepUp {
    /// A sign-in with more than one factor.
    pub fn mfa() -> Self {
        Self {
            amr: vec!["mfa".to_owned()],
            ..Self::default()
        }
    }

    /// Whether more than one factor is asked for.
    pub fn needs_mfa(&self) -> bool {
        self.amr.iter().any(|method| method == "mfa")
    }

    /// The challenge of a 401 answer, if it has one. The platforms' own clients differ in where they
    /// look, so a challenge in the header, in the body, or in parts in both counts.
    pub(crate) fn of(headers: &HeaderMap, body: Option<&Value>) -> Option<Self> {
        let header = in_header(headers);
        let body = body.filter(|body| body["error"] == INSUFFICIENT);
        if header.is_none() && body.is_none() {
            return None;
        }
        let header = header.unwrap_or_default();
        let both = |field: &str, header: Vec<String>| {
            let body = body.map(|body| as_texts(&body[field])).unwrap_or_default();
            names([body, header].concat())
        };
        let max_age = body.and_then(|body| as_number(&body["max_age"]));
        Some(Self {
            amr: both("amr", header.amr),
            max_age: max_age.or(header.max_age),
            acr_values: both("acr_values", header.acr_values),
        })
    }
}

/// The first challenge of the scheme Bearer that asks for another sign-in.
fn in_header(headers: &HeaderMap) -> Option<StepUp> {
    headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| {
            ChallengeParser::new(value)
                .map_while(Result::ok)
                .collect::<Vec<_>>()
        })
        .filter(|challenge| challenge.scheme.eq_ignore_ascii_case("Bearer"))
        .find_map(|challenge| {
            let param = |name: &str| {
                let mut params = challenge.params.iter();
                params
                    .find(|(found, _)| found.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value.to_unescaped())
            };
            (param("error")? == INSUFFICIENT).then(|| StepUp {
                amr: names(param("amr").into_iter().collect()),
                max_age: param("max_age").and_then(|age| age.trim().parse().ok()),
                acr_values: names(param("acr_values").into_iter().collect()),
            })
        })
}

/// Names of methods or contexts, each once, out of texts with several of them.
fn names(texts: Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in texts.iter().flat_map(|text| text.split([' ', ','])) {
        let usable = (1..=MAX_METHOD_BYTES).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_graphic());
        if usable && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names.truncate(MAX_METHODS);
    names
}

impl fmt::Display for StepUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.amr.as_slice(), self.max_age) {
            ([], None) => f.write_str("a stronger one"),
            ([], Some(age)) => write!(f, "one at most {age} seconds old"),
            (methods, None) => write!(f, "one with {}", methods.join(" and ")),
            (methods, Some(age)) => {
                write!(
                    f,
                    "one with {} at most {age} seconds old",
                    methods.join(" and ")
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WWW_AUTHENTICATE, value.parse().unwrap());
        }
        headers
    }

    fn step_up(amr: &[&str], max_age: Option<u64>) -> Option<StepUp> {
        Some(StepUp {
            amr: amr.iter().map(|&m| m.to_owned()).collect(),
            max_age,
            acr_values: Vec::new(),
        })
    }

    #[test]
    fn contexts_are_read_from_header_and_body() {
        let header = headers(&[
            r#"Bearer error="insufficient_user_authentication", acr_values="urn:a urn:b""#,
        ]);
        let body = json!({"error": INSUFFICIENT, "acr_values": ["urn:c", "urn:a"]});
        let found = StepUp::of(&header, Some(&body)).unwrap();
        assert_eq!(found.acr_values, ["urn:c", "urn:a", "urn:b"]);
        assert!(found.amr.is_empty(), "a context is no method");
    }

    #[test]
    fn challenges_in_the_header() {
        let cases: [(&str, &[&str], Option<StepUp>); 14] = [
            (
                "as the platform writes it",
                &[
                    r#"Bearer error="insufficient_user_authentication", error_description="More, please", max_age="300", amr="mfa""#,
                ],
                step_up(&["mfa"], Some(300)),
            ),
            (
                "without values",
                &[r#"Bearer error="insufficient_user_authentication""#],
                step_up(&[], None),
            ),
            (
                "unquoted",
                &["Bearer error=insufficient_user_authentication, amr=mfa"],
                step_up(&["mfa"], None),
            ),
            (
                "other case",
                &[r#"bEARER Error="insufficient_user_authentication", AMR="mfa""#],
                step_up(&["mfa"], None),
            ),
            (
                "several methods",
                &[r#"Bearer error="insufficient_user_authentication", amr="mfa sso:acme mfa""#],
                step_up(&["mfa", "sso:acme"], None),
            ),
            (
                "after another scheme in one header",
                &[
                    r#"Basic realm="a, b", Bearer realm="api", error="insufficient_user_authentication", amr="mfa""#,
                ],
                step_up(&["mfa"], None),
            ),
            (
                "in the second header",
                &[
                    r#"Basic realm="x""#,
                    r#"Bearer error="insufficient_user_authentication", max_age=60"#,
                ],
                step_up(&[], Some(60)),
            ),
            (
                "a quoted string that looks like a challenge",
                &[
                    r#"Bearer realm="Bearer error=\"insufficient_user_authentication\"", error="invalid_token""#,
                ],
                None,
            ),
            (
                "an escaped quotation",
                &[
                    r#"Bearer error_description="say \"mfa\"", error="insufficient_user_authentication""#,
                ],
                step_up(&[], None),
            ),
            (
                "an expired token",
                &[r#"Bearer error="invalid_token""#],
                None,
            ),
            (
                "another scheme",
                &[r#"DPoP error="insufficient_user_authentication""#],
                None,
            ),
            ("no error", &["Bearer"], None),
            ("nothing", &[], None),
            (
                "an unclosed quotation",
                &[r#"Bearer error="insufficient_user_authentication"#],
                None,
            ),
        ];
        for (name, values, expected) in cases {
            assert_eq!(StepUp::of(&headers(values), None), expected, "{name}");
        }
    }

    #[test]
    fn header_and_body_complete_each_other() {
        let full = headers(&[r#"Bearer error="insufficient_user_authentication", max_age="300""#]);
        let body = json!({"error": INSUFFICIENT, "error_description": "x", "amr": ["mfa"]});
        assert_eq!(
            StepUp::of(&full, Some(&body)),
            step_up(&["mfa"], Some(300)),
            "one from each"
        );
        let none = HeaderMap::new();
        let cases = [
            (
                "body only",
                json!({"error": INSUFFICIENT, "amr": ["mfa"], "max_age": 60}),
                step_up(&["mfa"], Some(60)),
            ),
            (
                "numbers as text",
                json!({"error": INSUFFICIENT, "amr": "mfa", "max_age": "60"}),
                step_up(&["mfa"], Some(60)),
            ),
            (
                "nonsense for values",
                json!({"error": INSUFFICIENT, "amr": {"a": 1}, "max_age": -1}),
                step_up(&[], None),
            ),
            (
                "methods that are none",
                json!({"error": INSUFFICIENT, "amr": ["", "m\u{e9}", 7]}),
                step_up(&[], None),
            ),
            (
                "another error",
                json!({"error": "invalid_token", "amr": ["mfa"]}),
                None,
            ),
            ("no object", json!(["mfa"]), None),
        ];
        for (name, body, expected) in cases {
            assert_eq!(StepUp::of(&none, Some(&body)), expected, "{name}");
        }
        let many: Vec<String> = (0..100).map(|n| format!("sso:{n}")).collect();
        let many = StepUp::of(&none, Some(&json!({"error": INSUFFICIENT, "amr": many}))).unwrap();
        assert_eq!(
            many.amr.len(),
            MAX_METHODS,
            "a server cannot ask for any number"
        );
    }

    proptest! {
        #[test]
        fn no_header_makes_reading_panic(value in "[ -~]{0,120}") {
            StepUp::of(&headers(&[&value]), None);
        }
    }
}
