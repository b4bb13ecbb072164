//! QR codes in a picture on the clipboard, or links in its text.

use deskfob_capture::clipboard::{self, Clip};
use secrecy::ExposeSecret;

use super::Texts;
use crate::error::CommandError;

pub(super) fn texts() -> Texts {
    match clipboard::read()? {
        Clip::Picture(picture) => {
            let found = deskfob_scan::scan(&picture);
            if found.is_empty() {
                return Err(CommandError::NoCodeFound);
            }
            Ok(found.into_iter().map(|one| one.payload).collect())
        }
        Clip::Text(text) => Ok(deskfob_scan::scan_text(text.expose_secret())?),
    }
}
