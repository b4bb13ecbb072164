//! The header on disk.

use std::fs::File;
use std::io::{self, Read};

use super::{Header, HeaderError, MAX_BYTES, SaveError, Sealed, Slot};
use crate::durable::{self, Replacement};
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
///
/// All that is to be written is on the disk before anything is renamed, so that a disk that is full changes nothing.
/// A crash before [`HEADER`] has its new content leaves the old header in force, one after it the new header:
/// what is left to do then, [`forget_removed`] does at the next opening.
pub(crate) fn save(
    home: &Home,
    header: &Header,
    key: &VaultKey,
    previous: Previous,
) -> Result<(), SaveError> {
    let bytes = header.seal(key)?;
    let path = home.file(HEADER);
    if previous == Previous::Keep
        && let Ok(replaced) = std::fs::read(&path)
    {
        durable::replace(&home.file(PREVIOUS), &replaced)?;
    }
    let new = Replacement::write(&path, &bytes)?;
    let copy = match previous {
        Previous::Keep => None,
        Previous::Forget => {
            let copy = Replacement::write(&home.file(PREVIOUS), &bytes)?;
            durable::remove_if_there(&home.file(DAMAGED))?;
            Some(copy)
        }
    };
    new.take_place()?;
    finish(home, key, copy).map_err(SaveError::Unfinished)
}

/// What follows once the new header has its name.
fn finish(home: &Home, key: &VaultKey, copy: Option<Replacement>) -> io::Result<()> {
    durable::sync_folder_of(&home.file(HEADER))?;
    // Before the copy: if this one does not read, the header before the last change may be the one that does.
    load(home)
        .and_then(|sealed| sealed.authenticate(key))
        .map_err(|error| match error {
            HeaderError::Io(error) => error,
            other => io::Error::new(io::ErrorKind::InvalidData, other),
        })?;
    if let Some(copy) = copy {
        copy.take_place()?;
        durable::sync_folder_of(&home.file(PREVIOUS))?;
    }
    Ok(())
}

/// Replaces a [`PREVIOUS`] with a slot that `header`, the vault's own, has no more: a crash came between the two
/// renames of [`save`]. The caller holds the folder lock.
pub(crate) fn forget_removed(home: &Home, header: &Header) -> io::Result<()> {
    let Ok(previous) = load_previous(home) else {
        return Ok(());
    };
    let previous = previous.header;
    let gone = |slot: &Slot| !header.slots.iter().any(|kept| kept.is_opened_as(slot));
    if previous.generation >= header.generation || !previous.slots.iter().any(gone) {
        return Ok(());
    }
    let path = home.file(PREVIOUS);
    // Without room for the copy it is better to have none.
    std::fs::read(home.file(HEADER))
        .and_then(|bytes| durable::replace(&path, &bytes))
        .or_else(|_| durable::remove_if_there(&path).and_then(|()| durable::sync_folder_of(&path)))
}
