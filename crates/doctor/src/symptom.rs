//! What an error says, as the rules tell errors apart.

/// What an error says. Facts in it, such as the methods asked for, are beside it in [`crate::Finding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Symptom {
    /// SSH: `Error: Access denied` with `Parameters:`; the methods or the age of the sign-in do not suffice.
    SshAuthentication,
    /// SSH: `Error: Access denied` without the line that says what is missing.
    SshDenied,
    /// SSH, older wording: `(reason: access requires MFA)`; also what the command line says about it.
    SshRequiresMfa,
    /// SSH: the service does not exist, or the account has no access to it. Older documents list it under MFA too.
    SshNoService,
    /// SSH, older wording: authenticated, but no connection for another reason.
    SshNotConnected,
    /// SSH: `Permission denied (publickey)` with nothing that explains it.
    SshKeyRefused,
    /// SSH: `Host key verification failed.`; the host's key is not known here.
    HostKeyUnknown,
    /// SSH: the host's key is another one than before.
    HostKeyChanged,
    /// The command line says that a certificate is required.
    CertificateRequired,
    /// A certificate whose time is over.
    CertificateExpired,
    /// The command that makes certificates could not be started.
    RenewalCommandMissing,
    /// API: the session is not good enough (RFC 9470), or the command line says so.
    StepUp,
    /// The command line: an API token that may have been made before MFA was on.
    ApiTokenBeforeMfa,
    /// OAuth: the session of the single sign-on provider is over.
    SsoSessionExpired,
    /// OAuth: the API token is not taken.
    ApiTokenInvalid,
    /// OAuth or API: the session is over, or there is none.
    SessionEnded,
    /// OAuth: the person did not consent.
    ConsentDenied,
    /// API: refused for lack of a right (403).
    Forbidden,
    /// API: no such thing, or none that the account may see (404).
    NotFound,
    /// API: does not fit the present state (409), such as MFA that is on already.
    Conflict,
    /// API: refused for what the request says (400, 402, 422 and other 4xx).
    Rejected,
    /// API: asked too often (429).
    TooManyRequests,
    /// API: the platform failed (5xx).
    PlatformFailed,
    /// A clock is wrong, here or there.
    ClockWrong,
}

impl Symptom {
    /// Stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::SshAuthentication => "ssh_authentication",
            Self::SshDenied => "ssh_denied",
            Self::SshRequiresMfa => "ssh_requires_mfa",
            Self::SshNoService => "ssh_no_service",
            Self::SshNotConnected => "ssh_not_connected",
            Self::SshKeyRefused => "ssh_key_refused",
            Self::HostKeyUnknown => "host_key_unknown",
            Self::HostKeyChanged => "host_key_changed",
            Self::CertificateRequired => "certificate_required",
            Self::CertificateExpired => "certificate_expired",
            Self::RenewalCommandMissing => "renewal_command_missing",
            Self::StepUp => "step_up",
            Self::ApiTokenBeforeMfa => "api_token_before_mfa",
            Self::SsoSessionExpired => "sso_session_expired",
            Self::ApiTokenInvalid => "api_token_invalid",
            Self::SessionEnded => "session_ended",
            Self::ConsentDenied => "consent_denied",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Rejected => "rejected",
            Self::TooManyRequests => "too_many_requests",
            Self::PlatformFailed => "platform_failed",
            Self::ClockWrong => "clock_wrong",
        }
    }

    /// Whether an SSH server or client said it, so that a certificate matters.
    pub fn is_ssh(self) -> bool {
        matches!(
            self,
            Self::SshAuthentication
                | Self::SshDenied
                | Self::SshRequiresMfa
                | Self::SshNoService
                | Self::SshNotConnected
                | Self::SshKeyRefused
                | Self::HostKeyUnknown
                | Self::HostKeyChanged
                | Self::CertificateRequired
                | Self::CertificateExpired
                | Self::RenewalCommandMissing
        )
    }

    /// What the answer of the API with this status means. `None`: it is no refusal.
    pub(crate) fn of_status(status: u16) -> Option<Self> {
        Some(match status {
            401 => Self::SessionEnded,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            409 => Self::Conflict,
            429 => Self::TooManyRequests,
            400..=499 => Self::Rejected,
            500..=599 => Self::PlatformFailed,
            _ => return None,
        })
    }
}
