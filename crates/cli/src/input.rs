//! Secrets and answers from a person or from standard input.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::error::CommandError;

/// Longest line read, bytes: more than any URI, password or token that is taken.
pub(crate) const LINE_MAX: usize = 64 * 1024;

/// Most bytes of a text that is read to its end: more than any notes.
const TEXT_MAX: u64 = 256 * 1024;

/// What is asked for, as a person reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Password,
    NewPassword,
    Kit,
    BackupPassword,
    Passphrase,
    Key,
    Token,
    Code,
}

impl Asked {
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Password => "the vault's password",
            Self::NewPassword => "the new password",
            Self::Kit => "the recovery kit's words",
            Self::BackupPassword => "the password that the vault had when the backup was made",
            Self::Passphrase => "the passphrase of the export",
            Self::Key => "the setup key",
            Self::Token => "the API token",
            Self::Code => "the code of the other app",
        }
    }

    fn prompt(self) -> &'static str {
        match self {
            Self::Password => "Vault password: ",
            Self::NewPassword => "New vault password: ",
            Self::Kit => "The 12 words of the recovery kit: ",
            Self::BackupPassword => "Password of the backup: ",
            Self::Passphrase => "Passphrase of the export: ",
            Self::Key => "Setup key: ",
            Self::Token => "API token: ",
            Self::Code => "Code that the other app shows: ",
        }
    }

    /// Whether it opens the vault, so that it comes first on standard input.
    pub(crate) fn opens_the_vault(self) -> bool {
        matches!(self, Self::Password | Self::Kit)
    }
}

/// A line that was read, or why it is none.
pub(crate) enum Line {
    Text(Zeroizing<String>),
    NotText,
    TooLong,
}

/// The next line of `input` without its end, `None` when there is no more. A line that is too long is
/// read to its end and dropped.
pub(crate) fn next_line(input: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut line = Zeroizing::new(Vec::with_capacity(1024));
    let mut length = 0_usize;
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            if length == 0 {
                return Ok(None);
            }
            break;
        }
        let end = chunk.iter().position(|&byte| byte == b'\n');
        let used = end.map_or(chunk.len(), |end| end + 1);
        length = length.saturating_add(used);
        if length <= LINE_MAX {
            line.extend_from_slice(&chunk[..used]);
        }
        input.consume(used);
        if end.is_some() {
            break;
        }
    }
    if length > LINE_MAX {
        return Ok(Some(Line::TooLong));
    }
    while matches!(line.last(), Some(b'\n' | b'\r')) {
        line.pop();
    }
    Ok(Some(match std::str::from_utf8(&line) {
        Ok(text) => Line::Text(Zeroizing::new(text.to_owned())),
        Err(_) => Line::NotText,
    }))
}

/// A secret from the next line of standard input.
pub(crate) fn secret_line(asked: Asked) -> Result<SecretString, CommandError> {
    match next_line(&mut io::stdin().lock()).map_err(CommandError::Input)? {
        Some(Line::Text(text)) => Ok(SecretString::from(text.as_str())),
        Some(Line::NotText) => Err(CommandError::NotText),
        Some(Line::TooLong) => Err(CommandError::LineTooLong),
        None => Err(CommandError::InputEnded { asked }),
    }
}

/// Every line that is left of standard input, without the empty ones.
pub(crate) fn secret_lines() -> Result<Vec<SecretString>, CommandError> {
    let mut input = io::stdin().lock();
    let mut lines = Vec::new();
    while let Some(line) = next_line(&mut input).map_err(CommandError::Input)? {
        match line {
            Line::Text(text) if text.is_empty() => {}
            Line::Text(text) => lines.push(SecretString::from(text.as_str())),
            Line::NotText => return Err(CommandError::NotText),
            Line::TooLong => return Err(CommandError::LineTooLong),
        }
    }
    Ok(lines)
}

/// What is left of standard input, without the end of its last line.
pub(crate) fn rest_of_input() -> Result<Zeroizing<String>, CommandError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    let mut input = io::stdin().lock().take(TEXT_MAX + 1);
    input.read_to_end(&mut bytes).map_err(CommandError::Input)?;
    if bytes.len() as u64 > TEXT_MAX {
        return Err(CommandError::LineTooLong);
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| CommandError::NotText)?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    Ok(Zeroizing::new(
        text.strip_suffix('\r').unwrap_or(text).to_owned(),
    ))
}

/// A secret typed on the terminal, unseen.
pub(crate) fn secret_prompt(asked: Asked) -> Result<SecretString, CommandError> {
    secret_prompted(asked, asked.prompt())
}

/// A new secret, typed twice.
pub(crate) fn new_secret_prompt(asked: Asked) -> Result<SecretString, CommandError> {
    let first = secret_prompt(asked)?;
    let second = secret_prompted(asked, "The same again: ")?;
    if first.expose_secret() != second.expose_secret() {
        return Err(CommandError::PasswordsDiffer);
    }
    Ok(first)
}

/// Passwords typed one after another, until an empty one.
pub(crate) fn passwords_prompt() -> Result<Vec<SecretString>, CommandError> {
    let mut passwords = vec![secret_prompt(Asked::Password)?];
    loop {
        let next = secret_prompted(
            Asked::Password,
            "Another password to keep (Enter: that was all): ",
        )?;
        if next.expose_secret().is_empty() {
            return Ok(passwords);
        }
        passwords.push(next);
    }
}

/// A secret from standard input when that is no terminal, otherwise typed unseen.
pub(crate) fn secret_piped_or_prompted(asked: Asked) -> Result<SecretString, CommandError> {
    if io::stdin().is_terminal() {
        secret_prompt(asked)
    } else {
        secret_line(asked)
    }
}

fn secret_prompted(asked: Asked, prompt: &str) -> Result<SecretString, CommandError> {
    match rpassword::prompt_password(prompt) {
        Ok(text) => Ok(SecretString::from(text)),
        // Most often there is no terminal at all; what else it may be is of no use to a person.
        Err(_) => Err(CommandError::NoTerminal { asked }),
    }
}

/// Refuses what needs a yes that nobody is there to give.
pub(crate) fn can_confirm(yes: bool) -> Result<(), CommandError> {
    if yes || io::stdin().is_terminal() {
        Ok(())
    } else {
        Err(CommandError::NeedsYes)
    }
}

/// Asks a question with no as the answer to anything but yes. `yes` answers it beforehand.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<(), CommandError> {
    if yes {
        return Ok(());
    }
    can_confirm(yes)?;
    let mut err = io::stderr();
    write!(err, "{} [y/N] ", crate::output::plain(question))
        .and_then(|()| err.flush())
        .map_err(CommandError::Output)?;
    match next_line(&mut io::stdin().lock()).map_err(CommandError::Input)? {
        Some(Line::Text(answer)) if matches!(answer.trim(), "y" | "Y" | "yes") => Ok(()),
        _ => Err(CommandError::Unconfirmed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut input: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = next_line(&mut input).unwrap() {
            lines.push(match line {
                Line::Text(text) => text.to_string(),
                Line::NotText => "(not text)".into(),
                Line::TooLong => "(too long)".into(),
            });
        }
        lines
    }

    #[test]
    fn lines_end_as_on_any_system() {
        let long = [vec![b'a'; LINE_MAX + 1], b"\nb".to_vec()].concat();
        let fits = [vec![b'a'; LINE_MAX - 1], b"\n".to_vec()].concat();
        let cases: &[(&str, &[u8], &[&str])] = &[
            ("nothing", b"", &[]),
            ("no end", b"a", &["a"]),
            ("an end", b"a\n", &["a"]),
            ("carriage returns", b"a\r\nb\r\n", &["a", "b"]),
            ("an empty line is a line", b"a\n\nb", &["a", "", "b"]),
            (
                "spaces are kept: a password may have them",
                b" a \n",
                &[" a "],
            ),
            ("not UTF-8", b"\xff\nb", &["(not text)", "b"]),
            (
                "too long, and the line behind it",
                &long,
                &["(too long)", "b"],
            ),
        ];
        for (name, input, expected) in cases {
            assert_eq!(lines(input), *expected, "{name}");
        }
        assert_eq!(
            lines(&fits)[0].len(),
            LINE_MAX - 1,
            "the longest line that is taken"
        );
    }
}
