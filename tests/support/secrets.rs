//! Looking for known secrets where none may be.

use std::fs::File;
use std::io::Write;
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

/// A secret in every form that it could be kept in.
pub fn forms(seed: &str) -> Vec<Vec<u8>> {
    let bytes = data_encoding::BASE32_NOPAD.decode(seed.as_bytes()).unwrap();
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    let upper = hex.to_uppercase();
    vec![
        bytes,
        seed.as_bytes().to_vec(),
        hex.into_bytes(),
        upper.into_bytes(),
    ]
}

/// Lets the run that this test is part of look for these secrets in all that it printed.
pub fn remember<'a>(secrets: impl IntoIterator<Item = &'a str>) {
    let Some(file) = std::env::var_os("DESKFOB_TEST_SECRETS") else {
        return;
    };
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(file)
        .unwrap();
    for secret in secrets {
        writeln!(file, "{secret}").unwrap();
    }
}

pub fn absent(text: &[u8], known: &[Vec<u8>], place: &str) {
    for secret in known {
        let there = text.windows(secret.len()).any(|window| window == secret);
        assert!(!there, "a known secret is in {place}");
    }
}

/// Reads every file below `folder` except below the named ones.
pub fn absent_under(folder: &Path, except: &[&Path], known: &[Vec<u8>]) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if except.contains(&path.as_path()) {
            continue;
        }
        if path.is_dir() {
            absent_under(&path, except, known);
        } else if let Ok(bytes) = std::fs::read(&path) {
            absent(&bytes, known, &path.display().to_string());
        }
    }
}
