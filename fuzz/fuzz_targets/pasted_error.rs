//! A pasted error or log.
#![no_main]

use deskfob_doctor::{Facts, Why, advise, diagnose};
use libfuzzer_sys::fuzz_target;

const LOGS: [&str; 6] = [
    include_str!("../../crates/doctor/tests/logs/github-git-push.log"),
    include_str!("../../crates/doctor/tests/logs/gitlab-api-token.log"),
    include_str!("../../crates/doctor/tests/logs/git-older.log"),
    include_str!("../../crates/doctor/tests/logs/curl-step-up.log"),
    include_str!("../../crates/doctor/tests/logs/structured.jsonl"),
    include_str!("../../crates/doctor/tests/logs/host-key.log"),
];

fuzz_target!(
    init: deskfob_fuzz::begin(|| LOGS.map(|log| log.as_bytes().to_vec())),
    |text: &str| {
        let found = diagnose(text);
        for finding in &found.findings {
            let place = finding.place;
            assert!(text.get(place.start..place.end).is_some(), "a place in the text");
            assert!(place.line >= 1 && place.column >= 1);
            assert!(!finding.quote.chars().any(|c| c.is_control() && c != '\n'), "shown as it is");
            let advice = advise(finding, &Facts::unknown(Why::NotAsked));
            assert!(!advice.meaning.is_empty() && !advice.todo.is_empty());
        }
        assert_eq!(found, diagnose(text), "the same text, the same findings");
    }
);
