//! What is known of the account, as a value: whoever asks for it says also what could not be known.

/// A fact, or why it is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// It is so.
    Is(T),
    /// It could not be known.
    Unknown(Why),
}

/// Why a fact is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// Nobody asked.
    NotAsked,
    /// No connected account fits.
    NoAccount,
    /// The account is signed out here.
    SignedOut,
    /// The platform cannot be reached.
    Offline,
    /// The platform does not tell this account.
    NotAllowed,
    /// The platform's answer does not say.
    NotSaid,
    /// No answer came in the time there was.
    TooSlow,
    /// The platform or this computer failed.
    Failed,
}

/// How the session kept here was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Methods of the sign-in: `pwd`, `mfa`, `sso:<provider>` (RFC 8176).
    pub amr: Vec<String>,
    /// Seconds since the person signed in, if the session says.
    pub age: Option<u64>,
    /// It was made by an API token, so that nobody can step up in it.
    pub by_api_token: bool,
}

/// An SSH certificate on this computer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Its time has begun and is not over.
    pub valid: bool,
    /// Methods of the sign-in that it was made from, `mfa` also where only its MFA mark says so.
    pub amr: Vec<String>,
    /// Seconds since the person signed in, if the certificate says.
    pub age: Option<u64>,
}

/// The certificate that the platforms' own command line keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLineCertificate {
    /// `upsun` or `platform`.
    pub name: &'static str,
    /// What it says.
    pub certificate: Certificate,
}

/// Whose certificate it is that OpenSSH shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// Deskfob's.
    Deskfob,
    /// That of the platforms' own command line, by its name.
    CommandLine(&'static str),
}

/// What is known of the account that an error is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// MFA is on for the account.
    pub account_mfa: Known<bool>,
    /// A mandatory single sign-on answers for the account.
    pub account_sso: Known<bool>,
    /// The session kept here; `None`: signed out.
    pub session: Known<Option<Session>>,
    /// The certificate that Deskfob keeps; `None`: there is none.
    pub certificate: Known<Option<Certificate>>,
    /// The certificate that the platforms' command line keeps for the same account; `None`: there is none.
    pub command_line: Known<Option<CommandLineCertificate>>,
    /// OpenSSH is told of the certificate that Deskfob keeps.
    pub openssh_told: Known<bool>,
    /// Labels of the account's organisations that require MFA.
    pub requiring_mfa: Known<Vec<String>>,
    /// How many API tokens were made before MFA was on.
    pub tokens_before_mfa: Known<usize>,
}

impl<T> Known<T> {
    /// The fact, if it is known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }
}

impl Why {
    /// Stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAsked => "not_asked",
            Self::NoAccount => "no_account",
            Self::SignedOut => "signed_out",
            Self::Offline => "offline",
            Self::NotAllowed => "not_allowed",
            Self::NotSaid => "not_said",
            Self::TooSlow => "too_slow",
            Self::Failed => "failed",
        }
    }

    /// For a person.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotAsked => "not checked",
            Self::NoAccount => "no connected account fits",
            Self::SignedOut => "the account is signed out here",
            Self::Offline => "the platform cannot be reached",
            Self::NotAllowed => "the platform does not tell this account",
            Self::NotSaid => "the platform does not say",
            Self::TooSlow => "no answer came in time",
            Self::Failed => "it could not be found out",
        }
    }
}

impl Facts {
    /// Nothing is known, each for this reason.
    pub fn unknown(why: Why) -> Self {
        Self {
            account_mfa: Known::Unknown(why),
            account_sso: Known::Unknown(why),
            session: Known::Unknown(why),
            certificate: Known::Unknown(why),
            command_line: Known::Unknown(why),
            openssh_told: Known::Unknown(why),
            requiring_mfa: Known::Unknown(why),
            tokens_before_mfa: Known::Unknown(why),
        }
    }

    /// The certificate that OpenSSH shows, which is the first that its configuration names: Deskfob's, where it is told
    /// of that one.
    pub fn shown(&self) -> Option<(Keeper, &Certificate)> {
        let own = self.certificate.value().and_then(Option::as_ref);
        let own = own.map(|own| (Keeper::Deskfob, own));
        let theirs = self.command_line.value().and_then(Option::as_ref);
        let theirs = theirs.map(|theirs| (Keeper::CommandLine(theirs.name), &theirs.certificate));
        match self.openssh_told.value() {
            Some(false) => theirs,
            Some(true) => own.or(theirs),
            None => own,
        }
    }

    /// OpenSSH is known not to be told of the certificate that Deskfob keeps.
    pub(crate) fn is_untold(&self) -> bool {
        self.openssh_told.value() == Some(&false)
    }
}
