//! SSH keys and certificates of platform accounts, without any I/O: made, read offline, compared with a
//! session, and the text that tells OpenSSH of them. Time is passed in.
#![forbid(unsafe_code)]

mod agreement;
mod authority;
mod certificate;
mod client_config;
mod error;
mod key_pair;
mod life;
mod marked_block;

#[cfg(test)]
mod made_up;

pub use agreement::{Difference, Session};
pub use authority::{Authority, Signed};
pub use certificate::{Certificate, CertificateKind};
pub use client_config::{HostPattern, Identity, client_config, config_path};
pub use error::{CertificateError, ConfigError, KeyPairError};
pub use key_pair::{KEY_COMMENT, KeyPair, MAX_KEY_AGE_SECONDS, PrivateKeyFile};
pub use life::{EARLY_SECONDS, Life};
pub use marked_block::{marked_block, with_block, without_block};
