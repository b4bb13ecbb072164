//! The header on disk.

use std::fs::File;
use std::io::{self, Read};

use super::{Header, HeaderError, MAX_BYTES, Sealed};
use crate::durable;
use crate::home::Home;
use crate::key::VaultKey;

/// The header's file name.
pub(crate) const HEADER: &str = "vault.key";
/// The header before its last change.
pub(crate) const PREVIOUS: &str = "vault.key.previous";
/// The database's file name.
pub(crate) const DATABASE: &str = "vault.db";

/// A header that was repaired, kept for whoever wants to look at it.
pub(crate) const DAMAGED: &str = "vault.key.damaged";

/// What becomes of the header that is replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Previous {
    /// It is kept as [`PREVIOUS`].
    Keep,
    /// It is overwritten there too: what was removed from the vault must not open it any more.
    Forget,
}

/// Reads the header; no more of the file than a header can have.
pub(crate) fn load(home: &Home) -> Result<Sealed, HeaderError> {
    load_file(home, HEADER)
}

/// Reads the header before the last change.
pub(crate) fn load_previous(home: &Home) -> Result<Sealed, HeaderError> {
    load_file(home, PREVIOUS)
}

fn load_file(home: &Home, name: &str) -> Result<Sealed, HeaderError> {
    let file = match File::open(home.file(name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(HeaderError::Missing),
        other => other?,
    };
    let mut bytes = Vec::with_capacity(1024);
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Sealed::parse(&bytes)
}

/// Writes the header durably, and reads it back. The caller holds the folder lock.
pub(crate) fn save(
    home: &Home,
    header: &Header,
    key: &VaultKey,
    previous: Previous,
) -> Result<(), HeaderError> {
    let bytes = header.seal(key)?;
    let path = home.file(HEADER);
    if previous == Previous::Keep
        && let Ok(replaced) = std::fs::read(&path)
    {
        durable::replace(&home.file(PREVIOUS), &replaced)?;
    }
    durable::replace(&path, &bytes)?;
    load(home)?.authenticate(key)?;
    if previous == Previous::Forget {
        durable::replace(&home.file(PREVIOUS), &bytes)?;
        durable::remove_if_there(&home.file(DAMAGED))?;
    }
    Ok(())
}
