use data_encoding::{BASE64, BASE64URL_NOPAD};
use deskfob_otp::ExposeSecret;
use proptest::prelude::*;

use super::*;

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    [
        varint(field << 3 | 2),
        varint(value.len() as u64),
        value.to_vec(),
    ]
    .concat()
}

fn one(name: &str, issuer: &str, more: &[(u64, u64)]) -> Vec<u8> {
    let mut message = [
        bytes(1, b"Hello!\xde\xad\xbe\xef"),
        bytes(2, name.as_bytes()),
        bytes(3, issuer.as_bytes()),
    ]
    .concat();
    for (field, value) in more {
        message.extend(number(*field, *value));
    }
    bytes(1, &message)
}

fn part(id: i64, total: u64, index: u64, name: &str) -> TransferPart {
    let message = [
        one(name, "Example", &[]),
        number(3, total),
        number(4, index),
        number(5, id as u64),
    ]
    .concat();
    TransferPart::from_message(&message).unwrap()
}

fn uri(message: &[u8]) -> String {
    let data = BASE64
        .encode(message)
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    format!("otpauth-migration://offline?data={data}")
}

#[test]
fn an_enrolment_of_every_kind() {
    type Numbers<'a> = &'a [(u64, u64)];
    let cases: [(&str, Numbers, &str); 5] = [
        ("nothing said", &[], "SHA1 6 totp 0"),
        ("the usual", &[(4, 1), (5, 1), (6, 2)], "SHA1 6 totp 0"),
        ("SHA-256", &[(4, 2), (5, 2), (6, 2)], "SHA256 8 totp 0"),
        ("SHA-512", &[(4, 3), (6, 0)], "SHA512 6 totp 0"),
        ("a counter", &[(6, 1), (7, 41)], "SHA1 6 hotp 41"),
    ];
    for (name, more, expected) in cases {
        let part = TransferPart::from_uri(&uri(&one("alice", "Example", more))).unwrap();
        let entry = &part.entries[0];
        let counter = match entry.kind {
            Kind::Hotp { counter } => counter,
            _ => 0,
        };
        let got = format!(
            "{} {} {} {counter}",
            entry.algorithm.as_str(),
            entry.digits.get(),
            entry.kind.as_str()
        );
        assert_eq!(got, expected, "{name}");
        assert_eq!(
            entry.seed.to_base32().expose_secret(),
            "JBSWY3DPEHPK3PXP",
            "{name}"
        );
        assert_eq!(
            (entry.issuer.as_str(), entry.account.as_str()),
            ("Example", "alice"),
            "{name}"
        );
        assert_eq!((part.number(), part.total()), (1, 1), "{name}");
    }
}

#[test]
fn names() {
    let cases = [
        ("alice", "Example", "Example", "alice"),
        ("Example:alice", "", "Example", "alice"),
        ("Example: alice", "Example", "Example", "alice"),
        ("Other:alice", "Example", "Example", "Other:alice"),
        ("", "", "", ""),
        (
            "a\u{202e}b\u{2066}c\n\0d",
            "<script>\u{200b}",
            "<script>",
            "abc d",
        ),
    ];
    for (name, issuer, expected_issuer, expected_account) in cases {
        let part = TransferPart::from_uri(&uri(&one(name, issuer, &[]))).unwrap();
        let entry = &part.entries[0];
        assert_eq!(
            (entry.issuer.as_str(), entry.account.as_str()),
            (expected_issuer, expected_account),
            "{name:?}"
        );
    }
    let long = "é".repeat(3000);
    let part = TransferPart::from_message(&one(&long, &long, &[])).unwrap();
    assert_eq!(
        part.entries[0].issuer.chars().count(),
        deskfob_otp::MAX_NAME_CHARS
    );
}

#[test]
fn spellings_of_the_data() {
    // Has `+` and `/` in its base64.
    let message = [
        one("alice?>~", "Ex", &[]),
        bytes(2, &[0xfb, 0xef, 0xff, 0xfe]),
    ]
    .concat();
    let plain = BASE64.encode(&message);
    assert!(plain.contains('+') && plain.contains('/'), "{plain}");
    let spellings = [
        uri(&message),
        format!("otpauth-migration://offline?data={plain}"),
        format!(
            "otpauth-migration://offline?data={}",
            plain.trim_end_matches('=')
        ),
        format!(
            "otpauth-migration://offline?data={}",
            plain.replace('+', " ")
        ),
        format!(
            "OTPAUTH-MIGRATION://offline?v=1&data={}",
            BASE64URL_NOPAD.encode(&message)
        ),
    ];
    for spelling in spellings {
        let part = TransferPart::from_uri(&spelling).unwrap();
        assert_eq!(part.entries[0].account, "alice?>~", "{spelling}");
    }
}

#[test]
fn codes_that_are_none() {
    let whole = one("alice", "Example", &[]);
    let head = |fields: &[(u64, u64)]| {
        let mut message = whole.clone();
        fields
            .iter()
            .for_each(|(field, value)| message.extend(number(*field, *value)));
        uri(&message)
    };
    let cases = [
        (
            "another scheme",
            "otpauth://totp/a?secret=QWERTYUIOP".to_owned(),
            "transfer_not_one",
        ),
        ("no scheme", "ö".to_owned(), "transfer_not_one"),
        (
            "no data",
            "otpauth-migration://offline".to_owned(),
            "transfer_no_data",
        ),
        (
            "empty data",
            "otpauth-migration://offline?data=".to_owned(),
            "transfer_no_data",
        ),
        (
            "not base64",
            "otpauth-migration://offline?data=%%%".to_owned(),
            "transfer_not_base64",
        ),
        (
            "cut off",
            uri(&whole[..whole.len() - 3]),
            "transfer_damaged",
        ),
        ("nothing in it", uri(&number(2, 1)), "transfer_empty"),
        (
            "too many",
            uri(&one("", "", &[]).repeat(MAX_PART_ENTRIES + 1)),
            "transfer_too_many",
        ),
        (
            "the fourth of three",
            head(&[(3, 3), (4, 3)]),
            "transfer_out_of_range",
        ),
        (
            "of a thousand",
            head(&[(3, 1000), (4, 3)]),
            "transfer_out_of_range",
        ),
        (
            "a negative index",
            head(&[(3, 3), (4, u64::MAX)]),
            "transfer_out_of_range",
        ),
        ("10 KB", uri(&bytes(9, &[7; 10_000])), "transfer_too_long"),
    ];
    for (name, uri, code) in cases {
        let error = TransferPart::from_uri(&uri).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), code, "{name}");
        assert!(
            error.hint().is_some(),
            "{name}: a person is told what to do"
        );
    }
}

#[test]
fn one_that_cannot_be_taken_keeps_no_other_from_being_read() {
    let message = [
        one("good", "Example", &[]),
        one("md5", "", &[(4, 4)]),
        one("seven", "Seven\u{202e}", &[(5, 3)]),
        bytes(1, &bytes(2, b"no key")),
        bytes(1, &[0x0a, 200, 1]),
        one("last", "Example", &[]),
    ]
    .concat();
    let part = TransferPart::from_message(&message).unwrap();
    let names: Vec<&str> = part
        .entries
        .iter()
        .map(|entry| entry.account.as_str())
        .collect();
    assert_eq!(names, ["good", "last"]);
    let refused: Vec<_> = part
        .refused
        .iter()
        .map(|one| (one.number, one.name.as_str(), one.reason.code()))
        .collect();
    assert_eq!(
        refused,
        [
            (2, "md5", "algorithm_invalid"),
            (3, "Seven", "digits_invalid"),
            (4, "no key", "seed_empty"),
            (5, "", "entry_damaged"),
        ]
    );
    let shown = format!("{part:?}");
    assert!(
        !shown.contains("Hello") && !shown.contains("JBSWY3DP") && !shown.contains("222, 173"),
        "{shown}"
    );
}

#[test]
fn collected_in_any_order() {
    let mut collection = Collection::default();
    assert!(collection.is_empty());
    let progress = collection.add(part(-7, 3, 2, "c"));
    assert_eq!(
        progress.to_string(),
        "1 of 3 codes scanned, missing numbers 1 and 2"
    );
    let progress = collection.add(part(-7, 3, 0, "a"));
    assert_eq!(
        progress.to_string(),
        "2 of 3 codes scanned, missing number 2"
    );
    assert_eq!(
        (
            progress.total,
            progress.have,
            &progress.missing[..],
            progress.repeated
        ),
        (3, 2, &[2][..], false)
    );

    let again = collection.add(part(-7, 3, 2, "c"));
    assert!(again.repeated && again.have == 2, "a repeat counts once");
    assert!(collection.take_complete().is_empty(), "not yet");

    let other = collection.add(part(8, 2, 1, "of another transfer"));
    assert_eq!(other.to_string(), "1 of 2 codes scanned, missing number 1");
    let progress = collection.add(part(-7, 3, 1, "b"));
    assert!(progress.is_complete());
    assert_eq!(progress.to_string(), "3 of 3 codes scanned");
    let names: Vec<String> = collection
        .take_complete()
        .into_iter()
        .map(|part| part.entries[0].account.clone())
        .collect();
    assert_eq!(names, ["a", "b", "c"], "in their order");
    assert_eq!(
        collection.progress(),
        [Progress {
            repeated: false,
            ..other
        }],
        "the other one still waits"
    );
    assert_eq!(collection.take_all().len(), 1);
    assert!(collection.is_empty());
}

#[test]
fn transfers_without_a_number_of_their_own_are_kept_apart() {
    let mut collection = Collection::default();
    for (name, repeated) in [("first", false), ("second", false), ("first", true)] {
        let progress = collection.add(part(0, 1, 0, name));
        assert_eq!(
            (progress.is_complete(), progress.repeated),
            (true, repeated),
            "{name}"
        );
    }
    assert_eq!(collection.take_complete().len(), 2);
}

#[test]
fn only_so_many_transfers_are_held() {
    let mut collection = Collection::default();
    for id in 0..100 {
        collection.add(part(id, 2, 0, "a"));
    }
    let held = collection.progress();
    assert_eq!(held.len(), MAX_BATCHES);
    assert_eq!(held.last().unwrap().batch, BatchId(99), "the newest stay");
}

proptest! {
    #[test]
    fn any_bytes_are_answered(message in prop::collection::vec(any::<u8>(), 0..300), whole in any::<bool>()) {
        let mut bytes = message;
        if whole {
            bytes.splice(0..0, one("alice", "Example", &[]));
        }
        if let Ok(part) = TransferPart::from_message(&bytes) {
            prop_assert!(part.index < part.total && part.total <= MAX_PARTS);
            prop_assert!(part.entries.len() + part.refused.len() <= MAX_PART_ENTRIES);
            let total = part.total;
            let progress = Collection::default().add(part);
            prop_assert_eq!(progress.have, 1);
            prop_assert_eq!(progress.missing.len(), usize::from(total) - 1);
        }
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}", data in any::<bool>()) {
        let uri = if data { format!("otpauth-migration://offline?data={text}") } else { text };
        let _ = TransferPart::from_uri(&uri);
    }

    #[test]
    fn any_order_completes(order in Just((0..5_u64).collect::<Vec<_>>()).prop_shuffle(), repeats in prop::collection::vec(0..5_u64, 0..5)) {
        let mut collection = Collection::default();
        for index in order.iter().take(4).chain(&repeats).chain(&order) {
            collection.add(part(3, 5, *index, &format!("account {index}")));
        }
        let names: Vec<String> = collection.take_complete().into_iter().map(|part| part.entries[0].account.clone()).collect();
        prop_assert_eq!(names, (0..5).map(|index| format!("account {index}")).collect::<Vec<_>>());
        prop_assert!(collection.is_empty());
    }
}
