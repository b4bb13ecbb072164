//! How an account's SSH credentials stand.

use std::path::PathBuf;

use deskfob_otp::UnixTime;
use deskfob_ssh::{Certificate, CertificateError, Difference, HostPattern, Life, Signed};

/// How an account's SSH credentials stand.
#[derive(Clone, Debug)]
pub struct SshStatus {
    /// In a word.
    pub state: SshState,
    /// What is there, when it can be read.
    pub certificate: Option<Certificate>,
    /// What it says otherwise than the session.
    pub differences: Vec<Difference>,
    /// Who signed it, by the keys that the platform named.
    pub signed: Option<Signed>,
    /// When the key was made.
    pub key_made: Option<UnixTime>,
    /// The private key's file; the certificate is beside it.
    pub key_file: Option<PathBuf>,
    /// The hosts that are shown the certificate.
    pub hosts: Vec<HostPattern>,
    /// Whether OpenSSH's part of the configuration names it. Another account may have the same hosts.
    pub in_use: bool,
}

/// How an account's SSH credentials stand, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SshState {
    /// There are none.
    None,
    /// The certificate cannot be read.
    Unreadable(CertificateError),
    /// It does not hold yet: this computer's clock is behind the platform's.
    NotYet {
        /// Until it does, seconds.
        starts_in: u64,
    },
    /// It holds.
    Valid {
        /// Until its end, seconds.
        left: u64,
    },
    /// It holds, and a new one should be made: its end is near, or it says otherwise than the session.
    Due {
        /// Until its end, seconds.
        left: u64,
    },
    /// It holds, and was made before MFA; the session has it by now.
    LacksMfa {
        /// Until its end, seconds.
        left: u64,
    },
    /// It no longer holds, or not for long enough to make a connection.
    Expired,
}

impl SshState {
    /// What a moment in a certificate's time and its differences from the session amount to.
    pub(super) fn of(life: Life, differences: &[Difference]) -> Self {
        match life {
            Life::Expired { .. } => Self::Expired,
            Life::NotYet { starts_in } => Self::NotYet { starts_in },
            Life::Valid { left } | Life::Due { left }
                if differences.contains(&Difference::LacksMfa) =>
            {
                Self::LacksMfa { left }
            }
            Life::Due { left } => Self::Due { left },
            Life::Valid { left } if differences.is_empty() => Self::Valid { left },
            Life::Valid { left } => Self::Due { left },
        }
    }

    /// Whether there is a certificate to be renewed. Where there is none, nobody has asked for one.
    pub fn is_due(self) -> bool {
        match self {
            Self::Unreadable(_) | Self::Due { .. } | Self::LacksMfa { .. } | Self::Expired => true,
            // A new one would not hold earlier.
            Self::None | Self::NotYet { .. } | Self::Valid { .. } => false,
        }
    }

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unreadable(_) => "unreadable",
            Self::NotYet { .. } => "not_yet",
            Self::Valid { .. } => "valid",
            Self::Due { .. } => "due",
            Self::LacksMfa { .. } => "lacks_mfa",
            Self::Expired => "expired",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_weighs_most_is_said() {
        let mfa = [Difference::LacksMfa];
        let token = [Difference::Token];
        let (valid, due) = (Life::Valid { left: 9 }, Life::Due { left: 9 });
        let cases: [(&str, Life, &[Difference], &str); 7] = [
            ("nothing to say", valid, &[], "valid"),
            ("near its end", due, &[], "due"),
            ("another token", valid, &token, "due"),
            ("MFA since", valid, &mfa, "lacks_mfa"),
            ("MFA since, near its end", due, &mfa, "lacks_mfa"),
            ("over", Life::Expired { since: 0 }, &mfa, "expired"),
            (
                "a clock behind",
                Life::NotYet { starts_in: 9 },
                &token,
                "not_yet",
            ),
        ];
        for (name, life, differences, expected) in cases {
            assert_eq!(SshState::of(life, differences).name(), expected, "{name}");
        }
    }
}
