//! The session kept for an account: a client that is signed in, refreshed when needed.

use std::fs::File;

use deskfob_otp::{SecretString, UnixTime};
use deskfob_platform::{
    AccessToken, ApiError, ApiToken, Client, Deployment, RefreshToken, SignInError, TokenSet,
};
use deskfob_vault::{AccountId, StoreError, StoredAccount, StoredTokens};

use crate::{DeploymentChoice, Desk, unix_now};

mod error;

pub use error::SessionError;

/// A token this close to its end is refreshed before it is used, seconds.
const REFRESH_EARLY_SECONDS: u64 = 60;

impl Desk {
    /// The addresses of a chosen platform and the client to be there; starts the sandbox when that is the choice,
    /// and registers where no client identifier was given and none is kept.
    ///
    /// # Errors
    /// See [`DeploymentChoice::resolve`]; the sandbox did not start; [`SessionError::Registration`].
    pub async fn deployment(&self, choice: &DeploymentChoice) -> Result<Deployment, SessionError> {
        let sandbox = match choice {
            DeploymentChoice::Sandbox => Some(self.sandbox.url().await?),
            _ => None,
        };
        let client = match choice {
            DeploymentChoice::Custom(custom) if custom.client_id.is_none() => {
                Some(self.own_client(&custom.auth).await?)
            }
            _ => None,
        };
        Ok(choice.resolve(sandbox.as_ref(), client.as_deref())?)
    }

    /// One account of the vault.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none of this id.
    pub async fn account(&self, id: AccountId) -> Result<StoredAccount, StoreError> {
        let accounts = self.vault.accounts().await?;
        accounts
            .into_iter()
            .find(|account| account.id == id)
            .ok_or(StoreError::NotFound)
    }

    /// Makes the call; a token that the platform no longer takes is renewed once.
    pub(crate) async fn renewed_once<T, F>(
        &self,
        account: &StoredAccount,
        deployment: &Deployment,
        call: &mut F,
    ) -> Result<T, SessionError>
    where
        F: AsyncFnMut(&Client) -> Result<T, ApiError>,
    {
        let tokens = self.usable_tokens(account, deployment, None).await?;
        match self.call(account, deployment, &tokens, call).await {
            Err(ApiError::Unauthenticated) => {
                let tokens = self
                    .usable_tokens(account, deployment, Some(&tokens))
                    .await?;
                match self.call(account, deployment, &tokens, call).await {
                    Err(ApiError::Unauthenticated) => Err(SessionError::SignedOut),
                    other => Ok(other?),
                }
            }
            other => Ok(other?),
        }
    }

    async fn call<T, F>(
        &self,
        account: &StoredAccount,
        deployment: &Deployment,
        tokens: &TokenSet,
        call: &mut F,
    ) -> Result<T, ApiError>
    where
        F: AsyncFnMut(&Client) -> Result<T, ApiError>,
    {
        let access = tokens.access.clone_token();
        let client = Client::new(self.http.clone(), deployment.clone(), access);
        let answer = call(&client).await;
        if let Some(seconds) = client.last_skew() {
            self.note_skew(account.id, seconds);
        }
        answer
    }

    pub(crate) async fn deployment_of(
        &self,
        account: &StoredAccount,
    ) -> Result<Deployment, SessionError> {
        self.deployment(&DeploymentChoice::from_record(&account.deployment)?)
            .await
    }

    /// Whether the session kept for the account was made with MFA (RFC 8176 `mfa` in `amr`).
    ///
    /// # Errors
    /// The vault refused.
    pub async fn session_has_mfa(&self, account: AccountId) -> Result<bool, StoreError> {
        let tokens = self.vault.tokens(account).await?;
        Ok(tokens.is_some_and(|tokens| token_set(tokens).has_mfa()))
    }

    /// Tokens good for a call now. `refused` is the set the platform has just refused.
    async fn usable_tokens(
        &self,
        account: &StoredAccount,
        deployment: &Deployment,
        refused: Option<&TokenSet>,
    ) -> Result<TokenSet, SessionError> {
        let now = unix_now();
        if let Some(tokens) = self.fresh_tokens(account.id, now, refused).await? {
            return Ok(tokens);
        }
        let _held = self.hold_refresh_lock().await?;
        let _renewing = self.renewing.lock().await;
        // Another process may have renewed them while this one waited for the lock.
        if let Some(tokens) = self.fresh_tokens(account.id, now, refused).await? {
            return Ok(tokens);
        }
        let stored = self
            .vault
            .tokens(account.id)
            .await?
            .ok_or(SessionError::SignedOut)?;
        let renewed = if let Some(api_token) = &stored.api_token {
            let token = ApiToken::new(api_token.clone());
            let outcome =
                deskfob_platform::sign_in_with_api_token(&self.http, deployment, &token, now).await;
            self.heeded(deployment, outcome).await?
        } else if let Some(refresh) = &stored.refresh {
            let refresh = RefreshToken::new(refresh.clone());
            let outcome = deskfob_platform::refresh(&self.http, deployment, &refresh, now).await;
            match self.heeded(deployment, outcome).await {
                Err(SignInError::InvalidGrant { .. }) => return Err(SessionError::SignedOut),
                other => other?,
            }
        } else {
            return Err(SessionError::SignedOut);
        };
        let stored = stored_tokens(&renewed, stored.api_token.clone(), stored.refresh.clone());
        self.vault.put_tokens(account.id, &stored).await?;
        Ok(renewed)
    }

    async fn fresh_tokens(
        &self,
        account: AccountId,
        now: UnixTime,
        refused: Option<&TokenSet>,
    ) -> Result<Option<TokenSet>, SessionError> {
        let Some(stored) = self.vault.tokens(account).await? else {
            return Err(SessionError::SignedOut);
        };
        let tokens = token_set(stored);
        let fresh = tokens.expires_at.0 > now.0 + REFRESH_EARLY_SECONDS;
        let refused = refused.is_some_and(|refused| refused.access.same_as(&tokens.access));
        Ok((fresh && !refused).then_some(tokens))
    }

    pub(crate) async fn hold_refresh_lock(&self) -> Result<File, SessionError> {
        let path = self.refresh_lock.clone();
        tokio::task::spawn_blocking(move || {
            let file = File::options()
                .create(true)
                .truncate(false)
                .read(true)
                .write(true)
                .open(path)?;
            file.lock()?;
            Ok(file)
        })
        .await
        .map_err(|error| SessionError::Lock(std::io::Error::other(error)))?
        .map_err(SessionError::Lock)
    }
}

pub(crate) fn token_set(stored: StoredTokens) -> TokenSet {
    TokenSet {
        access: AccessToken::new(stored.access),
        refresh: stored.refresh.map(RefreshToken::new),
        expires_at: UnixTime(u64::try_from(stored.expires_at).unwrap_or(0)),
    }
}

/// An answer without a refresh token leaves the earlier one in use (RFC 6749 section 6).
pub(crate) fn stored_tokens(
    tokens: &TokenSet,
    api_token: Option<SecretString>,
    earlier_refresh: Option<SecretString>,
) -> StoredTokens {
    StoredTokens {
        access: tokens.access.secret().clone(),
        refresh: tokens
            .refresh
            .as_ref()
            .map(|refresh| refresh.secret().clone())
            .or(earlier_refresh),
        api_token,
        expires_at: i64::try_from(tokens.expires_at.0).unwrap_or(i64::MAX),
    }
}
