//! From a text to its findings.

mod candidates;
mod lines;
mod login;
mod merge;

use std::ops::Range;

use candidates::Candidates;
use lines::Lines;

use crate::Finding;
use crate::leak::{Leak, LeakKind, leaks};
use crate::quote::Source;
use crate::reading::Reading;

/// Most bytes of a text that are looked at: the last ones, as an error ends a log.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Most findings of one text.
const MAX_FINDINGS: usize = 40;

/// What is in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// The errors that are known, in the order of the text. Empty when nothing in it is known.
    pub findings: Vec<Finding>,
    /// The secrets that stand in it, one for each kind.
    pub leaks: Vec<Leak>,
    /// How many bytes at its beginning were not looked at.
    pub skipped: usize,
}

/// Finds the errors of the platforms in a text. Takes a time that grows with its length only, and looks at no more
/// than its last [`MAX_BYTES`].
pub fn diagnose(text: &str) -> Diagnosis {
    let mut skipped = text.len().saturating_sub(MAX_BYTES);
    while !text.is_char_boundary(skipped) {
        skipped += 1;
    }
    let looked_at = &text[skipped..];
    let reading = Reading::of(looked_at);
    let secrets = leaks(&reading.joined);
    let source = Source { reading, secrets };
    let lines = Lines::of(text, skipped);
    let mut findings = merge::merged(Candidates::of(&source));
    findings.truncate(MAX_FINDINGS);
    for finding in &mut findings {
        finding.place = lines.place(&source.reading, finding.place.start..finding.place.end);
    }
    Diagnosis {
        findings,
        leaks: told(&source, &lines),
        skipped,
    }
}

/// A finding and where in the joined text it is.
type Candidate = (Range<usize>, Finding);

fn told(source: &Source, lines: &Lines<'_>) -> Vec<Leak> {
    let mut told: Vec<Leak> = Vec::new();
    for (kind, range) in &source.secrets {
        let kind: LeakKind = *kind;
        match told.iter_mut().find(|leak| leak.kind == kind) {
            Some(leak) => leak.count += 1,
            None => told.push(Leak {
                kind,
                place: lines.place(&source.reading, range.clone()),
                count: 1,
            }),
        }
    }
    told
}
