//! What stands around a body: statuses, challenges and other headers, addresses with an error in them.

use crate::Asked;
use crate::pattern::pattern;
use crate::reading::Reading;

/// How far behind its status a body can begin, bytes.
const STATUS_REACH: usize = 2048;

pattern!(
    STATUS,
    r"(?i)\bHTTP/[0-9](?:\.[0-9])?\s+([1-5][0-9]{2})\b|\bresulted in a\s*`?([1-5][0-9]{2})\b"
);
pattern!(MAX_AGE, r#"(?i)\bmax_age\s*=\s*"?([0-9]{1,10})"#);
pattern!(
    AMR,
    r#"(?i)\bamr\s*=\s*(?:"([^"]{0,400})"|([A-Za-z0-9:*_.-]{1,64}))"#
);
pattern!(
    RETRY_AFTER,
    r#"(?i)\bretry-after"?\s*[:=]\s*"?([0-9]{1,6})\b"#
);
pattern!(
    DESCRIPTION,
    r#"(?i)\berror_(?:description|hint)["']?\s*[:=]\s*["']?([^"'&\s][^"'&]{0,300})"#
);

/// Statuses of answers and where they stand.
pub(crate) fn statuses(reading: &Reading) -> Vec<(usize, u16)> {
    let mut statuses = Vec::new();
    for (from, to) in reading.lines(0, reading.joined.len()) {
        let line = reading.joined.get(from..to).unwrap_or_default();
        for found in STATUS.captures_iter(line) {
            if let Some(status) = found.get(1).or_else(|| found.get(2))
                && let Ok(number) = status.as_str().parse()
            {
                statuses.push((from + status.start(), number));
            }
        }
    }
    statuses
}

/// The status of the answer that the body at `at` came in.
pub(crate) fn status_before(statuses: &[(usize, u16)], at: usize) -> Option<u16> {
    let next = statuses.partition_point(|(place, _)| *place < at);
    let (place, status) = statuses.get(next.checked_sub(1)?)?;
    (at - place <= STATUS_REACH).then_some(*status)
}

/// What the header of a challenge asks for, given the text around it.
pub(crate) fn header(text: &str) -> Asked {
    let mut asked = Asked {
        amr: Vec::new(),
        max_age: MAX_AGE
            .captures(text)
            .and_then(|found| found.get(1)?.as_str().parse().ok()),
    };
    if let Some(found) = AMR.captures(text)
        && let Some(list) = found.get(1).or_else(|| found.get(2))
    {
        asked.add_list(list.as_str());
    }
    asked
}

/// How long an answer asks to wait, given the text around it, seconds.
pub(crate) fn retry_after(text: &str) -> Option<u64> {
    RETRY_AFTER
        .captures(text)
        .and_then(|found| found.get(1)?.as_str().parse().ok())
}

/// The description and the hint of an error of OAuth outside of a body, as in an address.
pub(crate) fn descriptions(text: &str) -> String {
    let found = DESCRIPTION.captures_iter(text).take(4);
    found
        .filter_map(|found| Some(found.get(1)?.as_str().to_owned()))
        .collect::<Vec<_>>()
        .join(" ")
}
