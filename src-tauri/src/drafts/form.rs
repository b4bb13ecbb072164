//! What a person typed in.

use deskfob_otp::{Digits, Entry, Kind, Period, Seed};
use secrecy::{ExposeSecret, SecretString};

use super::Draft;
use crate::error::CommandError;
use crate::view::{EntryKind, ManualEntry};

/// What a person typed in.
pub(crate) fn from_form(form: ManualEntry) -> Result<Draft, CommandError> {
    let ManualEntry {
        issuer,
        account,
        key,
        kind,
        algorithm,
        digits,
        period,
        counter,
    } = form;
    let key = SecretString::from(key);
    let seed = Seed::from_base32(key.expose_secret())?;
    let period = Period::try_from(period).map_err(|_| {
        CommandError::new(
            "period_invalid",
            "a period is at least one second",
            Some("30 is usual"),
        )
    })?;
    let digits = Digits::try_from(digits).map_err(|_| {
        CommandError::new(
            "digits_invalid",
            "a code has 1 to 10 digits",
            Some("6 is usual"),
        )
    })?;
    let mut entry = Entry::totp(issuer, account, seed);
    entry.algorithm = algorithm.into();
    entry.digits = digits;
    entry.kind = match kind {
        EntryKind::Totp => Kind::Totp { period },
        EntryKind::Hotp => Kind::Hotp { counter },
        EntryKind::Steam => Kind::Steam { period },
    };
    Ok(Draft {
        entry,
        notices: Vec::new(),
    })
}
