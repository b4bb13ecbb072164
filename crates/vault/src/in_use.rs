//! Who has a vault open, and asking them to lock it.
//!
//! Every open vault holds a shared lock on `vault.in-use`. Whoever replaces the database needs the exclusive
//! one, so that nobody reads or writes the file that goes away. The system lets the lock of a killed program go.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use crate::durable::{self, FolderLock};
use crate::home::Home;
use crate::task::blocking;

const IN_USE: &str = "vault.in-use";
const REQUEST: &str = "vault.lock-request";
const REQUEST_FORMAT: &str = "deskfob-lock-request-1";
/// More than any request.
const REQUEST_MAX_BYTES: u64 = 128;
/// How often the lock is tried while it is waited for.
const POLL: Duration = Duration::from_millis(25);

/// The vault is open here. Let go when dropped.
pub(crate) struct InUse {
    _file: File,
}

/// The vault is open nowhere, and is not opened while this is held.
pub(crate) struct InUseByNobody {
    _file: File,
}

/// What `vault.lock-request` held at some time. None while nobody ever asked.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LockRequest(Option<Vec<u8>>);

impl InUse {
    /// Waits for somebody who replaces the database. Blocks. The caller holds the folder lock: that is the order
    /// of the two locks, everywhere.
    pub(crate) fn hold(home: &Home, _held: &FolderLock) -> io::Result<Self> {
        let file = durable::open_private(&home.file(IN_USE))?;
        file.lock_shared()?;
        Ok(Self { _file: file })
    }
}

impl InUseByNobody {
    /// Waits up to `limit` until every program has locked the vault; None when one has not. Blocks.
    pub(crate) fn wait(home: &Home, limit: Duration) -> io::Result<Option<Self>> {
        let file = durable::open_private(&home.file(IN_USE))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: file })),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) => {}
            }
            let left = limit.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Ok(None);
            }
            std::thread::sleep(left.min(POLL));
        }
    }
}

impl LockRequest {
    pub(crate) fn read(home: &Home) -> io::Result<Self> {
        let mut bytes = Vec::new();
        match File::open(home.file(REQUEST)) {
            Ok(file) => file.take(REQUEST_MAX_BYTES).read_to_end(&mut bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self(None)),
            Err(error) => return Err(error),
        };
        Ok(Self(Some(bytes).filter(|bytes| !bytes.is_empty())))
    }

    /// Whether somebody asked between the two.
    pub(crate) fn came_after(&self, before: &Self) -> bool {
        self.0.is_some() && self != before
    }
}

/// Asks every program that has the vault open to lock it. They do so when they look next, see
/// [`Vault::lock_requested`](crate::Vault::lock_requested); nobody is forced. A folder without a vault is left
/// as it is.
///
/// # Errors
/// The folder cannot be written, or the system gives no random bytes.
pub fn request_lock(home: &Home) -> io::Result<()> {
    if !home.file(IN_USE).exists() {
        return Ok(());
    }
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce)
        .map_err(|_| io::Error::other("the system gives no random bytes"))?;
    // Written in place: a request that is read half written differs from the one before as well. Of the
    // program's name there is as much as fits beside the rest.
    let program: String = home.program().chars().take(16).collect();
    let text = format!(
        "{REQUEST_FORMAT} {:032x} {program}\n",
        u128::from_le_bytes(nonce)
    );
    let mut file = durable::open_private(&home.file(REQUEST))?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text.as_bytes())?;
    file.set_len(text.len() as u64)
}

/// Waits up to `limit` until no program has the vault open, and returns whether that came true. One that opens it
/// afterwards is not kept from it.
///
/// # Errors
/// The folder cannot be read or written.
pub async fn wait_until_locked(home: &Home, limit: Duration) -> io::Result<bool> {
    if !home.file(IN_USE).exists() {
        return Ok(true);
    }
    let place = home.clone();
    Ok(blocking(move || InUseByNobody::wait(&place, limit))
        .await?
        .is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        (folder, home)
    }

    fn hold(home: &Home) -> InUse {
        InUse::hold(home, &FolderLock::hold(home).unwrap()).unwrap()
    }

    #[test]
    fn many_use_a_vault_at_once_and_one_replaces_it_alone() {
        let (_folder, home) = home();
        let soon = Duration::from_millis(60);
        let (first, second) = (hold(&home), hold(&home));
        assert!(InUseByNobody::wait(&home, soon).unwrap().is_none());
        drop(first);
        assert!(
            InUseByNobody::wait(&home, soon).unwrap().is_none(),
            "one is left"
        );
        drop(second);
        let alone = InUseByNobody::wait(&home, Duration::ZERO).unwrap();
        assert!(alone.is_some(), "no wait is needed");
        assert!(
            InUseByNobody::wait(&home, soon).unwrap().is_none(),
            "two do not replace it at once"
        );
    }

    #[test]
    fn a_request_is_told_from_the_one_before() {
        let (_folder, home) = home();
        request_lock(&home).unwrap();
        assert!(
            !home.file(REQUEST).exists(),
            "nobody ever opened a vault here: nothing is left behind"
        );
        drop(hold(&home));
        let never = LockRequest::read(&home).unwrap();
        assert!(!never.came_after(&never));
        request_lock(&home).unwrap();
        let first = LockRequest::read(&home).unwrap();
        assert!(first.came_after(&never));
        assert!(
            !first.came_after(&first),
            "an old request asks nobody again"
        );
        request_lock(&home.clone().with_program("a program with a very long name")).unwrap();
        let second = LockRequest::read(&home).unwrap();
        assert!(second.came_after(&first));
        request_lock(&home).unwrap();
        let third = LockRequest::read(&home).unwrap();
        assert!(third.came_after(&second) && third.came_after(&first));
        std::fs::remove_file(home.file(REQUEST)).unwrap();
        let gone = LockRequest::read(&home).unwrap();
        assert!(
            !gone.came_after(&third),
            "a file that went away asks for nothing"
        );
    }
}
