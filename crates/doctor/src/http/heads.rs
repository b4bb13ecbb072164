//! Heads of answers, as curl and HTTP libraries write them: the status counts also where no body follows.

use super::objects::Object;
use crate::pattern::pattern;
use crate::reading::Reading;

/// Most lines of one head.
const MAX_LINES: usize = 64;

// The line begins with it, or a log's own JSON does; in the line of an access log it is behind the request.
pattern!(
    STATUS_LINE,
    r#"^(?:.{0,200}")?(?:<\s*)?(HTTP/[0-9](?:\.[0-9])?\s+([45][0-9]{2}))(?:\s+[A-Za-z][A-Za-z' -]{0,40})?\s*["}\]]{0,8}$"#
);
pattern!(
    FIELD,
    r"^(?:<\s*)?([A-Za-z][A-Za-z0-9-]{0,60}):(?:\s+(.{0,400}))?$"
);
pattern!(
    RESULTED,
    r"(?i)\bresulted\s*in\s*a\s*`?([45][0-9]{2})[^`]{0,60}`?\s*response:?"
);

/// The status of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) from: usize,
    /// Where its first line ends.
    pub(crate) to: usize,
    /// Where its last line ends.
    pub(crate) end: usize,
    pub(crate) status: u16,
    /// Where its body begins, or whatever else stands behind it. `None`: there is no body.
    pub(crate) behind: Option<usize>,
}

impl Head {
    /// Whether `object` is the body.
    pub(crate) fn is_of(&self, object: &Object) -> bool {
        self.behind == Some(object.from)
    }
}

/// The heads of refusals in the text, in its order. A page for people is no answer of the API.
pub(crate) fn heads(reading: &Reading) -> Vec<Head> {
    let lines: Vec<(usize, usize)> = reading
        .lines(0, reading.joined.len())
        .filter(|(from, to)| from < to)
        .collect();
    let text = |&(from, to): &(usize, usize)| reading.joined.get(from..to).unwrap_or_default();
    let mut heads = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let Some(found) = STATUS_LINE.captures(text(line)) else {
            continue;
        };
        let (Some(whole), Some(Ok(status))) = (
            found.get(1),
            found.get(2).map(|status| status.as_str().parse()),
        ) else {
            continue;
        };
        let mut head = Head {
            from: line.0 + whole.start(),
            to: line.0 + whole.end(),
            end: line.1,
            status,
            behind: None,
        };
        let (mut page, mut empty) = (false, false);
        for line in lines.iter().skip(number + 1).take(MAX_LINES) {
            let behind = Behind::of(text(line));
            if matches!(behind, Behind::Field { .. } | Behind::Nothing) {
                head.end = line.1;
            }
            match behind {
                Behind::Field { name, value } => {
                    page |= name.eq_ignore_ascii_case("content-type") && value.contains("html");
                    empty |= name.eq_ignore_ascii_case("content-length") && value == "0";
                }
                Behind::Nothing => {}
                Behind::End => break,
                Behind::Something => {
                    head.behind = (!empty).then_some(line.0);
                    break;
                }
            }
        }
        if !page {
            heads.push(head);
        }
    }
    for found in RESULTED.captures_iter(&reading.joined) {
        if let (Some(whole), Some(Ok(status))) = (
            found.get(0),
            found.get(1).map(|status| status.as_str().parse()),
        ) {
            let rest = &reading.joined[whole.end()..];
            let blank = rest.len() - rest.trim_start().len();
            heads.push(Head {
                from: whole.start(),
                to: whole.end(),
                end: whole.end(),
                status,
                behind: rest
                    .trim_start()
                    .starts_with(['{', '<', '['])
                    .then_some(whole.end() + blank),
            });
        }
    }
    heads
}

/// What a line behind a status is.
enum Behind<'a> {
    Field {
        name: &'a str,
        value: &'a str,
    },
    /// The end of the head, or of what a log put the text into.
    Nothing,
    /// Another answer, or what the program says of the connection.
    End,
    Something,
}

impl<'a> Behind<'a> {
    fn of(line: &'a str) -> Self {
        if line.chars().all(|c| "<\"}]".contains(c)) {
            return Self::Nothing;
        }
        if line.starts_with("* ") || STATUS_LINE.is_match(line) {
            return Self::End;
        }
        let Some(found) = FIELD.captures(line) else {
            return Self::Something;
        };
        let part = |number| found.get(number).map_or("", |part| part.as_str());
        let name = part(1);
        // These begin sentences of programs.
        if ["error", "fatal", "warning"].contains(&name.to_ascii_lowercase().as_str()) {
            return Self::Something;
        }
        Self::Field {
            name,
            value: part(2).trim_end_matches(['"', '}', ']']).trim(),
        }
    }
}
