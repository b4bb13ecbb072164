use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// What a person wrote about an entry: often a password hint or a PIN. Its `Debug` shows nothing of it.
#[derive(Clone, Default)]
pub struct Notes(SecretString);

impl Notes {
    /// The text.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl From<String> for Notes {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Notes {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notes([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_not_in_their_debug_text() {
        let shown = format!("{:?}", Notes::from("PIN 4711"));
        assert!(!shown.contains("4711"), "{shown}");
    }
}
