//! GET `/oauth2/authorize`: checks what a client asks, then leads to the sign-in pages.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use data_encoding::BASE64URL_NOPAD;
use url::Url;

use super::{
    browser::Browser,
    client::{Client, Registered},
    pending::Goal,
    sign_in,
};
use crate::{app::Shared, pages::PageFailure, state::Method, world::ACME};

/// Longest parameter value taken.
const LONGEST: usize = 2048;

/// `prompt`, as far as it is served.
#[derive(Clone, Copy, Default)]
pub(crate) struct Prompt {
    pub(crate) login: bool,
    pub(crate) consent: bool,
    pub(crate) select_account: bool,
}

/// A request for authorization that may be shown to a person.
#[derive(Clone)]
pub(crate) struct AuthorizeRequest {
    pub(crate) client: Client,
    /// As the client wrote it: it must write it the same way to redeem the code.
    pub(crate) redirect_uri: String,
    pub(crate) redirect: Url,
    pub(crate) state: Option<String>,
    pub(crate) challenge: String,
    pub(crate) scope: Vec<String>,
    pub(crate) prompt: Prompt,
    pub(crate) mfa: bool,
    /// `amr` has `sso:<provider>`.
    pub(crate) sso: bool,
    pub(crate) max_age: Option<u64>,
    pub(crate) login_hint: Option<String>,
}

impl AuthorizeRequest {
    /// The client's address with an answer in its query.
    pub(crate) fn answer(&self, pairs: &[(&str, &str)]) -> Redirect {
        answer(&self.redirect, self.state.as_deref(), pairs)
    }

    /// `scheme://host:port` of the client, for the pages' content security policy.
    pub(crate) fn origin(&self) -> String {
        self.redirect.origin().ascii_serialization()
    }
}

fn answer(redirect: &Url, state: Option<&str>, pairs: &[(&str, &str)]) -> Redirect {
    let mut url = redirect.clone();
    url.query_pairs_mut()
        .extend_pairs(pairs)
        .extend_pairs(state.map(|state| ("state", state)));
    Redirect::to(url.as_str())
}

/// Why a request is refused.
enum Refused {
    /// The client or its address is in doubt: told to the person, never sent anywhere.
    ToPerson(&'static str),
    /// Told to the client.
    ToClient(Box<ClientRefusal>),
}

struct ClientRefusal {
    redirect: Url,
    state: Option<String>,
    error: &'static str,
    description: &'static str,
}

/// GET `/oauth2/authorize`
pub(crate) async fn authorize(
    State(app): State<Shared>,
    browser: Browser,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Response {
    let read = app.store.read(|data| read(&data.clients, &pairs)).await;
    match read {
        Ok(request) => sign_in::start(&app, browser, Goal::Client(Arc::new(request))),
        Err(Refused::ToPerson(message)) => PageFailure::Refused(message.to_owned()).into_response(),
        Err(Refused::ToClient(refusal)) => {
            let ClientRefusal {
                redirect,
                state,
                error,
                description,
            } = &*refusal;
            let pairs = [("error", *error), ("error_description", *description)];
            answer(redirect, state.as_deref(), &pairs).into_response()
        }
    }
}

fn read(registered: &Registered, pairs: &[(String, String)]) -> Result<AuthorizeRequest, Refused> {
    let get = |name: &str| {
        pairs
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    };
    let repeated = |(i, (name, _)): (usize, &(String, String))| {
        pairs[..i].iter().any(|(earlier, _)| earlier == name)
    };
    if pairs.iter().enumerate().any(repeated) {
        return Err(Refused::ToPerson("The link names a parameter twice."));
    }
    if pairs.iter().any(|(_, value)| value.len() > LONGEST) {
        return Err(Refused::ToPerson("The link is too long."));
    }
    let client = get("client_id")
        .and_then(|id| Client::find(registered, id))
        .ok_or(Refused::ToPerson(
            "The link names an application that is not known here.",
        ))?;
    let redirect_uri = get("redirect_uri").unwrap_or_default();
    let redirect = Url::parse(redirect_uri)
        .ok()
        .filter(|url| client.allows(url))
        .ok_or(Refused::ToPerson(
            "The application may not be answered at the given address.",
        ))?;
    let state = get("state").map(str::to_owned);
    let refuse = |error, description| {
        let (redirect, state) = (redirect.clone(), state.clone());
        Refused::ToClient(Box::new(ClientRefusal {
            redirect,
            state,
            error,
            description,
        }))
    };
    if get("response_type") != Some("code") {
        return Err(refuse(
            "unsupported_response_type",
            "response_type must be code",
        ));
    }
    let challenge = get("code_challenge").unwrap_or_default();
    let is_sha256 = BASE64URL_NOPAD
        .decode(challenge.as_bytes())
        .is_ok_and(|d| d.len() == 32);
    if get("code_challenge_method") != Some("S256") || !is_sha256 {
        return Err(refuse("invalid_request", "PKCE with S256 is required"));
    }
    let mut prompt = Prompt::default();
    for word in words(get("prompt")) {
        match word {
            "login" => prompt.login = true,
            "consent" => prompt.consent = true,
            "select_account" => prompt.select_account = true,
            "none" => {
                return Err(refuse(
                    "login_required",
                    "the sandbox always shows its pages",
                ));
            }
            _ => return Err(refuse("invalid_request", "prompt is not known")),
        }
    }
    let (mut mfa, mut sso) = (false, false);
    for method in words(get("amr")) {
        match Method::try_from(method.to_owned()) {
            Ok(Method::Pwd) => {}
            Ok(Method::Mfa) => mfa = true,
            Ok(Method::Sso(provider)) if provider == ACME || provider == "*" => sso = true,
            _ => {
                let description = "the demanded authentication method is not served";
                return Err(refuse("unmet_authentication_requirements", description));
            }
        }
    }
    let max_age = get("max_age")
        .map(|seconds| seconds.parse::<u64>())
        .transpose()
        .map_err(|_| refuse("invalid_request", "max_age must be a number of seconds"))?;
    Ok(AuthorizeRequest {
        client,
        redirect_uri: redirect_uri.to_owned(),
        challenge: challenge.to_owned(),
        scope: words(get("scope"))
            .filter(|s| *s == "offline_access")
            .map(str::to_owned)
            .collect(),
        prompt,
        mfa,
        sso,
        max_age,
        login_hint: get("login_hint").map(str::to_owned),
        state,
        redirect,
    })
}

fn words(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default()
        .split(' ')
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn good() -> Vec<(&'static str, &'static str)> {
        vec![
            ("client_id", "deskfob"),
            ("redirect_uri", "http://127.0.0.1:4000"),
            ("response_type", "code"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("state", "s"),
        ]
    }

    fn outcome(changes: &[(&'static str, Option<&'static str>)]) -> String {
        let mut pairs = good();
        for (name, value) in changes {
            pairs.retain(|(n, _)| n != name);
            pairs.extend(value.map(|value| (*name, value)));
        }
        let pairs: Vec<_> = pairs
            .into_iter()
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect();
        match read(&Registered::new(), &pairs) {
            Ok(_) => "ok".to_owned(),
            Err(Refused::ToPerson(_)) => "person".to_owned(),
            Err(Refused::ToClient(refusal)) => {
                let error = refusal.error;
                assert_eq!(
                    refusal.state.as_deref(),
                    Some("s"),
                    "the state comes back: {error}"
                );
                error.to_owned()
            }
        }
    }

    #[test]
    fn requests_are_checked() {
        let cases = [
            ("as it should be", "ok", vec![]),
            (
                "unknown client",
                "person",
                vec![("client_id", Some("other"))],
            ),
            ("no client", "person", vec![("client_id", None)]),
            (
                "foreign address",
                "person",
                vec![("redirect_uri", Some("http://192.0.2.1"))],
            ),
            ("no address", "person", vec![("redirect_uri", None)]),
            (
                "implicit",
                "unsupported_response_type",
                vec![("response_type", Some("token"))],
            ),
            ("no PKCE", "invalid_request", vec![("code_challenge", None)]),
            (
                "plain PKCE",
                "invalid_request",
                vec![("code_challenge_method", Some("plain"))],
            ),
            (
                "short challenge",
                "invalid_request",
                vec![("code_challenge", Some("abc"))],
            ),
            (
                "prompts",
                "ok",
                vec![("prompt", Some("consent select_account"))],
            ),
            ("silent", "login_required", vec![("prompt", Some("none"))]),
            (
                "odd prompt",
                "invalid_request",
                vec![("prompt", Some("dance"))],
            ),
            ("MFA", "ok", vec![("amr", Some("pwd mfa"))]),
            ("SSO", "ok", vec![("amr", Some("mfa sso:acme"))]),
            (
                "SSO of a provider that is not there",
                "unmet_authentication_requirements",
                vec![("amr", Some("sso:other"))],
            ),
            ("age", "ok", vec![("max_age", Some("300"))]),
            ("odd age", "invalid_request", vec![("max_age", Some("-1"))]),
        ];
        for (name, expected, changes) in cases {
            assert_eq!(outcome(&changes), expected, "{name}");
        }
    }
}
