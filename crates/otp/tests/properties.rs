//! Laws that hold for every enrolment.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use deskfob_otp::{
    Algorithm, Code, Digits, Entry, ExposeSecret, Kind, Period, Seed, UnixTime, hotp, printable,
};
use proptest::prelude::*;

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop_oneof![
        Just(Algorithm::Sha1),
        Just(Algorithm::Sha256),
        Just(Algorithm::Sha512)
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    let period = || (1..=u32::MAX).prop_map(|seconds| Period::try_from(seconds).unwrap());
    prop_oneof![
        period().prop_map(|period| Kind::Totp { period }),
        any::<u64>().prop_map(|counter| Kind::Hotp { counter }),
        period().prop_map(|period| Kind::Steam { period }),
    ]
}

/// Names with everything that URIs treat specially.
fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z@.:%+&=?#/ äß莎🏳-]{0,24}", ".{0,24}"].prop_map(|name| printable(&name))
}

fn seed() -> impl Strategy<Value = Seed> {
    prop::collection::vec(any::<u8>(), 1..80).prop_map(|bytes| Seed::from_bytes(bytes).unwrap())
}

prop_compose! {
    fn entry()(
        issuer in name(), account in name(), seed in seed(), algorithm in algorithm(), digits in 1..=10_u8, kind in kind(),
    ) -> Entry {
        let steam = matches!(kind, Kind::Steam { .. });
        Entry {
            issuer,
            account,
            seed,
            algorithm: if steam { Algorithm::Sha1 } else { algorithm },
            digits: if steam { Digits::STEAM } else { Digits::try_from(digits).unwrap() },
            kind,
        }
    }
}

proptest! {
    #[test]
    fn a_uri_gives_back_the_enrolment(entry in entry()) {
        let uri = entry.to_uri();
        let parsed = Entry::from_uri(uri.expose_secret());
        let parsed = parsed.map_err(|error| TestCaseError::fail(format!("{error}: {}", uri.expose_secret())))?;
        prop_assert_eq!(&parsed.entry.issuer, &entry.issuer);
        prop_assert_eq!(&parsed.entry.account, &entry.account);
        prop_assert!(parsed.entry.seed.ct_eq(&entry.seed));
        prop_assert_eq!(parsed.entry.algorithm, entry.algorithm);
        prop_assert_eq!(parsed.entry.digits, entry.digits);
        prop_assert_eq!(parsed.entry.kind, entry.kind);
        let unnamed = entry.issuer.is_empty() && entry.account.is_empty();
        prop_assert_eq!(parsed.notices.len(), usize::from(unnamed), "only a missing name is odd: {:?}", parsed.notices);
        prop_assert!(uri.expose_secret().is_ascii(), "every reader can take it");
    }

    #[test]
    fn base32_gives_back_the_key(seed in seed(), lower in any::<bool>(), group in 1..9_usize) {
        let plain = seed.to_base32();
        let mut text = plain.expose_secret().to_owned();
        if lower {
            text.make_ascii_lowercase();
        }
        let grouped: Vec<String> =
            text.chars().collect::<Vec<_>>().chunks(group).map(|part| part.iter().collect()).collect();
        for written in [text.clone(), grouped.join(" "), grouped.join("-"), format!("{text}====")] {
            prop_assert!(Seed::from_base32(&written).unwrap().ct_eq(&seed));
        }
    }

    #[test]
    fn no_text_is_a_panic_or_shows_the_key(text in ".{0,200}", parameters in "[a-z]{1,9}=[0-9A-Za-z%+ -]{0,9}", at in 0..5_usize) {
        // A key of the usual length in a URI that is broken in some way.
        let key = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        let uri = match at {
            0 => format!("otpauth://totp/{text}?secret={key}&{parameters}&digits={text}"),
            1 => format!("otpauth://totp/x?secret={key}!&{parameters}"),
            2 => format!("otpauth://{key}/{text}"),
            3 => format!("{key}:{text}"),
            _ => format!("otpauth://totp/{text}?digits={key}&{parameters}"),
        };
        if let Err(error) = Entry::from_uri(&uri) {
            let shown = format!("{error} {error:?} {:?}", error.hint());
            prop_assert!(!shown.contains("JBSWY3DP"), "{}", shown);
        }
        let _ = Entry::from_uri(&text);
    }

    #[test]
    fn codes_agree_with_totp_rs(
        key in prop::collection::vec(any::<u8>(), 16..80), algorithm in algorithm(), digits in 6..=8_u8,
        period in 1..=600_u32, now in 0..=4_000_000_000_u64,
    ) {
        let peer = totp_rs::Builder::new()
            .with_algorithm(match algorithm {
                Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
                Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
                Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
            })
            .with_digits(digits)
            .with_step_duration(period.into())
            .with_secret(totp_rs::Secret::new(key.clone().into_boxed_slice()))
            .build_noncompliant();
        let entry = Entry {
            algorithm,
            digits: Digits::try_from(digits).unwrap(),
            kind: Kind::Totp { period: Period::try_from(period).unwrap() },
            ..Entry::totp("", "", Seed::from_bytes(key).unwrap())
        };
        let code = entry.code_at(UnixTime(now));
        prop_assert_eq!(code.expose(), peer.generate(now).to_string());
    }

    #[test]
    fn a_shorter_code_is_the_end_of_a_longer_one(seed in seed(), algorithm in algorithm(), counter in any::<u64>()) {
        let codes: Vec<Code> = (1..=10)
            .map(|digits| hotp(&seed, algorithm, Digits::try_from(digits).unwrap(), counter))
            .collect();
        for (length, code) in (1..).zip(&codes) {
            prop_assert_eq!(code.expose().len(), length, "leading zeros are kept");
            prop_assert!(codes[9].expose().ends_with(code.expose()));
        }
        prop_assert!(codes[9].expose() <= "2147483647", "31 bits");
    }

    #[test]
    fn a_window_holds_its_time(entry in entry(), now in 0..=u64::from(u32::MAX)) {
        let window = entry.window_at(UnixTime(now));
        prop_assert_eq!(window.code.expose(), entry.code_at(UnixTime(now)).expose().to_owned());
        match (window.valid_from, window.valid_until, entry.period()) {
            (Some(from), Some(until), Some(period)) => {
                prop_assert!(from <= UnixTime(now) && UnixTime(now) < until);
                prop_assert_eq!(until.0 - from.0, u64::from(period.get()));
            }
            (None, None, None) => {}
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
