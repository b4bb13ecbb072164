//! What an SSH server of the platform writes behind `Error: …`, one fact a line.

use std::ops::Range;

use serde_json::{Deserializer, Value};

use crate::quote::Source;
use crate::{Asked, Named, Service};

/// Most lines behind the error that can belong to it.
const MAX_LINES: usize = 14;
/// Most bytes behind the error that can belong to it.
const MAX_BYTES: usize = 4096;
/// Most bytes of the JSON behind `Parameters:`.
const MAX_PARAMETERS: usize = 2048;

/// The lines behind `Error: …`.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) service: Option<Service>,
    pub(crate) user: Option<Named>,
    pub(crate) asked: Asked,
    /// Where the last line that belongs to it ends.
    pub(crate) end: usize,
}

const KEYS: [&str; 4] = ["service:", "user:", "parameters:", "detail:"];

/// Reads the block behind the words that end at `from`.
pub(crate) fn read(source: &Source, from: usize) -> Block {
    let reading = &source.reading;
    let line = from.saturating_sub(1);
    let bytes = reading
        .lines_end(line, MAX_LINES)
        .saturating_sub(from)
        .min(MAX_BYTES);
    let mut window = reading.part(from, bytes).to_ascii_lowercase();
    // Another error has a block of its own.
    if let Some(next) = window.find("error:") {
        window.truncate(next);
    }
    let found = keys(source, from, &window);
    let mut block = Block {
        end: from,
        ..Block::default()
    };
    for (number, (key, at)) in found.iter().enumerate() {
        let begin = at + KEYS[*key].len();
        let end = found
            .get(number + 1)
            .map_or(from + window.len(), |(_, next)| *next);
        // The last value ends with its line; one between two keys may have been wrapped.
        let line_end = reading.lines_end(*at, 0).min(end);
        block.end = block.end.max(line_end);
        match key {
            0 => block.service = service(source, begin, line_end, end),
            1 => block.user = user(source, begin, line_end, end),
            2 => {
                let (asked, length) = parameters(reading.part(begin, MAX_PARAMETERS));
                block.asked = asked;
                block.end = block.end.max(begin + length);
            }
            _ => {
                let detail = reading.part(
                    begin,
                    reading.lines_end(*at, 3).min(end).saturating_sub(begin),
                );
                let in_words = detail_in_words(detail);
                if block.asked.is_empty() {
                    block.asked = in_words;
                }
            }
        }
    }
    block
}

/// Where the keys are, in the order of the block. A key that is not there is passed over.
fn keys(source: &Source, from: usize, window: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut behind = 0;
    for (key, word) in KEYS.iter().enumerate() {
        let at = window
            .get(behind..)
            .unwrap_or_default()
            .match_indices(word)
            .find_map(|(at, _)| {
                let at = from + behind + at;
                source.begins_word(at).then_some(at)
            });
        if let Some(at) = at {
            found.push((key, at));
            behind = at - from + word.len();
        }
    }
    found
}

fn service(source: &Source, begin: usize, line_end: usize, end: usize) -> Option<Service> {
    let joined = &source.reading.joined;
    let whole = joined.get(begin..end)?.trim();
    // Wrapped in the middle, it is one word all the same.
    if line_end < end && !whole.contains(char::is_whitespace) && whole.contains("--") {
        return Service::of(whole);
    }
    let line = joined.get(begin..line_end)?.trim_start();
    Service::of(
        line.split(char::is_whitespace)
            .next()?
            .trim_end_matches([',', ';', '"']),
    )
}

fn user(source: &Source, begin: usize, line_end: usize, end: usize) -> Option<Named> {
    let joined = &source.reading.joined;
    let line = joined.get(begin..line_end)?;
    let closed = line.contains(')');
    let end = if closed || !joined.get(begin..end)?.contains(')') {
        line_end
    } else {
        end
    };
    let text = joined.get(begin..end)?;
    let (name, id) = match (text.find('('), text.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            (begin..begin + open, Some(begin + open + 1..begin + close))
        }
        _ => (begin..end, None),
    };
    named(source, name, id)
}

/// A user of these parts of the text.
pub(crate) fn named(
    source: &Source,
    name: Range<usize>,
    id: Option<Range<usize>>,
) -> Option<Named> {
    let name = source.name(name);
    let id = id
        .map(|id| source.name(id))
        .filter(|id| !id.is_empty() && id.len() <= 64);
    (!name.is_empty() || id.is_some()).then_some(Named { name, id })
}

/// The JSON object behind `Parameters:` and where it ends.
pub(crate) fn parameters(text: &str) -> (Asked, usize) {
    let Some(open) = text
        .find('{')
        .filter(|open| text[..*open].trim().is_empty())
    else {
        return (Asked::default(), 0);
    };
    let mut objects = Deserializer::from_str(&text[open..]).into_iter::<Value>();
    match objects.next() {
        Some(Ok(object)) => (Asked::of_json(&object), open + objects.byte_offset()),
        _ => (Asked::default(), 0),
    }
}

/// The lines behind `Detail:` say the same for people.
fn detail_in_words(detail: &str) -> Asked {
    let lower = detail.to_ascii_lowercase();
    let mut asked = Asked::default();
    if lower.contains("multi-factor authentication") {
        asked.add("mfa");
    }
    let mut rest = lower.as_str();
    while let Some(at) = rest.find("single sign-on") {
        rest = &rest[at + "single sign-on".len()..];
        let this = rest.split("single sign-on").next().unwrap_or_default();
        let provider = this.split_once("provider:").and_then(|(_, provider)| {
            let provider = provider.trim_start().strip_prefix('"')?;
            Some(provider.split_once('"')?.0)
        });
        asked.add(&format!("sso:{}", provider.unwrap_or("*")));
    }
    asked
}
