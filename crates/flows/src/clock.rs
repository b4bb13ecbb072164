//! The system clock, for the jobs of this crate and the programs above it.

use std::time::{SystemTime, UNIX_EPOCH};

use deskfob_otp::UnixTime;

/// The system clock in whole seconds since 1970. A clock set before 1970 reads as 0.
pub fn unix_now() -> UnixTime {
    UnixTime(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| elapsed.as_secs()),
    )
}

/// The system clock in milliseconds since 1970.
pub fn now_ms() -> i64 {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}
