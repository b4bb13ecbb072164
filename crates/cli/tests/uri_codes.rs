//! `fob code --uri-stdin`: codes without a vault.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{fob, oathtool};

/// RFC 6238 appendix B has codes of 8 digits for keys of three lengths; here each key is in base32.
const RFC_SHA1: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn code(uri: &str, at: u64) -> String {
    let ran = fob(&["code", "--uri-stdin", "--at", &at.to_string()], uri);
    assert_eq!(ran.stderr, "", "nothing but the code");
    ran.ends(0).stdout
}

#[test]
fn known_codes() {
    let cases = [
        ("the defaults", "secret=QWERTYUIOP", 1741011292, "419231"),
        (
            "SHA-256",
            "secret=QWERTYUIOP&algorithm=SHA256",
            1741011292,
            "878984",
        ),
        (
            "SHA-512",
            "secret=QWERTYUIOP&algorithm=SHA512",
            1741011292,
            "560428",
        ),
        (
            "10 digits, 3 s",
            "secret=QWERTYUIOP&digits=10&period=3",
            1741011285,
            "0411324415",
        ),
        (
            "7 s later",
            "secret=QWERTYUIOP&digits=10&period=3",
            1741011292,
            "1572711400",
        ),
    ];
    for (name, query, at, expected) in cases {
        let uri = format!("otpauth://totp/a:b?{query}");
        assert_eq!(
            code(&uri, at),
            format!("{expected}\n"),
            "{name}, no line end"
        );
        assert_eq!(
            code(&format!("{uri}\r\n"), at),
            format!("{expected}\n"),
            "{name}, CR LF"
        );
    }
    let rfc = format!("otpauth://totp/x?secret={RFC_SHA1}&digits=8");
    for (at, expected) in [
        (59, "94287082"),
        (1111111109, "07081804"),
        (20000000000, "65353130"),
    ] {
        assert_eq!(
            code(&rfc, at),
            format!("{expected}\n"),
            "RFC 6238 appendix B at {at}"
        );
    }
    let hotp = format!("otpauth://hotp/x?secret={RFC_SHA1}&counter=1");
    assert_eq!(code(&hotp, 0), "287082\n", "RFC 4226 appendix D, count 1");
}

#[test]
fn one_line_out_for_each_line_in() {
    let input = "otpauth://totp/a:b?secret=QWERTYUIOP\n\
                 \n\
                 https://example.com/\n\
                 otpauth://totp/a:b?secret=QWERTY0IOP\n\
                 otpauth://totp/a:b\n\
                 otpauth://totp/a:b?secret=QWERTYUIOP&digits=11\n\
                 otpauth://totp/a:b?secret=QWERTYUIOP&period=0\n\
                 otpauth://totp/a:b?secret=QWERTYUIOP&algorithm=MD5\n\
                 otpauth://hotp/a:b?secret=QWERTYUIOP&counter=x\n\
                 otpauth://totp/a:b?secret=QWERTYUIOP&algorithm=SHA256\n";
    let ran = fob(&["code", "--uri-stdin", "--at", "1741011292"], input).ends(1);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 10, "{}", ran.stdout);
    assert_eq!(lines[0], "419231", "lines before a bad one");
    assert_eq!(lines[9], "878984", "lines behind a bad one");
    for (number, line) in lines[1..9].iter().enumerate() {
        assert!(
            line.starts_with("error: ") && line.len() > 12,
            "line {}: {line}",
            number + 2
        );
        assert!(!line.contains("QWERTY"), "a key in an error: {line}");
    }
}

#[test]
fn hostile_lines_cost_little_and_spare_the_others() {
    let good = "otpauth://totp/a:b?secret=QWERTYUIOP";
    let long = "x".repeat(10_000_000);
    let input = [
        b"\xff\xfe\n".as_slice(),
        long.as_bytes(),
        b"\n",
        good.as_bytes(),
    ]
    .concat();
    let ran = fob(&["code", "--uri-stdin", "--at", "1741011292"], input).ends(1);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(
        lines[0].starts_with("error: ") && lines[1].starts_with("error: "),
        "{lines:?}"
    );
    assert_eq!(lines[2..], ["419231"], "the line behind them");
}

#[test]
fn nothing_in_is_nothing_out() {
    let ran = fob(&["code", "--uri-stdin"], "").ends(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
}

#[test]
fn json_has_both_codes_and_their_span() {
    let input = "otpauth://totp/a:b?secret=QWERTYUIOP\nnonsense\notpauth://hotp/a?secret=QWERTYUIOP&counter=7\n";
    let ran = fob(
        &["code", "--uri-stdin", "--at", "1741011292", "--json"],
        input,
    )
    .ends(1);
    let lines: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let next = oathtool("QWERTYUIOP", 1741011322);
    assert_eq!(
        lines[0],
        json!({"code": "419231", "next": next, "valid_from": 1741011270, "valid_until": 1741011300, "error": null})
    );
    assert_eq!(lines[1]["code"], Value::Null);
    let error = lines[1]["error"].as_object().expect("an object");
    assert_eq!(
        error.keys().collect::<Vec<_>>(),
        ["code", "hint", "message"]
    );
    assert_eq!(error["code"], "not_otpauth");
    assert_eq!(
        lines[2]["valid_until"],
        Value::Null,
        "a counter knows no time"
    );
}

#[test]
fn next_is_the_code_of_the_period_after() {
    let uri = "otpauth://totp/a:b?secret=QWERTYUIOP";
    let ran = fob(
        &["code", "--uri-stdin", "--at", "1741011292", "--next"],
        uri,
    )
    .ends(0);
    assert_eq!(ran.stdout.trim_end(), oathtool("QWERTYUIOP", 1741011322));
}

#[test]
fn no_state_is_touched() {
    let fob = support::Fob::new();
    fob.bare(
        &["code", "--uri-stdin"],
        "otpauth://totp/a:b?secret=QWERTYUIOP\n",
    )
    .ends(0);
    assert!(!fob.home().exists(), "codes of URIs need no vault");
}
