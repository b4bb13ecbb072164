//! The factor of an account: turning MFA off, moving it to a new secret, proving it, the clock.

use std::time::{Duration, Instant};

use deskfob_vault::WithdrawalStage;
use tauri::{AppHandle, Runtime, State};

use super::accounts::{in_browser, known, view};
use super::{Answer, wait};
use crate::error::CommandError;
use crate::state::AppState;
use crate::step_up::attended;
use crate::view::{AccountView, BackendEvent, RecoveryCodeView, WithdrawnView};

/// How long after a sign-in with MFA the person can say that the code was this vault's.
const WORD_TAKEN_FOR: Duration = Duration::from_secs(10 * 60);

#[tauri::command(async)]
pub(crate) fn factor_withdraw<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<WithdrawnView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let withdrawn = attended(&app, &open).withdraw(&account, false).await;
        changed(&app);
        Ok(withdrawn?.into())
    })
}

#[tauri::command(async)]
pub(crate) fn factor_resolve<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<AccountView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let resolved = open.desk.resolve_withdrawal(&account).await;
        changed(&app);
        resolved?;
        let account = open.desk.account(account.id).await?;
        view(&open, &account).await
    })
}

#[tauri::command(async)]
pub(crate) fn factor_move<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<Vec<RecoveryCodeView>> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let moved = attended(&app, &open).move_factor(&account).await;
        changed(&app);
        Ok(moved?.iter().map(Into::into).collect())
    })
}

#[tauri::command(async)]
pub(crate) fn factor_abandon_move<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<()> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        open.desk.abandon_move(&account).await?;
        changed(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn factor_check<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<AccountView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let asking = open.desk.vault().withdrawal(account.id).await?;
        if asking.is_some_and(|begun| begun.stage == WithdrawalStage::Asking) {
            open.desk.resolve_withdrawal(&account).await?;
            BackendEvent::EntriesChanged.send(&app);
        }
        open.desk.check_factor(&account).await?;
        BackendEvent::AccountsChanged.send(&app);
        let account = open.desk.account(account.id).await?;
        view(&open, &account).await
    })
}

#[tauri::command(async)]
pub(crate) fn factor_sign_in<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<AccountView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let attempt = open.desk.start_proof(&account).await?;
        let tokens = in_browser(&app, &state, &open, attempt).await?;
        open.desk.finish_proof(&account, tokens, false).await?;
        open.proofs().insert(account.id, Instant::now());
        BackendEvent::AccountsChanged.send(&app);
        let account = open.desk.account(account.id).await?;
        view(&open, &account).await
    })
}

#[tauri::command(async)]
pub(crate) fn factor_proven<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<AccountView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let signed_in = open.proofs().remove(&account.id);
        if signed_in.is_none_or(|at| at.elapsed() >= WORD_TAKEN_FOR) {
            return Err(CommandError::new(
                "sign_in_first",
                "there was no sign-in with a code just now",
                Some("sign in with a code of this entry first"),
            ));
        }
        open.desk.prove(&account).await?;
        BackendEvent::AccountsChanged.send(&app);
        let account = open.desk.account(account.id).await?;
        view(&open, &account).await
    })
}

#[tauri::command(async)]
pub(crate) fn factor_clock<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    correct: bool,
) -> Answer<AccountView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        if correct {
            open.desk.correct_clock(&account).await?;
        } else {
            open.desk.end_clock_correction(&account).await?;
        }
        changed(&app);
        let account = open.desk.account(account.id).await?;
        view(&open, &account).await
    })
}

/// Whatever came of it: the page asks again.
fn changed<R: Runtime>(app: &AppHandle<R>) {
    BackendEvent::EntriesChanged.send(app);
    BackendEvent::AccountsChanged.send(app);
}
