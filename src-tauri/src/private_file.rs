//! A file that only its owner reads.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// Writes `bytes` to `path` in one step, mode 0600 where the system has modes: the old file or the whole new one.
pub(crate) async fn write(path: &Path, bytes: Zeroizing<Vec<u8>>) -> std::io::Result<()> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || deskfob_flows::write_private(&path, &bytes, true))
        .await
        .map_err(std::io::Error::other)?
}

/// As [`write`], for text.
pub(crate) async fn write_text(path: &Path, text: SecretString) -> std::io::Result<()> {
    write(
        path,
        Zeroizing::new(text.expose_secret().as_bytes().to_vec()),
    )
    .await
}
