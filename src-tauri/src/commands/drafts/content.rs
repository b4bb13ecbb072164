//! What a file, a picture or the clipboard holds.

use std::path::Path;

use deskfob_scan::{MAX_ENCODED_BYTES, Payload, Picture};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::AsyncReadExt;
use zeroize::Zeroizing;

use crate::commands::Answer;
use crate::drafts;
use crate::error::CommandError;

/// What a file, a picture or the clipboard holds.
pub(crate) enum Content {
    /// What the codes in a picture say, or the links in a file.
    Codes(Vec<Payload>),
    /// Links, or a key, as a person pastes them.
    Text(SecretString),
    /// It was not read.
    Refused(CommandError),
}

/// The codes in a picture file, or the text of another.
pub(super) async fn read_file(path: &Path) -> Answer<Content> {
    let unreadable = |error: std::io::Error| {
        CommandError::new(
            "file_unreadable",
            &format!("the file cannot be read: {error}"),
            Some("look at its rights, or choose another picture"),
        )
    };
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(MAX_ENCODED_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .await
        .map_err(unreadable)?;
    tokio::task::spawn_blocking(move || content_of(&bytes))
        .await
        .map_err(|_| {
            CommandError::new(
                "scan_failed",
                "that picture could not be read",
                Some("take a new screenshot of the code, or paste the key instead"),
            )
        })?
}

/// What the codes in a picture say, or the links in a text.
fn content_of(bytes: &[u8]) -> Answer<Content> {
    said(deskfob_scan::scan_file(bytes)?)
}

pub(super) fn scanned(picture: &Picture) -> Answer<Content> {
    let found = deskfob_scan::scan(picture);
    said(found.into_iter().map(|one| one.payload).collect())
}

fn said(texts: Vec<SecretString>) -> Answer<Content> {
    if texts.is_empty() {
        return Err(drafts::no_code_found());
    }
    Ok(Content::Codes(payloads(&texts)))
}

pub(super) fn payloads(texts: &[SecretString]) -> Vec<Payload> {
    let of = |text: &SecretString| Payload::of(text.expose_secret());
    texts.iter().map(of).collect()
}
