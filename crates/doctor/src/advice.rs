//! What to do about a finding, given what is known.

use crate::facts::{Certificate, Facts, Keeper, Session};
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
    /// Sign in again in this way with the platforms' own command line, which makes a new certificate of its own.
    SignInByCommandLine {
        /// `upsun` or `platform`.
        name: &'static str,
        /// How.
        asked: Asked,
    },
    /// Make a new SSH certificate.
    NewCertificate,
    /// Tell OpenSSH of the certificate that Deskfob keeps.
    TellOpenssh,
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
            Self::SignInByCommandLine { .. } => "sign_in_by_command_line",
            Self::NewCertificate => "new_certificate",
            Self::TellOpenssh => "tell_openssh",
            Self::AskForAccess => "ask_for_access",
            Self::FixHostKeys => "fix_host_keys",
            Self::FixClock => "fix_clock",
            Self::Wait(_) => "wait",
        }
    }

    /// How to sign in, where that is what to do.
    pub fn asked(&self) -> Option<&Asked> {
        match self {
            Self::SignIn(asked) | Self::SignInByCommandLine { asked, .. } => Some(asked),
            _ => None,
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
            sign_in_for_ssh(&Asked::default(), facts)
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
            Some(None) if !has(facts, &Asked::default()) => {
                sign_in_for_ssh(&Asked::default(), facts)
            }
            _ => new_certificate(&Asked::default(), facts),
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
    let session = facts.session.value().and_then(Option::as_ref);
    if ssh && (has(facts, asked) || session.is_some_and(|s| s.covers(asked))) {
        // Signed in well enough already: the certificate is stale, its token was revoked, or it is not shown.
        return new_certificate(asked, facts);
    }
    let by_token = session.is_some_and(|session| session.by_api_token) && *asked == Asked::mfa();
    if by_token && !(ssh && by_command_line(facts).is_some()) {
        let mut steps = token(facts);
        if ssh {
            steps.extend(new_certificate(asked, facts));
        }
        return steps;
    }
    let mut steps = Vec::new();
    if asked.needs_mfa() {
        steps.extend(enrol(facts));
    }
    if ssh {
        steps.extend(sign_in_for_ssh(asked, facts));
    } else {
        steps.push(Step::sure(Remedy::SignIn(asked.clone())));
    }
    steps
}

/// Whether the certificate that Deskfob keeps is as it is asked for.
fn has(facts: &Facts, asked: &Asked) -> bool {
    let own = facts.certificate.value().and_then(Option::as_ref);
    own.is_some_and(|own| own.covers(asked))
}

/// The command line whose certificate OpenSSH shows, in the place of Deskfob's.
fn by_command_line(facts: &Facts) -> Option<&'static str> {
    match facts.shown() {
        Some((Keeper::CommandLine(name), _)) if facts.is_untold() => Some(name),
        _ => None,
    }
}

/// A sign-in, and the certificate that comes of it shown by OpenSSH.
fn sign_in_for_ssh(asked: &Asked, facts: &Facts) -> Vec<Step> {
    if let Some(name) = by_command_line(facts) {
        let asked = asked.clone();
        return vec![Step::sure(Remedy::SignInByCommandLine { name, asked })];
    }
    let mut steps = vec![Step::sure(Remedy::SignIn(asked.clone()))];
    steps.push(Step::sure(Remedy::NewCertificate));
    if facts.is_untold() {
        steps.push(Step::sure(Remedy::TellOpenssh));
    }
    steps
}

/// A certificate from the session that there is, shown by OpenSSH. One that is good and not shown needs no other.
fn new_certificate(asked: &Asked, facts: &Facts) -> Vec<Step> {
    let mut steps = Vec::new();
    if !(facts.is_untold() && has(facts, asked)) {
        steps.push(Step::sure(Remedy::NewCertificate));
    }
    if facts.is_untold() {
        steps.push(Step::sure(Remedy::TellOpenssh));
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
