//! What another program put on the clipboard: a picture or text.

use std::fmt;

use arboard::Error;
use deskfob_scan::{Picture, PictureError};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// The longest text that is looked at, in bytes.
pub const MAX_TEXT: usize = 1024 * 1024;

/// What is on the clipboard.
pub enum Clip {
    /// A picture. When there is text too, the picture counts.
    Picture(Picture),
    /// Text that is not blank.
    Text(SecretString),
}

impl fmt::Debug for Clip {
    /// Nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Picture(picture) => picture.fmt(f),
            Self::Text(_) => f.write_str("Text"),
        }
    }
}

/// Why nothing can be had from the clipboard.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClipboardError {
    /// There is no desktop, or its clipboard does not answer.
    #[error("the clipboard cannot be reached")]
    Unavailable(#[source] Error),
    /// Nothing was copied, or only blanks.
    #[error("there is nothing on the clipboard")]
    Empty,
    /// Something else was copied, such as files.
    #[error("the clipboard holds neither a picture nor text")]
    Other,
    /// More text than is looked at.
    #[error("the text on the clipboard is longer than {MAX_TEXT} bytes")]
    TooLong,
    /// A picture that is damaged, and no text with it.
    #[error("the picture on the clipboard cannot be read")]
    Damaged,
    /// A picture with too many pixels.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

impl ClipboardError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "clipboard_unavailable",
            Self::Empty => "clipboard_empty",
            Self::Other => "clipboard_other",
            Self::TooLong => "clipboard_too_long",
            Self::Damaged => "picture_damaged",
            Self::Picture(error) => error.code(),
        }
    }

    /// What to do next, in plain words.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unavailable(_) => Some("choose an image file or type the key instead"),
            Self::Empty | Self::Other | Self::TooLong => {
                Some("copy the picture of the code, its link or its key first")
            }
            Self::Damaged => Some("copy it again, or take a screenshot of it"),
            Self::Picture(error) => error.hint(),
        }
    }
}

/// What is on the clipboard now.
///
/// # Errors
/// [`ClipboardError`] says why there is nothing to be had.
pub fn read() -> Result<Clip, ClipboardError> {
    let mut system = arboard::Clipboard::new().map_err(ClipboardError::Unavailable)?;
    // What is said of a clipboard without a picture differs from system to system.
    let damaged = match system.get_image() {
        Ok(image) => return picture(image),
        Err(error) => matches!(error, Error::ConversionFailure),
    };
    let text = system.get_text().map(SecretString::from);
    if damaged && text.as_ref().map_or(true, is_blank) {
        return Err(ClipboardError::Damaged);
    }
    match text {
        Ok(text) => words(text),
        Err(_) if holds_something(&mut system) => Err(ClipboardError::Other),
        Err(Error::ContentNotAvailable | Error::Unknown { .. }) => Err(ClipboardError::Empty),
        Err(error) => Err(ClipboardError::Unavailable(error)),
    }
}

fn words(text: SecretString) -> Result<Clip, ClipboardError> {
    if text.expose_secret().len() > MAX_TEXT {
        return Err(ClipboardError::TooLong);
    }
    if is_blank(&text) {
        return Err(ClipboardError::Empty);
    }
    Ok(Clip::Text(text))
}

fn is_blank(text: &SecretString) -> bool {
    text.expose_secret().trim().is_empty()
}

fn picture(image: arboard::ImageData<'static>) -> Result<Clip, ClipboardError> {
    let rgba = Zeroizing::new(image.bytes.into_owned());
    let too_large = |_| PictureError::TooLarge {
        width: u32::MAX,
        height: u32::MAX,
    };
    let width = image.width.try_into().map_err(too_large)?;
    let height = image.height.try_into().map_err(too_large)?;
    Ok(Clip::Picture(Picture::from_rgba(&rgba, width, height)?))
}

/// Whether something is there that is neither a picture nor text.
#[cfg(target_os = "linux")]
fn holds_something(_system: &mut arboard::Clipboard) -> bool {
    use x11rb::protocol::xproto::ConnectionExt;
    let owner = || -> Result<u32, Box<dyn std::error::Error>> {
        let (display, _) = x11rb::connect(None)?;
        let clipboard = display.intern_atom(false, b"CLIPBOARD")?.reply()?.atom;
        Ok(display.get_selection_owner(clipboard)?.reply()?.owner)
    };
    owner().is_ok_and(|owner| owner != x11rb::NONE)
}

/// As above: files are what people copy by mistake.
#[cfg(not(target_os = "linux"))]
fn holds_something(system: &mut arboard::Clipboard) -> bool {
    system
        .get()
        .file_list()
        .is_ok_and(|files| !files.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_something_in_it_and_is_not_endless() {
        let cases = [
            (
                "a link",
                "otpauth://totp/a?secret=QWERTYUIOP".to_owned(),
                None,
            ),
            ("nothing", String::new(), Some("clipboard_empty")),
            ("blanks", " \n\t".to_owned(), Some("clipboard_empty")),
            ("the longest", "a".repeat(MAX_TEXT), None),
            (
                "too long",
                "a".repeat(MAX_TEXT + 1),
                Some("clipboard_too_long"),
            ),
        ];
        for (name, text, refused) in cases {
            let clip = words(text.into());
            assert_eq!(
                clip.as_ref().err().map(ClipboardError::code),
                refused,
                "{name}"
            );
            if let Ok(clip) = clip {
                assert_eq!(
                    format!("{clip:?}"),
                    "Text",
                    "{name}: nothing of it is shown"
                );
            }
        }
    }
}
