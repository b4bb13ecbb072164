//! Where pixels come from: cameras, the screen, the clipboard.
//!
//! What is seen may show a secret: pixels are wiped when they are dropped, and nothing of them is ever written to a file
//! or a log.
#![forbid(unsafe_code)]

pub mod camera;
pub mod clipboard;
pub mod screen;
