//! The client that authorization servers know this vault's owner as, where none was given: registered at the first
//! need (RFC 7591), and kept before it is used, so that no second try registers another.

use std::time::Duration;

use deskfob_platform::{BrowserSignIn, Deployment, SignInError, TokenSet};
use url::Url;

use crate::{DeploymentChoice, Desk, SessionError};

impl Desk {
    /// The client identifier that the server at `auth` gave, or gives now.
    pub(crate) async fn own_client(&self, auth: &Url) -> Result<String, SessionError> {
        let server = server(auth);
        if let Some(kept) = self.vault.registered_client(server).await? {
            return Ok(kept);
        }
        let _held = self.hold_refresh_lock().await?;
        // Another process may have registered while this one waited for the lock.
        if let Some(kept) = self.vault.registered_client(server).await? {
            return Ok(kept);
        }
        let client = deskfob_platform::register(&self.http, auth).await?;
        self.vault.keep_registered_client(server, &client).await?;
        Ok(client)
    }

    /// Forgets the client that was registered for a deployment, so that the next sign-in registers another. Does
    /// nothing where the client identifier was given by the person. Sessions that were made with the forgotten
    /// client cannot be renewed.
    ///
    /// # Errors
    /// The vault refused.
    pub async fn forget_client(&self, choice: &DeploymentChoice) -> Result<(), SessionError> {
        let DeploymentChoice::Custom(custom) = choice else {
            return Ok(());
        };
        if custom.client_id.is_none() {
            let server = server(&custom.auth);
            if let Some(kept) = self.vault.registered_client(server).await? {
                self.vault.forget_registered_client(server, &kept).await?;
            }
        }
        Ok(())
    }

    /// Waits at most `timeout` for the end of a sign-in in the browser. A registered client that the server does not
    /// know any more is forgotten here, so that the next sign-in registers another.
    ///
    /// # Errors
    /// See [`BrowserSignIn::finish`].
    pub async fn finish_sign_in(
        &self,
        attempt: BrowserSignIn,
        timeout: Duration,
    ) -> Result<TokenSet, SignInError> {
        let deployment = attempt.deployment().clone();
        let outcome = attempt.finish(timeout).await;
        self.heeded(&deployment, outcome).await
    }

    /// `outcome`, after a client that the server does not know any more was forgotten.
    pub(crate) async fn heeded<T>(
        &self,
        deployment: &Deployment,
        outcome: Result<T, SignInError>,
    ) -> Result<T, SignInError> {
        if let Err(SignInError::UnknownClient {
            registered: true, ..
        }) = &outcome
        {
            let server = server(&deployment.auth);
            let forgotten = self
                .vault
                .forget_registered_client(server, &deployment.client_id)
                .await;
            if let Err(error) = forgotten {
                tracing::warn!(code = error.code(), "an unknown client was not forgotten");
            }
        }
        outcome
    }
}

/// How the vault names a server: its base address, with or without a slash at the end.
fn server(auth: &Url) -> &str {
    auth.as_str().trim_end_matches('/')
}
