//! The person does something.

use tauri::State;

use super::{Answer, wait};
use crate::state::AppState;

#[tauri::command(async)]
pub(crate) fn activity(state: State<'_, AppState>) -> Answer<()> {
    wait(async {
        state.opened().await?;
        state.lock_watch.activity();
        Ok(())
    })
}
