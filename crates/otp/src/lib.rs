//! One-time passwords: otpauth URIs and TOTP, HOTP and Steam codes at a given time.
//!
//! Pure: no I/O and no clock. The time is a parameter, and the key never leaves [`Seed`] except through
//! [`Seed::expose_bytes`], [`Seed::to_base32`] and [`Entry::to_uri`].
//!
//! ```
//! use deskfob_otp::{Entry, UnixTime};
//!
//! let parsed = Entry::from_uri("otpauth://totp/Example:alice?secret=QWERTYUIOP")?;
//! let window = parsed.entry.window_at(UnixTime(1_741_011_292));
//! assert_eq!(window.code.expose(), "419231");
//! assert_eq!(window.valid_until, Some(UnixTime(1_741_011_300)));
//! # Ok::<(), deskfob_otp::UriError>(())
//! ```
#![forbid(unsafe_code)]

mod code;
mod entry;
mod name;
mod params;
mod seed;
mod uri;

pub use code::{Code, hotp};
pub use entry::{CodeWindow, Entry, Kind};
pub use name::{MAX_NAME_CHARS, printable};
pub use params::{Algorithm, Digits, ParameterError, Period};
pub use secrecy::{ExposeSecret, SecretString};
pub use seed::{Seed, SeedError};
pub use uri::{MAX_URI_BYTES, NamePart, Notice, Parsed, UriError};

/// Unix time in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixTime(pub u64);
