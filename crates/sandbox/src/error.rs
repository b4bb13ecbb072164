//! Why a sandbox could not start.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is reachable from other machines.
    #[error("{address} is not a loopback address")]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// More members than can be made.
    #[error("{asked} members were asked for, the most is {most}")]
    TooManyMembers {
        /// The number asked for.
        asked: usize,
        /// The largest number taken.
        most: usize,
    },
    /// The address could not be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The state folder or a file in it could not be read or written.
    #[error("cannot use {}", path.display())]
    State {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The state file is not one this version reads.
    #[error("{} is not a readable sandbox state: {reason}", path.display())]
    StateUnreadable {
        /// The state file. It is left as it is.
        path: PathBuf,
        /// Where reading stopped, without any content.
        reason: String,
    },
    /// Another process serves this state and gave no address to attach to.
    #[error("another sandbox is using {}", path.display())]
    StateInUse {
        /// The state folder.
        path: PathBuf,
    },
    /// A mail server that cannot be addressed.
    #[error("cannot use the mail server {host}")]
    Smtp {
        /// The host asked for.
        host: String,
    },
    /// The system gave no random bytes.
    #[error("no random bytes from the system")]
    Random,
    /// Sandbox accounts could not be made.
    #[error("cannot hash the passwords of the sandbox")]
    Passwords,
    /// The key that signs SSH certificates could not be made.
    #[error("cannot make the SSH certificate authority of the sandbox")]
    Authority,
}

impl StartError {
    /// Stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotLoopback { .. } => "sandbox_not_loopback",
            Self::TooManyMembers { .. } => "sandbox_too_many_members",
            Self::Listen { .. } => "sandbox_listen",
            Self::State { .. } => "sandbox_state",
            Self::StateUnreadable { .. } => "sandbox_state_unreadable",
            Self::StateInUse { .. } => "sandbox_state_in_use",
            Self::Smtp { .. } => "sandbox_smtp",
            Self::Random => "sandbox_random",
            Self::Passwords => "sandbox_passwords",
            Self::Authority => "sandbox_authority",
        }
    }

    /// What to do about it, in plain words.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotLoopback { .. } => {
                Some("Use 127.0.0.1 or [::1]: the sandbox has known passwords.")
            }
            Self::TooManyMembers { .. } => Some("Ask for fewer members."),
            Self::Listen { .. } => Some("Use port 0 to take any free port."),
            Self::State { .. } => Some("Check that the folder exists and belongs to you."),
            Self::StateUnreadable { .. } => {
                Some("Move the file away to start with fresh test data.")
            }
            Self::StateInUse { .. } => Some("Stop the other sandbox or use another state folder."),
            Self::Smtp { .. } => Some("Write the mail server as 127.0.0.1:1025."),
            Self::Random | Self::Passwords | Self::Authority => None,
        }
    }
}
