//! Replacing header and database together, so that a crash leaves both old or both new.
//!
//! The new database is made complete beside the old one and named after the generation of the header that will
//! belong to it. Writing that header is the moment at which the vault becomes the new one; giving the database
//! its final name is done then, or at the next opening.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::PathBuf;

use crate::durable;
use crate::header::{self, DATABASE, Header, HeaderError, Previous, SaveError};
use crate::home::Home;
use crate::key::VaultKey;

/// Files that SQLite keeps beside a database.
pub(crate) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Why header and database were not replaced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SwapError {
    /// The header was not written. The staged database stays, and the next opening removes it.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The vault is the new one; the next opening goes on with it.
    #[error("the new database was not put in its place: {0}")]
    Unfinished(#[source] io::Error),
}

/// Where the database waits that belongs to the header of this generation.
pub(crate) fn staged(home: &Home, generation: u64) -> PathBuf {
    home.file(&format!("{DATABASE}.{generation}"))
}

/// Makes `header` the vault's header and the staged database of its generation the vault's database.
///
/// The caller holds the folder lock and has the vault to itself ([`InUseByNobody`](crate::in_use::InUseByNobody)).
/// The staged database is complete, closed and synced.
pub(crate) fn commit(home: &Home, header: &Header, key: &VaultKey) -> Result<(), SwapError> {
    let header = Header {
        database: header.generation,
        ..header.clone()
    };
    // What opened the old database must not open a copy of it through the old header: it goes away as well.
    match header::save(home, &header, key, Previous::Forget) {
        Ok(()) => {}
        Err(SaveError::Header(error)) => return Err(error.into()),
        // The vault is the new one, and what was not finished is done at the next opening.
        Err(SaveError::Unfinished(_)) if is_written(home, &header, key) => {}
        Err(SaveError::Unfinished(error)) => return Err(SwapError::Unfinished(error)),
    }
    finish(home, header.database).map_err(SwapError::Unfinished)
}

fn is_written(home: &Home, header: &Header, key: &VaultKey) -> bool {
    header::load(home)
        .and_then(|sealed| sealed.authenticate(key))
        .is_ok_and(|found| found.generation == header.generation)
}

/// Puts the staged database that the header names in its place, and removes staged ones that no header names.
/// `database` is [`Header::database`] of the vault's own header. The caller holds the folder lock.
///
/// Done at every opening; there is nothing to do unless a program was killed in the middle of [`commit`].
pub(crate) fn finish(home: &Home, database: u64) -> io::Result<()> {
    let new = staged(home, database);
    if database > 0 && new.exists() {
        // The old database's log must be gone before the new one has its name, or SQLite would apply it.
        for companion in COMPANIONS {
            durable::remove_if_there(&home.file(&format!("{DATABASE}{companion}")))?;
        }
        durable::sync_folder_of(&new)?;
        // Durable before it has the name that the next opening trusts.
        File::open(&new)?.sync_all()?;
        durable::rename(&new, &home.file(DATABASE))?;
    }
    if let Err(error) = discard(home) {
        // No header names them, and none ever will: they keep nobody from their vault.
        tracing::warn!(%error, "a database that was not finished could not be removed");
    }
    Ok(())
}

/// Removes every staged database. The caller holds the folder lock, and the header names none of them.
pub(crate) fn discard(home: &Home) -> io::Result<()> {
    for file in std::fs::read_dir(home.path())? {
        let name = file?.file_name();
        if is_staged(&name) {
            durable::remove_if_there(&home.path().join(name))?;
        }
    }
    Ok(())
}

/// `vault.db.` and a number, or a companion of such a file.
fn is_staged(name: &OsStr) -> bool {
    let Some(rest) = name
        .to_str()
        .and_then(|name| name.strip_prefix(DATABASE)?.strip_prefix('.'))
    else {
        return false;
    };
    let number = COMPANIONS
        .iter()
        .find_map(|companion| rest.strip_suffix(companion))
        .unwrap_or(rest);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_staged_databases_are_taken_for_one() {
        for (name, staged) in [
            ("vault.db.1", true),
            ("vault.db.18446744073709551615", true),
            ("vault.db.7-wal", true),
            ("vault.db.7-shm", true),
            ("vault.db.7-journal", true),
            ("vault.db", false),
            ("vault.db-wal", false),
            ("vault.db.", false),
            ("vault.db.-wal", false),
            ("vault.db.new", false),
            ("vault.db.new-wal", false),
            ("vault.db.7.bak", false),
            ("vault.key", false),
            ("my vault.db.7", false),
        ] {
            assert_eq!(is_staged(OsStr::new(name)), staged, "{name}");
        }
    }
}
