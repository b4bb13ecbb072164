//! Signing in again in the middle of a command, when the platform asks for it (RFC 9470): the page asks the person.

use std::future::ready;
use std::sync::Arc;

use deskfob_flows::{Answered, DeploymentChoice, Desk, SignInPrompt};
use deskfob_platform::{BrowserSignIn, SignInError, StepUp, TokenSet};
use deskfob_vault::StoredAccount;
use tauri::{AppHandle, Manager, Runtime};

use crate::browsing::browse;
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::BackendEvent;

/// The person in front of the window.
struct Window<R: Runtime> {
    app: AppHandle<R>,
    open: Arc<Open>,
}

/// The open vault's desk for a command that a person waits for.
pub(crate) fn attended<R: Runtime>(app: &AppHandle<R>, open: &Arc<Open>) -> Desk {
    open.desk.attended(Arc::new(Window {
        app: app.clone(),
        open: Arc::clone(open),
    }))
}

impl<R: Runtime> SignInPrompt for Window<R> {
    fn agreed<'a>(&'a self, account: &'a StoredAccount, wanted: &'a StepUp) -> Answered<'a, bool> {
        Box::pin(async move {
            let Some(answer) = self.open.await_agreement() else {
                return false;
            };
            let platform = DeploymentChoice::from_record(&account.deployment);
            BackendEvent::SignInWanted {
                account_id: account.id.to_string(),
                platform: platform.map_or_else(
                    |_| account.email.clone(),
                    |choice| choice.label().to_owned(),
                ),
                email: account.email.clone(),
                mfa: wanted.needs_mfa(),
                methods: wanted.amr.clone(),
                max_age: wanted
                    .max_age
                    .map(|age| u32::try_from(age).unwrap_or(u32::MAX)),
            }
            .send(&self.app);
            // Without an answer the vault was locked, or another question took this one's place.
            answer.await.unwrap_or(false)
        })
    }

    fn browse<'a>(
        &'a self,
        _: &'a StoredAccount,
        attempt: BrowserSignIn,
    ) -> Answered<'a, Result<Option<TokenSet>, SignInError>> {
        Box::pin(async move {
            let state = self.app.state::<AppState>();
            let tokens = browse(&self.app, &state, &self.open, ready(Ok(attempt))).await;
            BackendEvent::SignInEnded.send(&self.app);
            tokens
        })
    }
}
