//! From a text to its findings.

use std::ops::Range;

use regex::Regex;

use crate::http::{self, Object};
use crate::leak::{Leak, LeakKind, leaks};
use crate::pattern::pattern;
use crate::phrases::{PHRASES, Says};
use crate::quote::Source;
use crate::reading::Reading;
use crate::{Asked, Finding, Host, Named, Place, Service, Symptom, block, greeting};

/// Most bytes of a text that are looked at: the last ones, as an error ends a log.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Most places where one phrase is looked at more closely.
const MAX_HITS: usize = 200;
/// Most findings of one text.
const MAX_FINDINGS: usize = 40;
/// How far apart parts of one failure are, bytes.
const NEAR: usize = 4096;

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
    let mut candidates = Candidates {
        objects: http::objects(&source.reading.joined),
        statuses: http::statuses(&source.reading),
        found: Vec::new(),
        source: &source,
    };
    candidates.bodies();
    candidates.phrases();
    let mut findings = merged(candidates.found);
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

struct Candidates<'a> {
    source: &'a Source,
    objects: Vec<Object>,
    statuses: Vec<(usize, u16)>,
    found: Vec<Candidate>,
}

pattern!(
    TARGET,
    r"([A-Za-z0-9._-]{1,160})@([A-Za-z0-9.:-]{1,253}):\s*$"
);
pattern!(
    KNOWN_FOR,
    r"(?i)host key (?:is known )?for '?\[?([A-Za-z0-9.-]{1,253})"
);
pattern!(HOST_NAMED, r"(?i)host '\[?([A-Za-z0-9.-]{1,253})");
pattern!(
    LOGIN,
    r"(?i)\blogin\b((?:\s*--(?:method|max-age)[ =]+'?[A-Za-z0-9:*,_.-]{1,200}'?)+)"
);
pattern!(
    METHOD,
    r"(?i)--method[ =]+'?([A-Za-z0-9:*,_.-]{1,200}?)'?(?:--|\s|$)"
);
pattern!(OPTION_AGE, r"(?i)--max-age[ =]+'?([0-9]{1,10})");

impl Candidates<'_> {
    fn joined(&self) -> &str {
        &self.source.reading.joined
    }

    fn add(&mut self, range: Range<usize>, finding: Finding) {
        self.found.push((range, finding));
    }

    fn bodies(&mut self) {
        for object in std::mem::take(&mut self.objects) {
            let status = http::status_before(&self.statuses, object.from);
            let Some(answer) = http::read(&object.fields, status) else {
                self.objects.push(object);
                continue;
            };
            let mut asked = answer.asked;
            let mut from = object.from;
            // The header of the same answer stands before its body.
            if answer.symptom == Symptom::StepUp
                && let Some(header) = self.header_before(object.from)
            {
                asked.join(http::header(
                    self.source.reading.part(header, object.from - header),
                ));
                from = header;
            }
            let finding = Finding {
                asked,
                words: answer.words.filter(|words| words != http::INSUFFICIENT),
                retry_after: self.wait(answer.symptom, object.from),
                ..self.finding(answer.symptom, from..object.to)
            };
            self.add(from..object.to, finding);
            self.objects.push(object);
        }
    }

    /// Where the challenge in a header begins whose body begins at `at`.
    fn header_before(&self, at: usize) -> Option<usize> {
        let before = self.source.reading.part_before(at, 1024);
        let start = at - before.len();
        let found = before.to_ascii_lowercase().rfind("www-authenticate")?;
        before[found..]
            .contains(http::INSUFFICIENT)
            .then_some(start + found)
    }

    fn phrases(&mut self) {
        let squeezed = &self.source.reading.squeezed;
        for phrase in PHRASES {
            let hits = squeezed.match_indices(phrase.words).take(MAX_HITS);
            for (at, words) in hits {
                let from = self.source.reading.spread(at);
                let last = self.source.reading.spread(at + words.len() - 1);
                if self.source.begins_word(from) && !self.taken(from, phrase.says) {
                    self.hit(phrase.says, from, last + 1, at);
                }
            }
        }
    }

    /// Whether the place belongs to a finding already, which knows more than the words alone.
    fn taken(&self, at: usize, says: Says) -> bool {
        let by_body = self.found.iter().any(|(range, _)| range.contains(&at));
        by_body && says != Says::SshDenied && says != Says::SshNoService
    }

    fn hit(&mut self, says: Says, from: usize, to: usize, squeezed: usize) {
        match says {
            Says::This(symptom) => self.plain(symptom, from, to),
            Says::SshDenied => self.denied(from, to),
            Says::SshNoService => {
                let block = block::read(self.source, to);
                let end = block.end.max(to);
                let finding = Finding {
                    service: block.service,
                    user: block.user,
                    ..self.finding(Symptom::SshNoService, from..end)
                };
                self.add(from..end, finding);
            }
            Says::Parameters => {
                let open = self.joined()[from..]
                    .find('{')
                    .map_or(to, |open| from + open);
                let (asked, length) = block::parameters(self.source.reading.part(open, 2048));
                if !asked.is_empty() {
                    let end = open + length;
                    let finding = Finding {
                        asked,
                        ..self.finding(Symptom::SshAuthentication, from..end)
                    };
                    self.add(from..end, finding);
                }
            }
            Says::Greeting => {
                let greeting = greeting::read(self.source, from, to);
                let range = greeting.from..greeting.to.max(to);
                let finding = Finding {
                    user: greeting.user,
                    service: greeting.service,
                    host: greeting.host,
                    words: greeting.words,
                    asked: implied(greeting.symptom),
                    ..self.finding(greeting.symptom, range.clone())
                };
                self.add(range, finding);
            }
            Says::Reason => {
                let end = self.source.reading.squeezed.len().min(squeezed + 40);
                let reason = self
                    .source
                    .reading
                    .squeezed
                    .get(squeezed..end)
                    .unwrap_or_default();
                self.plain(greeting::of_reason(reason), from, to);
            }
            Says::KeyRefused => self.key_refused(from, to),
            Says::Challenge => {
                let asked = http::header(&self.source.reading.around(from, 300, 600));
                let range = self.source.line_around(from, to);
                let finding = Finding {
                    asked,
                    ..self.finding(Symptom::StepUp, range.clone())
                };
                self.add(range, finding);
            }
            Says::OAuth => {
                let error: String = self.joined()[from..to]
                    .trim_start_matches("error=")
                    .to_owned();
                let told = http::descriptions(&self.source.reading.around(from, 200, 500));
                if let Some(symptom) = http::of_oauth(&error, &told) {
                    self.plain(symptom, from, to);
                }
            }
            Says::Login => self.login(from, to, squeezed),
        }
    }

    fn plain(&mut self, symptom: Symptom, from: usize, to: usize) {
        let range = self.source.line_around(from, to);
        let host = match symptom {
            Symptom::HostKeyUnknown => self.host(from, 1024, 200),
            Symptom::HostKeyChanged => self.host(from, 0, 2048),
            _ => None,
        };
        let finding = Finding {
            host,
            asked: implied(symptom),
            retry_after: self.wait(symptom, from),
            ..self.finding(symptom, range)
        };
        self.add(from..to, finding);
    }

    fn denied(&mut self, from: usize, to: usize) {
        let block = block::read(self.source, to);
        if block.service.is_none() && block.asked.is_empty() {
            // Many programs write these words; only with its lines are they the platform's.
            return;
        }
        let symptom = if block.asked.is_empty() {
            Symptom::SshDenied
        } else {
            Symptom::SshAuthentication
        };
        let end = block.end.max(to);
        let finding = Finding {
            service: block.service,
            user: block.user,
            asked: block.asked,
            ..self.finding(symptom, from..end)
        };
        self.add(from..end, finding);
    }

    fn key_refused(&mut self, from: usize, to: usize) {
        let range = self.source.line_around(from, to);
        let before = &self.joined()[range.start..from];
        let target = TARGET.captures(before);
        let part = |number| Some(target.as_ref()?.get(number)?.as_str());
        let finding = Finding {
            // What is signed in as is the service on the platform's hosts, and `git` on others.
            service: part(1)
                .filter(|name| name.contains("--"))
                .and_then(Service::of),
            host: part(2).and_then(Host::of),
            ..self.finding(Symptom::SshKeyRefused, range)
        };
        self.add(from..to, finding);
    }

    /// The command line asks for a sign-in: its sentence, and the command that it proposes.
    fn login(&mut self, from: usize, to: usize, squeezed: usize) {
        let words = self
            .source
            .reading
            .squeezed
            .get(squeezed..)
            .unwrap_or_default();
        let behind = self.source.reading.around(from, 0, 500);
        let mut asked = Asked::default();
        if let Some(options) = LOGIN.captures(&behind).and_then(|found| found.get(1)) {
            let options = options.as_str();
            if let Some(methods) = METHOD.captures(options).and_then(|found| found.get(1)) {
                asked.add_list(methods.as_str());
            }
            asked.max_age = OPTION_AGE
                .captures(options)
                .and_then(|found| found.get(1)?.as_str().parse().ok());
        }
        let sentence = !words.starts_with("pleaselogin");
        let behind_sentence = |(range, known): &Candidate| {
            known.symptom == Symptom::StepUp && range.end <= from && from - range.end <= 200
        };
        if !sentence && self.found.iter().any(behind_sentence) {
            return;
        }
        if asked.is_empty() && words.starts_with("multi-factor") {
            asked = Asked::mfa();
        }
        if asked.is_empty() && words.starts_with("singlesign-on") {
            asked.add("sso:*");
        }
        let symptom = if sentence || !asked.is_empty() {
            Symptom::StepUp
        } else {
            Symptom::SessionEnded
        };
        let range = self.source.line_around(from, to);
        let finding = Finding {
            asked,
            ..self.finding(symptom, range)
        };
        self.add(from..to, finding);
    }

    fn host(&self, at: usize, before: usize, behind: usize) -> Option<Host> {
        let reading = &self.source.reading;
        let before = reading.part_before(at, before);
        let named = |pattern: &Regex, text: &str| {
            pattern
                .captures_iter(text)
                .last()
                .and_then(|found| Host::of(found.get(1)?.as_str()))
        };
        named(&KNOWN_FOR, before)
            .or_else(|| named(&HOST_NAMED, before))
            .or_else(|| named(&KNOWN_FOR, reading.part(at, behind)))
    }

    fn wait(&self, symptom: Symptom, at: usize) -> Option<u64> {
        if symptom != Symptom::TooManyRequests {
            return None;
        }
        http::retry_after(&self.source.reading.around(at, 1024, 1024))
    }

    /// A finding of `range`, the rest to be filled in.
    fn finding(&self, symptom: Symptom, range: Range<usize>) -> Finding {
        Finding {
            symptom,
            place: Place {
                line: 0,
                column: 0,
                start: range.start,
                end: range.end,
            },
            quote: self.source.quote(range.start, range.end),
            count: 1,
            service: None,
            user: None::<Named>,
            host: None,
            asked: Asked::default(),
            retry_after: None,
            words: None,
        }
    }
}

/// What an error asks for that does not say it in so many values.
fn implied(symptom: Symptom) -> Asked {
    match symptom {
        Symptom::SshRequiresMfa | Symptom::ApiTokenBeforeMfa => Asked::mfa(),
        _ => Asked::default(),
    }
}

/// Each failure once, in the order of the text, and nothing that another finding explains.
fn merged(mut found: Vec<Candidate>) -> Vec<Finding> {
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

/// The lines of the text as it was given.
struct Lines<'a> {
    text: &'a str,
    skipped: usize,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str, skipped: usize) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            skipped,
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    fn place(&self, reading: &Reading, joined: Range<usize>) -> Place {
        let start = self.skipped + reading.place(joined.start);
        let last = self.skipped + reading.place(joined.end.saturating_sub(1).max(joined.start));
        let after = self
            .text
            .get(last..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        let line = self.starts.partition_point(|begin| *begin <= start).max(1);
        let begin = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self
            .text
            .get(begin..start)
            .map_or(0, |before| before.chars().count());
        Place {
            line,
            column: column + 1,
            start,
            end: (last + after).max(start),
        }
    }
}
