//! The system's file dialogs. None means that it was closed.

use std::path::PathBuf;

use tauri::{AppHandle, Runtime};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

use super::Answer;
use crate::error::CommandError;

/// Where to save a file.
pub(super) async fn save<R: Runtime>(
    app: &AppHandle<R>,
    title: &str,
    name: &str,
) -> Answer<Option<PathBuf>> {
    let (chosen, choice) = oneshot::channel();
    let dialog = app.dialog().file().set_title(title).set_file_name(name);
    dialog.save_file(move |path| {
        // The window may have gone meanwhile.
        let _ = chosen.send(path);
    });
    local(choice.await.ok().flatten(), "file_unwritable")
}

/// Which folder to use.
pub(super) async fn folder<R: Runtime>(app: &AppHandle<R>, title: &str) -> Answer<Option<PathBuf>> {
    let (chosen, choice) = oneshot::channel();
    app.dialog()
        .file()
        .set_title(title)
        .pick_folder(move |path| {
            let _ = chosen.send(path);
        });
    local(choice.await.ok().flatten(), "file_unwritable")
}

/// Which file to open.
pub(super) async fn open<R: Runtime>(
    app: &AppHandle<R>,
    title: &str,
    (filter, extensions): (&str, &[&str]),
) -> Answer<Option<PathBuf>> {
    let (chosen, choice) = oneshot::channel();
    let dialog = app
        .dialog()
        .file()
        .set_title(title)
        .add_filter(filter, extensions);
    dialog.pick_file(move |path| {
        let _ = chosen.send(path);
    });
    local(choice.await.ok().flatten(), "file_unreadable")
}

fn local(path: Option<FilePath>, code: &str) -> Answer<Option<PathBuf>> {
    path.map(FilePath::into_path).transpose().map_err(|_| {
        CommandError::new(
            code,
            "that is not a place on this computer",
            Some("choose one that is stored here"),
        )
    })
}

/// The file's own name, for a person.
pub(super) fn name(path: &std::path::Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
