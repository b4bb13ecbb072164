//! Looking for known secrets where none may be.

use std::path::Path;

use serde_json::Value;

/// Every seed that the platform knows, from its own state.
pub fn seeds(state: &Path) -> Vec<String> {
    let state: Value = serde_json::from_slice(&std::fs::read(state).unwrap()).unwrap();
    let mut found = Vec::new();
    strings(&state, &mut found);
    found.retain(|text| is_seed(text));
    assert!(
        !found.is_empty(),
        "the platform's state holds base32 keys of 160 bits"
    );
    found
}

fn is_seed(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b))
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|one| strings(one, found)),
        Value::Object(all) => all.values().for_each(|one| strings(one, found)),
        _ => {}
    }
}

pub fn absent(text: &str, known: &[String], place: &str) {
    for secret in known {
        assert!(
            !text.contains(secret.as_str()),
            "a known secret is in {place}"
        );
    }
}

/// Reads every file below `folder` except below the named ones.
pub fn absent_under(folder: &Path, except: &[&Path], known: &[String]) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if except.contains(&path.as_path()) {
            continue;
        }
        if path.is_dir() {
            absent_under(&path, except, known);
        } else if let Ok(bytes) = std::fs::read(&path) {
            for secret in known {
                let there = bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes());
                assert!(!there, "a known secret is in {}", path.display());
            }
        }
    }
}
