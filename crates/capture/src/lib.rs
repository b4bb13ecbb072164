//! Where pixels come from: cameras, the screen, the clipboard.
#![forbid(unsafe_code)]
