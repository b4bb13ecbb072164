//! Facts in words.

use crate::facts::{Certificate, Facts, Keeper, Known, Session};

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
                |own| self.certificate(own.as_ref()),
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

    fn certificate(&self, own: Option<&Certificate>) -> (State, String) {
        let untold = self.is_untold() && own.is_some_and(|own| own.valid);
        let besides = if untold {
            "; it is not told of Deskfob\u{2019}s"
        } else {
            ""
        };
        match self.shown() {
            Some((Keeper::Deskfob, own)) => certificate("The SSH certificate", own, besides),
            Some((Keeper::CommandLine(name), theirs)) => {
                let subject =
                    format!("The SSH certificate of the command line {name}, which OpenSSH shows,");
                certificate(&subject, theirs, besides)
            }
            None if untold => (
                State::Bad,
                "There is an SSH certificate here, and OpenSSH is not told of it.".into(),
            ),
            None => match own {
                Some(own) => certificate("The SSH certificate", own, ""),
                None => (
                    State::Bad,
                    "There is no SSH certificate on this computer.".into(),
                ),
            },
        }
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

fn certificate(subject: &str, certificate: &Certificate, besides: &str) -> (State, String) {
    let mfa = certificate.amr.iter().any(|method| method == "mfa");
    let (state, says) = if !certificate.valid {
        (State::Bad, "is out of date".to_owned())
    } else if mfa {
        (State::Good, "is valid and says MFA".to_owned())
    } else if certificate.amr.is_empty() {
        (
            State::Plain,
            "is valid and does not say how you signed in".to_owned(),
        )
    } else {
        let methods = certificate.amr.join(", ");
        (
            State::Plain,
            format!("is valid; it says {methods}, not MFA"),
        )
    };
    (state, format!("{subject} {says}{besides}."))
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
