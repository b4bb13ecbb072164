//! Parts of a text as they may be shown.

use std::ops::Range;

use deskfob_otp::printable;

use crate::leak::{LeakKind, masked};
use crate::reading::Reading;

/// Longest quote, characters.
const MAX_QUOTE: usize = 400;

/// A text that is read, with its secrets known.
pub(crate) struct Source {
    pub(crate) reading: Reading,
    pub(crate) secrets: Vec<(LeakKind, Range<usize>)>,
}

impl Source {
    /// The part as it may be shown: its lines, without what could act on a terminal or a page, and without secrets.
    pub(crate) fn quote(&self, from: usize, to: usize) -> String {
        let mut quote = String::new();
        for (begin, end) in self.reading.lines(from, to) {
            let line = printable(&masked(&self.reading.joined, begin..end, &self.secrets));
            if !line.is_empty() {
                if !quote.is_empty() {
                    quote.push('\n');
                }
                quote.push_str(&line);
            }
        }
        if let Some((end, _)) = quote.char_indices().nth(MAX_QUOTE) {
            quote.truncate(end);
            quote.push('\u{2026}');
        }
        quote
    }

    /// The whole line that holds `from` to `to`; of a long line what is around it.
    pub(crate) fn line_around(&self, from: usize, to: usize) -> Range<usize> {
        const AROUND: usize = 200;
        let reading = &self.reading;
        let mut start = reading.line_start(from).max(from.saturating_sub(AROUND));
        let mut end = reading
            .lines_end(to.saturating_sub(1).max(from), 0)
            .min(to.saturating_add(AROUND));
        while !reading.joined.is_char_boundary(start) {
            start += 1;
        }
        while !reading.joined.is_char_boundary(end) {
            end -= 1;
        }
        start.min(from)..end.max(to)
    }

    /// Whether a word begins at `at` of the joined text.
    pub(crate) fn begins_word(&self, at: usize) -> bool {
        let before = self
            .reading
            .joined
            .get(..at)
            .and_then(|before| before.chars().next_back());
        !before.is_some_and(char::is_alphanumeric) || self.reading.begins_line(at)
    }

    /// A short part on one line, as a name is shown.
    pub(crate) fn name(&self, range: Range<usize>) -> String {
        printable(&masked(&self.reading.joined, range, &self.secrets))
    }
}
