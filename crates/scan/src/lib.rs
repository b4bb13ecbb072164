//! QR codes from pixels and from picture files, links in texts, and what they say.
//!
//! Pure: bytes or pixels in, payloads out. Where the pixels come from (a camera, the screen, the clipboard, a file) is
//! the caller's business.
//!
//! ```no_run
//! # fn main() -> Result<(), deskfob_scan::PictureError> {
//! # let bytes: Vec<u8> = Vec::new();
//! let picture = deskfob_scan::Picture::from_encoded(&bytes)?;
//! for payload in deskfob_scan::enrolments(&deskfob_scan::scan(&picture)) {
//!     match payload {
//!         deskfob_scan::Payload::Enrolment(parsed) => println!("{}", parsed.entry.issuer),
//!         other => println!("{}", other.code()),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod chain;
mod effort;
mod encoded;
mod error;
mod file;
mod finder;
mod frame;
mod hint;
mod look;
mod payload;
mod picture;
mod pixels;
mod readers;
mod reading;
mod retouch;
mod text;
mod transfer;

pub use chain::{Found, scan, scan_with};
pub use effort::{Effort, MAX_THREADS};
pub use error::PictureError;
pub use file::{FileError, scan_file};
pub use frame::scan_frame;
pub use hint::{FrameHint, frame_hint};
pub use payload::{OtherCode, Payload, enrolments};
pub use picture::{MAX_PIXELS, Picture};
pub use pixels::{FrameError, FrameLayout, PixelFormat};
pub use reading::{Corners, FrameReader, Seen, Sight};
pub use text::{MAX_TEXT_BYTES, MAX_TEXT_LINES, TextError, scan_text};
pub use transfer::{
    BatchId, Collection, MAX_BATCHES, MAX_PART_ENTRIES, MAX_PARTS, Progress, RefusalReason,
    RefusedEntry, TransferError, TransferPart,
};

pub use encoded::MAX_ENCODED_BYTES;
