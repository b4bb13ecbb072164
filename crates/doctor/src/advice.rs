//! What to do about a finding, given what is known.

use crate::facts::{Certificate, Facts, Session};
use crate::{Asked, Finding, Symptom, words};

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Turn on MFA for the account.
    Enrol,
    /// Sign in again in this way.
    SignIn(Asked),
    /// Make a new API token, and replace the old one where it is used.
    NewToken,
    /// Make a new SSH certificate.
    NewCertificate,
    /// Ask somebody for access, once it is sure that the service is there.
    AskForAccess,
    /// Make the host's key known, from a source that can be trusted.
    FixHostKeys,
    /// Set the clock.
    FixClock,
    /// Wait so many seconds, if it is known how many.
    Wait(Option<u64>),
}

/// What a step depends on, where that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// MFA is off for the account.
    MfaOff,
}

/// One step of the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What to do.
    pub remedy: Remedy,
    /// Only when this holds; nobody could say whether it does.
    pub only_if: Option<Condition>,
}

/// What a finding means and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What it means, one sentence.
    pub meaning: String,
    /// What to do, one sentence.
    pub todo: String,
    /// The steps in their order; empty when nothing here can mend it.
    pub steps: Vec<Step>,
    /// Whether codes of an authenticator help: `false` where only single sign-on does, `None` where they do not
    /// matter.
    pub codes_help: Option<bool>,
}

impl Remedy {
    /// Stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::SignIn(_) => "sign_in",
            Self::NewToken => "new_token",
            Self::NewCertificate => "new_certificate",
            Self::AskForAccess => "ask_for_access",
            Self::FixHostKeys => "fix_host_keys",
            Self::FixClock => "fix_clock",
            Self::Wait(_) => "wait",
        }
    }
}

impl Condition {
    /// Stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::MfaOff => "mfa_off",
        }
    }
}

impl Advice {
    /// The first step that is sure to be needed.
    pub fn first(&self) -> Option<&Remedy> {
        self.steps
            .iter()
            .find(|step| step.only_if.is_none())
            .map(|step| &step.remedy)
    }
}

/// Says what to do about `finding`. What is not known is not guessed: a step that hangs on it says so.
pub fn advise(finding: &Finding, facts: &Facts) -> Advice {
    let steps = steps(finding, facts);
    Advice {
        meaning: words::meaning(finding),
        todo: words::todo(finding, facts, &steps),
        codes_help: codes_help(finding),
        steps,
    }
}

fn codes_help(finding: &Finding) -> Option<bool> {
    let Finding { symptom, asked, .. } = finding;
    match symptom {
        Symptom::SsoSessionExpired => Some(false),
        _ if asked.needs_mfa() => Some(true),
        _ if asked.providers().next().is_some() => Some(false),
        _ => None,
    }
}

fn steps(finding: &Finding, facts: &Facts) -> Vec<Step> {
    let sure = |remedies: Vec<Remedy>| remedies.into_iter().map(Step::sure).collect();
    match finding.symptom {
        Symptom::SshAuthentication => authentication(&finding.asked, true, facts),
        Symptom::SshRequiresMfa
            if is(&facts.account_sso, true) && !is(&facts.account_mfa, true) =>
        {
            sure(vec![
                Remedy::SignIn(Asked::default()),
                Remedy::NewCertificate,
            ])
        }
        Symptom::SshRequiresMfa => authentication(&Asked::mfa(), true, facts),
        Symptom::StepUp => authentication(&finding.asked, false, facts),
        Symptom::Forbidden if finding.asked.needs_mfa() => {
            authentication(&finding.asked, false, facts)
        }
        Symptom::SshDenied if mfa_is_missing(facts) => authentication(&Asked::mfa(), true, facts),
        // Older documents list these words under MFA too.
        Symptom::SshNoService if mfa_is_missing(facts) => {
            let mut steps = authentication(&Asked::mfa(), true, facts);
            steps.push(Step::sure(Remedy::AskForAccess));
            steps
        }
        Symptom::SshKeyRefused if finding.host.as_ref().is_some_and(|host| host.foreign) => {
            Vec::new()
        }
        Symptom::SshDenied
        | Symptom::SshKeyRefused
        | Symptom::CertificateRequired
        | Symptom::CertificateExpired
        | Symptom::RenewalCommandMissing => match facts.session.value() {
            Some(None) => sure(vec![
                Remedy::SignIn(Asked::default()),
                Remedy::NewCertificate,
            ]),
            _ => sure(vec![Remedy::NewCertificate]),
        },
        Symptom::SshNoService
        | Symptom::SshNotConnected
        | Symptom::Forbidden
        | Symptom::NotFound => sure(vec![Remedy::AskForAccess]),
        Symptom::HostKeyUnknown | Symptom::HostKeyChanged => sure(vec![Remedy::FixHostKeys]),
        Symptom::ApiTokenBeforeMfa => token(facts),
        Symptom::ApiTokenInvalid => sure(vec![Remedy::NewToken]),
        Symptom::SsoSessionExpired | Symptom::SessionEnded | Symptom::ConsentDenied => {
            sure(vec![Remedy::SignIn(Asked::default())])
        }
        Symptom::TooManyRequests => sure(vec![Remedy::Wait(finding.retry_after)]),
        Symptom::PlatformFailed => sure(vec![Remedy::Wait(None)]),
        Symptom::ClockWrong => sure(vec![Remedy::FixClock]),
        Symptom::Conflict | Symptom::Rejected => Vec::new(),
    }
}

/// The way to a sign-in as it is asked for. `ssh`: what failed shows a certificate.
fn authentication(asked: &Asked, ssh: bool, facts: &Facts) -> Vec<Step> {
    let certificate = facts.certificate.value().and_then(Option::as_ref);
    let session = facts.session.value().and_then(Option::as_ref);
    let renewed = ssh
        && (certificate.is_some_and(|c| c.covers(asked))
            || session.is_some_and(|s| s.covers(asked)));
    if renewed {
        // Signed in well enough already: the certificate is stale, or its token was revoked.
        return vec![Step::sure(Remedy::NewCertificate)];
    }
    if session.is_some_and(|session| session.by_api_token) && *asked == Asked::mfa() {
        let mut steps = token(facts);
        if ssh {
            steps.push(Step::sure(Remedy::NewCertificate));
        }
        return steps;
    }
    let mut steps = Vec::new();
    if asked.needs_mfa() {
        steps.extend(enrol(facts));
    }
    steps.push(Step::sure(Remedy::SignIn(asked.clone())));
    if ssh {
        steps.push(Step::sure(Remedy::NewCertificate));
    }
    steps
}

/// A token that was made while MFA was on.
fn token(facts: &Facts) -> Vec<Step> {
    let mut steps: Vec<Step> = enrol(facts).into_iter().collect();
    steps.push(Step::sure(Remedy::NewToken));
    steps
}

fn enrol(facts: &Facts) -> Option<Step> {
    match facts.account_mfa.value() {
        Some(true) => None,
        Some(false) => Some(Step::sure(Remedy::Enrol)),
        None => Some(Step {
            remedy: Remedy::Enrol,
            only_if: Some(Condition::MfaOff),
        }),
    }
}

/// An organisation requires MFA, and it is known that the account or its session has none.
fn mfa_is_missing(facts: &Facts) -> bool {
    let required = facts
        .requiring_mfa
        .value()
        .is_some_and(|labels| !labels.is_empty());
    let session = facts.session.value().and_then(Option::as_ref);
    required
        && (is(&facts.account_mfa, false)
            || session.is_some_and(|session| !session.covers(&Asked::mfa())))
}

fn is(fact: &crate::Known<bool>, wanted: bool) -> bool {
    fact.value() == Some(&wanted)
}

impl Step {
    fn sure(remedy: Remedy) -> Self {
        Self {
            remedy,
            only_if: None,
        }
    }
}

impl Session {
    /// Whether the sign-in was as it is asked for. One of unknown age is not taken for young.
    pub(crate) fn covers(&self, asked: &Asked) -> bool {
        !self.by_api_token && asked.covered_by(&self.amr) && young(self.age, asked.max_age)
            || self.by_api_token && asked.max_age.is_none() && asked.covered_by(&self.amr)
    }
}

impl Certificate {
    fn covers(&self, asked: &Asked) -> bool {
        self.valid && asked.covered_by(&self.amr) && young(self.age, asked.max_age)
    }
}

fn young(age: Option<u64>, max_age: Option<u64>) -> bool {
    match (age, max_age) {
        (_, None) => true,
        (Some(age), Some(max)) => age <= max,
        (None, Some(_)) => false,
    }
}
