//! Giving SQLCipher its key.
//!
//! `PRAGMA key` would leave the key in SQL text that is kept and freed without being wiped. `sqlite3_key_v2`
//! takes it from a buffer of ours, and SQLCipher wipes its own copy.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::sync::Once;

use libsqlite3_sys::{SQLITE_OK, sqlite3_initialize, sqlite3_key_v2};
use sqlx::sqlite::SqliteConnection;
use zeroize::Zeroizing;

use super::DatabaseError;
use crate::key::{KEY_BYTES, VaultKey};

/// `x'` and 64 hexadecimal digits and `'`: SQLCipher takes that as the key itself and derives nothing.
const RAW_KEY_BYTES: usize = 2 * KEY_BYTES + 3;

/// Makes SQLCipher ready, once for the process and before anything is opened. SQLite counts as ready before
/// SQLCipher's own part is: a second thread that opens a database in that moment finds no cipher, and the vault
/// would seem damaged.
pub(crate) fn make_ready() {
    static READY: Once = Once::new();
    READY.call_once(|| {
        // SAFETY: it takes nothing and may be called at any time. What it answers is asked again by every opening.
        unsafe { sqlite3_initialize() };
    });
}

pub(super) async fn set(
    connection: &mut SqliteConnection,
    key: &VaultKey,
) -> Result<(), DatabaseError> {
    set_for(connection, c"main", key).await
}

/// Sets the key of an attached database of which nothing was read yet.
pub(super) async fn set_for(
    connection: &mut SqliteConnection,
    schema: &CStr,
    key: &VaultKey,
) -> Result<(), DatabaseError> {
    let raw = raw_key(key);
    let mut handle = connection.lock_handle().await?;
    let database = handle.as_raw_handle().as_ptr();
    // SAFETY: `database` is an open connection that `handle` keeps anybody else from using; the name is
    // NUL-terminated; the key is `RAW_KEY_BYTES` long, and SQLCipher copies it before it returns.
    let result = unsafe {
        sqlite3_key_v2(
            database,
            schema.as_ptr(),
            raw.as_ptr().cast(),
            RAW_KEY_BYTES as i32,
        )
    };
    if result == SQLITE_OK {
        Ok(())
    } else {
        Err(DatabaseError::Damaged)
    }
}

fn raw_key(key: &VaultKey) -> Zeroizing<[u8; RAW_KEY_BYTES]> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut raw = Zeroizing::new([b'\''; RAW_KEY_BYTES]);
    raw[0] = b'x';
    for (index, byte) in key.expose().iter().enumerate() {
        raw[2 + 2 * index] = DIGITS[usize::from(byte >> 4)];
        raw[3 + 2 * index] = DIGITS[usize::from(byte & 0x0f)];
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_raw_key_is_a_hexadecimal_literal() {
        let key = VaultKey::random().unwrap();
        let raw = raw_key(&key);
        let text = std::str::from_utf8(raw.as_slice()).unwrap();
        let digits = text
            .strip_prefix("x'")
            .and_then(|rest| rest.strip_suffix('\''))
            .unwrap();
        let expected: String = key
            .expose()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(digits, expected);
    }

    /// Several threads are the first of the process to give a database its key.
    #[test]
    #[ignore = "the process that `first_openings_may_come_together` starts"]
    fn first_openings() {
        const THREADS: usize = 4;
        let start = std::sync::Barrier::new(THREADS);
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let raw = raw_key(&VaultKey::random().unwrap());
                    let mut database = std::ptr::null_mut();
                    start.wait();
                    make_ready();
                    // SAFETY: the name is NUL-terminated, the key is `RAW_KEY_BYTES` long, and the connection is
                    // this thread's own until it closes it.
                    let results = unsafe {
                        let name = c":memory:".as_ptr();
                        let opened = libsqlite3_sys::sqlite3_open(name, &mut database);
                        let (key, bytes) = (raw.as_ptr().cast(), RAW_KEY_BYTES as i32);
                        let keyed = sqlite3_key_v2(database, c"main".as_ptr(), key, bytes);
                        (opened, keyed, libsqlite3_sys::sqlite3_close(database))
                    };
                    assert_eq!(results, (SQLITE_OK, SQLITE_OK, SQLITE_OK));
                });
            }
        });
    }

    /// Without [`make_ready`] one process in about eighty finds no cipher.
    #[test]
    fn first_openings_may_come_together() {
        let program = std::env::current_exe().unwrap();
        for process in 0..100 {
            let ended = std::process::Command::new(&program)
                .args(["--exact", "database::passkey::tests::first_openings"])
                .args(["--ignored", "--quiet"])
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&ended.stdout);
            assert!(ended.status.success(), "process {process}: {told}");
            assert!(told.contains("1 passed"), "it ran: {told}");
        }
    }
}
