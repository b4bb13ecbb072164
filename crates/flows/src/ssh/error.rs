//! Why there is no SSH certificate.

use std::path::PathBuf;

use deskfob_ssh::{CertificateError, ConfigError, KeyPairError};
use deskfob_vault::StoreError;

use crate::SessionError;

/// Why there is no new certificate. What was there before is there still.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SshError {
    /// The session, the platform or the vault.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// What the platform gave cannot be read.
    #[error("the platform gave no usable certificate: {0}")]
    Certificate(#[from] CertificateError),
    /// It is for another key than the one that was sent, or for a computer.
    #[error("the platform gave a certificate for another key")]
    OtherKey,
    /// It is another user's.
    #[error("the platform gave another user's certificate")]
    OtherUser,
    /// Its signature does not fit.
    #[error("the certificate's signature does not fit what it says")]
    Forged,
    /// No key could be made.
    #[error(transparent)]
    Key(#[from] KeyPairError),
    /// OpenSSH cannot be told of the files.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It is not known which hosts belong to the platform.
    #[error("no SSH hosts are known for this platform")]
    NoHosts,
    /// The files cannot be used.
    #[error("{} cannot be used: {source}", path.display())]
    Files {
        /// File or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl From<StoreError> for SshError {
    fn from(error: StoreError) -> Self {
        Self::Session(error.into())
    }
}

impl SshError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Session(error) => error.code(),
            Self::Certificate(error) => error.code(),
            Self::OtherKey => "ssh_other_key",
            Self::OtherUser => "ssh_other_user",
            Self::Forged => "ssh_forged",
            Self::Key(error) => error.code(),
            Self::Config(error) => error.code(),
            Self::NoHosts => "ssh_no_hosts",
            Self::Files { .. } => "ssh_files",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Session(error) => return error.hint(),
            Self::Config(error) => error.hint().into(),
            Self::Certificate(_) | Self::OtherKey | Self::Forged => {
                "try again; what worked before is kept".into()
            }
            Self::OtherUser => "sign in to this account again".into(),
            Self::NoHosts => {
                "connect the account again with --ssh-host, or name the key to ssh with -i".into()
            }
            Self::Files { .. } => {
                "check the folder's owner, its permissions and the free space".into()
            }
            Self::Key(_) => return None,
        })
    }
}
