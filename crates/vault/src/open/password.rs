//! Trying a password on a vault's slots.

use secrecy::SecretString;

use super::UnlockError;
use crate::attempts::Attempts;
use crate::clock::now_ms;
use crate::header::{self, Header, HeaderError, Protection, Sealed, SlotKind};
use crate::home::Home;
use crate::key::VaultKey;

/// What came of a password.
pub(crate) enum PasswordTrial {
    /// It opened a slot, and the header is the owner's.
    Right(Header, VaultKey),
    /// It opened none, and the next try has to wait.
    Wrong { retry_after_ms: u64 },
}

/// Tries `password` on every password slot, one process at a time. Blocks for as long as deriving takes.
pub(crate) fn try_password(
    home: &Home,
    password: &SecretString,
) -> Result<PasswordTrial, UnlockError> {
    try_password_on(home, password, header::load)
}

/// Tries `password` on the header that `load` reads, otherwise as [`try_password`].
pub(crate) fn try_password_on(
    home: &Home,
    password: &SecretString,
    load: fn(&Home) -> Result<Sealed, HeaderError>,
) -> Result<PasswordTrial, UnlockError> {
    // Before the record of attempts is made: a folder without a vault is left as it is.
    load(home)?;
    let mut attempts = Attempts::hold(home).map_err(UnlockError::Attempts)?;
    if let Some(retry_after_ms) = attempts
        .remaining_ms(now_ms())
        .map_err(UnlockError::Attempts)?
    {
        return Err(UnlockError::Wait { retry_after_ms });
    }
    let sealed = load(home)?;
    let vault = sealed.header.vault;
    let mut tried = false;
    let mut found = None;
    for slot in &sealed.header.slots {
        let Protection::Password { cost, salt } = &slot.protection else {
            continue;
        };
        tried = true;
        let wrapping = cost
            .derive(password, salt)
            .ok_or(UnlockError::OutOfMemory { m_kib: cost.m_kib })?;
        found = slot.open(&vault, &wrapping);
        if found.is_some() {
            break;
        }
    }
    if !tried {
        return Err(UnlockError::NoSuchSlot {
            kind: SlotKind::Password,
        });
    }
    let Some(key) = found else {
        let retry_after_ms = attempts.failed(now_ms()).map_err(UnlockError::Attempts)?;
        return Ok(PasswordTrial::Wrong { retry_after_ms });
    };
    let header = sealed.authenticate(&key)?;
    attempts.succeeded().map_err(UnlockError::Attempts)?;
    Ok(PasswordTrial::Right(header, key))
}
