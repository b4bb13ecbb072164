use std::io;

use crate::kdf::CostError;

/// Why a header cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// There is no header.
    #[error("the key file is missing")]
    Missing,
    /// The bytes are not what was written: its checksum does not match, or it is cut short.
    #[error("the key file is damaged: {what}")]
    Damaged {
        /// Which part is wrong.
        what: &'static str,
    },
    /// The file was changed by somebody without the vault key, though its checksum matches.
    #[error("the key file was changed by something else than this vault's owner")]
    NotAuthentic,
    /// A slot asks for more than is ever granted, or for nothing at all.
    #[error("the key file is not acceptable: {0}")]
    Cost(#[from] CostError),
    /// Written by a newer version of this program.
    #[error("the key file has format {found}, and this version reads up to {supported}")]
    NewerVersion {
        /// Its format.
        found: u64,
        /// The newest format that is read.
        supported: u64,
    },
    /// The passwords that the vault would have take longer to try, one after another, than a file may ask for.
    #[error("the vault's passwords together would cost too much to try")]
    TooDear,
    /// There is no room for another slot.
    #[error("the vault has {max} key slots, which is the most it can have")]
    Full {
        /// Most slots of a header.
        max: usize,
    },
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
    /// A key could not be wrapped.
    #[error("the vault key cannot be wrapped")]
    NotWrapped,
    /// The file cannot be read or written.
    #[error("the key file cannot be read or written: {0}")]
    Io(#[from] io::Error),
}

impl From<getrandom::Error> for HeaderError {
    fn from(_: getrandom::Error) -> Self {
        Self::NoRandomness
    }
}

impl HeaderError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "header_missing",
            Self::Damaged { .. } => "header_damaged",
            Self::NotAuthentic => "header_not_authentic",
            Self::Cost(_) => "header_cost",
            Self::NewerVersion { .. } => "newer_version",
            Self::TooDear => "slots_too_dear",
            Self::Full { .. } => "slots_full",
            Self::NoRandomness => "no_randomness",
            Self::NotWrapped => "key_not_wrapped",
            Self::Io(_) => "header_io",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing | Self::Damaged { .. } | Self::NotAuthentic | Self::Cost(_) => {
                Some("repair it from the change before, or put a backup back")
            }
            Self::NewerVersion { .. } => Some("update Deskfob, then open the vault again"),
            Self::TooDear => Some("remove a password that is not used any more"),
            Self::Full { .. } => Some("remove a slot that is not used any more"),
            Self::Io(_) => Some("check the disk's free space and the folder's permissions"),
            Self::NoRandomness | Self::NotWrapped => None,
        }
    }
}

/// Why a header was not written, or not to the end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SaveError {
    /// The header on the disk is the one from before.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The new header has its name, and what follows failed: it may not survive a power cut, or the header from
    /// before is still beside it. The next opening finishes it.
    #[error("the key file was written anew, and that could not be finished: {0}")]
    Unfinished(#[source] io::Error),
}

impl From<io::Error> for SaveError {
    fn from(error: io::Error) -> Self {
        Self::Header(error.into())
    }
}
