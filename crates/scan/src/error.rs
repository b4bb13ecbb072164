//! Why something is not a picture that can be looked at.

use thiserror::Error;

/// Why there are no pixels to scan.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PictureError {
    /// The bytes are of no picture format.
    #[error("not a picture")]
    NotAPicture,
    /// The file is longer than [`MAX_ENCODED_BYTES`](crate::MAX_ENCODED_BYTES).
    #[error("the picture file has {length} bytes, more than {max}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The longest read, in bytes.
        max: usize,
    },
    /// The picture has more pixels than [`MAX_PIXELS`](crate::MAX_PIXELS), or needs too much memory to decode.
    #[error("a picture of {width} x {height} pixels is too large")]
    TooLarge {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// The file says that it is a picture but cannot be decoded.
    #[error("damaged {format}: {cause}")]
    Damaged {
        /// The format that the content says it has.
        format: &'static str,
        /// What the decoder stumbled on.
        cause: String,
    },
    /// The file is of a format that is not read.
    #[error("{format} files cannot be read")]
    Unsupported {
        /// The format that the content says it has.
        format: &'static str,
    },
    /// The file is of a rare kind of a format that is read otherwise.
    #[error("this kind of {format} file cannot be read")]
    UnsupportedKind {
        /// The format that the content says it has.
        format: &'static str,
    },
    /// The pixels are not as many as the dimensions say.
    #[error("{actual} bytes of pixels instead of {expected}")]
    WrongLength {
        /// Bytes for these dimensions; 0 if a dimension is 0.
        expected: u64,
        /// Bytes given.
        actual: usize,
    },
}

impl PictureError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAPicture => "not_a_picture",
            Self::TooLong { .. } => "picture_too_long",
            Self::TooLarge { .. } => "picture_too_large",
            Self::Damaged { .. } => "picture_damaged",
            Self::Unsupported { .. } | Self::UnsupportedKind { .. } => "picture_unsupported",
            Self::WrongLength { .. } => "pixels_wrong_length",
        }
    }

    /// What to do next, in plain words.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotAPicture => Some(
                "choose a PNG, JPEG, WebP, GIF, BMP or TIFF picture of the QR code, or a text (UTF-8) with otpauth links",
            ),
            Self::TooLong { .. } | Self::TooLarge { .. } => {
                Some("cut the picture down to the QR code")
            }
            Self::Damaged { .. } => Some("save the picture again, or take a screenshot of it"),
            Self::Unsupported { .. } | Self::UnsupportedKind { .. } => {
                Some("save it as PNG, or open it and scan it from the screen")
            }
            Self::WrongLength { .. } => None,
        }
    }
}
