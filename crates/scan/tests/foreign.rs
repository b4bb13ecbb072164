//! From another program's QR code to another program's one-time password: `qrencode` draws, `oathtool` computes.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::io::Write;
use std::process::{Command, Stdio};

use deskfob_otp::{Algorithm, Digits, Entry, ExposeSecret, Kind, Period, Seed, UnixTime};
use deskfob_scan::{Payload, Picture, enrolments, scan};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRng, TestRunner};

/// Runs a program of the Debian package of the same name, with the secret on its standard input.
fn run(program: &str, arguments: &[String], input: &str) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("the packages qrencode and oathtool must be installed: {program}: {error}")
        });
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} refused {arguments:?}");
    output.stdout
}

#[test]
fn drawn_by_qrencode_and_computed_by_oathtool() {
    let key = prop::collection::vec(any::<u8>(), 10..65);
    let algorithm = prop_oneof![
        Just(Algorithm::Sha1),
        Just(Algorithm::Sha256),
        Just(Algorithm::Sha512)
    ];
    let drawing = (
        2..7_u32,
        prop::sample::select(vec!["L", "M", "Q", "H"]),
        2..6_u32,
    );
    let inputs = (
        key,
        algorithm,
        6..=8_u8,
        1..=120_u32,
        0..=4_000_000_000_u64,
        "[a-zäé ]{0,12}",
        drawing,
    );
    let config = Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(Default::default()));
    runner
        .run(
            &inputs,
            |(key, algorithm, digits, period, time, account, (size, level, margin))| {
                let entry = Entry {
                    algorithm,
                    digits: Digits::try_from(digits).unwrap(),
                    kind: Kind::Totp {
                        period: Period::try_from(period).unwrap(),
                    },
                    ..Entry::totp("Example", account, Seed::from_bytes(key).unwrap())
                };
                let drawing = [
                    "-t",
                    "PNG",
                    "-o",
                    "-",
                    "-s",
                    &size.to_string(),
                    "-l",
                    level,
                    "-m",
                    &margin.to_string(),
                ]
                .map(ToOwned::to_owned);
                let png = run("qrencode", &drawing, entry.to_uri().expose_secret());

                let payloads = enrolments(&scan(&Picture::from_encoded(&png).unwrap()));
                let [Payload::Enrolment(parsed)] = &payloads[..] else {
                    return Err(TestCaseError::fail(format!("{payloads:?}")));
                };
                prop_assert_eq!(&parsed.entry.account, &entry.account);
                prop_assert!(parsed.notices.is_empty(), "{:?}", parsed.notices);

                let arguments = [
                    format!("--totp={}", algorithm.as_str().to_lowercase()),
                    "--base32".to_owned(),
                    format!("--digits={digits}"),
                    format!("--time-step-size={period}s"),
                    format!("--now=@{time}"),
                    "-".to_owned(),
                ];
                let code = run(
                    "oathtool",
                    &arguments,
                    entry.seed.to_base32().expose_secret(),
                );
                let expected = String::from_utf8(code).unwrap();
                let code = parsed.entry.code_at(UnixTime(time));
                prop_assert_eq!(code.expose(), expected.trim());
                Ok(())
            },
        )
        .unwrap();
}
