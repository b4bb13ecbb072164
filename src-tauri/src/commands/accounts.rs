//! Platform accounts: connecting, signing in again, signing out.

use std::sync::Arc;
use std::time::Duration;

use deskfob_flows::DeploymentChoice;
use deskfob_platform::{ApiToken, BrowserSignIn, TokenSet};
use deskfob_vault::{AccountId, StoredAccount};
use secrecy::SecretString;
use serde::Deserialize;
use tauri::{AppHandle, Manager, Runtime, State};
use ts_rs::TS;

use super::{Answer, id, wait};
use crate::error::CommandError;
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::{
    AccountView, BackendEvent, DeploymentChoiceView, EnrolmentView, MfaStatusView,
    RecoveryCodesView,
};

/// How long a sign-in waits for the person in the browser.
const SIGN_IN_WAIT: Duration = Duration::from_secs(15 * 60);

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
        ask_mfa(&open, &account).await?;
        view(&open, &account).await
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
        let attempt = open.desk.start_connect(&choice).await?;
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
        let attempt = open.desk.start_renewal(&account).await?;
        let tokens = in_browser(&app, &state, &open, attempt).await?;
        let account = open.desk.finish_renewal(&account, tokens).await?;
        if let Err(error) = open.desk.follow_ssh(&account).await {
            // The account page says that the certificate is the earlier one.
            tracing::warn!(
                code = error.code(),
                "no SSH certificate for the new session"
            );
        }
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
) -> Answer<()> {
    wait(async {
        let (open, account) = known(&state, &id).await?;
        open.desk.sign_out(&account).await?;
        open.mfa().remove(&account.id);
        BackendEvent::AccountsChanged.send(&app);
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

async fn connected<R: Runtime>(
    app: &AppHandle<R>,
    open: &Open,
    account: &StoredAccount,
) -> Answer<AccountView> {
    ask_mfa(open, account).await?;
    BackendEvent::AccountsChanged.send(app);
    view(open, account).await
}

async fn ask_mfa(open: &Open, account: &StoredAccount) -> Answer<()> {
    let user = open.desk.account_status(account).await?;
    open.mfa().insert(account.id, user.mfa_enabled);
    Ok(())
}

async fn in_browser<R: Runtime>(
    app: &AppHandle<R>,
    state: &AppState,
    open: &Open,
    attempt: BrowserSignIn,
) -> Answer<TokenSet> {
    let cancelled = open.begin_sign_in()?;
    let url = attempt.url().to_string();
    BackendEvent::SignInOpened { url: url.clone() }.send(app);
    if let Err(error) = state.open_url(url).await {
        // The page shows the address, to be opened by hand.
        tracing::warn!(code = error.code, "no browser was opened");
    }
    let tokens = tokio::select! {
        finished = attempt.finish(SIGN_IN_WAIT) => finished?,
        _ = cancelled => {
            return Err(CommandError::new("sign_in_cancelled", "the sign-in was cancelled", None));
        }
    };
    if let Some(window) = app.get_webview_window("main")
        && let Err(error) = window.set_focus()
    {
        tracing::debug!(%error, "the window was not brought to the front");
    }
    Ok(tokens)
}

pub(super) async fn view(open: &Open, account: &StoredAccount) -> Answer<AccountView> {
    let desk = &open.desk;
    let vault = desk.vault();
    let codes = vault.recovery_codes(account.id).await?;
    let recovery_codes = if codes.is_empty() {
        None
    } else {
        Some(RecoveryCodesView {
            total: codes.len(),
            left: codes.iter().filter(|code| code.used_ms.is_none()).count(),
            acknowledged: vault.recovery_codes_acknowledged(account.id).await?,
        })
    };
    let mfa = match open.mfa().get(&account.id).copied().flatten() {
        Some(true) => MfaStatusView::On,
        Some(false) => MfaStatusView::Off,
        None => MfaStatusView::Unknown,
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
        mfa,
        session_has_mfa: desk.session_has_mfa(account.id).await?,
        signed_in: vault.tokens(account.id).await?.is_some(),
        entry_id: account.entry_id.map(|entry| entry.to_string()),
        recovery_codes,
        enrolment: vault
            .enrolment(account.id)
            .await?
            .as_ref()
            .map(EnrolmentView::from),
    })
}
