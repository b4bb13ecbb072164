//! The factor of an account: turning MFA off, moving it to a new secret, proving it, the clock.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deskfob_vault::{StoredAccount, WithdrawalStage};
use secrecy::SecretString;
use tauri::{AppHandle, Runtime, State};

use super::accounts::{follow_ssh, in_browser, known, view};
use super::vault::confirm_person;
use super::{Answer, wait};
use crate::error::CommandError;
use crate::open_vault::Open;
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
    changing(&app, &state, &account_id, async |open, account| {
        Ok(attended(&app, open).withdraw(account, false).await?.into())
    })
}

#[tauri::command(async)]
pub(crate) fn factor_resolve<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<AccountView> {
    then_seen(&app, &state, &account_id, async |open, account| {
        open.desk.resolve_withdrawal(account).await?;
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn factor_move<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    password: String,
) -> Answer<Vec<RecoveryCodeView>> {
    let password = SecretString::from(password);
    changing(&app, &state, &account_id, async |open, account| {
        // It shows recovery codes, which open the account without the vault.
        confirm_person(&state, open.desk.vault(), password).await?;
        let codes = attended(&app, open).move_factor(account).await?;
        open.issued().insert(account.id);
        Ok(codes.iter().map(Into::into).collect())
    })
}

#[tauri::command(async)]
pub(crate) fn factor_abandon_move<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<()> {
    changing(&app, &state, &account_id, async |open, account| {
        Ok(open.desk.abandon_move(account).await?)
    })
}

#[tauri::command(async)]
pub(crate) fn factor_check<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<AccountView> {
    then_seen(&app, &state, &account_id, async |open, account| {
        let asking = open.desk.vault().withdrawal(account.id).await?;
        if asking.is_some_and(|begun| begun.stage == WithdrawalStage::Asking) {
            open.desk.resolve_withdrawal(account).await?;
        }
        open.desk.check_factor(account).await?;
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn factor_sign_in<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<AccountView> {
    then_seen(&app, &state, &account_id, async |open, account| {
        let attempt = open.desk.start_proof(account);
        let tokens = in_browser(&app, &state, open, attempt).await?;
        open.desk.finish_proof(account, tokens, false).await?;
        follow_ssh(open, account).await;
        open.proofs().insert(account.id, Instant::now());
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn factor_proven<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<AccountView> {
    then_seen(&app, &state, &account_id, async |open, account| {
        let signed_in = open.proofs().remove(&account.id);
        if signed_in.is_none_or(|at| at.elapsed() >= WORD_TAKEN_FOR) {
            return Err(CommandError::new(
                "sign_in_first",
                "there was no sign-in with a code just now",
                Some("sign in with a code of this entry first"),
            ));
        }
        Ok(open.desk.prove(account).await?)
    })
}

#[tauri::command(async)]
pub(crate) fn factor_clock<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    correct: bool,
) -> Answer<AccountView> {
    then_seen(&app, &state, &account_id, async |open, account| {
        if correct {
            open.desk.correct_clock(account).await?;
        } else {
            open.desk.end_clock_correction(account).await?;
        }
        Ok(())
    })
}

/// Does `job` for an account of the open vault. Whatever came of it, entries and accounts may be others than before,
/// and the page asks again.
fn changing<R: Runtime, T>(
    app: &AppHandle<R>,
    state: &AppState,
    account_id: &str,
    job: impl AsyncFnOnce(&Arc<Open>, &StoredAccount) -> Answer<T>,
) -> Answer<T> {
    wait(async {
        let (open, account) = known(state, account_id).await?;
        let done = job(&open, &account).await;
        BackendEvent::EntriesChanged.send(app);
        BackendEvent::AccountsChanged.send(app);
        done
    })
}

/// The same, answered with the account as it is afterwards.
fn then_seen<R: Runtime>(
    app: &AppHandle<R>,
    state: &AppState,
    account_id: &str,
    job: impl AsyncFnOnce(&Arc<Open>, &StoredAccount) -> Answer<()>,
) -> Answer<AccountView> {
    changing(app, state, account_id, async |open, account| {
        job(open, account).await?;
        let account = open.desk.account(account.id).await?;
        view(open, &account).await
    })
}
