//! The wall clock. Rules take the time as a parameter; only handlers read it.

use jiff::Timestamp;

/// Seconds since the Unix epoch.
pub(crate) type UnixSeconds = i64;

/// The time now.
pub(crate) fn now() -> UnixSeconds {
    Timestamp::now().as_second()
}

/// RFC 3339 in UTC, as the API writes times.
pub(crate) fn rfc3339(at: UnixSeconds) -> String {
    Timestamp::from_second(at)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string()
}

/// A time as in HTTP headers (RFC 9110, section 5.6.7).
pub(crate) fn http_date(at: UnixSeconds) -> String {
    let at = Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH);
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A time for people, e.g. `22 Nov 2026, 18:52 UTC`.
pub(crate) fn readable(at: UnixSeconds) -> String {
    let at = Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH);
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_written_in_utc() {
        assert_eq!(super::rfc3339(1_700_000_000), "2023-11-14T22:13:20Z");
        assert_eq!(
            super::http_date(784_111_777),
            "Sun, 06 Nov 1994 08:49:37 GMT"
        );
        assert_eq!(super::readable(1_700_000_000), "14 Nov 2023, 22:13 UTC");
        assert_eq!(
            super::rfc3339(i64::MAX),
            "1970-01-01T00:00:00Z",
            "out of range does not panic"
        );
    }
}
