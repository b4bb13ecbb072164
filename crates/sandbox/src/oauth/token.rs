//! POST `/oauth2/token`: authorization codes, refresh tokens and API tokens for access tokens.

use std::collections::HashMap;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
};
use axum_extra::headers::{Authorization, HeaderMapExt, authorization::Basic};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::form_urlencoded;
use uuid::Uuid;

use super::{
    access_token::{ACCESS_TOKEN_LIFE, Access, Claims},
    client::{Client, Registered},
    failure::OauthFailure,
    pending::Redeemed,
};
use crate::{
    app::{App, Shared},
    clock::{self, UnixSeconds},
    ids::UserId,
    keys::digest,
    state::{Grant, GrantType, Method, Refreshed},
};

/// The parameters of a request, from a form or, as some clients send them, from JSON.
pub(super) struct Parameters(HashMap<String, String>);

impl Parameters {
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, OauthFailure> {
        let media_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        if media_type.starts_with("application/json") {
            let read = serde_json::from_slice(body);
            return read.map(Self).map_err(|_| {
                OauthFailure::invalid_request("The body must be a JSON object of texts.")
            });
        }
        let mut parameters = HashMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if parameters
                .insert(name.into_owned(), value.into_owned())
                .is_some()
            {
                return Err(OauthFailure::invalid_request("A parameter is given twice."));
            }
        }
        Ok(Self(parameters))
    }

    pub(super) fn get(&self, name: &'static str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn need(&self, name: &'static str) -> Result<&str, OauthFailure> {
        self.get(name)
            .ok_or(OauthFailure::invalid_request("A parameter is missing."))
    }

    /// The client, from HTTP Basic or from the body. Clients are public: their secret is empty.
    pub(super) fn client(
        &self,
        headers: &HeaderMap,
        registered: &Registered,
    ) -> Result<Client, OauthFailure> {
        let basic = headers.typed_get::<Authorization<Basic>>();
        let (id, secret) = match &basic {
            Some(Authorization(basic)) => (basic.username(), basic.password()),
            None => (
                self.need("client_id")?,
                self.get("client_secret").unwrap_or_default(),
            ),
        };
        match Client::find(registered, id) {
            Some(client) if secret.is_empty() => Ok(client),
            _ => Err(OauthFailure::invalid_client()),
        }
    }
}

/// POST `/oauth2/token`
pub(crate) async fn token(
    State(app): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, OauthFailure> {
    let parameters = Parameters::read(&headers, &body)?;
    let client = app
        .store
        .read(|data| parameters.client(&headers, &data.clients))
        .await?;
    let client = &client;
    match parameters.need("grant_type")? {
        "authorization_code" => redeem_code(&app, client, &parameters).await,
        "refresh_token" => refresh(&app, client, &parameters).await,
        "api_token" => exchange_api_token(&app, &parameters).await,
        _ => Err(OauthFailure::unsupported_grant_type()),
    }
}

/// RFC 7636, section 4.6.
fn verifier_matches(verifier: &str, challenge: &str) -> bool {
    let made = BASE64URL_NOPAD.encode(&Sha256::digest(verifier));
    (43..=128).contains(&verifier.len()) && made.as_bytes().ct_eq(challenge.as_bytes()).into()
}

async fn redeem_code(
    app: &App,
    client: &Client,
    parameters: &Parameters,
) -> Result<Json<Value>, OauthFailure> {
    let code = parameters.need("code")?;
    let verifier = parameters.need("code_verifier")?;
    let redirect_uri = parameters.need("redirect_uri")?;
    let (id, now) = (Uuid::new_v4(), clock::now());
    let redeemed = app.pending().redeem(code, id, now);
    let issued = match redeemed {
        Redeemed::For(issued) => issued,
        Redeemed::Unknown => {
            return Err(OauthFailure::invalid_grant(
                "The code is not valid or has expired.",
            ));
        }
        Redeemed::Again(earlier) => {
            app.store
                .change(|data| {
                    if let Some(grant) = data.grants.get_mut(&earlier) {
                        grant.revoked = true;
                    }
                    Ok::<_, OauthFailure>(())
                })
                .await?;
            return Err(OauthFailure::invalid_grant("The code was used already."));
        }
    };
    if issued.client != client.id || issued.redirect_uri != redirect_uri {
        return Err(OauthFailure::invalid_grant(
            "The code was issued to another client.",
        ));
    }
    if !verifier_matches(verifier, &issued.challenge) {
        return Err(OauthFailure::invalid_grant(
            "The code verifier does not match.",
        ));
    }
    let grant = Grant {
        user: issued.user,
        client: client.id.clone().into_owned(),
        amr: issued.amr,
        auth_time: issued.auth_time,
        scope: issued.scope,
        created_at: now,
        generation: 0,
        revoked: false,
    };
    let refresh = grant
        .is_offline()
        .then(|| grant.refresh_token(id, &app.key));
    let answer = answer(app, id, &grant, refresh, now)?;
    app.store
        .change(|data| {
            data.add_grant(id, grant, now);
            Ok::<_, OauthFailure>(())
        })
        .await?;
    Ok(answer)
}

async fn refresh(
    app: &App,
    client: &Client,
    parameters: &Parameters,
) -> Result<Json<Value>, OauthFailure> {
    let token = parameters.need("refresh_token")?;
    let invalid = || OauthFailure::invalid_grant("The refresh token is not valid.");
    let (id, generation) = Grant::read_refresh_token(token, &app.key).ok_or_else(invalid)?;
    let now = clock::now();
    app.store
        .change(|data| {
            let lost_sso = data.grants.get(&id).is_some_and(|grant| {
                let person = app.world.person(grant.user);
                let connection = person.and_then(|person| data.connection(person));
                grant.provider().is_some() && connection.is_none()
            });
            let grant = data
                .grants
                .get_mut(&id)
                .filter(|grant| grant.is_current(now) && grant.client == client.id)
                .ok_or_else(invalid)?;
            if lost_sso || grant.sso_has_expired(now) {
                return Err(OauthFailure::sso_expired());
            }
            match grant.refresh(id, generation, &app.key) {
                Refreshed::Next(refresh) => answer(app, id, grant, Some(refresh), now),
                Refreshed::Reused => Err(OauthFailure::invalid_grant(
                    "The refresh token was used already. Sign in again.",
                )),
            }
        })
        .await
}

async fn exchange_api_token(
    app: &App,
    parameters: &Parameters,
) -> Result<Json<Value>, OauthFailure> {
    let given = digest(parameters.need("api_token")?);
    let now = clock::now();
    app.store
        .change(|data| {
            let token = data
                .api_tokens
                .iter_mut()
                .find(|token| token.digest == given)
                .ok_or(OauthFailure::invalid_grant("The API token is not valid."))?;
            token.last_used_at = Some(now);
            let mfa = token.mfa_on_creation.then_some(Method::Mfa);
            let source = Source {
                user: token.user,
                amr: std::iter::once(Method::Pwd).chain(mfa).collect(),
                auth_time: token.created_at,
                scope: Vec::new(),
                grant: GrantType::ApiToken,
                access_id: token.id,
            };
            let access = access_token(app, source, now)?;
            Ok(Json(json!({
                "access_token": access,
                "expires_in": ACCESS_TOKEN_LIFE,
                "token_type": "bearer",
            })))
        })
        .await
}

/// What an access token is made from.
struct Source {
    user: UserId,
    amr: Vec<Method>,
    auth_time: UnixSeconds,
    scope: Vec<String>,
    grant: GrantType,
    access_id: Uuid,
}

fn access_token(app: &App, source: Source, now: UnixSeconds) -> Result<String, OauthFailure> {
    let claims = Claims {
        sub: source.user,
        exp: now + ACCESS_TOKEN_LIFE,
        iat: now,
        jti: Uuid::new_v4(),
        amr: source.amr,
        auth_time: source.auth_time,
        scp: source.scope,
        grant: source.grant,
        access_id: source.access_id,
        access: access(app, source.user),
    };
    app.tokens
        .sign(&claims)
        .ok_or_else(OauthFailure::server_error)
}

fn access(app: &App, user: UserId) -> Access {
    let places = app.world.organizations().iter();
    let organizations = places
        .filter(|place| app.world.membership(place, user).is_some())
        .map(|place| place.id)
        .collect();
    Access { organizations }
}

fn answer(
    app: &App,
    id: Uuid,
    grant: &Grant,
    refresh: Option<String>,
    now: UnixSeconds,
) -> Result<Json<Value>, OauthFailure> {
    let source = Source {
        user: grant.user,
        amr: grant.amr.clone(),
        auth_time: grant.auth_time,
        scope: grant.scope.clone(),
        grant: GrantType::AuthorizationCode,
        access_id: id,
    };
    let mut answer = json!({
        "access_token": access_token(app, source, now)?,
        "expires_in": ACCESS_TOKEN_LIFE,
        "token_type": "bearer",
        "scope": grant.scope.join(" "),
    });
    if let Some(refresh) = refresh {
        answer["refresh_token"] = Value::String(refresh);
    }
    Ok(Json(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifiers_match_their_challenge() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(verifier_matches(verifier, challenge), "the RFC's example");
        assert!(!verifier_matches(
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl",
            challenge
        ));
        let short = "a".repeat(42);
        let made = BASE64URL_NOPAD.encode(&Sha256::digest(&short));
        assert!(
            !verifier_matches(&short, &made),
            "too short to be a verifier"
        );
    }
}
