//! A file of any kind, by its content.

use secrecy::SecretString;
use thiserror::Error;

use crate::text::{MAX_TEXT_BYTES, has_link};
use crate::{Picture, PictureError, TextError, scan, scan_text};

/// Why nothing can be looked for in a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileError {
    /// As a picture. [`PictureError::NotAPicture`] is also the answer to a text without a link.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// As a text.
    #[error(transparent)]
    Text(#[from] TextError),
}

impl FileError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Picture(error) => error.code(),
            Self::Text(error) => error.code(),
        }
    }

    /// What to do next, in plain words.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Picture(error) => error.hint(),
            Self::Text(error) => error.hint(),
        }
    }
}

/// What the QR codes in a picture file say, or the lines of a text (UTF-8) with otpauth links. Which of them a file is,
/// its content tells. None for a picture without a code.
///
/// # Errors
/// [`FileError`] for any other file, and for one of which there is too much.
pub fn scan_file(bytes: &[u8]) -> Result<Vec<SecretString>, FileError> {
    match Picture::from_encoded(bytes) {
        Ok(picture) => Ok(scan(&picture).into_iter().map(|one| one.payload).collect()),
        // What is too long is looked through no further than it would be read.
        Err(PictureError::NotAPicture) if has_link(&bytes[..bytes.len().min(MAX_TEXT_BYTES)]) => {
            let text = std::str::from_utf8(bytes).map_err(|_| PictureError::NotAPicture)?;
            Ok(scan_text(text)?)
        }
        Err(error) => Err(error.into()),
    }
}
