//! The doctor: an error that was pasted, what is known of the account, and doing the first step.

use deskfob_doctor::{Asked, Facts, Finding, Why, diagnose};
use deskfob_flows::{Fitting, Surroundings};
use deskfob_vault::StoredAccount;
use tauri::{AppHandle, Runtime, State};

use super::accounts::{connected, follow_ssh, in_browser, known};
use super::{Answer, wait};
use crate::error::CommandError;
use crate::state::AppState;
use crate::view::{
    AccountView, DoctorCheckView, DoctorFindingView, DoctorView, FactCheckView, FactView,
    FittingView, LeakView,
};

/// What was read last. The text itself is not kept.
pub(crate) struct Visit {
    findings: Vec<Finding>,
    facts: Facts,
    account: Option<StoredAccount>,
}

#[tauri::command(async)]
pub(crate) fn doctor_read(
    state: State<'_, AppState>,
    text: String,
    account_id: Option<String>,
) -> Answer<DoctorView> {
    wait(async {
        let open = state.opened().await?;
        let found = diagnose(&text);
        let (fitting, account) = match account_id {
            Some(id) => (FittingView::One, Some(known(&state, &id).await?.1)),
            None => match open.desk.fitting_account(&found.findings).await? {
                Fitting::One(account) => (FittingView::One, Some(*account)),
                Fitting::Another => (FittingView::Another, None),
                Fitting::Several => (FittingView::Several, None),
                Fitting::NoAccount => (FittingView::NoAccount, None),
            },
        };
        let facts = Facts::unknown(Why::NotAsked);
        let checks = match account {
            Some(_) if !found.findings.is_empty() => FactCheckView::ALL.to_vec(),
            _ => Vec::new(),
        };
        let view = DoctorView {
            findings: DoctorFindingView::all(&found.findings, &facts),
            leaks: found.leaks.iter().map(LeakView::from).collect(),
            skipped: found.skipped,
            account_id: account.as_ref().map(|account| account.id.to_string()),
            fitting,
            checks,
        };
        *open.doctor() = Some(Visit {
            findings: found.findings,
            facts,
            account,
        });
        Ok(view)
    })
}

#[tauri::command(async)]
pub(crate) fn doctor_check(
    state: State<'_, AppState>,
    check: FactCheckView,
) -> Answer<DoctorCheckView> {
    wait(async {
        let open = state.opened().await?;
        let gone = || CommandError::not_found("that text");
        let asked = open
            .doctor()
            .as_ref()
            .and_then(|visit| visit.account.clone());
        let account = asked.ok_or_else(gone)?;
        let around = Surroundings {
            ssh_dir: state.person.ssh_dir().ok(),
            command_line: state.person.command_line(),
        };
        let mut answer = Facts::unknown(Why::NotAsked);
        open.desk
            .check_fact(&account, check.check(), &around, &mut answer)
            .await;
        let mut doctor = open.doctor();
        let visit = doctor.as_mut().ok_or_else(gone)?;
        match check {
            FactCheckView::Session => visit.facts.session = answer.session,
            FactCheckView::Certificate => {
                visit.facts.certificate = answer.certificate;
                visit.facts.command_line = answer.command_line;
                visit.facts.openssh_told = answer.openssh_told;
            }
            FactCheckView::Account => {
                visit.facts.account_mfa = answer.account_mfa;
                visit.facts.account_sso = answer.account_sso;
            }
            FactCheckView::Organizations => visit.facts.requiring_mfa = answer.requiring_mfa,
            FactCheckView::ApiTokens => visit.facts.tokens_before_mfa = answer.tokens_before_mfa,
        }
        Ok(DoctorCheckView {
            fact: FactView::of(check, &visit.facts).ok_or_else(gone)?,
            findings: DoctorFindingView::all(&visit.findings, &visit.facts),
        })
    })
}

#[tauri::command(async)]
pub(crate) fn doctor_sign_in<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    amr: Vec<String>,
    max_age: Option<u64>,
) -> Answer<AccountView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let asked = Asked { amr, max_age };
        let attempt = open.desk.start_asked_renewal(&account, &asked);
        let tokens = in_browser(&app, &state, &open, attempt).await?;
        let account = open.desk.finish_renewal(&account, tokens).await?;
        follow_ssh(&open, &account).await;
        connected(&app, &open, &account).await
    })
}

#[tauri::command(async)]
pub(crate) fn doctor_open_console(state: State<'_, AppState>, account_id: String) -> Answer<bool> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let Some(page) = open.desk.console(&account).await? else {
            return Ok(false);
        };
        state.open_url(page.to_string()).await?;
        Ok(true)
    })
}

#[tauri::command(async)]
pub(crate) fn doctor_forget(state: State<'_, AppState>) -> Answer<()> {
    wait(async {
        *state.opened().await?.doctor() = None;
        Ok(())
    })
}
