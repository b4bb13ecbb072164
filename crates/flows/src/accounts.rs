//! Connecting a platform account, signing in again, signing out.

use deskfob_platform::{
    ApiError, ApiToken, BrowserSignIn, Client, Deployment, Prompt, SignInError, SignInRequest,
    StepUp, TokenSet, User, UserId,
};
use deskfob_vault::{AccountId, AccountStatus, NewAccount, StoreError, StoredAccount};

use crate::session::{stored_tokens, token_set};
use crate::{DeploymentChoice, Desk, SessionError, now_ms, unix_now};

/// Why an account could not be connected.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Sign-in did not complete.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The session, the platform's address or the vault.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// Signed in as somebody else than the account that was to be renewed.
    #[error("signed in as {found}, not as {expected}")]
    OtherAccount {
        /// Address of the account that was to be signed in.
        expected: String,
        /// Address of the account that was signed in.
        found: String,
    },
}

/// How a session ended.
#[derive(Debug)]
pub struct SignedOut {
    /// Why the platform was not told, if it was not: there, the session goes on until its time is over.
    pub not_revoked: Option<SessionError>,
    /// The session came from an API token, which works at the platform until it is deleted there.
    pub api_token_remains: bool,
}

impl Desk {
    /// Starts a sign-in in the system browser: open its address, wait with [`Self::finish_sign_in`], and pass the
    /// tokens to [`Self::finish_connect`]. Registers a client first where none was given.
    ///
    /// # Errors
    /// No loopback port is free; the platform's address is not acceptable; it registers no client.
    pub async fn start_connect(
        &self,
        choice: &DeploymentChoice,
    ) -> Result<BrowserSignIn, ConnectError> {
        let deployment = self.deployment(choice).await?;
        let ask = SignInRequest {
            // The browser may be signed in as somebody whose account is connected already.
            prompt: Prompt::SelectAccount,
            step_up: None,
            login_hint: None,
        };
        Ok(BrowserSignIn::start(&self.http, &deployment, ask).await?)
    }

    /// Keeps the account that `tokens` belong to.
    ///
    /// # Errors
    /// The platform does not say whose tokens they are; the vault refused.
    pub async fn finish_connect(
        &self,
        choice: &DeploymentChoice,
        tokens: TokenSet,
    ) -> Result<StoredAccount, ConnectError> {
        let deployment = self.deployment(choice).await?;
        let kept = self.keep(choice, &deployment, &tokens, None).await;
        if kept.is_err() {
            self.revoke_unkept(&deployment, &tokens).await;
        }
        kept
    }

    /// Connects an account by an API token, which is kept so that the session can be renewed.
    ///
    /// # Errors
    /// The token is refused; the platform or the vault refused.
    pub async fn connect_with_token(
        &self,
        choice: &DeploymentChoice,
        token: ApiToken,
    ) -> Result<StoredAccount, ConnectError> {
        let deployment = self.deployment(choice).await?;
        let outcome =
            deskfob_platform::sign_in_with_api_token(&self.http, &deployment, &token, unix_now())
                .await;
        let tokens = self.heeded(&deployment, outcome).await?;
        self.keep(choice, &deployment, &tokens, Some(token)).await
    }

    /// Starts signing in again so that the new session carries MFA (RFC 9470 `amr`).
    ///
    /// # Errors
    /// As [`Self::start_connect`].
    pub async fn start_renewal(
        &self,
        account: &StoredAccount,
    ) -> Result<BrowserSignIn, ConnectError> {
        let deployment = self.deployment_of(account).await?;
        let step_up = Some(StepUp::mfa());
        Ok(self.attempt(account, &deployment, step_up).await?)
    }

    /// Another sign-in of this account. The browser may be signed in as somebody else, so that it asks who is meant.
    pub(crate) async fn attempt(
        &self,
        account: &StoredAccount,
        deployment: &Deployment,
        step_up: Option<StepUp>,
    ) -> Result<BrowserSignIn, SignInError> {
        let ask = SignInRequest {
            prompt: Prompt::SelectAccount,
            step_up,
            login_hint: Some(account.email.clone()),
        };
        BrowserSignIn::start(&self.http, deployment, ask).await
    }

    /// Replaces the account's session by `tokens`; the old session is revoked.
    ///
    /// # Errors
    /// [`ConnectError::OtherAccount`] when the person signed in as somebody else: nothing is changed.
    pub async fn finish_renewal(
        &self,
        account: &StoredAccount,
        tokens: TokenSet,
    ) -> Result<StoredAccount, ConnectError> {
        let deployment = self.deployment_of(account).await?;
        let renewed = self.renew(account, &deployment, &tokens).await;
        if renewed.is_err() {
            self.revoke_unkept(&deployment, &tokens).await;
        }
        renewed
    }

    async fn renew(
        &self,
        account: &StoredAccount,
        deployment: &Deployment,
        tokens: &TokenSet,
    ) -> Result<StoredAccount, ConnectError> {
        let user = self.whose(deployment, tokens).await?;
        if user.id.as_str() != account.user_id {
            return Err(ConnectError::OtherAccount {
                expected: account.email.clone(),
                found: user.email,
            });
        }
        let renewed = self.account(account.id).await.map_err(SessionError::from)?;
        // The person's own session takes the place of an API token, if there was one.
        self.replace_tokens(account.id, deployment, tokens, None)
            .await?;
        Ok(renewed)
    }

    /// Forgets the account's tokens, and has the platform forget them: the refresh token, then the access token.
    /// Its SSH credentials are taken off this computer. Codes and recovery codes stay in the vault.
    ///
    /// # Errors
    /// The vault refused. A platform that cannot be reached does not keep a person signed in here; that it was not
    /// told is in the answer.
    pub async fn sign_out(&self, account: &StoredAccount) -> Result<SignedOut, SessionError> {
        let held = self.hold_tokens().await?;
        let tokens = self.vault.tokens(account.id).await?;
        self.vault.clear_tokens(account.id).await?;
        drop(held);
        let mut signed_out = SignedOut {
            not_revoked: None,
            api_token_remains: false,
        };
        if let Some(tokens) = tokens {
            signed_out.api_token_remains = tokens.api_token.is_some();
            signed_out.not_revoked = match self.deployment_of(account).await {
                Ok(deployment) => {
                    deskfob_platform::revoke(&self.http, &deployment, &token_set(tokens))
                        .await
                        .err()
                        .map(SessionError::from)
                }
                Err(error) => Some(error),
            };
        }
        if let Some(error) = &signed_out.not_revoked {
            tracing::warn!(
                code = error.code(),
                "the session was not revoked at the platform"
            );
        }
        if let Err(error) = self.forget_ssh(account.id).await {
            // Its certificate ends by itself within the hour.
            tracing::warn!(code = error.code(), "the SSH credentials were not removed");
        }
        Ok(signed_out)
    }

    /// Asks the platform about the account and keeps what it said of MFA. Where it does not say, the proposal of
    /// a secret does: it is refused while MFA is on. It is not asked for while one waits here.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn account_status(&self, account: &StoredAccount) -> Result<User, SessionError> {
        let mut user = self
            .signed_in(account, async |client| client.me().await)
            .await?;
        if user.mfa_enabled.is_none() && self.vault.enrolment(account.id).await?.is_none() {
            user.mfa_enabled = self.mfa_by_proposal(account).await;
        }
        let status = AccountStatus {
            mfa: user.mfa_enabled,
            checked_ms: now_ms(),
            skew_s: self.measured_skew(account.id),
        };
        self.vault.put_account_status(account.id, &status).await?;
        Ok(user)
    }

    async fn mfa_by_proposal(&self, account: &StoredAccount) -> Option<bool> {
        let user = UserId::new(account.user_id.clone());
        let proposal = self
            .signed_in(account, async |client| client.totp_proposal(&user).await)
            .await;
        match proposal {
            Ok(_) => Some(false),
            Err(SessionError::Api(ApiError::Conflict { .. })) => Some(true),
            Err(_) => None,
        }
    }

    async fn keep(
        &self,
        choice: &DeploymentChoice,
        deployment: &Deployment,
        tokens: &TokenSet,
        api_token: Option<ApiToken>,
    ) -> Result<StoredAccount, ConnectError> {
        let user = self.whose(deployment, tokens).await?;
        self.describe_anew(choice, user.id.as_str())
            .await
            .map_err(SessionError::from)?;
        let account = NewAccount {
            deployment: choice.to_record(),
            user_id: user.id.as_str().to_owned(),
            email: user.email.clone(),
            display_name: user.display_name(),
        };
        let id = self
            .vault
            .put_account(&account, now_ms())
            .await
            .map_err(SessionError::from)?;
        let kept = self.account(id).await.map_err(SessionError::from)?;
        self.replace_tokens(id, deployment, tokens, api_token)
            .await?;
        Ok(kept)
    }

    /// A person's account at a platform that is described otherwise by now stays that account.
    async fn describe_anew(&self, choice: &DeploymentChoice, user: &str) -> Result<(), StoreError> {
        let record = choice.to_record();
        let accounts = self.vault.accounts().await?;
        let mut theirs = accounts.iter().filter(|account| account.user_id == user);
        if theirs.clone().any(|account| account.deployment == record) {
            return Ok(());
        }
        let same = theirs.find(|account| {
            DeploymentChoice::from_record(&account.deployment)
                .is_ok_and(|known| known.is_same_platform(choice))
        });
        match same {
            Some(account) => {
                self.vault
                    .set_account_deployment(account.id, &record, now_ms())
                    .await
            }
            None => Ok(()),
        }
    }

    /// Keeps `tokens` and revokes the ones they take the place of. An error means that they are not kept; once they
    /// are, the vault is not asked again.
    async fn replace_tokens(
        &self,
        account: AccountId,
        deployment: &Deployment,
        tokens: &TokenSet,
        api_token: Option<ApiToken>,
    ) -> Result<(), SessionError> {
        let api_token = api_token.map(|token| token.secret().clone());
        let held = self.hold_tokens().await?;
        let earlier = self.vault.tokens(account).await?;
        self.vault
            .put_tokens(account, &stored_tokens(tokens, api_token, None))
            .await?;
        drop(held);
        if let Some(earlier) = earlier
            && let Err(error) =
                deskfob_platform::revoke(&self.http, deployment, &token_set(earlier)).await
        {
            // The new session works; the old one ends by itself.
            tracing::warn!(code = error.code(), "the earlier session was not revoked");
        }
        Ok(())
    }

    /// A session that nobody keeps is not left open at the platform.
    async fn revoke_unkept(&self, deployment: &Deployment, tokens: &TokenSet) {
        if let Err(error) = deskfob_platform::revoke(&self.http, deployment, tokens).await {
            tracing::warn!(
                code = error.code(),
                "a session that was not kept was not revoked"
            );
        }
    }

    async fn whose(
        &self,
        deployment: &Deployment,
        tokens: &TokenSet,
    ) -> Result<User, SessionError> {
        let client = Client::new(
            self.http.clone(),
            deployment.clone(),
            tokens.access.clone_token(),
        );
        client.me().await.map_err(|error: ApiError| error.into())
    }
}

impl ConnectError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignIn(error) => error.code(),
            Self::Session(error) => error.code(),
            Self::OtherAccount { .. } => "other_account",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::SignIn(error) => error.hint().map(Into::into),
            Self::Session(error) => error.hint(),
            Self::OtherAccount { expected, .. } => Some(format!(
                "sign in as {expected}, or connect the other account by itself"
            )),
        }
    }
}
