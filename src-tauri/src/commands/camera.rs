//! Reading codes from a camera.

use std::sync::Arc;

use deskfob_capture::camera::{self, Camera, CameraInfo};
use deskfob_vault::Settings;
use tauri::ipc::{Channel, InvokeResponseBody};
use tauri::{AppHandle, Runtime, State};

use super::{Answer, drafts, wait};
use crate::camera::watch;
use crate::error::CommandError;
use crate::open_vault::Open;
use crate::state::AppState;
use crate::view::CameraView;

/// The cameras that are plugged in now.
#[tauri::command(async)]
pub(crate) fn camera_list(state: State<'_, AppState>) -> Answer<Vec<CameraView>> {
    wait(async {
        state.opened().await?;
        Ok(camera::list()?.into_iter().map(Into::into).collect())
    })
}

/// Starts reading a camera: the one with this id, else the one that was used last, else the first.
#[tauri::command(async)]
pub(crate) fn camera_start<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: Option<String>,
    channel: Channel<InvokeResponseBody>,
) -> Answer<CameraView> {
    wait(async {
        let open = state.opened().await?;
        let info = chosen(&open, id.as_deref()).await?;
        let (camera, watching) = open.camera().start(|| Camera::start(&info))?;
        let reading = Arc::clone(&open);
        tauri::async_runtime::spawn_blocking(move || {
            let collect = |text: &_| drafts::collect(&reading, text);
            if let Some(texts) = watch(camera, &watching, channel, collect) {
                tauri::async_runtime::block_on(drafts::shown(app, &reading, texts));
            }
            deskfob_hardening::wipe_unused_stack();
        });
        Ok(info.into())
    })
}

/// The page has drawn a picture and takes another.
#[tauri::command(async)]
pub(crate) fn camera_drawn(state: State<'_, AppState>) -> Answer<()> {
    wait(async {
        state.opened().await?.camera().drawn();
        Ok(())
    })
}

/// Releases the camera.
#[tauri::command(async)]
pub(crate) fn camera_stop(state: State<'_, AppState>) -> Answer<()> {
    wait(async {
        state.opened().await?.camera().stop();
        Ok(())
    })
}

/// The camera to read; its name is remembered.
async fn chosen(open: &Open, id: Option<&str>) -> Answer<CameraInfo> {
    let vault = open.desk.vault();
    let cameras = camera::list()?;
    let settings = vault.settings().await?;
    let wanted = id.or(settings.camera.as_deref());
    let info = match camera::choose(&cameras, wanted) {
        // The one that was used last is not plugged in.
        Err(_) if id.is_none() => camera::choose(&cameras, None)?,
        chosen => chosen?,
    };
    if id.is_some() && settings.camera.as_ref() != Some(&info.name) {
        let name = info.name.clone();
        let remember = |settings: &mut Settings| {
            settings.camera = Some(name);
            Answer::Ok(())
        };
        vault.change_settings(remember).await?;
    }
    Ok(info)
}

impl From<camera::CameraError> for CommandError {
    fn from(error: camera::CameraError) -> Self {
        Self::new(error.code(), &error.to_string(), error.hint())
    }
}
