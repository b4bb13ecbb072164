//! Links in a text, such as what was copied or a file of them.

use secrecy::SecretString;
use thiserror::Error;

/// The longest text read, in bytes.
pub const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// The most lines read, blank ones not counted.
pub const MAX_TEXT_LINES: usize = 2_000;

/// What a link begins with, whatever its case.
const LINK: &[u8] = b"otpauth";

/// Why a text is not read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TextError {
    /// It is longer than [`MAX_TEXT_BYTES`].
    #[error("the text has {length} bytes, more than {max}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The longest read, in bytes.
        max: usize,
    },
    /// It has more than [`MAX_TEXT_LINES`].
    #[error("the text has {count} lines, more than {max}")]
    TooManyLines {
        /// Its lines, blank ones not counted.
        count: usize,
        /// The most that are read.
        max: usize,
    },
}

impl TextError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "text_too_long",
            Self::TooManyLines { .. } => "text_too_many_lines",
        }
    }

    /// What to do next, in plain words.
    pub const fn hint(&self) -> Option<&'static str> {
        Some("take it in several parts")
    }
}

/// What each line of a text says: the otpauth link in it, or the line itself. Blank lines say nothing.
///
/// # Errors
/// [`TextError`] when there is more of it than is read.
pub fn scan_text(text: &str) -> Result<Vec<SecretString>, TextError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(TextError::TooLong {
            length: text.len(),
            max: MAX_TEXT_BYTES,
        });
    }
    // Some programs begin a text with a byte order mark.
    let text = text.trim_start_matches('\u{feff}');
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let count = lines().count();
    if count > MAX_TEXT_LINES {
        return Err(TextError::TooManyLines {
            count,
            max: MAX_TEXT_LINES,
        });
    }
    Ok(lines().map(link_in).map(SecretString::from).collect())
}

/// Whether there is a link in it.
pub(crate) fn has_link(text: &[u8]) -> bool {
    position(text).is_some()
}

/// The link in a line: from where it begins to the line's end, or to the next space where text stands before it.
fn link_in(line: &str) -> &str {
    match position(line.as_bytes()) {
        None | Some(0) => line,
        Some(at) => line[at..].split_whitespace().next().unwrap_or_default(),
    }
}

fn position(text: &[u8]) -> Option<usize> {
    text.windows(LINK.len())
        .position(|window| window.eq_ignore_ascii_case(LINK))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let said = scan_text(text).unwrap();
        said.iter()
            .map(|line| line.expose_secret().to_owned())
            .collect()
    }

    #[test]
    fn a_line_says_its_link() {
        const LINK: &str = "otpauth://totp/a:b?secret=QWERTYUIOP";
        for (name, text, expected) in [
            ("alone", LINK, &[LINK][..]),
            (
                "within a sentence",
                &format!("My code ({LINK} of Acme)"),
                &[LINK],
            ),
            (
                "with spaces of its own",
                "otpauth://totp/a b?secret=QWERTY UIOP",
                &["otpauth://totp/a b?secret=QWERTY UIOP"],
            ),
            (
                "in capitals",
                "see OTPAUTH://TOTP/A?SECRET=QWERTYUIOP",
                &["OTPAUTH://TOTP/A?SECRET=QWERTYUIOP"],
            ),
            (
                "several, from another system",
                &format!("\u{feff}{LINK}\r\n\r\n  {LINK}\t\r\n"),
                &[LINK, LINK],
            ),
            (
                "behind letters that take several bytes",
                &format!("für Zoë 莎 {LINK}"),
                &[LINK],
            ),
            ("no link", "milk\n\n bread ", &["milk", "bread"]),
            ("nothing", " \n\t\n", &[]),
        ] {
            assert_eq!(lines(text), expected, "{name}");
        }
    }

    #[test]
    fn a_text_is_read_whole_or_not_at_all() {
        let most = "a\n\n".repeat(MAX_TEXT_LINES);
        assert_eq!(lines(&most).len(), MAX_TEXT_LINES, "blank lines are free");
        let one_more = format!("{most}b");
        assert_eq!(
            scan_text(&one_more).map(|_| ()),
            Err(TextError::TooManyLines {
                count: MAX_TEXT_LINES + 1,
                max: MAX_TEXT_LINES
            })
        );
        let long = "a".repeat(MAX_TEXT_BYTES + 1);
        let error = scan_text(&long).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), "text_too_long");
        assert!(error.hint().is_some());
        assert_eq!(scan_text(&long[1..]).unwrap().len(), 1);
    }
}
