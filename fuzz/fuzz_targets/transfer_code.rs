//! A transfer's code: the protobuf message in an `otpauth-migration` URI, and its place among the others.
#![no_main]

use data_encoding::BASE64;
use deskfob_otp::MAX_NAME_CHARS;
use deskfob_scan::{Collection, MAX_PART_ENTRIES, MAX_PARTS, TransferPart};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: deskfob_fuzz::begin(seeds), |message: &[u8]| {
    let uri = format!("otpauth-migration://offline?data={}", BASE64.encode(message).replace('+', "%2B"));
    let read = || TransferPart::from_uri(&uri);
    let part = match read() {
        Ok(part) => part,
        Err(error) => return assert!(!error.to_string().is_empty() && error.hint().is_some()),
    };
    assert!(part.entries.len() + part.refused.len() <= MAX_PART_ENTRIES);
    assert!((1..=part.total()).contains(&part.number()) && part.total() <= MAX_PARTS);
    for entry in &part.entries {
        for name in [&entry.issuer, &entry.account] {
            assert!(name.chars().count() <= MAX_NAME_CHARS && !name.contains(char::is_control));
        }
    }
    let mut transfers = Collection::default();
    let count = part.entries.len();
    let first = transfers.add(part);
    let again = transfers.add(read().expect("it was read just now"));
    assert_eq!((first.have, again.have, again.repeated), (1, 1, true), "a code counts once");
    let taken: usize = transfers.take_all().iter().map(|part| part.entries.len()).sum();
    assert_eq!(taken, count, "nothing is lost");
    assert!(transfers.is_empty());
});

/// Messages as other apps write them: one account, several, a part of three, a counter, what is refused.
fn seeds() -> Vec<Vec<u8>> {
    let account = |rest: &[u8]| {
        let mut parameters = b"\x0a\x0aHello\xde\xad\xbe\xef!\x12\x09Acme: ada\x1a\x04Acme".to_vec();
        parameters.extend_from_slice(rest);
        let mut field = vec![0x0a, parameters.len() as u8];
        field.append(&mut parameters);
        field
    };
    let plain = account(&[0x20, 1, 0x28, 1, 0x30, 2]);
    let counter = account(&[0x20, 3, 0x28, 2, 0x30, 1, 0x38, 0x96, 1]);
    let refused = account(&[0x20, 4, 0x28, 9, 0x30, 7]);
    let part = [0x10, 1, 0x18, 3, 0x20, 1, 0x28, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    vec![
        plain.clone(),
        [&plain[..], &part].concat(),
        [&plain[..], &counter, &refused, &part].concat(),
        refused,
        part.to_vec(),
    ]
}
