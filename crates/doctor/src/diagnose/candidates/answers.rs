//! Answers of the API and of the authorization server among the candidates.

use super::{Candidate, Candidates};
use crate::http;
use crate::{Finding, Symptom};

impl Candidates<'_> {
    pub(super) fn bodies(&mut self) {
        for object in std::mem::take(&mut self.objects) {
            let status = if object.weak {
                let head = self.heads.iter().find(|head| head.is_of(&object));
                head.map(|head| head.status)
            } else {
                http::status_before(&self.statuses, object.from)
            };
            if object.weak && status.is_none() {
                continue;
            }
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

    /// The answers without a body: their status is all that they say.
    pub(super) fn heads(&mut self) {
        for head in std::mem::take(&mut self.heads) {
            let known = |(range, _): &Candidate| range.start < head.end && head.from < range.end;
            if head.behind.is_some() || self.found.iter().any(known) {
                continue;
            }
            if let Some(symptom) = Symptom::of_status(head.status) {
                let range = self.source.line_around(head.from, head.to);
                let finding = Finding {
                    retry_after: self.wait(symptom, head.from),
                    ..self.finding(symptom, range)
                };
                self.add(head.from..head.to, finding);
            }
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
}
