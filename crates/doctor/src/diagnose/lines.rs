//! Places in a text as people name them: line and column.

use std::ops::Range;

use crate::Place;
use crate::reading::Reading;

/// The lines of the text as it was given.
pub(super) struct Lines<'a> {
    text: &'a str,
    skipped: usize,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str, skipped: usize) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            skipped,
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    pub(super) fn place(&self, reading: &Reading, joined: Range<usize>) -> Place {
        let start = self.skipped + reading.place(joined.start);
        let last = self.skipped + reading.place(joined.end.saturating_sub(1).max(joined.start));
        let after = self
            .text
            .get(last..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        let line = self.starts.partition_point(|begin| *begin <= start).max(1);
        let begin = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self
            .text
            .get(begin..start)
            .map_or(0, |before| before.chars().count());
        Place {
            line,
            column: column + 1,
            start,
            end: (last + after).max(start),
        }
    }
}
