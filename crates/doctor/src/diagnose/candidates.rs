//! Where in a text an error could be, and what is known of it there.

mod answers;

use std::ops::Range;

use regex::Regex;

use super::{Candidate, login};
use crate::http::{self, Head, Object};
use crate::pattern::pattern;
use crate::phrases::{PHRASES, Says};
use crate::quote::Source;
use crate::{Asked, Finding, Host, Named, Place, Service, Symptom, block, greeting};

/// Most places where one phrase is looked at more closely.
const MAX_HITS: usize = 200;

pub(super) struct Candidates<'a> {
    source: &'a Source,
    objects: Vec<Object>,
    statuses: Vec<(usize, u16)>,
    heads: Vec<Head>,
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
impl<'a> Candidates<'a> {
    /// Everything in the text that could be a finding, in no order.
    pub(super) fn of(source: &'a Source) -> Vec<Candidate> {
        let mut candidates = Self {
            objects: http::objects(&source.reading.joined),
            statuses: http::statuses(&source.reading),
            heads: http::heads(&source.reading),
            found: Vec::new(),
            source,
        };
        candidates.bodies();
        candidates.phrases();
        candidates.heads();
        candidates.found
    }

    fn joined(&self) -> &str {
        &self.source.reading.joined
    }

    fn add(&mut self, range: Range<usize>, finding: Finding) {
        self.found.push((range, finding));
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
        let mut asked = login::proposed(&behind);
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
