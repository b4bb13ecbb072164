//! Awkward otpauth URIs, each with the decision taken about it. What generators in the field write must be read; what
//! could make a code wrong must be refused; what is merely odd must be told.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use deskfob_otp::{
    Entry, ExposeSecret, Kind, MAX_NAME_CHARS, NamePart, Notice, SeedError, UriError,
};

/// `otpauth://totp/a:b?secret=QWERTYUIOP`, the plain one, as its parts.
const PLAIN: Read = Read {
    issuer: "a",
    account: "b",
    digits: 6,
    algorithm: "SHA1",
    kind: "totp",
    moving: 30,
};

/// `QWERTYUIOP` written back: 50 bits are 6 bytes and two bits to drop.
const KEY: &str = "QWERTYUIOM";

/// What a URI says, apart from the key (which is `QWERTYUIOP` in all of them).
#[derive(Debug, Clone, PartialEq)]
struct Read {
    issuer: &'static str,
    account: &'static str,
    digits: u8,
    algorithm: &'static str,
    kind: &'static str,
    /// The period or the counter.
    moving: u64,
}

fn check(name: &str, uri: &str, expected: &Read, notices: &[Notice]) {
    let parsed = Entry::from_uri(uri).unwrap_or_else(|error| panic!("{name}: {error}"));
    let entry = &parsed.entry;
    assert_eq!(entry.issuer, expected.issuer, "{name}: issuer");
    assert_eq!(entry.account, expected.account, "{name}: account");
    assert_eq!(entry.seed.to_base32().expose_secret(), KEY, "{name}: key");
    assert_eq!(entry.digits.get(), expected.digits, "{name}: digits");
    assert_eq!(
        entry.algorithm.as_str(),
        expected.algorithm,
        "{name}: algorithm"
    );
    assert_eq!(entry.kind.as_str(), expected.kind, "{name}: type");
    let moving = match entry.kind {
        Kind::Totp { period } | Kind::Steam { period } => period.get().into(),
        Kind::Hotp { counter } => counter,
    };
    assert_eq!(moving, expected.moving, "{name}: period or counter");
    assert_eq!(parsed.notices, notices, "{name}: notices");
}

#[test]
fn names() {
    let unnamed = || vec![Notice::Unnamed];
    let differs = |label: &str, parameter: &str| {
        vec![Notice::IssuerDiffers {
            label: label.to_owned(),
            parameter: parameter.to_owned(),
        }]
    };
    let cases: &[(&str, &str, &'static str, &'static str, Vec<Notice>)] = &[
        ("plain", "totp/a:b?", "a", "b", vec![]),
        (
            "%3A separates",
            "totp/issuer%3Aaccount%20name?",
            "issuer",
            "account name",
            vec![],
        ),
        (
            "%3a separates",
            "totp/issuer%3aaccount?",
            "issuer",
            "account",
            vec![],
        ),
        (
            "no issuer anywhere",
            "totp/test%40example.com?",
            "",
            "test@example.com",
            vec![],
        ),
        (
            "empty issuer parameter is none",
            "totp/x:y?issuer=&",
            "x",
            "y",
            vec![],
        ),
        (
            "issuer in the parameter only",
            "totp/alice?issuer=example.org&",
            "example.org",
            "alice",
            vec![],
        ),
        (
            "both alike",
            "totp/Example:alice?issuer=Example&",
            "Example",
            "alice",
            vec![],
        ),
        (
            "both alike but for the case",
            "totp/EXAMPLE:alice?issuer=Example&",
            "Example",
            "alice",
            vec![],
        ),
        (
            "the parameter wins, the label is told",
            "totp/example.com%3Aalice?issuer=microsoft.com&",
            "microsoft.com",
            "alice",
            differs("example.com", "microsoft.com"),
        ),
        (
            "empty issuer before the colon",
            "totp/:alice?",
            "",
            "alice",
            vec![],
        ),
        (
            "empty issuer before the colon, parameter",
            "totp/:alice?issuer=Example&",
            "Example",
            "alice",
            vec![],
        ),
        (
            "several colons: the first separates",
            "totp/Matrix:@edent_:matrix.org?",
            "Matrix",
            "@edent_:matrix.org",
            vec![],
        ),
        (
            "several colons: the issuer has one",
            "totp/A%3AB:c:d?issuer=A:B&",
            "A:B",
            "c:d",
            vec![],
        ),
        (
            "spaces around the colon",
            "totp/Example%20Website%20%3A%20%20%20%20test%40example.com?",
            "Example Website",
            "test@example.com",
            vec![],
        ),
        ("no account", "totp/Example:?", "Example", "", vec![]),
        ("empty label", "totp/?", "", "", unnamed()),
        ("no label at all", "totp?", "", "", unnamed()),
        ("label of spaces", "totp/%20%20?", "", "", unnamed()),
        (
            "empty label, issuer",
            "totp/?issuer=Example&",
            "Example",
            "",
            vec![],
        ),
        (
            "+ in a label is itself",
            "totp/alice+work@example.com?",
            "",
            "alice+work@example.com",
            vec![],
        ),
        (
            "+ in a parameter is a space",
            "totp/alice?issuer=Example+Co&",
            "Example Co",
            "alice",
            vec![],
        ),
        (
            "%2B in a parameter is a plus",
            "totp/alice?issuer=C%2B%2B&",
            "C++",
            "alice",
            vec![],
        ),
        ("decoded once only", "totp/100%2525?", "", "100%25", vec![]),
        (
            "a percent sign that escapes nothing",
            "totp/100%:50%zz?",
            "100%",
            "50%zz",
            vec![],
        ),
        (
            "slashes are text",
            "totp/Example%2FOps:a/b/../c?",
            "Example/Ops",
            "a/b/../c",
            vec![],
        ),
        (
            "# is text, for these URIs have no fragment",
            "totp/C#:alice?issuer=C#&",
            "C#",
            "alice",
            vec![],
        ),
        (
            "= in a value",
            "totp/alice?issuer=a=b&",
            "a=b",
            "alice",
            vec![],
        ),
        (
            "non-ASCII, encoded",
            "totp/%E8%8E%8E%E5%A3%AB%E6%AF%94%E4%BA%9A?",
            "",
            "莎士比亚",
            vec![],
        ),
        (
            "non-ASCII, not encoded",
            "totp/莎士比亚?issuer=Übung&",
            "Übung",
            "莎士比亚",
            vec![],
        ),
        (
            "emoji, not encoded",
            "totp/🏴☠️:🏳️🌈?",
            "🏴☠️",
            "🏳️🌈",
            vec![],
        ),
        (
            "Latin-1 in the label",
            "totp/caf%E9?",
            "",
            "caf\u{fffd}",
            vec![Notice::NameNotUtf8 {
                part: NamePart::Account,
            }],
        ),
        (
            "Latin-1 in the issuer",
            "totp/a?issuer=caf%E9&",
            "caf\u{fffd}",
            "a",
            vec![Notice::NameNotUtf8 {
                part: NamePart::Issuer,
            }],
        ),
        (
            "right-to-left override is taken out",
            "totp/Bank:%E2%80%AEecila?",
            "Bank",
            "ecila",
            vec![Notice::NameCleaned {
                part: NamePart::Account,
            }],
        ),
        (
            "control characters are taken out",
            "totp/B%00a%1Bnk:alice%0Ax?",
            "Bank",
            "alice x",
            vec![
                Notice::NameCleaned {
                    part: NamePart::Issuer,
                },
                Notice::NameCleaned {
                    part: NamePart::Account,
                },
            ],
        ),
        (
            "two issuers alike",
            "totp/a?issuer=X&issuer=X&",
            "X",
            "a",
            vec![Notice::DuplicateParameter { name: "issuer" }],
        ),
        (
            "two issuers: the first is taken",
            "totp/a?issuer=X&issuer=Y&",
            "X",
            "a",
            vec![Notice::DuplicateParameter { name: "issuer" }],
        ),
    ];
    for (name, uri, issuer, account, notices) in cases {
        let uri = format!("otpauth://{uri}secret=QWERTYUIOP");
        check(
            name,
            &uri,
            &Read {
                issuer,
                account,
                ..PLAIN
            },
            notices,
        );
    }
}

#[test]
fn names_have_a_limit() {
    let name = "ä".repeat(MAX_NAME_CHARS + 1);
    let parsed = Entry::from_uri(&format!(
        "otpauth://totp/{name}?secret=QWERTYUIOP&issuer={name}"
    ))
    .unwrap();
    assert_eq!(parsed.entry.issuer, "ä".repeat(MAX_NAME_CHARS));
    assert_eq!(parsed.entry.account.chars().count(), MAX_NAME_CHARS);
    let length = MAX_NAME_CHARS + 1;
    assert_eq!(
        parsed.notices,
        [
            Notice::NameTruncated {
                part: NamePart::Issuer,
                length
            },
            Notice::NameTruncated {
                part: NamePart::Account,
                length
            }
        ]
    );
}

#[test]
fn spellings() {
    let cases = [
        (
            "scheme and type in capitals",
            "OTPAUTH://TOTP/a:b?SECRET=QWERTYUIOP",
        ),
        (
            "mixed case parameters",
            "otpauth://totp/a:b?Secret=qwertyuiop&Issuer=a",
        ),
        (
            "the scheme of Apple's keychain",
            "apple-otpauth://totp/a:b?secret=QWERTYUIOP",
        ),
        (
            "white space around",
            " \r\n\u{feff}otpauth://totp/a:b?secret=QWERTYUIOP\n",
        ),
        ("padding", "otpauth://totp/a:b?secret=QWERTYUIOP======"),
        (
            "padding, encoded",
            "otpauth://totp/a:b?secret=QWERTYUIOP%3D%3D%3D%3D%3D%3D",
        ),
        ("key in groups", "otpauth://totp/a:b?secret=QWER+tyui%20OP"),
        ("key with hyphens", "otpauth://totp/a:b?secret=QWER-TYUI-OP"),
        (
            "separators to spare",
            "otpauth://totp/a:b?&secret=QWERTYUIOP&&",
        ),
        (
            "HTML-escaped separators",
            "otpauth://totp/a:b?secret=QWERTYUIOP&amp;digits=6&amp;period=30",
        ),
        (
            "everything spelt out",
            "otpauth://totp/a:b?secret=QWERTYUIOP&issuer=a&algorithm=SHA1&digits=6&period=30",
        ),
        (
            "leading zeros",
            "otpauth://totp/a:b?secret=QWERTYUIOP&digits=06&period=030",
        ),
        (
            "empty encoder is none",
            "otpauth://totp/a:b?secret=QWERTYUIOP&encoder=",
        ),
    ];
    for (name, uri) in cases {
        check(name, uri, &PLAIN, &[]);
    }
}

#[test]
fn parameters() {
    let duplicate = |name| Notice::DuplicateParameter { name };
    let unused = |name| Notice::UnusedParameter { name };
    let unknown = |name: &str| Notice::UnknownParameter {
        name: name.to_owned(),
    };
    let spelling = |value: &str| Notice::AlgorithmSpelling {
        value: value.to_owned(),
    };
    let hotp = Read {
        kind: "hotp",
        ..PLAIN
    };
    let steam = Read {
        kind: "steam",
        digits: 5,
        ..PLAIN
    };
    let cases: &[(&str, &str, &str, Read, Vec<Notice>)] = &[
        (
            "sha256",
            "totp",
            "algorithm=SHA256",
            Read {
                algorithm: "SHA256",
                ..PLAIN
            },
            vec![],
        ),
        (
            "lower case",
            "totp",
            "algorithm=sha256",
            Read {
                algorithm: "SHA256",
                ..PLAIN
            },
            vec![spelling("sha256")],
        ),
        (
            "hyphen",
            "totp",
            "algorithm=SHA-512",
            Read {
                algorithm: "SHA512",
                ..PLAIN
            },
            vec![spelling("SHA-512")],
        ),
        (
            "Java's name",
            "totp",
            "algorithm=HmacSHA1",
            PLAIN,
            vec![spelling("HmacSHA1")],
        ),
        (
            "one digit",
            "totp",
            "digits=1",
            Read { digits: 1, ..PLAIN },
            vec![],
        ),
        (
            "ten digits",
            "totp",
            "digits=10",
            Read {
                digits: 10,
                ..PLAIN
            },
            vec![],
        ),
        (
            "one second",
            "totp",
            "period=1",
            Read { moving: 1, ..PLAIN },
            vec![],
        ),
        (
            "thirty years",
            "totp",
            "period=1000000000",
            Read {
                moving: 1_000_000_000,
                ..PLAIN
            },
            vec![],
        ),
        (
            "counter",
            "hotp",
            "counter=7",
            Read {
                moving: 7,
                ..hotp.clone()
            },
            vec![],
        ),
        (
            "largest counter",
            "hotp",
            "counter=18446744073709551615",
            Read {
                moving: u64::MAX,
                ..hotp.clone()
            },
            vec![],
        ),
        (
            "no counter: 0",
            "hotp",
            "",
            Read {
                moving: 0,
                ..hotp.clone()
            },
            vec![Notice::CounterMissing],
        ),
        (
            "period for HOTP",
            "hotp",
            "counter=1&period=60",
            Read { moving: 1, ..hotp },
            vec![unused("period")],
        ),
        (
            "counter for TOTP",
            "totp",
            "counter=0",
            PLAIN,
            vec![unused("counter")],
        ),
        ("steam type", "steam", "", steam.clone(), vec![]),
        (
            "steam type spelt out",
            "Steam",
            "digits=5&algorithm=SHA1&period=30",
            steam.clone(),
            vec![],
        ),
        (
            "steam encoder",
            "totp",
            "encoder=steam",
            steam.clone(),
            vec![],
        ),
        (
            "steam codes have five characters",
            "totp",
            "encoder=STEAM&digits=6",
            steam,
            vec![unused("digits")],
        ),
        (
            "unknown parameters",
            "totp",
            "image=x&lock=1&image=y",
            PLAIN,
            vec![unknown("image"), unknown("lock")],
        ),
        (
            "unknown without a value",
            "totp",
            "flag",
            PLAIN,
            vec![unknown("flag")],
        ),
        (
            "a long name is not repeated",
            "totp",
            "JBSWY3DPEHPK3PXP",
            PLAIN,
            vec![unknown("(16 characters)")],
        ),
        (
            "same digits twice",
            "totp",
            "digits=6&digits=06",
            PLAIN,
            vec![duplicate("digits")],
        ),
        (
            "same key twice",
            "totp",
            "secret=qwertyuiop",
            PLAIN,
            vec![duplicate("secret")],
        ),
        (
            "same algorithm twice",
            "totp",
            "algorithm=SHA1&algorithm=sha1",
            PLAIN,
            vec![duplicate("algorithm"), spelling("sha1")],
        ),
    ];
    for (name, kind, parameters, expected, notices) in cases {
        let uri = format!("otpauth://{kind}/a:b?secret=QWERTYUIOP&{parameters}");
        check(name, &uri, expected, notices);
    }
    let many: String = (0..100).map(|n| format!("&p{n}=1")).collect();
    let parsed = Entry::from_uri(&format!("otpauth://totp/a:b?secret=QWERTYUIOP{many}")).unwrap();
    assert_eq!(
        parsed.notices.len(),
        8,
        "a hundred unknown parameters are told by the first few"
    );
}

#[test]
fn refused() {
    let long = format!("otpauth://totp/{}?secret=QWERTYUIOP", "a".repeat(8192));
    let text = ToOwned::to_owned;
    let scheme = |scheme: &str| UriError::NotOtpauth {
        scheme: text(scheme),
    };
    let host = |host: &str| UriError::UnknownType { host: text(host) };
    let algorithm = |value: &str| UriError::InvalidAlgorithm { value: text(value) };
    let digits = |value: &str| UriError::InvalidDigits { value: text(value) };
    let period = |value: &str| UriError::InvalidPeriod { value: text(value) };
    let counter = |value: &str| UriError::InvalidCounter { value: text(value) };
    let cases: &[(&str, &str, UriError)] = &[
        ("nothing", "", scheme("")),
        ("a bare key", "JBSWY3DPEHPK3PXP", scheme("")),
        (
            "a web link",
            "https://example.com/?secret=QWERTYUIOP",
            scheme("https"),
        ),
        (
            "a sentence",
            "scan this: otpauth://totp/a?secret=QWERTYUIOP",
            scheme(""),
        ),
        (
            "migration",
            "otpauth-migration://offline?data=CjEKCkhlbGxv",
            UriError::Migration,
        ),
        (
            "motp",
            "motp://a:b?secret=0123456789abcdef",
            UriError::Unsupported { kind: "motp" },
        ),
        (
            "yaotp",
            "otpauth://yaotp/a?secret=QWERTYUIOP&pin_length=4",
            UriError::Unsupported { kind: "yaotp" },
        ),
        (
            "a link of the Steam client",
            "steam://open/games",
            scheme("steam"),
        ),
        (
            "a short link of the Steam client",
            "steam://nav",
            scheme("steam"),
        ),
        (
            "another type",
            "otpauth://ocra/a?secret=QWERTYUIOP",
            host("ocra"),
        ),
        ("no type", "otpauth:///a?secret=QWERTYUIOP", host("")),
        ("no slashes", "otpauth:totp/a?secret=QWERTYUIOP", host("")),
        (
            "a key for the type",
            "otpauth://JBSWY3DPEHPK3PXP",
            host("(16 characters)"),
        ),
        ("no query", "otpauth://totp/a:b", UriError::MissingSecret),
        (
            "a question mark in the label ends it",
            "otpauth://totp/who?:me?secret=QWERTYUIOP",
            UriError::MissingSecret,
        ),
        (
            "no secret",
            "otpauth://totp/a:b?issuer=a",
            UriError::MissingSecret,
        ),
        (
            "empty secret",
            "otpauth://totp/a:b?secret=&digits=6",
            SeedError::Empty.into(),
        ),
        (
            "secret without a value",
            "otpauth://totp/a:b?secret",
            SeedError::Empty.into(),
        ),
        (
            "0 is not base32",
            "otpauth://totp/a?secret=QWERTY0",
            SeedError::Lookalike { position: 7 }.into(),
        ),
        (
            "1 is not base32",
            "otpauth://totp/a?secret=1QWERTY",
            SeedError::Lookalike { position: 1 }.into(),
        ),
        (
            "8 is not base32",
            "otpauth://totp/a?secret=QW8RTY",
            SeedError::Lookalike { position: 3 }.into(),
        ),
        (
            "9 is not base32",
            "otpauth://totp/a?secret=QWERT9",
            SeedError::Lookalike { position: 6 }.into(),
        ),
        (
            "punctuation",
            "otpauth://totp/a?secret=QWERT!£$%^&*(YUIOP",
            SeedError::NotBase32 { position: 6 }.into(),
        ),
        (
            "a fragment is no part of a key",
            "otpauth://totp/a?secret=QWERTY#x",
            SeedError::NotBase32 { position: 7 }.into(),
        ),
        (
            "a key that is not UTF-8",
            "otpauth://totp/a?secret=QWE%FF",
            SeedError::NotBase32 { position: 4 }.into(),
        ),
        (
            "MD5",
            "otpauth://totp/a?secret=QWERTYUIOP&algorithm=MD5",
            algorithm("MD5"),
        ),
        (
            "empty algorithm",
            "otpauth://totp/a?secret=QWERTYUIOP&algorithm=",
            algorithm(""),
        ),
        (
            "SHA alone",
            "otpauth://totp/a?secret=QWERTYUIOP&algorithm=SHA",
            algorithm("SHA"),
        ),
        (
            "no digits",
            "otpauth://totp/a?secret=QWERTYUIOP&digits=0",
            digits("0"),
        ),
        (
            "eleven digits",
            "otpauth://totp/a?secret=QWERTYUIOP&digits=11",
            digits("11"),
        ),
        (
            "a hundred digits",
            "otpauth://totp/a?secret=QWERTYUIOP&digits=100",
            digits("100"),
        ),
        (
            "256 + 6 digits",
            "otpauth://totp/a?secret=QWERTYUIOP&digits=262",
            digits("262"),
        ),
        (
            "empty digits",
            "otpauth://totp/a?secret=QWERTYUIOP&digits=",
            digits(""),
        ),
        (
            "digits as a word",
            "otpauth://totp/a?secret=QWERTYUIOP&digits=six",
            digits("six"),
        ),
        (
            "a signed number",
            "otpauth://totp/a?secret=QWERTYUIOP&digits=%2B6",
            digits("+6"),
        ),
        (
            "no period",
            "otpauth://totp/a?secret=QWERTYUIOP&period=0",
            period("0"),
        ),
        (
            "a negative period",
            "otpauth://totp/a?secret=QWERTYUIOP&period=-30",
            period("-30"),
        ),
        (
            "half a second",
            "otpauth://totp/a?secret=QWERTYUIOP&period=30.5",
            period("30.5"),
        ),
        (
            "an empty period",
            "otpauth://totp/a?secret=QWERTYUIOP&period=",
            period(""),
        ),
        (
            "a period of 2^32",
            "otpauth://totp/a?secret=QWERTYUIOP&period=4294967296",
            period("4294967296"),
        ),
        (
            "a negative counter",
            "otpauth://hotp/a?secret=QWERTYUIOP&counter=-1",
            counter("-1"),
        ),
        (
            "a counter of 2^64",
            "otpauth://hotp/a?secret=QWERTYUIOP&counter=18446744073709551616",
            counter("(20 characters)"),
        ),
        (
            "an empty counter",
            "otpauth://hotp/a?secret=QWERTYUIOP&counter=",
            counter(""),
        ),
        (
            "faulty though unused",
            "otpauth://totp/a?secret=QWERTYUIOP&counter=x",
            counter("x"),
        ),
        (
            "an unknown encoder",
            "otpauth://totp/a?secret=QWERTYUIOP&encoder=base26",
            UriError::Unsupported { kind: "encoder" },
        ),
        (
            "HOTP by Steam",
            "otpauth://hotp/a?secret=QWERTYUIOP&encoder=steam",
            UriError::Unsupported { kind: "encoder" },
        ),
        (
            "Steam with SHA256",
            "otpauth://steam/a?secret=QWERTYUIOP&algorithm=SHA256",
            algorithm("SHA256"),
        ),
        (
            "two keys",
            "otpauth://totp/a?secret=QWERTYUIOP&secret=QWERTYUIO",
            UriError::Conflicting { name: "secret" },
        ),
        (
            "two lengths",
            "otpauth://totp/a?secret=QWERTYUIOP&digits=6&digits=8",
            UriError::Conflicting { name: "digits" },
        ),
        (
            "two algorithms",
            "otpauth://totp/a?secret=QWERTYUIOP&algorithm=SHA1&Algorithm=SHA256",
            UriError::Conflicting { name: "algorithm" },
        ),
        (
            "two periods",
            "otpauth://totp/a?secret=QWERTYUIOP&period=30&period=60",
            UriError::Conflicting { name: "period" },
        ),
        (
            "two counters",
            "otpauth://hotp/a?secret=QWERTYUIOP&counter=1&counter=2",
            UriError::Conflicting { name: "counter" },
        ),
        (
            "too long",
            &long,
            UriError::TooLong {
                length: long.len(),
                max: 8192,
            },
        ),
    ];
    for (name, uri, expected) in cases {
        let error = Entry::from_uri(uri)
            .err()
            .unwrap_or_else(|| panic!("{name}: read"));
        assert_eq!(error, *expected, "{name}");
        assert!(
            error.hint().is_some(),
            "{name}: a person is told what to do"
        );
        assert!(
            error
                .code()
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit()),
            "{name}: {} is snake case",
            error.code()
        );
    }
}

#[test]
fn steam_links_of_password_vaults() {
    let key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let parsed = Entry::from_uri(&format!("steam://{key}")).unwrap();
    assert_eq!(
        (parsed.entry.issuer.as_str(), parsed.entry.account.as_str()),
        ("Steam", "")
    );
    assert_eq!(parsed.entry.kind.as_str(), "steam");
    assert_eq!(parsed.entry.seed.to_base32().expose_secret(), key);
}
