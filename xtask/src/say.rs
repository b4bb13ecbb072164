//! The only place that writes to the terminal.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program's own output"
)]

use std::io::{IsTerminal, Write};

use crate::trouble::Trouble;

/// Whether colours are wanted: on a terminal, unless NO_COLOR (no-color.org) says otherwise.
pub(crate) fn colours() -> bool {
    std::io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn styled(code: &str, text: &str) -> String {
    if colours() {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// Text as it is.
pub(crate) fn plain(text: &str) {
    print!("{text}");
    // A closed pipe (`cargo xtask help | head -1`) is the reader's choice.
    let _ = std::io::stdout().flush();
}

/// A heading: what starts now.
pub(crate) fn heading(text: &str) {
    println!("\n{}", styled("1;34", &format!("== {text}")));
}

/// A line about what was found or done.
pub(crate) fn note(text: &str) {
    println!("   {text}");
}

/// A command that is about to run, as one could type it.
pub(crate) fn command(line: &str) {
    println!("{}", styled("2", &format!("   $ {line}")));
}

/// Something that went well.
pub(crate) fn good(text: &str) {
    println!("{}", styled("32", text));
}

/// Something to know that stops nothing.
pub(crate) fn warning(text: &str) {
    println!("{} {text}", styled("1;33", "warning:"));
}

/// Why the task stops.
pub(crate) fn trouble(trouble: &Trouble) {
    eprintln!("\n{} {trouble}", styled("1;31", "xtask:"));
}
