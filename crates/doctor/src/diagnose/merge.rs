//! From candidates to failures, each told once.

use std::ops::Range;

use super::Candidate;
use crate::{Asked, Finding, Symptom};

/// How far apart parts of one failure are, bytes.
const NEAR: usize = 4096;

/// Each failure once, in the order of the text, and nothing that another finding explains.
pub(super) fn merged(mut found: Vec<Candidate>) -> Vec<Finding> {
    found.sort_by_key(|(range, _)| range.start);
    let mut kept: Vec<Candidate> = Vec::new();
    for (number, (range, finding)) in found.iter().enumerate() {
        let explained = nearby(&found, number).any(|(_, other)| explains(other, finding));
        if explained {
            continue;
        }
        let inside = kept.iter().any(|(other, known)| {
            known.symptom == finding.symptom && other.start <= range.start && range.end <= other.end
        });
        if inside {
            continue;
        }
        let same = kept.iter_mut().find(|(other, known)| {
            known.same_as(finding)
                || (range.start.abs_diff(other.end) <= NEAR && completes(known, finding))
        });
        match same {
            Some((_, known)) => known.join(finding.clone()),
            None => kept.push((range.clone(), finding.clone())),
        }
    }
    kept.into_iter().map(|(_, finding)| finding).collect()
}

/// The candidates around one of them.
fn nearby(found: &[Candidate], number: usize) -> impl Iterator<Item = &Candidate> {
    let near = |one: &Range<usize>, two: &Range<usize>| one.start.abs_diff(two.start) <= NEAR;
    let range = &found[number].0;
    let before = found[..number]
        .iter()
        .rev()
        .take_while(move |(other, _)| near(other, range));
    let behind = found[number + 1..]
        .iter()
        .take_while(move |(other, _)| near(other, range));
    before.chain(behind)
}

/// Whether `other` says why `finding` is there, so that it is no failure of its own.
fn explains(other: &Finding, finding: &Finding) -> bool {
    match finding.symptom {
        // OpenSSH says it behind whatever the server said.
        Symptom::SshKeyRefused => {
            !finding.host.as_ref().is_some_and(|host| host.foreign)
                && other.symptom.is_ssh()
                && other.symptom != Symptom::SshKeyRefused
        }
        Symptom::HostKeyUnknown => other.symptom == Symptom::HostKeyChanged,
        // The command line's two sentences, of which the second says more.
        Symptom::StepUp => {
            other.symptom == Symptom::ApiTokenBeforeMfa
                && finding.asked == Asked::mfa()
                && finding.words.is_none()
        }
        Symptom::SessionEnded => match other.symptom {
            // "Please log in" behind what it is for.
            Symptom::StepUp | Symptom::SsoSessionExpired | Symptom::ApiTokenInvalid => {
                finding.words.is_none()
            }
            _ => false,
        },
        Symptom::CertificateRequired => other.symptom == Symptom::SshRequiresMfa,
        _ => false,
    }
}

/// Whether both are parts of one refusal, as its header and its body.
fn completes(one: &Finding, two: &Finding) -> bool {
    let within = |one: &Asked, two: &Asked| one.amr.iter().all(|method| two.amr.contains(method));
    let ages = |one: Option<u64>, two: Option<u64>| one.is_none() || two.is_none() || one == two;
    one.symptom == two.symptom
        && one.symptom == Symptom::StepUp
        && (within(&one.asked, &two.asked) || within(&two.asked, &one.asked))
        && ages(one.asked.max_age, two.asked.max_age)
}
