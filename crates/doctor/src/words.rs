//! Findings and their remedies in plain words: one sentence for what it means, one for what to do.

use crate::advice::{Condition, Remedy, Step};
use crate::{Asked, Facts, Finding, Symptom};

/// What the finding means.
pub(crate) fn meaning(finding: &Finding) -> String {
    let service = service(finding);
    let asked = in_words(&finding.asked);
    match finding.symptom {
        Symptom::SshAuthentication => format!(
            "{} lets in only people who signed in {asked}, and the certificate that was shown was not made from such a sign-in.",
            capital(&service)
        ),
        Symptom::SshDenied => format!(
            "{} refused access, and the line \u{201c}Parameters:\u{201d} that says what is missing is not in this text.",
            capital(&service)
        ),
        Symptom::SshRequiresMfa => format!(
            "{} lets in only people who signed in with MFA, and the key or certificate that was shown does not say so.",
            capital(&service)
        ),
        Symptom::SshNoService => format!(
            "You were recognised, but {service} does not exist there, is not active, or you have no access to it."
        ),
        Symptom::SshNotConnected => match &finding.words {
            Some(words) => format!("You were recognised, but {service} could not be reached; the server says: {words}."),
            None => format!("You were recognised, but {service} could not be reached, and the reason is not in this text."),
        },
        Symptom::SshKeyRefused => match &finding.host {
            Some(host) if host.foreign => {
                format!("{} refused the SSH key, and that is not one of the platforms' hosts.", host.name)
            }
            Some(host) => format!("{} took none of the keys and certificates that SSH showed it.", host.name),
            None => "The server took none of the keys and certificates that SSH showed it.".into(),
        },
        Symptom::HostKeyUnknown => format!("SSH on this computer does not know the key of {}, and did not connect.", host(finding)),
        Symptom::HostKeyChanged => format!(
            "The key of {} is another one than before: it was replaced, or something stands between you and it.",
            host(finding)
        ),
        Symptom::CertificateRequired => "SSH needs a certificate here, and there is none.".into(),
        Symptom::CertificateExpired => "The SSH certificate is out of date; they live for about an hour.".into(),
        Symptom::RenewalCommandMissing => {
            "SSH could not start the platform's command line, which makes the certificate, so none was shown.".into()
        }
        Symptom::StepUp => format!("The session is in order, but this needs a sign-in {asked}."),
        Symptom::ApiTokenBeforeMfa => {
            "The API token was made before MFA was on for its user, so everything done with it counts as without MFA.".into()
        }
        Symptom::SsoSessionExpired => {
            "The session at your single sign-on provider is over, and the platform's session ended with it.".into()
        }
        Symptom::ApiTokenInvalid => "The platform does not take this API token: it was revoked, or is not whole.".into(),
        Symptom::SessionEnded => "The session is over, or the token that was shown is not taken any more.".into(),
        Symptom::ConsentDenied => "The sign-in was cancelled before the app was allowed in.".into(),
        Symptom::Forbidden if finding.asked.needs_mfa() => {
            format!("The platform refused for want of MFA{}.", said(finding))
        }
        Symptom::Forbidden => format!("The account does not have the right to do this{}.", said(finding)),
        Symptom::NotFound => format!("There is no such thing, or none that this account may see{}.", said(finding)),
        Symptom::Conflict => format!("It does not fit the present state, such as turning on MFA that is on already{}.", said(finding)),
        Symptom::Rejected => format!("The platform did not accept the request as it was{}.", said(finding)),
        Symptom::TooManyRequests => "The platform was asked too often in a short time.".into(),
        Symptom::PlatformFailed => format!("The platform itself failed, which is not about your account{}.", said(finding)),
        Symptom::ClockWrong => "A clock is wrong, so that something valid looks as if its time had not begun.".into(),
    }
}

/// What to do.
pub(crate) fn todo(finding: &Finding, facts: &Facts, steps: &[Step]) -> String {
    let remedies: Vec<&Remedy> = steps.iter().map(|step| &step.remedy).collect();
    let unsure = steps
        .iter()
        .any(|step| step.only_if == Some(Condition::MfaOff));
    match (finding.symptom, remedies.as_slice()) {
        (Symptom::SshKeyRefused, []) => "Add your key on that service's own page; nothing here can mend it.".into(),
        (Symptom::Conflict, _) => "Look at the present state first: somebody, or an earlier try, may have done it.".into(),
        (Symptom::Rejected, _) => "Read the platform's words and change the request; signing in again does not help.".into(),
        (Symptom::HostKeyChanged, _) => {
            "Do not connect until you know why; compare the new key with the one that the platform publishes, then replace it.".into()
        }
        (Symptom::HostKeyUnknown, _) => {
            "Let the platform's command line or Deskfob install the platform's host keys, or compare the fingerprint with the one it publishes.".into()
        }
        (Symptom::SshDenied, [Remedy::NewCertificate]) => {
            "Paste the whole error for a sure answer; a new certificate is the first thing to try.".into()
        }
        (Symptom::RenewalCommandMissing, _) => {
            "Make a new certificate here, which needs no command line, or put the command where SSH finds it (PATH).".into()
        }
        (Symptom::SsoSessionExpired, _) => {
            "Sign in again through your single sign-on provider; turning on MFA with codes does not help.".into()
        }
        (_, [Remedy::TellOpenssh]) => {
            "Tell OpenSSH of the certificate that Deskfob keeps: it is as it should be, and is not shown.".into()
        }
        (_, [Remedy::NewCertificate]) if !finding.asked.is_empty() => {
            "Make a new certificate: you are signed in as it is asked for already, so no sign-in is needed.".into()
        }
        (_, [Remedy::NewCertificate]) => "Make a new SSH certificate and try again.".into(),
        (_, [Remedy::AskForAccess]) => access(finding),
        (_, [Remedy::Wait(Some(seconds))]) => format!("Wait {}, then try again.", span(*seconds)),
        (_, [Remedy::Wait(None)]) => "Wait a few minutes, then try again.".into(),
        (_, [Remedy::FixClock]) => "Set this computer's clock by the network's time, then try again.".into(),
        (_, [Remedy::NewToken]) => {
            "Make a new API token on the platform's page and replace the old one wherever it is used, such as the secrets of your builds.".into()
        }
        (_, remedies) => in_order(remedies, unsure, facts),
    }
}

/// Several steps, or a sign-in, in one sentence.
fn in_order(remedies: &[&Remedy], unsure: bool, facts: &Facts) -> String {
    let mut sentence = String::new();
    let mut parts: Vec<String> = Vec::new();
    let mut only_sso = false;
    for remedy in remedies {
        if let Some(asked) = remedy.asked() {
            only_sso = !asked.needs_mfa() && asked.providers().next().is_some();
        }
        parts.push(match remedy {
            Remedy::Enrol if unsure => "turn on MFA for the account if it is off".into(),
            Remedy::Enrol => "turn on MFA for the account, which is off".into(),
            Remedy::SignIn(asked) => again(asked),
            Remedy::SignInByCommandLine { name, asked } => format!(
                "{} by the command line {name}, whose certificate OpenSSH shows",
                again(asked)
            ),
            Remedy::NewToken => {
                "make a new API token and replace the old one wherever it is used".into()
            }
            Remedy::NewCertificate => "make a new certificate".into(),
            Remedy::TellOpenssh => "tell OpenSSH of it".into(),
            Remedy::AskForAccess => "if it still fails, ask for access".into(),
            Remedy::FixHostKeys => "make the host's key known".into(),
            Remedy::FixClock => "set the clock".into(),
            Remedy::Wait(_) => "wait".into(),
        });
    }
    let mfa_is_on = facts.account_mfa.value() == Some(&true)
        && remedies
            .iter()
            .any(|remedy| remedy.asked().is_some_and(Asked::needs_mfa));
    if mfa_is_on {
        sentence.push_str("MFA is on already: ");
        sentence.push_str(&list(&parts));
    } else {
        sentence.push_str(&capital(&list(&parts)));
    }
    if only_sso {
        sentence.push_str("; turning on MFA with codes does not help");
    }
    sentence.push('.');
    sentence
}

fn again(asked: &Asked) -> String {
    if asked.is_empty() {
        "sign in again".into()
    } else {
        format!("sign in again {}", in_words(asked))
    }
}

fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{}, then {last}", first.join(", ")),
    }
}

fn access(finding: &Finding) -> String {
    match finding.symptom {
        Symptom::SshNoService | Symptom::SshNotConnected => {
            "Check the name and that the environment is active and deployed, then ask an admin of the project for access.".into()
        }
        Symptom::NotFound => "Check the name or id, then ask an owner or admin for access.".into(),
        _ => "Ask an owner or admin of the organisation or project for the right.".into(),
    }
}

/// How a sign-in must be made: `with MFA and through acme, at most 5 minutes ago`.
pub(crate) fn in_words(asked: &Asked) -> String {
    let mut ways: Vec<String> = Vec::new();
    for method in &asked.amr {
        ways.push(match method.as_str() {
            "mfa" => "with MFA".into(),
            "pwd" => "with a password".into(),
            "sso:*" => "through single sign-on".into(),
            other => match other.strip_prefix("sso:") {
                Some(provider) => format!("through single sign-on with {provider}"),
                None => format!("with {other}"),
            },
        });
    }
    let mut words = ways.join(" and ");
    if let Some(age) = asked.max_age {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&format!("at most {} ago", span(age)));
    }
    if words.is_empty() {
        words.push_str("in a stronger way");
    }
    words
}

fn service(finding: &Finding) -> String {
    finding
        .service
        .as_ref()
        .map_or_else(|| "the service".into(), |service| service.name.clone())
}

fn host(finding: &Finding) -> &str {
    finding.host.as_ref().map_or("the host", |host| &host.name)
}

fn said(finding: &Finding) -> String {
    finding.words.as_ref().map_or_else(String::new, |words| {
        format!("; it says: {}", words.trim_end_matches(['.', ' ']))
    })
}

fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..=119 => (seconds, "second"),
        120..=7199 if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        120..=7199 => (seconds, "second"),
        _ if seconds.is_multiple_of(3600) => (seconds / 3600, "hour"),
        _ => (seconds / 60, "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A name such as a service's keeps its case.
fn capital(text: &str) -> String {
    if text.starts_with("the ") || !text.contains("--") {
        let mut chars = text.chars();
        let first = chars.next().map(|first| first.to_ascii_uppercase());
        return first.into_iter().chain(chars).collect();
    }
    text.to_owned()
}
