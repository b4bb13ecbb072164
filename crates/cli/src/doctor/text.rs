//! The text with the error: the end of a file or of standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use deskfob_doctor::MAX_BYTES;

use crate::error::CommandError;

/// The end of a text.
pub(super) struct Text {
    pub(super) text: String,
    /// Bytes before it.
    pub(super) skipped: u64,
    /// Lines before it.
    pub(super) lines: usize,
}

/// Reads `file`, or standard input. However long it is, its end is kept.
pub(super) fn read(file: Option<&Path>) -> Result<Text, CommandError> {
    match file.filter(|file| *file != Path::new("-")) {
        Some(file) => {
            end_of(File::open(file).map_err(CommandError::File)?).map_err(CommandError::File)
        }
        None => end_of(io::stdin().lock()).map_err(CommandError::Input),
    }
}

fn end_of(mut from: impl Read) -> io::Result<Text> {
    let mut kept = Vec::with_capacity(64 * 1024);
    let mut skipped = 0_u64;
    let mut lines = 0;
    loop {
        let read = from
            .by_ref()
            .take(MAX_BYTES as u64)
            .read_to_end(&mut kept)?;
        let over = kept.len().saturating_sub(MAX_BYTES);
        let dropped = kept.drain(..over);
        lines += dropped.filter(|byte| *byte == b'\n').count();
        skipped += over as u64;
        if read == 0 {
            break;
        }
    }
    Ok(Text {
        text: String::from_utf8_lossy(&kept).into_owned(),
        skipped,
        lines,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_long_text_is_kept() {
        let long = "a line\n".repeat(MAX_BYTES / 2);
        let text = end_of(long.as_bytes()).unwrap();
        assert_eq!(text.text.len(), MAX_BYTES);
        assert_eq!(text.skipped as usize, long.len() - MAX_BYTES);
        let before = &long.as_bytes()[..long.len() - MAX_BYTES];
        assert_eq!(
            text.lines,
            before.iter().filter(|byte| **byte == b'\n').count()
        );
        let short = end_of("\u{fc}\n".as_bytes()).unwrap();
        assert_eq!(
            (short.text.as_str(), short.skipped, short.lines),
            ("\u{fc}\n", 0, 0)
        );
        let bytes = end_of([b'a', 0xff].as_slice()).unwrap();
        assert_eq!(bytes.text, "a\u{fffd}", "what is no text does not end it");
    }
}
