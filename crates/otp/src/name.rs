//! Names that others wrote, made fit to be shown.

/// How many characters of an issuer or an account are kept.
pub const MAX_NAME_CHARS: usize = 256;

/// A name as it may be shown: without control characters and without the invisible characters that could make it read
/// as another name (Unicode's `Bidi_Control`, line and paragraph separators, zero-width space, word joiner, soft hyphen,
/// byte order mark, annotation marks), trimmed and at most [`MAX_NAME_CHARS`] characters long. Line breaks and tabs become
/// spaces.
pub fn printable(text: &str) -> String {
    Printed::of(text).text
}

/// A name as it may be shown, and what had to be done for it.
pub(crate) struct Printed {
    pub(crate) text: String,
    /// Something was taken out, not counting white space at the ends.
    pub(crate) cleaned: bool,
    /// How many characters it would have had, if that was too many.
    pub(crate) truncated_from: Option<usize>,
}

impl Printed {
    pub(crate) fn of(text: &str) -> Self {
        let trimmed = text.trim();
        let cleaned = trimmed
            .chars()
            .any(|character| shown(character) != Some(character));
        let mut text: String = trimmed.chars().filter_map(shown).collect();
        let mut truncated_from = None;
        if let Some((end, _)) = text.char_indices().nth(MAX_NAME_CHARS) {
            truncated_from = Some(text.chars().count());
            text.truncate(end);
        }
        // Taking characters out of the ends can leave white space there.
        let text = text.trim().to_owned();
        Self {
            text,
            cleaned,
            truncated_from,
        }
    }
}

fn shown(character: char) -> Option<char> {
    match character {
        '\t' | '\n' | '\r' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' => None,
        _ if character.is_control() => None,
        _ => Some(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let long = "é".repeat(300);
        let cut = "é".repeat(256);
        let cases: &[(&str, &str, &str)] = &[
            ("plain", "Example Co", "Example Co"),
            ("trimmed", "  Example \n", "Example"),
            (
                "right-to-left override",
                "user\u{202e}moc.elgoog",
                "usermoc.elgoog",
            ),
            ("isolates", "\u{2066}a\u{2069}", "a"),
            ("soft hyphen", "Goo\u{ad}gle", "Google"),
            ("word joiner", "Goo\u{2060}gle", "Google"),
            ("annotation", "a\u{fff9}b\u{fffa}c\u{fffb}", "abc"),
            ("line break", "Example\r\nCo", "Example  Co"),
            ("escape sequence", "\u{1b}[31mred", "[31mred"),
            ("NUL", "a\0b", "ab"),
            ("only invisible", "\u{200b}\u{feff}", ""),
            ("invisible around a space", "\u{202e} a", "a"),
            ("joiners in emoji stay", "👩\u{200d}💻", "👩\u{200d}💻"),
            ("Hebrew stays", "דוגמה", "דוגמה"),
            ("too long, cut between characters", &long, &cut),
        ];
        for (name, text, expected) in cases {
            assert_eq!(printable(text), *expected, "{name}");
            assert_eq!(printable(expected), *expected, "{name}: once is enough");
        }
    }
}
