//! The system clipboard: codes are marked as sensitive and taken away again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deskfob_capture::clipboard::ClipboardError;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// How long a copied code stays.
const CLEAR_AFTER: Duration = Duration::from_secs(30);
/// How long after that another program may keep the clipboard to itself, and how often it is looked.
const CLEAR_TRIES: u32 = 10;
const BETWEEN_TRIES: Duration = Duration::from_secs(1);

/// The system clipboard and the text that this app put there last.
#[derive(Clone, Default)]
pub(crate) struct Clipboard {
    ours: Arc<Mutex<Ours>>,
}

#[derive(Default)]
struct Ours {
    // Kept open: on X11 and Wayland the text lives as long as its owner.
    system: Option<arboard::Clipboard>,
    text: Option<SecretString>,
    copies: u64,
}

impl Clipboard {
    /// Copies `text`, hidden from clipboard histories where the system has a way to, and clears it after 30 s.
    pub(crate) fn copy_sensitive(&self, text: SecretString) -> Result<(), ClipboardError> {
        let copies = {
            let mut ours = self.ours();
            let system = ours.system()?;
            set_hidden(system, text.expose_secret()).map_err(ClipboardError::Unavailable)?;
            ours.text = Some(text);
            ours.copies += 1;
            ours.copies
        };
        let clipboard = self.clone();
        std::thread::spawn(move || {
            std::thread::sleep(CLEAR_AFTER);
            for _ in 0..CLEAR_TRIES {
                if clipboard.ours().copies != copies || clipboard.clear_if_ours() {
                    return;
                }
                std::thread::sleep(BETWEEN_TRIES);
            }
        });
        Ok(())
    }

    /// Whether there is a clipboard to copy to.
    pub(crate) fn ready(&self) -> Result<(), ClipboardError> {
        self.ours().system().map(|_| ())
    }

    /// Clears the clipboard unless somebody else's text is on it by now. Returns whether nothing of ours is left there.
    pub(crate) fn clear_if_ours(&self) -> bool {
        let mut ours = self.ours();
        let Some(text) = ours.text.take() else {
            return true;
        };
        let cleared = ours.system().and_then(|system| {
            if holds(system.get_text(), &text)? {
                system.clear().map_err(ClipboardError::Unavailable)?;
            }
            Ok(())
        });
        if let Err(error) = &cleared {
            tracing::warn!(code = error.code(), "the clipboard was not cleared");
            // Kept, so that the next try, locking or quitting can.
            ours.text = Some(text);
        }
        cleared.is_ok()
    }

    fn ours(&self) -> std::sync::MutexGuard<'_, Ours> {
        self.ours.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether what was read is `text`. A clipboard that cannot be read may hold it.
fn holds(
    read: Result<String, arboard::Error>,
    text: &SecretString,
) -> Result<bool, ClipboardError> {
    match read.map(Zeroizing::new) {
        Ok(now) => Ok(*now == text.expose_secret()),
        // Empty, or a picture by now.
        Err(arboard::Error::ContentNotAvailable) => Ok(false),
        Err(error) => Err(ClipboardError::Unavailable(error)),
    }
}

impl Ours {
    fn system(&mut self) -> Result<&mut arboard::Clipboard, ClipboardError> {
        let system = match self.system.take() {
            Some(system) => system,
            None => arboard::Clipboard::new().map_err(ClipboardError::Unavailable)?,
        };
        Ok(self.system.insert(system))
    }
}

#[cfg(target_os = "linux")]
fn set_hidden(system: &mut arboard::Clipboard, text: &str) -> Result<(), arboard::Error> {
    use arboard::SetExtLinux;
    system.set().exclude_from_history().text(text)
}

#[cfg(target_os = "macos")]
fn set_hidden(system: &mut arboard::Clipboard, text: &str) -> Result<(), arboard::Error> {
    use arboard::SetExtApple;
    system.set().exclude_from_history().text(text)
}

#[cfg(target_os = "windows")]
fn set_hidden(system: &mut arboard::Clipboard, text: &str) -> Result<(), arboard::Error> {
    use arboard::SetExtWindows;
    system
        .set()
        .exclude_from_monitoring()
        .exclude_from_cloud()
        .exclude_from_history()
        .text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clipboard_that_cannot_be_read_is_not_somebody_elses() {
        let text = SecretString::from("123456");
        let read = |read| holds(read, &text).ok();
        assert_eq!(read(Ok("123456".into())), Some(true));
        assert_eq!(read(Ok("another text".into())), Some(false));
        assert_eq!(read(Err(arboard::Error::ContentNotAvailable)), Some(false));
        assert_eq!(read(Err(arboard::Error::ClipboardOccupied)), None);
    }
}
