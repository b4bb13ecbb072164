//! The step-up challenge (RFC 9470), answered once: the person signs in as it asks, and the call is made again.

use std::pin::Pin;

use deskfob_platform::{
    ApiError, BrowserSignIn, Client, Deployment, SignInError, StepUp, TokenSet,
};
use deskfob_vault::StoredAccount;

use crate::{ConnectError, Desk, SessionError};

/// An answer that a person gives in their own time.
pub type Answered<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Whoever can ask the person to sign in again.
pub trait SignInPrompt: Send + Sync {
    /// Tells the person which sign-in `account` needs, and asks whether to go on.
    fn agreed<'a>(&'a self, account: &'a StoredAccount, wanted: &'a StepUp) -> Answered<'a, bool>;

    /// Opens the attempt's address in the browser and waits for its end; `None` when the person gave up.
    fn browse<'a>(
        &'a self,
        account: &'a StoredAccount,
        attempt: BrowserSignIn,
    ) -> Answered<'a, Result<Option<TokenSet>, SignInError>>;
}

impl Desk {
    /// Runs `call` with a signed-in client. Every call to a platform for an account goes through here: a token
    /// that is no longer taken is renewed once, and a step-up challenge is answered once.
    ///
    /// # Errors
    /// [`SessionError::SignedOut`] when only the person can renew the session. For a step-up:
    /// [`SessionError::Api`] with [`ApiError::StepUp`] when nobody is there to be asked,
    /// [`SessionError::ApiTokenTooWeak`], [`SessionError::Declined`], [`SessionError::StepUpAgain`].
    pub async fn signed_in<T, F>(
        &self,
        account: &StoredAccount,
        mut call: F,
    ) -> Result<T, SessionError>
    where
        F: AsyncFnMut(&Client) -> Result<T, ApiError>,
    {
        let deployment = self.deployment_of(account).await?;
        match self.renewed_once(account, &deployment, &mut call).await {
            Err(SessionError::Api(ApiError::StepUp(wanted))) => {
                self.step_up(account, &deployment, wanted).await?;
                match self.renewed_once(account, &deployment, &mut call).await {
                    Err(SessionError::Api(ApiError::StepUp(again))) => {
                        Err(SessionError::StepUpAgain(again))
                    }
                    other => other,
                }
            }
            other => other,
        }
    }

    /// Makes the account's session as the platform wants it.
    pub(crate) async fn step_up(
        &self,
        account: &StoredAccount,
        deployment: &Deployment,
        wanted: StepUp,
    ) -> Result<(), SessionError> {
        let tokens = self.vault.tokens(account.id).await?;
        if tokens.is_some_and(|tokens| tokens.api_token.is_some()) {
            return Err(SessionError::ApiTokenTooWeak(wanted));
        }
        let Some(prompt) = &self.prompt else {
            return Err(ApiError::StepUp(wanted).into());
        };
        // Before the question: nobody is asked to wait for a sign-in that cannot begin.
        let step_up = Some(wanted.clone());
        let attempt = self.attempt(account, deployment, step_up).await?;
        if !prompt.agreed(account, &wanted).await {
            return Err(SessionError::Declined);
        }
        let outcome = prompt.browse(account, attempt).await;
        let tokens = self
            .heeded(deployment, outcome)
            .await?
            .ok_or(SessionError::Declined)?;
        match self.finish_renewal(account, tokens).await {
            Ok(_) => Ok(()),
            Err(ConnectError::Session(error)) => Err(error),
            Err(ConnectError::SignIn(error)) => Err(error.into()),
            Err(ConnectError::OtherAccount { expected, found }) => {
                Err(SessionError::OtherAccount { expected, found })
            }
        }
    }
}
