//! The system clock, for what the vault itself dates: slots and waits. Records take the time as a parameter.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix time in ms; 0 when the clock stands before 1970.
pub(crate) fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| {
            i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
        })
}
