//! QR codes in picture files, and links in texts.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use deskfob_scan::MAX_ENCODED_BYTES;
use zeroize::Zeroizing;

use super::Texts;
use crate::error::CommandError;

pub(super) fn texts(path: &Path) -> Texts {
    let mut bytes = Zeroizing::new(Vec::new());
    let longest = MAX_ENCODED_BYTES as u64;
    File::open(path)
        .and_then(|file| file.take(longest + 1).read_to_end(&mut bytes))
        .map_err(CommandError::File)?;
    let texts = deskfob_scan::scan_file(&bytes)?;
    if texts.is_empty() {
        return Err(CommandError::NoCodeFound);
    }
    Ok(texts)
}
