//! A pasted text as the rules read it: without colours, escapes and what a log puts before each line.

use std::sync::LazyLock;

use regex::Regex;

/// Longest escape sequence of a terminal that is skipped as a whole, characters.
const MAX_ESCAPE: usize = 256;

/// Most prefixes of one line, one behind the other.
const MAX_PREFIXES: usize = 6;

/// The text in two forms, each with the way back to the text.
///
/// `joined` has the lines one behind the other without their breaks, so that what a terminal or a log wrapped is
/// whole again. `squeezed` is the same in lower case without any white space, so that a phrase is found however it
/// was wrapped.
pub(crate) struct Reading {
    pub(crate) joined: String,
    /// For each byte of `joined`, where its character begins in the text.
    places: Vec<u32>,
    /// Where in `joined` each line begins.
    breaks: Vec<u32>,
    pub(crate) squeezed: String,
    /// For each byte of `squeezed`, its place in `joined`.
    spread: Vec<u32>,
}

impl Reading {
    /// Reads `text`, which is shorter than 4 GiB.
    pub(crate) fn of(text: &str) -> Self {
        let chars = without_colours(&without_escapes(text));
        let mut reading = Self {
            joined: String::with_capacity(text.len()),
            places: Vec::with_capacity(text.len()),
            breaks: Vec::new(),
            squeezed: String::with_capacity(text.len()),
            spread: Vec::with_capacity(text.len()),
        };
        for line in chars.split(|(character, _)| *character == '\n') {
            reading.add(line);
        }
        reading.squeeze();
        reading
    }

    fn add(&mut self, line: &[(char, u32)]) {
        let line = trimmed(line);
        let line = trimmed(&line[prefix(line)..]);
        if line.is_empty() {
            return;
        }
        self.breaks.push(offset(self.joined.len()));
        for &(character, place) in line {
            self.joined.push(character);
            self.places.resize(self.joined.len(), place);
        }
    }

    fn squeeze(&mut self) {
        for (at, character) in self.joined.char_indices() {
            if !character.is_whitespace() {
                self.squeezed.push(character.to_ascii_lowercase());
                self.spread.resize(self.squeezed.len(), offset(at));
            }
        }
    }

    /// Where in the text the character at `at` of `joined` is.
    pub(crate) fn place(&self, at: usize) -> usize {
        self.places.get(at).map_or(0, |place| *place as usize)
    }

    /// Where in `joined` the character at `at` of `squeezed` is.
    pub(crate) fn spread(&self, at: usize) -> usize {
        let end = || self.joined.len();
        self.spread.get(at).map_or_else(end, |at| *at as usize)
    }

    /// Whether a line begins at `at` of `joined`.
    pub(crate) fn begins_line(&self, at: usize) -> bool {
        self.breaks.binary_search(&offset(at)).is_ok()
    }

    /// The lines of `joined[from..to]`: where each begins and ends. The first may begin in the middle.
    pub(crate) fn lines(&self, from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> {
        let first = self.breaks.partition_point(|&at| (at as usize) <= from);
        let last = self.breaks.partition_point(|&at| (at as usize) < to);
        let inner = self.breaks.get(first..last).unwrap_or_default();
        let begins = std::iter::once(from).chain(inner.iter().map(|&at| at as usize));
        let ends = inner
            .iter()
            .map(|&at| at as usize)
            .chain(std::iter::once(to));
        begins.zip(ends)
    }

    /// Where the line that holds `at` begins.
    pub(crate) fn line_start(&self, at: usize) -> usize {
        let next = self.breaks.partition_point(|&place| (place as usize) <= at);
        next.checked_sub(1)
            .and_then(|line| self.breaks.get(line))
            .map_or(0, |at| *at as usize)
    }

    /// Where the line that is `more` lines behind the one with `at` ends.
    pub(crate) fn lines_end(&self, at: usize, more: usize) -> usize {
        let next = self.breaks.partition_point(|&place| (place as usize) <= at);
        let end = self.breaks.get(next.saturating_add(more));
        end.map_or(self.joined.len(), |at| *at as usize)
    }

    /// The part of `joined` from `from`, at most `bytes` long.
    pub(crate) fn part(&self, from: usize, bytes: usize) -> &str {
        let mut end = from.saturating_add(bytes).min(self.joined.len());
        while !self.joined.is_char_boundary(end) {
            end -= 1;
        }
        self.joined.get(from..end).unwrap_or_default()
    }

    /// What is around `at`, a line break between its lines.
    pub(crate) fn around(&self, at: usize, before: usize, behind: usize) -> String {
        let from = at - self.part_before(at, before).len();
        let to = at + self.part(at, behind).len();
        let lines: Vec<&str> = self
            .lines(from, to)
            .filter_map(|(from, to)| self.joined.get(from..to))
            .collect();
        lines.join("\n")
    }

    /// At most `bytes` of `joined` that end at `to`.
    pub(crate) fn part_before(&self, to: usize, bytes: usize) -> &str {
        let mut start = to.saturating_sub(bytes);
        while !self.joined.is_char_boundary(start) {
            start += 1;
        }
        self.joined.get(start..to).unwrap_or_default()
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The characters with their places; what JSON, shells and HTML write for others is undone.
fn without_escapes(text: &str) -> Vec<(char, u32)> {
    let mut chars = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(first) = rest.chars().next() else {
            break;
        };
        let (character, bytes) = match first {
            '\\' => backslashed(rest),
            '&' => entity(rest).unwrap_or((Some('&'), 1)),
            '^' if rest.starts_with("^[[") => (Some('\u{1b}'), 2),
            '\r' if rest.starts_with("\r\n") => (Some('\n'), 2),
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => (Some('\n'), first.len_utf8()),
            '\u{2018}' | '\u{2019}' => (Some('\''), first.len_utf8()),
            '\u{201c}' | '\u{201d}' => (Some('"'), first.len_utf8()),
            // Invisible: zero width, direction marks, byte order mark.
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => (None, first.len_utf8()),
            other => (Some(other), other.len_utf8()),
        };
        if let Some(character) = character {
            chars.push((character, offset(at)));
        }
        at += bytes;
    }
    chars
}

/// What a run of backslashes and the characters behind it stand for, and how long it is. However often a text was
/// escaped, it is one character. A run that stands for nothing is one backslash, so that it is looked at once.
fn backslashed(rest: &str) -> (Option<char>, usize) {
    let slashes = rest.bytes().take_while(|byte| *byte == b'\\').count();
    let behind = rest.get(slashes..).unwrap_or_default();
    let (character, bytes) = escaped(behind).unwrap_or(('\\', 0));
    (Some(character), slashes + bytes)
}

/// The character that is written behind a backslash, and in how many bytes.
fn escaped(behind: &str) -> Option<(char, usize)> {
    Some(match behind.bytes().next()? {
        b'n' | b'r' => ('\n', 1),
        b't' => ('\t', 1),
        b'"' => ('"', 1),
        b'\'' => ('\'', 1),
        b'/' => ('/', 1),
        b'e' if behind.starts_with("e[") => ('\u{1b}', 1),
        b'x' if behind.get(..3)?.eq_ignore_ascii_case("x1b") => ('\u{1b}', 3),
        b'0' if behind.starts_with("033") => ('\u{1b}', 3),
        b'u' => {
            let code = u32::from_str_radix(behind.get(1..5)?, 16).ok()?;
            (char::from_u32(code)?, 5)
        }
        _ => return None,
    })
}

/// The few entities that a page writes for characters of an error.
fn entity(rest: &str) -> Option<(Option<char>, usize)> {
    const ENTITIES: [(&str, char); 8] = [
        ("&quot;", '"'),
        ("&#34;", '"'),
        ("&apos;", '\''),
        ("&#39;", '\''),
        ("&#039;", '\''),
        ("&#x27;", '\''),
        ("&nbsp;", ' '),
        ("&amp;", '&'),
    ];
    ENTITIES
        .iter()
        .find(|(written, _)| rest.starts_with(written))
        .map(|(written, character)| (Some(*character), written.len()))
}

/// Without escape sequences of terminals (ECMA-48) and other control characters.
fn without_colours(chars: &[(char, u32)]) -> Vec<(char, u32)> {
    let mut kept = Vec::with_capacity(chars.len());
    let mut at = 0;
    while let Some(&(character, place)) = chars.get(at) {
        match character {
            '\u{1b}' => at += escape_length(&chars[at..]),
            '\n' | '\t' => {
                kept.push((character, place));
                at += 1;
            }
            other if other.is_control() => at += 1,
            other => {
                kept.push((other, place));
                at += 1;
            }
        }
    }
    kept
}

/// How many characters the escape sequence at the start of `chars` has.
fn escape_length(chars: &[(char, u32)]) -> usize {
    let behind = |at: usize| chars.get(at).map(|(character, _)| *character);
    match behind(1) {
        Some('[') => {
            let end = (2..MAX_ESCAPE).find(|&at| !matches!(behind(at), Some(' '..='?')));
            match end {
                Some(end) if matches!(behind(end), Some('@'..='~')) => end + 1,
                // Broken off: what comes is text again.
                Some(end) => end,
                None => 2,
            }
        }
        Some(']') => {
            let end = (2..MAX_ESCAPE)
                .find(|&at| matches!(behind(at), Some('\u{7}' | '\u{1b}' | '\n') | None));
            match end {
                Some(end) if behind(end) == Some('\u{7}') => end + 1,
                Some(end) if behind(end) == Some('\u{1b}') && behind(end + 1) == Some('\\') => {
                    end + 2
                }
                Some(end) => end,
                None => 2,
            }
        }
        Some('\n') | None => 1,
        Some(_) => 2,
    }
}

fn trimmed(line: &[(char, u32)]) -> &[(char, u32)] {
    let blank = |(character, _): &(char, u32)| character.is_whitespace();
    let start = line.iter().position(|c| !blank(c)).unwrap_or(line.len());
    let end = line
        .iter()
        .rposition(|c| !blank(c))
        .map_or(start, |last| last + 1);
    &line[start..end]
}

/// What logs, git and mail put before a line. Each alternative is anchored and short.
static PREFIX: LazyLock<Regex> = LazyLock::new(|| {
    let date = r"\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?";
    let alternatives = [
        date,
        r"\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?",
        r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d\d:\d\d:\d\d",
        // GitLab's marks of a stream, BuildKit's steps.
        r"\d\d[OE]\+?(?: |$)",
        r"#\d{1,4} (?:\d{1,6}\.\d{1,3} )?",
        r"##\[[a-z]{1,12}\]",
        r"::[a-z]{1,12}::",
        r"\[[A-Za-z0-9_.:/ -]{1,40}\](?: |$)",
        r"remote:",
        r"[>|]+(?: |$)",
        r"[A-Za-z0-9_.-]{1,40} {0,20}\| ",
        // A job and a step, as the logs of GitHub are downloaded.
        r"[^\t]{1,60}\t[^\t]{1,60}\t",
    ];
    #[expect(clippy::expect_used, reason = "a test builds it")]
    Regex::new(&format!("^(?:{})", alternatives.join("|"))).expect("a regular expression")
});

/// How many characters of the line are a log's and not the error's.
fn prefix(line: &[(char, u32)]) -> usize {
    // More than all prefixes of one line together.
    let head: String = line
        .iter()
        .take(400)
        .map(|(character, _)| *character)
        .collect();
    let mut rest = head.as_str();
    for _ in 0..MAX_PREFIXES {
        let Some(found) = PREFIX.find(rest) else {
            break;
        };
        rest = rest[found.end()..].trim_start();
    }
    head[..head.len() - rest.len()].chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let reading = Reading::of(text);
        reading
            .lines(0, reading.joined.len())
            .filter(|(from, to)| from < to)
            .map(|(from, to)| reading.joined[from..to].to_owned())
            .collect()
    }

    #[test]
    fn what_a_log_adds_is_taken_away() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("plain", "Error: x\nService: y", &["Error: x", "Service: y"]),
            ("Windows", "a\r\nb\r\n", &["a", "b"]),
            (
                "colours",
                "\u{1b}[31mError\u{1b}[0m: x\u{1b}]0;t\u{7}",
                &["Error: x"],
            ),
            (
                "colours as text",
                r"^[[31mError\u001b[0m: \x1b[1mx\033[0m",
                &["Error: x"],
            ),
            (
                "git",
                "remote: Error: x\nremote: Service: y",
                &["Error: x", "Service: y"],
            ),
            (
                "GitHub",
                "2026-11-27T14:00:00.1234567Z ##[error]Error: x",
                &["Error: x"],
            ),
            (
                "GitHub, downloaded",
                "build\tDeploy\t2026-11-27T14:00:00.1Z Error: x",
                &["Error: x"],
            ),
            (
                "GitLab",
                "2026-11-27T14:00:00.123456Z 00E Error: x",
                &["Error: x"],
            ),
            ("BuildKit", "#12 3.456 Error: x", &["Error: x"]),
            ("compose", "deploy-1  | Error: x", &["Error: x"]),
            ("syslog", "Nov 27 14:00:00 Error: x", &["Error: x"]),
            ("brackets", "[14:00:00] [deploy] Error: x", &["Error: x"]),
            ("mail", "> > Error: x", &["Error: x"]),
            (
                "escaped",
                r#"{"m":"Error: x\nService: \"y\""}"#,
                &[r#"{"m":"Error: x"#, r#"Service: "y""}"#],
            ),
            (
                "escaped twice",
                r#"Error: x\\nService: \\\"y\\\""#,
                &["Error: x", r#"Service: "y""#],
            ),
            ("HTML", "doesn&#39;t &quot;x&quot;", &["doesn't \"x\""]),
            (
                "typographic",
                "doesn\u{2019}t \u{201c}x\u{201d}",
                &["doesn't \"x\""],
            ),
            ("invisible", "Er\u{200b}ror\u{202e}: x", &["Error: x"]),
            ("a JSON list stays", "[\"mfa\"]", &["[\"mfa\"]"]),
            (
                "the CLI's box",
                "  [RequestException]   \n  MFA  ",
                &["MFA"],
            ),
            ("nothing", "", &[]),
        ];
        for (name, text, expected) in cases {
            assert_eq!(lines(text), *expected, "{name}");
        }
    }

    #[test]
    fn every_place_leads_back() {
        let text = "remote: \u{1b}[1mEr\u{fc}ror\u{1b}[0m:\nremote:   Access";
        let reading = Reading::of(text);
        assert_eq!(reading.joined, "Er\u{fc}ror:Access");
        assert_eq!(reading.squeezed, "er\u{fc}ror:access");
        for (at, character) in reading.joined.char_indices() {
            assert!(text[reading.place(at)..].starts_with(character), "{at}");
        }
        let access = reading.squeezed.find("access").unwrap();
        let joined = reading.spread(access);
        assert!(reading.begins_line(joined) && reading.joined[joined..].starts_with("Access"));
    }
}
