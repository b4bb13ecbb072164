//! Platform accounts: connecting, signing in again, signing out.

use std::sync::Arc;

use deskfob_flows::{ConnectError, DeploymentChoice};
use deskfob_platform::{ApiToken, BrowserSignIn, TokenSet};
use deskfob_vault::{AccountId, StoredAccount};
use secrecy::SecretString;
use serde::Deserialize;
use tauri::{AppHandle, Runtime, State};
use ts_rs::TS;

use super::{Answer, id, wait};
use crate::browsing::browse;
use crate::error::CommandError;
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::{
    AccountView, BackendEvent, DeploymentChoiceView, DeploymentProblemView, EnrolmentView,
    RecoveryCodesView, SignedOutView, UnderWayView,
};

/// A page of the sandbox.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum SandboxPage {
    /// Its people, organisations and addresses.
    Start,
    /// The mail it sent.
    Outbox,
}

#[tauri::command(async)]
pub(crate) fn account_list(state: State<'_, AppState>) -> Answer<Vec<AccountView>> {
    wait(async {
        let open = state.opened().await?;
        let mut views = Vec::new();
        for account in open.desk.vault().accounts().await? {
            views.push(view(&open, &account).await?);
        }
        Ok(views)
    })
}

#[tauri::command(async)]
pub(crate) fn account_refresh(state: State<'_, AppState>, id: String) -> Answer<AccountView> {
    wait(async {
        let (open, account) = known(&state, &id).await?;
        open.desk.account_status(&account).await?;
        let account = open.desk.account(account.id).await?;
        view(&open, &account).await
    })
}

/// What is wrong with a platform as it was typed. The platform is not asked.
#[tauri::command(async)]
pub(crate) fn account_check_deployment(
    state: State<'_, AppState>,
    deployment: DeploymentChoiceView,
) -> Answer<Vec<DeploymentProblemView>> {
    wait(async {
        state.opened().await?;
        Ok(deployment.problems())
    })
}

#[tauri::command(async)]
pub(crate) fn account_connect<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    deployment: DeploymentChoiceView,
) -> Answer<AccountView> {
    wait(async {
        let open = state.opened().await?;
        let choice = deployment.choice()?;
        let attempt = open.desk.start_connect(&choice);
        let tokens = in_browser(&app, &state, &open, attempt).await?;
        let account = open.desk.finish_connect(&choice, tokens).await?;
        connected(&app, &open, &account).await
    })
}

#[tauri::command(async)]
pub(crate) fn account_connect_token<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    deployment: DeploymentChoiceView,
    token: String,
) -> Answer<AccountView> {
    wait(async {
        let token = ApiToken::new(SecretString::from(token.trim()));
        let open = state.opened().await?;
        let account = open
            .desk
            .connect_with_token(&deployment.choice()?, token)
            .await?;
        connected(&app, &open, &account).await
    })
}

#[tauri::command(async)]
pub(crate) fn account_renew<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: String,
) -> Answer<AccountView> {
    wait(async {
        let (open, account) = known(&state, &id).await?;
        let attempt = open.desk.start_renewal(&account);
        let tokens = in_browser(&app, &state, &open, attempt).await?;
        let account = open.desk.finish_renewal(&account, tokens).await?;
        follow_ssh(&open, &account).await;
        connected(&app, &open, &account).await
    })
}

#[tauri::command(async)]
pub(crate) fn account_cancel_sign_in(state: State<'_, AppState>) -> Answer<()> {
    wait(async {
        state.opened().await?.cancel_sign_in();
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn account_sign_out<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: String,
) -> Answer<SignedOutView> {
    wait(async {
        let (open, account) = known(&state, &id).await?;
        let signed_out = open.desk.sign_out(&account).await?;
        BackendEvent::AccountsChanged.send(&app);
        Ok(signed_out.into())
    })
}

#[tauri::command(async)]
pub(crate) fn account_answer_step_up(state: State<'_, AppState>, agreed: bool) -> Answer<()> {
    wait(async {
        state.opened().await?.agree(agreed);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn sandbox_open(state: State<'_, AppState>, page: SandboxPage) -> Answer<()> {
    wait(async {
        let mut url = state.sandbox().url().await?;
        url.set_path(match page {
            SandboxPage::Start => "/",
            SandboxPage::Outbox => "/outbox",
        });
        state.open_url(url.to_string()).await
    })
}

/// An account of the open vault.
pub(super) async fn known(state: &AppState, id: &str) -> Answer<(Arc<Open>, StoredAccount)> {
    let open = state.opened().await?;
    let id: AccountId = self::id(id, "that account")?;
    let account = open.desk.account(id).await?;
    Ok((open, account))
}

/// The account as it is with a session that was just kept. That nothing more could be learnt of it does not take the
/// session back.
pub(super) async fn connected<R: Runtime>(
    app: &AppHandle<R>,
    open: &Open,
    account: &StoredAccount,
) -> Answer<AccountView> {
    if let Err(error) = open.desk.account_status(account).await {
        tracing::warn!(code = error.code(), "the account's status was not told");
    }
    BackendEvent::AccountsChanged.send(app);
    view(open, account).await
}

/// After a new sign-in, the SSH certificate of the account becomes one that fits, where it has one.
pub(super) async fn follow_ssh(open: &Open, account: &StoredAccount) {
    if let Err(error) = open.desk.follow_ssh(account).await {
        // The account page says that the certificate is the earlier one.
        tracing::warn!(
            code = error.code(),
            "no SSH certificate for the new session"
        );
    }
}

pub(super) async fn in_browser<R: Runtime>(
    app: &AppHandle<R>,
    state: &AppState,
    open: &Open,
    attempt: impl Future<Output = Result<BrowserSignIn, ConnectError>>,
) -> Answer<TokenSet> {
    browse(app, state, open, attempt)
        .await?
        .ok_or_else(|| CommandError::new("sign_in_cancelled", "the sign-in was cancelled", None))
}

/// What the vault knows of the account; the platform is not asked.
pub(super) async fn view(open: &Open, account: &StoredAccount) -> Answer<AccountView> {
    let desk = &open.desk;
    let vault = desk.vault();
    let codes = vault.recovery_codes(account.id).await?;
    let state = vault.recovery_codes_state(account.id).await?;
    let recovery_codes = if codes.is_empty() {
        None
    } else {
        Some(RecoveryCodesView {
            total: codes.len(),
            left: codes.iter().filter(|code| code.used_ms.is_none()).count(),
            acknowledged: state.acknowledged,
            state: state.into(),
        })
    };
    let factor = desk.factor(account).await?;
    let tokens = vault.tokens(account.id).await?;
    let under_way = match desk.move_step(account).await? {
        Some(step) => Some(step.into()),
        None => {
            let begun = vault.withdrawal(account.id).await?;
            begun.map(|_| UnderWayView::Withdrawing)
        }
    };
    let deployment = DeploymentChoice::from_record(&account.deployment).map_or_else(
        |_| "Unknown platform".to_owned(),
        |choice| choice.label().to_owned(),
    );
    Ok(AccountView {
        id: account.id.to_string(),
        deployment,
        email: account.email.clone(),
        display_name: account.display_name.clone(),
        mfa: factor.status.and_then(|status| status.mfa).into(),
        mfa_checked_at: factor.status.map(|status| status.checked_ms),
        factor: factor.finding.into(),
        under_way,
        clock_ahead: desk.skew(account).await?,
        clock_correction: account.clock_correction_s,
        session_has_mfa: desk.session_has_mfa(account.id).await?,
        by_api_token: tokens
            .as_ref()
            .is_some_and(|tokens| tokens.api_token.is_some()),
        signed_in: tokens.is_some(),
        entry_id: account.entry_id.map(|entry| entry.to_string()),
        recovery_codes,
        enrolment: vault
            .enrolment(account.id)
            .await?
            .as_ref()
            .map(EnrolmentView::from),
    })
}
