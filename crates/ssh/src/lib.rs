//! SSH keys and certificates of platform accounts.
#![forbid(unsafe_code)]
