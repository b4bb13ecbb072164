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

/// The SSH certificate on this computer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Its time has begun and is not over.
    pub valid: bool,
    /// Methods of the sign-in that it was made from, `mfa` also where only its MFA mark says so.
    pub amr: Vec<String>,
    /// Seconds since the person signed in, if the certificate says.
    pub age: Option<u64>,
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
    /// The certificate on this computer; `None`: there is none.
    pub certificate: Known<Option<Certificate>>,
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
            requiring_mfa: Known::Unknown(why),
            tokens_before_mfa: Known::Unknown(why),
        }
    }
}

/// How a fact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good,
    /// What may be behind an error.
    Bad,
    /// Neither; good to know.
    Plain,
    /// Not known.
    Unknown,
}

/// A fact in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Stable name of the fact.
    pub fact: &'static str,
    /// How it stands.
    pub state: State,
    /// For a person, one sentence.
    pub text: String,
}

impl State {
    /// Stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Plain => "plain",
            Self::Unknown => "unknown",
        }
    }
}

impl Facts {
    /// All facts in words, those that ask nobody first.
    pub fn told(&self) -> [Told; 5] {
        [
            told("session", "The session kept here", &self.session, session),
            told(
                "certificate",
                "The SSH certificate",
                &self.certificate,
                certificate,
            ),
            told(
                "account_mfa",
                "MFA of the account",
                &self.account_mfa,
                |on| self.account(*on),
            ),
            told(
                "requiring_mfa",
                "Organisations that require MFA",
                &self.requiring_mfa,
                |labels| requiring(labels),
            ),
            told(
                "tokens_before_mfa",
                "API tokens",
                &self.tokens_before_mfa,
                |count| tokens(*count),
            ),
        ]
    }

    fn account(&self, on: bool) -> (State, String) {
        match (on, self.account_sso.value()) {
            (true, _) => (State::Good, "MFA is on for the account.".into()),
            (false, Some(true)) => (
                State::Plain,
                "MFA is off for the account; a mandatory single sign-on answers for it.".into(),
            ),
            (false, _) => (State::Bad, "MFA is off for the account.".into()),
        }
    }
}

fn told<T>(
    fact: &'static str,
    name: &str,
    known: &Known<T>,
    words: impl FnOnce(&T) -> (State, String),
) -> Told {
    let (state, text) = match known {
        Known::Is(value) => words(value),
        Known::Unknown(why) => (
            State::Unknown,
            format!("{name}: not known, {}.", why.sentence()),
        ),
    };
    Told { fact, state, text }
}

fn session(session: &Option<Session>) -> (State, String) {
    let Some(session) = session else {
        return (State::Bad, "The account is signed out here.".into());
    };
    let with = if session.amr.is_empty() {
        "without saying how".to_owned()
    } else {
        format!("with {}", session.amr.join(", "))
    };
    let by = if session.by_api_token {
        "by an API token"
    } else {
        "in the browser"
    };
    let mfa = session.amr.iter().any(|method| method == "mfa");
    let state = if mfa { State::Good } else { State::Plain };
    (
        state,
        format!("The session kept here was made {by}, {with}."),
    )
}

fn certificate(certificate: &Option<Certificate>) -> (State, String) {
    match certificate {
        None => (
            State::Bad,
            "There is no SSH certificate on this computer.".into(),
        ),
        Some(certificate) if !certificate.valid => (
            State::Bad,
            "The SSH certificate on this computer is out of date.".into(),
        ),
        Some(certificate) if certificate.amr.iter().any(|method| method == "mfa") => (
            State::Good,
            "The SSH certificate is valid and says MFA.".into(),
        ),
        Some(certificate) if certificate.amr.is_empty() => (
            State::Plain,
            "The SSH certificate is valid and does not say how you signed in.".into(),
        ),
        Some(certificate) => (
            State::Plain,
            format!(
                "The SSH certificate is valid; it says {}, not MFA.",
                certificate.amr.join(", ")
            ),
        ),
    }
}

fn requiring(labels: &[String]) -> (State, String) {
    match labels {
        [] => (
            State::Plain,
            "None of the account's organisations requires MFA.".into(),
        ),
        labels => (
            State::Plain,
            format!("MFA is required by {}.", labels.join(", ")),
        ),
    }
}

fn tokens(count: usize) -> (State, String) {
    match count {
        0 => (State::Good, "No API token was made before MFA.".into()),
        1 => (
            State::Bad,
            "1 API token was made before MFA: organisations that require it refuse it.".into(),
        ),
        count => (
            State::Bad,
            format!(
                "{count} API tokens were made before MFA: organisations that require it refuse them."
            ),
        ),
    }
}
