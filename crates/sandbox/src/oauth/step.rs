//! Which page a sign-in needs next. A rule over facts: no input, no output.

use super::authorize::Prompt;
use crate::{clock::UnixSeconds, state::BrowserSession};

/// What the sign-in is for asks this much.
#[derive(Clone, Default)]
pub(crate) struct Demands {
    pub(crate) prompt: Prompt,
    /// `amr` has `mfa` (RFC 9470).
    pub(crate) mfa: bool,
    /// `amr` has `sso:<provider>`.
    pub(crate) sso: bool,
    /// Seconds since the password was given, at most.
    pub(crate) max_age: Option<u64>,
    /// The person has not allowed this client yet, or is to be asked each time.
    pub(crate) consent: bool,
}

/// What is known of the person and the attempt.
pub(crate) struct Facts<'a> {
    pub(crate) session: Option<&'a BrowserSession>,
    /// The person's MFA is on.
    pub(crate) enrolled: bool,
    pub(crate) signed_in_now: bool,
    pub(crate) chosen_now: bool,
    /// The person chose the identity provider instead of a password.
    pub(crate) identity: bool,
    pub(crate) now: UnixSeconds,
}

/// Which page a sign-in needs next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Address and password.
    Password,
    /// The identity provider's page.
    Identity,
    /// Go on as the person signed in, or sign in as another.
    ChooseAccount,
    /// A code of the authenticator, or a recovery code.
    Code,
    /// MFA is demanded of a person who has none.
    SetUpFirst,
    /// Allow the client, or not.
    Consent,
    Done,
}

/// Whether `session` does not do for who asks this, because it was made before.
pub(crate) fn is_due_anew(
    prompt: Prompt,
    max_age: Option<u64>,
    session: &BrowserSession,
    now: UnixSeconds,
) -> bool {
    let age = (now - session.signed_in_at).unsigned_abs();
    prompt.login || max_age.is_some_and(|most| age > most)
}

/// The next step.
pub(crate) fn next(demands: &Demands, facts: &Facts<'_>) -> Step {
    let way_in = if demands.sso || facts.identity {
        Step::Identity
    } else {
        Step::Password
    };
    let Some(session) = facts.session else {
        return way_in;
    };
    let anew = is_due_anew(demands.prompt, demands.max_age, session, facts.now);
    if !facts.signed_in_now && (anew || facts.identity) {
        return way_in;
    }
    if demands.sso && session.provider.is_none() {
        return Step::Identity;
    }
    if demands.prompt.select_account && !facts.signed_in_now && !facts.chosen_now {
        return Step::ChooseAccount;
    }
    if facts.enrolled && session.mfa_at.is_none() {
        return Step::Code;
    }
    if demands.mfa && !facts.enrolled {
        return Step::SetUpFirst;
    }
    if demands.consent {
        return Step::Consent;
    }
    Step::Done
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::UserId;

    fn session(signed_in_at: UnixSeconds, mfa_at: Option<UnixSeconds>) -> BrowserSession {
        BrowserSession {
            mfa_at,
            ..BrowserSession::signed_in(UserId::new(Uuid::nil()), signed_in_at)
        }
    }

    #[test]
    fn steps_follow_from_demands_and_facts() {
        let plain = session(100, None);
        let with_mfa = session(100, Some(101));
        let demands = Demands::default;
        let login = || Demands {
            prompt: Prompt {
                login: true,
                ..Prompt::default()
            },
            ..demands()
        };
        let select = || Demands {
            prompt: Prompt {
                select_account: true,
                ..Prompt::default()
            },
            ..demands()
        };
        let mfa = || Demands {
            mfa: true,
            ..demands()
        };
        let age = |most| Demands {
            max_age: Some(most),
            ..demands()
        };
        let consent = || Demands {
            consent: true,
            ..demands()
        };
        let sso = || Demands {
            sso: true,
            ..demands()
        };
        let vouched_for = BrowserSession::vouched_for(plain.user, "acme", 100);
        // name, demands, session, enrolled, signed in now, expected
        let cases = [
            (
                "nobody signed in",
                demands(),
                None,
                false,
                false,
                Step::Password,
            ),
            (
                "signed in, nothing asked",
                demands(),
                Some(&plain),
                false,
                false,
                Step::Done,
            ),
            (
                "login asked",
                login(),
                Some(&plain),
                false,
                false,
                Step::Password,
            ),
            (
                "login asked and done",
                login(),
                Some(&plain),
                false,
                true,
                Step::Done,
            ),
            (
                "choice asked",
                select(),
                Some(&plain),
                false,
                false,
                Step::ChooseAccount,
            ),
            (
                "choice made by signing in",
                select(),
                Some(&plain),
                false,
                true,
                Step::Done,
            ),
            (
                "young enough",
                age(100),
                Some(&plain),
                false,
                false,
                Step::Done,
            ),
            (
                "too old",
                age(99),
                Some(&plain),
                false,
                false,
                Step::Password,
            ),
            (
                "age 0, signed in now",
                age(0),
                Some(&plain),
                false,
                true,
                Step::Done,
            ),
            (
                "enrolled since signing in",
                demands(),
                Some(&plain),
                true,
                false,
                Step::Code,
            ),
            (
                "mfa asked, session has it",
                mfa(),
                Some(&with_mfa),
                true,
                false,
                Step::Done,
            ),
            (
                "mfa asked, none enrolled",
                mfa(),
                Some(&plain),
                false,
                false,
                Step::SetUpFirst,
            ),
            (
                "mfa withdrawn since",
                mfa(),
                Some(&with_mfa),
                false,
                false,
                Step::SetUpFirst,
            ),
            (
                "mfa too old",
                age(99),
                Some(&with_mfa),
                true,
                false,
                Step::Password,
            ),
            (
                "SSO asked, nobody signed in",
                sso(),
                None,
                false,
                false,
                Step::Identity,
            ),
            (
                "SSO asked, signed in with a password just now",
                sso(),
                Some(&with_mfa),
                true,
                true,
                Step::Identity,
            ),
            (
                "SSO asked, session has it",
                sso(),
                Some(&vouched_for),
                false,
                false,
                Step::Done,
            ),
            (
                "SSO does not replace a code",
                mfa(),
                Some(&vouched_for),
                true,
                false,
                Step::Code,
            ),
            (
                "consent comes last",
                consent(),
                Some(&plain),
                true,
                false,
                Step::Code,
            ),
            (
                "consent",
                consent(),
                Some(&with_mfa),
                true,
                false,
                Step::Consent,
            ),
        ];
        for (name, demands, session, enrolled, signed_in_now, expected) in cases {
            let facts = Facts {
                session,
                enrolled,
                signed_in_now,
                chosen_now: false,
                identity: false,
                now: 200,
            };
            assert_eq!(next(&demands, &facts), expected, "{name}");
        }
    }
}
