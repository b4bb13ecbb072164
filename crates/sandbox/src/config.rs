//! What a sandbox is started with.

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use crate::{error_shape::ErrorShape, faults::FaultOrders};

/// Generated members of the large organisation when nothing else is asked for.
const DEFAULT_MEMBERS: usize = 57;

/// Most members that can be asked for: each costs memory, and the people are built before serving.
pub(crate) const MAX_MEMBERS: usize = 200_000;

/// What a sandbox is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Loopback only; port 0 takes the last port if it is free, else any.
    pub listen: SocketAddr,
    /// Generated members of the organisation "acme", besides the three people who can sign in.
    /// At most 200 000. A state that already holds more keeps them.
    pub members: usize,
    /// Decides names, roles and MFA of the generated members. An existing state keeps its own.
    pub seed: u64,
    /// Where reminder mail goes besides the outbox, which always keeps it.
    pub smtp: Option<SmtpServer>,
    /// Folder of the state. `None`: nothing outlives the process.
    pub state: Option<PathBuf>,
    /// Faults from the start. [`Running::faults`](crate::Running::faults) changes them.
    pub faults: FaultOrders,
    /// How the API words its errors.
    pub error_shape: ErrorShape,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            members: DEFAULT_MEMBERS,
            seed: 1,
            smtp: None,
            state: None,
            faults: FaultOrders::default(),
            error_shape: ErrorShape::default(),
        }
    }
}

/// An SMTP server (RFC 5321) that takes mail without TLS or a login, written `HOST:PORT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpServer {
    /// Host name or address, without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

impl From<SocketAddr> for SmtpServer {
    fn from(address: SocketAddr) -> Self {
        Self {
            host: address.ip().to_string(),
            port: address.port(),
        }
    }
}

/// Text that is not `HOST:PORT`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected HOST:PORT, got {given:?}")]
pub struct SmtpServerError {
    /// What was given.
    pub given: String,
}

impl SmtpServerError {
    /// Stable name of this error.
    pub fn code(&self) -> &'static str {
        "smtp_server_invalid"
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some("Write the mail server as 127.0.0.1:1025.")
    }
}

impl FromStr for SmtpServer {
    type Err = SmtpServerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || SmtpServerError {
            given: text.to_owned(),
        };
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Ok(address.into());
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(invalid)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if host.is_empty() || !host.chars().all(plain) {
            return Err(invalid());
        }
        let port = port
            .parse()
            .ok()
            .filter(|&port| port != 0)
            .ok_or_else(invalid)?;
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smtp_server_is_host_and_port() {
        let cases = [
            ("address", "127.0.0.1:1025", Some(("127.0.0.1", 1025))),
            ("name", "mail.example:25", Some(("mail.example", 25))),
            ("IPv6 in brackets", "[::1]:2525", Some(("::1", 2525))),
            ("no port", "mail.example", None),
            ("port zero", "mail.example:0", None),
            ("port too large", "mail.example:65536", None),
            ("no host", ":25", None),
            ("a path", "mail.example/x:25", None),
            ("IPv6 without brackets", "::1:25", None),
        ];
        for (name, text, expected) in cases {
            let parsed = text.parse::<SmtpServer>().ok();
            let expected = expected.map(|(host, port)| SmtpServer {
                host: host.to_owned(),
                port,
            });
            assert_eq!(parsed, expected, "{name}");
        }
    }
}
