//! Who calls the API: the bearer token's user, and what that user may do.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use super::{Challenge, Failure};
use crate::{
    app::{App, Shared},
    clock,
    ids::UserId,
    oauth::Claims,
    state::{Data, GrantType, Method},
    world::{Membership, Organization},
};

/// The user behind a valid bearer token.
pub(crate) struct Caller {
    pub(crate) user: UserId,
    /// The session was made with MFA, and the user still has MFA.
    pub(crate) has_mfa: bool,
    /// What the token says.
    pub(crate) claims: Claims,
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let header = parts
            .headers
            .get(header::AUTHORIZATION)
            .ok_or(Failure::NoToken)?;
        let header = header.to_str().map_err(|_| Failure::InvalidToken)?;
        let (scheme, token) = header.split_once(' ').ok_or(Failure::NoToken)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Failure::NoToken);
        }
        let claims = app.tokens.read(token.trim()).ok_or(Failure::InvalidToken)?;
        let now = clock::now();
        app.store
            .read(|data| {
                let granted = match claims.grant {
                    GrantType::ApiToken => data.api_tokens.iter().any(|t| t.id == claims.access_id),
                    GrantType::AuthorizationCode => data
                        .grants
                        .get(&claims.access_id)
                        .is_some_and(|grant| grant.is_current(now)),
                };
                if !granted || data.revoked.contains_key(&claims.jti) {
                    return Err(Failure::InvalidToken);
                }
                let has_mfa =
                    claims.amr.contains(&Method::Mfa) && data.factors.contains_key(&claims.sub);
                Ok(Self {
                    user: claims.sub,
                    has_mfa,
                    claims,
                })
            })
            .await
    }
}

impl Caller {
    fn has(&self, method: &Method) -> bool {
        match method {
            Method::Mfa => self.has_mfa,
            _ => method.is_met_by(&self.claims.amr),
        }
    }

    /// Refuses sessions whose sign-in is older than this many seconds.
    pub(crate) fn signed_in_within(&self, seconds: u64) -> Result<(), Failure> {
        let age = (clock::now() - self.claims.auth_time).max(0).unsigned_abs();
        if age <= seconds {
            return Ok(());
        }
        Err(Failure::StepUp(Challenge {
            amr: Vec::new(),
            max_age: Some(seconds),
        }))
    }

    /// The user named in a path, who must be the caller.
    pub(crate) fn own(&self, named: &str) -> Result<UserId, Failure> {
        match named.parse::<UserId>() {
            Ok(user) if user == self.user => Ok(user),
            _ => Err(Failure::Forbidden(
                "You may only do this for your own account.".to_owned(),
            )),
        }
    }

    /// The organisation named in a path and the caller's place in it. Organisations that require
    /// MFA or SSO are closed to sessions without.
    pub(crate) async fn enter<'a>(
        &self,
        app: &'a App,
        reference: &str,
    ) -> Result<(&'a Organization, &'a Membership), Failure> {
        let missing = || Failure::NotFound("There is no such organization.".to_owned());
        let organization = app.world.organization_by(reference).ok_or_else(missing)?;
        let membership = app
            .world
            .membership(organization, self.user)
            .ok_or_else(missing)?;
        let mfa = app
            .store
            .read(|data: &Data| data.enforces_mfa(organization.id))
            .await;
        let sso = organization
            .sso
            .map(|provider| Method::Sso(provider.to_owned()));
        let asked: Vec<_> = mfa.then_some(Method::Mfa).into_iter().chain(sso).collect();
        if asked.iter().all(|method| self.has(method)) {
            return Ok((organization, membership));
        }
        // All of them, not just what is missing: one sign-in has to have them together.
        Err(Failure::StepUp(Challenge {
            amr: asked,
            max_age: None,
        }))
    }

    /// As [`Caller::enter`], for what owners and administrators may do.
    pub(crate) async fn enter_as_admin<'a>(
        &self,
        app: &'a App,
        reference: &str,
    ) -> Result<&'a Organization, Failure> {
        let (organization, membership) = self.enter(app, reference).await?;
        if membership.role.is_admin() {
            return Ok(organization);
        }
        let message = "Only the owner and administrators of the organization may do this.";
        Err(Failure::Forbidden(message.to_owned()))
    }
}
