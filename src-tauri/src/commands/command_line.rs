//! The platforms' own command line.

use std::time::Duration;

use deskfob_flows::{CommandLine, CommandLineError, UnattendedSignIn, unix_now};
use tauri::{AppHandle, Runtime, State};

use super::{Answer, wait};
use crate::error::CommandError;
use crate::state::AppState;
use crate::view::{BackendEvent, CommandLineView};

/// How long its sign-in waits for the person in the browser.
const SIGN_IN_WAIT: Duration = Duration::from_secs(15 * 60);

/// Has it sign in anew and make an SSH certificate for itself. It counts as the sign-in that waits for the browser, so it
/// is cancelled as that is, and ends when the vault is locked.
#[tauri::command(async)]
pub(crate) fn ssh_command_line_sign_in<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<CommandLineView> {
    wait(async {
        let open = state.opened().await?;
        let found = state.person.command_line();
        let cli = found.ok_or(CommandLineError::NotThere)?;
        let Some(cancelled) = open.begin_sign_in() else {
            return Err(CommandError::locked());
        };
        let sign_in = cli.start_sign_in()?;
        tokio::select! {
            ended = tokio::time::timeout(SIGN_IN_WAIT, follow(&app, &state, sign_in)) => {
                ended.map_err(|_| timed_out(&cli))??;
            }
            _ = cancelled => {
                return Err(CommandError::new(
                    "sign_in_cancelled",
                    "the sign-in was cancelled",
                    None,
                ));
            }
        }
        Ok(CommandLineView::of(Some(&cli), unix_now()))
    })
}

/// Tells the page what it says, and opens the address that it names.
async fn follow<R: Runtime>(
    app: &AppHandle<R>,
    state: &AppState,
    mut sign_in: UnattendedSignIn,
) -> Answer<()> {
    let mut opened = false;
    while let Some(text) = sign_in.said().await {
        BackendEvent::CommandLineSaid { text }.send(app);
        let address = sign_in.address().filter(|_| !opened);
        if let Some(address) = address {
            opened = true;
            if let Err(error) = state.open_url(address.to_string()).await {
                // The page shows the address among what was said, to be opened by hand.
                tracing::warn!(code = error.code, "no browser was opened");
            }
        }
    }
    Ok(sign_in.finish().await?)
}

fn timed_out(cli: &CommandLine) -> CommandError {
    CommandError::new(
        "command_line_timed_out",
        &format!("{} waited 15 minutes for the browser", cli.name),
        Some("try again, and sign in on the page that opens"),
    )
}
