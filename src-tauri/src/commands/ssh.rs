//! SSH certificates of platform accounts.

use std::path::PathBuf;

use deskfob_flows::SshRefresh;
use deskfob_vault::StoredAccount;
use tauri::{AppHandle, Manager, Runtime, State};

use super::accounts::known;
use super::{Answer, wait};
use crate::error::CommandError;
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::SshView;

#[tauri::command(async)]
pub(crate) fn ssh_status<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<SshView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        view(&app, &open, &account).await
    })
}

#[tauri::command(async)]
pub(crate) fn ssh_refresh<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<SshView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        open.desk.refresh_ssh(&account, SshRefresh::Now).await?;
        view(&app, &open, &account).await
    })
}

/// Puts Deskfob's lines into the person's configuration of OpenSSH for this account, or takes them out.
#[tauri::command(async)]
pub(crate) fn ssh_configure<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    add: bool,
) -> Answer<SshView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let dir = ssh_dir(&app)?;
        let folder = open.desk.ssh_folder();
        if add {
            open.desk.use_for_ssh(&account).await?;
            folder.tell_openssh(&dir)?;
        } else {
            folder.untell_openssh(&dir)?;
        }
        view(&app, &open, &account).await
    })
}

async fn view<R: Runtime>(
    app: &AppHandle<R>,
    open: &Open,
    account: &StoredAccount,
) -> Answer<SshView> {
    let status = open.desk.ssh_status(account).await?;
    let config = open.desk.ssh_folder().openssh_config(&ssh_dir(app)?);
    Ok(SshView::of(&status, config))
}

/// Where OpenSSH looks for the person's configuration.
fn ssh_dir<R: Runtime>(app: &AppHandle<R>) -> Answer<PathBuf> {
    let home = app.path().home_dir().map_err(|_| {
        CommandError::new(
            "no_home_folder",
            "no home folder is known",
            Some("set HOME"),
        )
    })?;
    Ok(home.join(".ssh"))
}
