//! Protecting an account.

use std::time::Instant;

use deskfob_flows::{EnrolError, Resolution, now_ms, unix_now};
use deskfob_vault::{Action, PendingEnrolment, Stage, StoredAccount};
use secrecy::SecretString;
use tauri::{AppHandle, Runtime, State};

use super::accounts::known;
use super::entries::copy;
use super::recovery_codes::CONFIRMED_FOR;
use super::vault::confirm_person;
use super::{Answer, wait};
use crate::error::CommandError;
use crate::open_vault::Open;
use crate::state::AppState;
use crate::step_up::attended;
use crate::view::{
    BackendEvent, CodeView, EnrolmentSecretView, EnrolmentView, RecoveryCodeView, ResolutionView,
};

#[tauri::command(async)]
pub(crate) fn enrol_begin<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<EnrolmentView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let pending = attended(&app, &open).begin_enrolment(&account).await?;
        BackendEvent::AccountsChanged.send(&app);
        Ok((&pending).into())
    })
}

#[tauri::command(async)]
pub(crate) fn enrol_code(state: State<'_, AppState>, account_id: String) -> Answer<CodeView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let pending = open.desk.pending(account.id).await?;
        let correction = account.clock_correction_s;
        Ok(CodeView::at(
            account_id,
            &pending.entry,
            correction,
            unix_now(),
        ))
    })
}

#[tauri::command(async)]
pub(crate) fn enrol_elsewhere<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    elsewhere: bool,
) -> Answer<EnrolmentView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let vault = open.desk.vault();
        vault.set_enrolment_elsewhere(account.id, elsewhere).await?;
        BackendEvent::AccountsChanged.send(&app);
        Ok((&open.desk.pending(account.id).await?).into())
    })
}

/// The secret, for another app to scan: for who gives the vault's password only.
#[tauri::command(async)]
pub(crate) fn enrol_reveal(
    state: State<'_, AppState>,
    account_id: String,
    password: String,
) -> Answer<EnrolmentSecretView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let pending = not_sent(&open, &account).await?;
        let vault = open.desk.vault();
        confirm_person(&state, vault, SecretString::from(password)).await?;
        vault
            .note(Action::SecretShown, &account.email, now_ms())
            .await?;
        open.keys_shown()
            .insert((account.id, pending.started_ms), Instant::now());
        EnrolmentSecretView::of(&pending.entry)
    })
}

/// Copies the setup key, soon after it was shown.
#[tauri::command(async)]
pub(crate) fn enrol_copy_key(state: State<'_, AppState>, account_id: String) -> Answer<()> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let pending = not_sent(&open, &account).await?;
        let which = (account.id, pending.started_ms);
        let shown = open.keys_shown().get(&which).copied();
        if shown.is_none_or(|at| at.elapsed() >= CONFIRMED_FOR) {
            return Err(CommandError::new(
                "confirm_first",
                "copying the setup key needs the vault's password",
                Some("hide it, and show it again"),
            ));
        }
        copy(&state, pending.entry.seed.to_base32()).await
    })
}

/// The account's enrolment, unless its secret was sent: that may be in force already, and then it is not for showing.
async fn not_sent(open: &Open, account: &StoredAccount) -> Answer<PendingEnrolment> {
    let pending = open.desk.pending(account.id).await?;
    if pending.stage == Stage::Confirming {
        return Err(EnrolError::Unresolved.into());
    }
    Ok(pending)
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
        let confirmed = attended(&app, &open)
            .confirm_enrolment(&account, passcode.as_deref())
            .await;
        BackendEvent::AccountsChanged.send(&app);
        let codes = confirmed?;
        open.issued().insert(account.id);
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
        let resolution = open.desk.resolve_enrolment(&account).await?;
        if matches!(resolution, Resolution::Accepted(_)) {
            open.issued().insert(account.id);
        }
        let resolution = ResolutionView::from(resolution);
        BackendEvent::EntriesChanged.send(&app);
        BackendEvent::AccountsChanged.send(&app);
        Ok(resolution)
    })
}
