//! The doctor's facts, asked for live: what is known of the account that an error is about, each fact by itself,
//! within a bounded time, and with the reason where it is not known.

mod account;
mod certificates;
mod remedy;

use std::time::Duration;

use deskfob_doctor::{Facts, Known, Session, Why};
use deskfob_platform::{ApiError, Client, SignInError, UserId};
use deskfob_vault::StoredAccount;

use crate::session::token_set;
use crate::{Desk, SessionError, unix_now};

pub use account::Fitting;
pub use certificates::Surroundings;

/// Longest time that one check may take.
const CHECK_WAIT: Duration = Duration::from_secs(10);

/// Most organisations that are asked whether they require MFA.
const MAX_ORGANIZATIONS: usize = 20;

/// One question about the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactCheck {
    /// How the session kept here was made; nobody is asked.
    Session,
    /// What SSH certificates are kept for it on this computer, and which OpenSSH shows; nobody is asked.
    Certificate,
    /// Whether MFA is on for the account, or a single sign-on answers for it.
    Account,
    /// Which of its organisations require MFA.
    Organizations,
    /// How many of its API tokens were made before MFA was on.
    ApiTokens,
}

impl FactCheck {
    /// All of them, those that ask nobody first.
    pub const ALL: [Self; 5] = [
        Self::Session,
        Self::Certificate,
        Self::Account,
        Self::Organizations,
        Self::ApiTokens,
    ];
}

impl Desk {
    /// Answers one question about the account, in `facts`. A fact that cannot be known says why.
    pub async fn check_fact(
        &self,
        account: &StoredAccount,
        check: FactCheck,
        around: &Surroundings,
        facts: &mut Facts,
    ) {
        match check {
            FactCheck::Session => facts.session = self.session_fact(account).await,
            FactCheck::Certificate => self.certificate_facts(account, around, facts),
            FactCheck::Account => {
                let user = self
                    .in_time(async {
                        self.quietly(account, async |client| client.me().await)
                            .await
                    })
                    .await;
                facts.account_mfa = said(&user, |user| user.mfa_enabled);
                facts.account_sso = match said(&user, |user| user.sso_enabled) {
                    Known::Unknown(Why::NotSaid) => self.sso_fact(account).await,
                    said => said,
                };
            }
            FactCheck::Organizations => {
                facts.requiring_mfa = self.organizations_fact(account).await
            }
            FactCheck::ApiTokens => facts.tokens_before_mfa = self.tokens_fact(account).await,
        }
    }

    async fn session_fact(&self, account: &StoredAccount) -> Known<Option<Session>> {
        let Ok(stored) = self.vault.tokens(account.id).await else {
            return Known::Unknown(Why::Failed);
        };
        Known::Is(stored.map(|stored| {
            let by_api_token = stored.api_token.is_some();
            let claims = token_set(stored).claims();
            Session {
                age: claims
                    .auth_time
                    .map(|time| unix_now().0.saturating_sub(time.0)),
                amr: claims.amr,
                by_api_token,
            }
        }))
    }

    /// Whether the account has to sign in through somebody else, where the platform does not tell it of the user.
    async fn sso_fact(&self, account: &StoredAccount) -> Known<bool> {
        let user = UserId::new(account.user_id.clone());
        let connections = self
            .in_time(async {
                self.quietly(account, async |client| client.connections(&user).await)
                    .await
            })
            .await;
        said(&connections, |connections| {
            let mandatory = |wanted| connections.iter().any(|c| c.is_mandatory == wanted);
            if mandatory(Some(true)) {
                Some(true)
            } else {
                // One that does not say may be the one.
                (!mandatory(None)).then_some(false)
            }
        })
    }

    async fn organizations_fact(&self, account: &StoredAccount) -> Known<Vec<String>> {
        let user = UserId::new(account.user_id.clone());
        let mut requiring = Vec::new();
        let mut not_told = false;
        let asked = self
            .in_time(async {
                let organizations = self
                    .quietly(account, async |client| client.organizations(&user).await)
                    .await?;
                not_told = organizations.len() > MAX_ORGANIZATIONS;
                for organization in organizations.into_iter().take(MAX_ORGANIZATIONS) {
                    let required = self
                        .quietly(account, async |client| {
                            client.mfa_enforcement(&organization.id).await
                        })
                        .await;
                    match required {
                        Ok(true) => requiring.push(organization.label),
                        Ok(false) => {}
                        // It opens only with MFA, which is what it requires.
                        Err(SessionError::Api(ApiError::StepUp(wanted))) if wanted.needs_mfa() => {
                            requiring.push(organization.label);
                        }
                        Err(SessionError::Api(
                            ApiError::Forbidden { .. } | ApiError::NotFound | ApiError::StepUp(_),
                        )) => not_told = true,
                        Err(other) => return Err(other),
                    }
                }
                Ok(())
            })
            .await;
        match asked {
            // What was learnt before the time was over is true all the same.
            _ if !requiring.is_empty() => Known::Is(requiring),
            Err(why) => Known::Unknown(why),
            Ok(()) if not_told => Known::Unknown(Why::NotAllowed),
            Ok(()) => Known::Is(requiring),
        }
    }

    async fn tokens_fact(&self, account: &StoredAccount) -> Known<usize> {
        let user = UserId::new(account.user_id.clone());
        let tokens = self
            .in_time(async {
                self.quietly(account, async |client| client.api_tokens(&user).await)
                    .await
            })
            .await;
        said(&tokens, |tokens| {
            let before = |flag: Option<bool>| flag == Some(false);
            let count = tokens
                .iter()
                .filter(|token| before(token.mfa_on_creation))
                .count();
            let all_told = tokens.iter().all(|token| token.mfa_on_creation.is_some());
            // A number that leaves out what was not said would be too small.
            (count > 0 || all_told).then_some(count)
        })
    }

    /// As [`Desk::signed_in`], but a step-up challenge is an answer and nothing to ask the person for.
    pub(crate) async fn quietly<T, F>(
        &self,
        account: &StoredAccount,
        mut call: F,
    ) -> Result<T, SessionError>
    where
        F: AsyncFnMut(&Client) -> Result<T, ApiError>,
    {
        let deployment = self.deployment_of(account).await?;
        self.renewed_once(account, &deployment, &mut call).await
    }

    async fn in_time<T>(
        &self,
        asking: impl Future<Output = Result<T, SessionError>>,
    ) -> Result<T, Why> {
        match tokio::time::timeout(CHECK_WAIT, asking).await {
            Ok(answer) => answer.map_err(|error| reason(&error)),
            Err(_) => Err(Why::TooSlow),
        }
    }
}

/// What an answer says of a fact.
fn said<T, F>(answer: &Result<T, Why>, fact: impl FnOnce(&T) -> Option<F>) -> Known<F> {
    match answer {
        Ok(answer) => fact(answer).map_or(Known::Unknown(Why::NotSaid), Known::Is),
        Err(why) => Known::Unknown(*why),
    }
}

/// Why there was no answer.
fn reason(error: &SessionError) -> Why {
    let api = match error {
        SessionError::SignedOut => return Why::SignedOut,
        SessionError::Api(api) | SessionError::SignIn(SignInError::Api(api)) => api,
        SessionError::SignIn(SignInError::SsoSessionExpired | SignInError::ApiTokenInvalid) => {
            return Why::SignedOut;
        }
        _ => return Why::Failed,
    };
    match api {
        ApiError::Unreachable { .. } | ApiError::NotJson { .. } | ApiError::Redirected { .. } => {
            Why::Offline
        }
        ApiError::Timeout { .. } | ApiError::TooManyRequests { .. } => Why::TooSlow,
        ApiError::Forbidden { .. } | ApiError::StepUp(_) | ApiError::NotFound => Why::NotAllowed,
        ApiError::Unauthenticated => Why::SignedOut,
        _ => Why::Failed,
    }
}
