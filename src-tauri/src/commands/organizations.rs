//! Organisations: members, reminders, requiring MFA.

use deskfob_platform::{OrgId, UserId};
use tauri::{AppHandle, Runtime, State};

use super::accounts::known;
use super::{Answer, wait};
use crate::state::AppState;
use crate::step_up::attended;
use crate::view::{BackendEvent, MembersView, OrganizationRole, OrganizationView, RemindReport};

#[tauri::command(async)]
pub(crate) fn org_list(
    state: State<'_, AppState>,
    account_id: String,
) -> Answer<Vec<OrganizationView>> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let organizations = open.desk.organizations(&account).await?;
        Ok(organizations
            .into_iter()
            .map(|organization| OrganizationView {
                id: organization.id.as_str().to_owned(),
                role: if organization.owner_id.as_str() == account.user_id {
                    OrganizationRole::Owner
                } else {
                    OrganizationRole::Unknown
                },
                name: organization.name,
                label: organization.label,
                can_list_members: organization.can_list_members,
            })
            .collect())
    })
}

#[tauri::command(async)]
pub(crate) fn org_members<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    organization_id: String,
    ask: bool,
) -> Answer<MembersView> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let org = OrgId::new(organization_id);
        // Opening the screen asks nobody to sign in; its button does.
        let desk = if ask {
            attended(&app, &open)
        } else {
            open.desk.clone()
        };
        let report = desk
            .members(&account, &org, |done, total| {
                BackendEvent::MembersProgress { done, total }.send(&app);
            })
            .await?;
        Ok(MembersView::new(&org, report))
    })
}

#[tauri::command(async)]
pub(crate) fn org_remind<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    organization_id: String,
    member_ids: Vec<String>,
) -> Answer<RemindReport> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        let users: Vec<UserId> = member_ids.into_iter().map(UserId::new).collect();
        let reminded = attended(&app, &open)
            .remind(&account, &OrgId::new(organization_id), &users)
            .await?;
        Ok(reminded.into())
    })
}

#[tauri::command(async)]
pub(crate) fn org_enforce<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    account_id: String,
    organization_id: String,
    required: bool,
) -> Answer<Option<bool>> {
    wait(async {
        let (open, account) = known(&state, &account_id).await?;
        Ok(attended(&app, &open)
            .require_mfa(&account, &OrgId::new(organization_id), required)
            .await?)
    })
}
