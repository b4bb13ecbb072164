//! What an error of a platform means, and what to do. Pure: text in, diagnosis out.
#![forbid(unsafe_code)]
