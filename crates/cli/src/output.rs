//! What a command prints: JSON, or text for a person.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::error::CommandError;

/// How a command ended, when it was not refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything asked for was done.
    Done,
    /// Some of it failed; what and why was printed with the rest.
    Partly,
}

/// A result that can be printed in both forms. Its JSON fields are listed in docs/cli.md and stay as they are.
pub(crate) trait Report: Serialize {
    /// Writes it for a person.
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()>;
}

/// Standard output in the chosen form.
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints `report`; as JSON it is one line.
    pub(crate) fn show(&self, report: &impl Report) -> Result<(), CommandError> {
        let mut out = io::stdout().lock();
        self.write(report, &mut out)
            .and_then(|()| out.flush())
            .map_err(CommandError::Output)
    }

    /// As [`Self::show`], to `out` and without flushing it.
    pub(crate) fn write(&self, report: &impl Report, out: &mut dyn Write) -> io::Result<()> {
        if self.json {
            serde_json::to_writer(&mut *out, report)?;
            return out.write_all(b"\n");
        }
        report.write_text(out)
    }

    /// Tells a person something that is not the result. Programs that read the result never see it.
    pub(crate) fn note(&self, text: &str) {
        tell(text);
    }

    /// Rewrites one line of standard error, where a person can see it.
    pub(crate) fn progress(&self, text: &str) {
        let mut err = io::stderr();
        if err.is_terminal() {
            // As for notes.
            let _ = write!(err, "\r\x1b[K{text}").and_then(|()| err.flush());
        }
    }
}

/// Tells a person something that is not the result, on standard error.
pub(crate) fn tell(text: &str) {
    // The result does not depend on it.
    let _ = writeln!(io::stderr(), "{}", plain(text));
}

/// Tells of something that went wrong and does not matter for the result.
pub(crate) fn warn(text: &str, hint: Option<&str>) {
    let mut lines = format!("warning: {}\n", plain(text));
    if let Some(hint) = hint {
        lines.push_str(&format!("hint: {}\n", plain(hint)));
    }
    // As for notes.
    let _ = io::stderr().write_all(lines.as_bytes());
}

/// A time as a person here reads it.
pub(crate) fn date(unix_s: i64) -> String {
    jiff::Timestamp::from_second(unix_s).map_or_else(
        |_| "-".into(),
        |time| {
            let here = time.to_zoned(jiff::tz::TimeZone::system());
            here.strftime("%Y-%m-%d %H:%M").to_string()
        },
    )
}

/// A size as a person reads it.
pub(crate) fn size(bytes: u64) -> String {
    if bytes < 1024 * 1024 {
        format!("{} KiB", bytes.div_ceil(1024))
    } else {
        format!("{}.{} MiB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20)
    }
}

/// Seconds of a time in milliseconds.
pub(crate) fn seconds(ms: i64) -> i64 {
    ms.div_euclid(1000)
}

/// `text` without characters that a terminal acts upon; others wrote parts of it.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}

/// Columns of text, aligned by the width they take in a terminal.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(head: &[&str]) -> Self {
        Self {
            rows: vec![head.iter().map(ToString::to_string).collect()],
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(
            cells
                .into_iter()
                .map(|cell| deskfob_otp::printable(&cell))
                .collect(),
        );
    }

    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.width()).max().unwrap_or(0)
            })
            .collect();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width - cell.width() + 2));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_for_wide_characters_too() {
        let mut table = Table::new(&["NAME", "MFA"]);
        table.row(["Ada".to_owned(), "on".to_owned()]);
        table.row(["山田".to_owned(), "off".to_owned()]);
        table.row(["\u{1b}[2Jx".to_owned(), String::new()]);
        let mut text = Vec::new();
        table.write(&mut text).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "NAME  MFA\nAda   on\n山田  off\n[2Jx\n"
        );
    }

    #[test]
    fn a_terminal_acts_on_nothing_that_others_wrote() {
        assert_eq!(
            plain("a\u{1b}]0;x\u{7}b\nc"),
            "a\u{fffd}]0;x\u{fffd}b\u{fffd}c"
        );
    }
}
