//! The older wording: `Hello NAME (UUID: …), you successfully authenticated, but could not connect to service …
//! (reason: …)`.

use crate::block::named;
use crate::pattern::pattern;
use crate::quote::Source;
use crate::{Host, Named, Service, Symptom};

/// Most bytes of the name before the words.
const MAX_BEFORE: usize = 240;
/// Most bytes of the service and the reason behind them.
const MAX_BEHIND: usize = 480;

/// What the sentence says.
#[derive(Debug)]
pub(crate) struct Greeting {
    pub(crate) symptom: Symptom,
    pub(crate) user: Option<Named>,
    pub(crate) service: Option<Service>,
    pub(crate) host: Option<Host>,
    /// A reason that is none of the known ones.
    pub(crate) words: Option<String>,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

pattern!(
    HELLO,
    r"(?i)^hello\s*([^()]{1,120}?)\s*(?:\(\s*(?:uuid:?)?\s*([^()]{1,64})\))?\s*,?\s*$"
);
pattern!(
    SERVICE,
    r"(?i)to\s*service\s*([A-Za-z0-9_.-]{1,160})(?:@([A-Za-z0-9.-]{1,253}))?"
);
pattern!(REASON, r"(?i)\(\s*reason:\s*([^()]{1,160})\)");

/// Reads the sentence around the words that begin at `from` and end at `to`.
pub(crate) fn read(source: &Source, from: usize, to: usize) -> Greeting {
    let before = source.reading.part_before(from, MAX_BEFORE);
    let hello = before
        .to_ascii_lowercase()
        .rfind("hello")
        .unwrap_or(before.len());
    let before = &before[hello..];
    let shift = from - before.len();
    let hello = HELLO.captures(before);
    let user = hello.as_ref().and_then(|found| {
        let name = found.get(1)?.range();
        let id = found.get(2).map(|id| shift + id.start()..shift + id.end());
        named(source, shift + name.start..shift + name.end, id)
    });
    let begin = hello.and_then(|found| found.get(0).map(|all| shift + all.start()));

    let behind = source.reading.part(to, MAX_BEHIND);
    // The next sentence of the same kind has a service of its own.
    let behind = behind.split("Hello ").next().unwrap_or_default();
    let target = SERVICE.captures(behind);
    let reason = REASON.captures(behind).and_then(|found| found.get(1));
    let squeezed: String = reason
        .map_or("", |reason| reason.as_str())
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    let symptom = of_reason(&squeezed);
    let end = reason.map_or(0, |reason| reason.end() + 1);
    let service_end = target
        .as_ref()
        .and_then(|found| found.get(0))
        .map_or(0, |found| found.end());
    Greeting {
        symptom,
        user,
        service: target
            .as_ref()
            .and_then(|found| Service::of(found.get(1)?.as_str())),
        host: target.and_then(|found| Host::of(found.get(2)?.as_str())),
        words: reason
            .filter(|_| symptom == Symptom::SshNotConnected)
            .map(|reason| source.name(to + reason.start()..to + reason.end())),
        from: begin.unwrap_or(from),
        to: to + end.max(service_end),
    }
}

/// What a reason means, given in lower case and without white space.
pub(crate) fn of_reason(squeezed: &str) -> Symptom {
    if squeezed.contains("accessrequiresmfa") {
        Symptom::SshRequiresMfa
    } else if squeezed.contains("servicedoesn'texist") || squeezed.contains("servicenotfound") {
        Symptom::SshNoService
    } else {
        Symptom::SshNotConnected
    }
}
