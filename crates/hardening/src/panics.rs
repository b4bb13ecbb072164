//! What is printed about a panic.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write;

/// Prints where a panic happened, never its message: a library's may quote the text that it failed on. With
/// `RUST_BACKTRACE=1` the way there, too.
pub(crate) fn tell_only_where() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let mut text = format!("stopped by a fault in the program at {place}\n");
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            text.push_str(&format!("{backtrace}\n"));
        }
        // Nothing is left to tell when even standard error is closed.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }));
}
