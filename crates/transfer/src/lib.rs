//! Moving out: everything a person has in the vault, as bytes that other programs read.
//!
//! Pure over bytes: nothing here opens a file. What is made here holds every seed in clear unless it went
//! through [`encrypt`], so each buffer is wiped when it is dropped.
#![forbid(unsafe_code)]

mod age_file;
mod document;
mod export;
mod uris;

pub use age_file::{EncryptError, PASSPHRASE_MIN_CHARS, check_passphrase, encrypt};
pub use export::{Export, ExportAccount, ExportEntry, ExportRecoveryCode};
