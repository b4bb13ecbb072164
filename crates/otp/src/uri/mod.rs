//! otpauth URIs: the de facto key URI format that QR codes carry.

mod error;
mod notice;
mod parse;
mod query;
mod write;

pub use error::UriError;
pub use notice::{NamePart, Notice};
pub(crate) use parse::parse;
pub(crate) use write::write;

use crate::Entry;

/// The longest URI read, in bytes. A QR code holds at most 2953.
pub const MAX_URI_BYTES: usize = 8 * 1024;

/// An enrolment read from a URI, and what was odd about the URI.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The enrolment.
    pub entry: Entry,
    /// What was odd but cannot make a code wrong.
    pub notices: Vec<Notice>,
}

/// A piece of a URI as a fact to show: as it is if it is short and plain, else only its length. What might be a
/// misplaced secret (RFC 4226 asks for 26 characters of base32, the shortest in use have 16) is never shown.
fn fact(text: &str) -> String {
    const LONGEST: usize = 12;
    let length = text.chars().count();
    if length <= LONGEST
        && text
            .chars()
            .all(|character| character.is_ascii_graphic() || character == ' ')
    {
        text.to_owned()
    } else {
        format!("({length} characters)")
    }
}
