//! Protecting an account.

use deskfob_flows::{EnrolError, unix_now};
use tauri::{AppHandle, Runtime, State};

use super::accounts::known;
use super::{Answer, wait};
use crate::state::AppState;
use crate::view::{BackendEvent, CodeView, EnrolmentView, RecoveryCodeView, ResolutionView};

#[tauri::command(async)]
pub(crate) fn enrol_begin<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<EnrolmentView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let pending = open.desk.begin_enrolment(&account).await?;
        BackendEvent::AccountsChanged.send(&app);
        Ok((&pending).into())
    })
}

#[tauri::command(async)]
pub(crate) fn enrol_code(state: State<'_, AppState>, account_id: String) -> Answer<CodeView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let pending = open.desk.pending(account.id).await?;
        Ok(CodeView::at(account_id, &pending.entry, unix_now()))
    })
}

#[tauri::command(async)]
pub(crate) fn enrol_confirm<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    passcode: Option<String>,
) -> Answer<Vec<RecoveryCodeView>> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let confirmed = open
            .desk
            .confirm_enrolment(&account, passcode.as_deref())
            .await;
        if matches!(confirmed, Ok(_) | Err(EnrolError::AlreadyOn)) {
            open.mfa().insert(account.id, Some(true));
        }
        BackendEvent::AccountsChanged.send(&app);
        let codes = confirmed?;
        BackendEvent::EntriesChanged.send(&app);
        Ok(codes.iter().map(Into::into).collect())
    })
}

#[tauri::command(async)]
pub(crate) fn enrol_discard<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<()> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        open.desk.discard_enrolment(&account).await?;
        BackendEvent::AccountsChanged.send(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn enrol_resolve<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<ResolutionView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let resolution = ResolutionView::from(open.desk.resolve_enrolment(&account).await?);
        let on = matches!(resolution, ResolutionView::Accepted { .. });
        open.mfa().insert(account.id, Some(on));
        BackendEvent::EntriesChanged.send(&app);
        BackendEvent::AccountsChanged.send(&app);
        Ok(resolution)
    })
}
