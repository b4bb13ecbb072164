//! `fob code --uri-stdin`: otpauth URIs in, codes out, line by line. No vault, no runtime.

use std::io::{self, BufReader, BufWriter, Write};

use deskfob_flows::unix_now;
use deskfob_otp::{CodeWindow, Entry, UnixTime};
use serde::Serialize;

use crate::error::{CommandError, ErrorView};
use crate::input::{Line, next_line};
use crate::output::{Outcome, Output, Report, plain};

/// The code of one line, or why there is none.
#[derive(Serialize)]
struct UriCode {
    code: Option<String>,
    next: Option<String>,
    /// Unix time, seconds; null for HOTP.
    valid_from: Option<u64>,
    /// Unix time, seconds; null for HOTP.
    valid_until: Option<u64>,
    error: Option<ErrorView>,
    #[serde(skip)]
    text: String,
}

impl Report for UriCode {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.text)
    }
}

/// Reads URIs until standard input ends. A line that gives no code gives its reason.
pub(crate) fn run(out: &Output, at: Option<u64>, next: bool) -> Result<Outcome, CommandError> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    let mut outcome = Outcome::Done;
    while let Some(line) = next_line(&mut input).map_err(CommandError::Input)? {
        let now = at.map_or_else(unix_now, UnixTime);
        let row = match window(&line, now) {
            Ok(window) => UriCode::of(&window, next),
            Err(error) => {
                outcome = Outcome::Partly;
                UriCode::refused(&error)
            }
        };
        out.write(&row, &mut output).map_err(CommandError::Output)?;
        // Whoever feeds lines one by one gets each answer before the next line.
        if input.buffer().is_empty() {
            output.flush().map_err(CommandError::Output)?;
        }
    }
    output.flush().map_err(CommandError::Output)?;
    Ok(outcome)
}

fn window(line: &Line, now: UnixTime) -> Result<CodeWindow, CommandError> {
    match line {
        Line::Text(uri) => Ok(Entry::from_uri(uri.trim())?.entry.window_at(now)),
        Line::NotText => Err(CommandError::NotText),
        Line::TooLong => Err(CommandError::LineTooLong),
    }
}

impl UriCode {
    fn of(window: &CodeWindow, next: bool) -> Self {
        let shown = if next { &window.next } else { &window.code };
        Self {
            text: shown.expose().to_owned(),
            code: Some(window.code.expose().to_owned()),
            next: Some(window.next.expose().to_owned()),
            valid_from: window.valid_from.map(|time| time.0),
            valid_until: window.valid_until.map(|time| time.0),
            error: None,
        }
    }

    fn refused(error: &CommandError) -> Self {
        Self {
            code: None,
            next: None,
            valid_from: None,
            valid_until: None,
            text: format!("error: {}", plain(&error.sentence())),
            error: Some(error.into()),
        }
    }
}
