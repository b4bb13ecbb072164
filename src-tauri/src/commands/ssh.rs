//! SSH certificates of platform accounts.

use deskfob_flows::{DeploymentChoice, SshRefresh, unix_now};
use deskfob_vault::StoredAccount;
use tauri::State;

use super::accounts::known;
use super::{Answer, wait};
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::{CommandLineView, SshView};

#[tauri::command(async)]
pub(crate) fn ssh_status(state: State<'_, AppState>, account_id: String) -> Answer<SshView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        view(&state, &open, &account).await
    })
}

#[tauri::command(async)]
pub(crate) fn ssh_refresh(state: State<'_, AppState>, account_id: String) -> Answer<SshView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        open.desk.refresh_ssh(&account, SshRefresh::Now).await?;
        view(&state, &open, &account).await
    })
}

/// Puts Deskfob's lines into the person's configuration of OpenSSH for this account, or takes them out.
#[tauri::command(async)]
pub(crate) fn ssh_configure(
    state: State<'_, AppState>,
    account_id: String,
    add: bool,
) -> Answer<SshView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let dir = state.person.ssh_dir()?;
        let folder = open.desk.ssh_folder();
        if add {
            open.desk.use_for_ssh(&account).await?;
            folder.tell_openssh(&dir)?;
        } else {
            folder.untell_openssh(&dir)?;
        }
        view(&state, &open, &account).await
    })
}

async fn view(state: &AppState, open: &Open, account: &StoredAccount) -> Answer<SshView> {
    let status = open.desk.ssh_status(account).await?;
    let dir = state.person.ssh_dir()?;
    let config = open.desk.ssh_folder().openssh_config(&dir);
    // The command line signs in at the public platforms.
    let public = matches!(
        DeploymentChoice::from_record(&account.deployment),
        Ok(DeploymentChoice::Upsun | DeploymentChoice::PlatformSh)
    );
    let command_line = public.then(|| {
        let found = state.person.command_line();
        CommandLineView::of(found.as_ref(), unix_now())
    });
    Ok(SshView::of(&status, config, command_line))
}
