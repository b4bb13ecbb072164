//! The same codes as `oathtool`, over random inputs. The key goes to it on standard input.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::io::Write;
use std::process::{Command, Stdio};

use deskfob_otp::{Algorithm, Digits, Entry, ExposeSecret, Kind, Period, Seed, UnixTime};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRng, TestRunner};

fn oathtool(arguments: &[String], key: &str) -> String {
    let mut child = Command::new("oathtool")
        .args(arguments)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("oathtool must be installed (Debian package oathtool): {error}")
        });
    child
        .stdin
        .take()
        .unwrap()
        .write_all(key.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "oathtool refused {arguments:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The same inputs at every run, so that a failure can be looked at again.
fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(Default::default()))
}

fn entry(key: Vec<u8>, algorithm: Algorithm, digits: u8, kind: Kind) -> Entry {
    let seed = Seed::from_bytes(key).unwrap();
    Entry {
        algorithm,
        digits: Digits::try_from(digits).unwrap(),
        kind,
        ..Entry::totp("", "", seed)
    }
}

#[test]
fn totp() {
    let key = prop::collection::vec(any::<u8>(), 1..100);
    let algorithm = prop_oneof![
        Just(Algorithm::Sha1),
        Just(Algorithm::Sha256),
        Just(Algorithm::Sha512)
    ];
    let period = prop_oneof![Just(30_u32), Just(60), 1..=3600_u32];
    let time = 0..=20_000_000_000_u64;
    runner(200)
        .run(
            &(key, algorithm, 6..=8_u8, period, time),
            |(key, algorithm, digits, period, time)| {
                let kind = Kind::Totp {
                    period: Period::try_from(period).unwrap(),
                };
                let entry = entry(key, algorithm, digits, kind);
                let arguments = [
                    format!("--totp={}", algorithm.as_str().to_lowercase()),
                    "--base32".to_owned(),
                    format!("--digits={digits}"),
                    format!("--time-step-size={period}s"),
                    format!("--now=@{time}"),
                ];
                let expected = oathtool(&arguments, entry.seed.to_base32().expose_secret());
                let code = entry.code_at(UnixTime(time));
                prop_assert_eq!(code.expose(), expected);
                Ok(())
            },
        )
        .unwrap();
}

#[test]
fn hotp() {
    let key = prop::collection::vec(any::<u8>(), 1..100);
    // oathtool reads a counter as a signed number.
    let counter = prop_oneof![0..1000_u64, 0..=i64::MAX as u64];
    runner(50)
        .run(&(key, 6..=8_u8, counter), |(key, digits, counter)| {
            let entry = entry(key, Algorithm::Sha1, digits, Kind::Hotp { counter });
            let arguments = [
                "--hotp".to_owned(),
                "--base32".to_owned(),
                format!("--digits={digits}"),
                format!("--counter={counter}"),
            ];
            let expected = oathtool(&arguments, entry.seed.to_base32().expose_secret());
            let code = entry.code_at(UnixTime(0));
            prop_assert_eq!(code.expose(), expected);
            Ok(())
        })
        .unwrap();
}
