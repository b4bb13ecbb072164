//! QR codes on the desktop.

use std::time::Duration;

use deskfob_capture::screen;

use super::Texts;
use crate::error::CommandError;

/// No window has to go first.
const ONE_LOOK: Duration = Duration::ZERO;

pub(super) fn texts() -> Texts {
    let found = screen::find_codes(ONE_LOOK)?;
    if found.is_empty() {
        return Err(CommandError::NoCodeOnScreen);
    }
    Ok(found.into_iter().map(|one| one.payload).collect())
}
