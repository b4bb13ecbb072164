//! The published test values: RFC 4226 appendix D, RFC 6238 appendix B, and codes that other programs agree on.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use deskfob_otp::{Algorithm, Digits, Entry, Kind, Period, Seed, UnixTime, hotp};

fn seed(bytes: &[u8]) -> Seed {
    Seed::from_bytes(bytes.to_vec()).unwrap()
}

#[test]
fn rfc_4226_appendix_d() {
    let seed = seed(b"12345678901234567890");
    let codes = [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
        "520489",
    ];
    // The table's decimal column, before the cut to six digits.
    let numbers = [
        "1284755224",
        "1094287082",
        "0137359152",
        "1726969429",
        "1640338314",
        "0868254676",
        "1918287922",
        "0082162583",
        "0673399871",
        "0645520489",
    ];
    for (counter, (code, number)) in (0..).zip(codes.iter().zip(numbers)) {
        let six = hotp(&seed, Algorithm::Sha1, Digits::DEFAULT, counter);
        assert_eq!(six.expose(), *code, "count {counter}");
        let ten = hotp(
            &seed,
            Algorithm::Sha1,
            Digits::try_from(10).unwrap(),
            counter,
        );
        assert_eq!(ten.expose(), number, "count {counter}, all 31 bits");
    }
}

#[test]
fn rfc_6238_appendix_b() {
    // The keys of the reference implementation (erratum 2866): as long as the hash's output.
    let sha1 = &b"12345678901234567890"[..];
    let sha256 = &b"12345678901234567890123456789012"[..];
    let sha512 = &b"1234567890123456789012345678901234567890123456789012345678901234"[..];
    let cases = [
        (59, Algorithm::Sha1, "94287082"),
        (59, Algorithm::Sha256, "46119246"),
        (59, Algorithm::Sha512, "90693936"),
        (1_111_111_109, Algorithm::Sha1, "07081804"),
        (1_111_111_109, Algorithm::Sha256, "68084774"),
        (1_111_111_109, Algorithm::Sha512, "25091201"),
        (1_111_111_111, Algorithm::Sha1, "14050471"),
        (1_111_111_111, Algorithm::Sha256, "67062674"),
        (1_111_111_111, Algorithm::Sha512, "99943326"),
        (1_234_567_890, Algorithm::Sha1, "89005924"),
        (1_234_567_890, Algorithm::Sha256, "91819424"),
        (1_234_567_890, Algorithm::Sha512, "93441116"),
        (2_000_000_000, Algorithm::Sha1, "69279037"),
        (2_000_000_000, Algorithm::Sha256, "90698825"),
        (2_000_000_000, Algorithm::Sha512, "38618901"),
        (20_000_000_000, Algorithm::Sha1, "65353130"),
        (20_000_000_000, Algorithm::Sha256, "77737706"),
        (20_000_000_000, Algorithm::Sha512, "47863826"),
    ];
    for (time, algorithm, code) in cases {
        let key = match algorithm {
            Algorithm::Sha1 => sha1,
            Algorithm::Sha256 => sha256,
            Algorithm::Sha512 => sha512,
        };
        let entry = Entry {
            algorithm,
            digits: Digits::try_from(8).unwrap(),
            ..Entry::totp("", "", seed(key))
        };
        assert_eq!(
            entry.code_at(UnixTime(time)).expose(),
            code,
            "{algorithm} at {time}"
        );
    }
}

#[test]
fn codes_of_one_key_across_parameters() {
    let cases = [
        ("SHA1", "", 1_741_011_292, "419231"),
        ("SHA256", "&algorithm=SHA256", 1_741_011_292, "878984"),
        ("SHA512", "&algorithm=SHA512", 1_741_011_292, "560428"),
        (
            "ten digits, leading zero",
            "&digits=10&period=3",
            1_741_011_285,
            "0411324415",
        ),
        (
            "ten digits",
            "&digits=10&period=3",
            1_741_011_292,
            "1572711400",
        ),
        ("one digit", "&digits=1&period=300", 1_741_011_292, "7"),
        (
            "a period of thirty years",
            "&period=1000000000",
            1_741_011_292,
            "011217",
        ),
    ];
    for (name, parameters, time, code) in cases {
        let uri = format!("otpauth://totp/a:b?secret=QWERTYUIOP{parameters}");
        let parsed = Entry::from_uri(&uri).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            parsed.entry.code_at(UnixTime(time)).expose(),
            code,
            "{name}"
        );
    }
}

#[test]
fn steam_codes() {
    // What KeePassXC and the Steam app make of the same key.
    let key = Seed::from_base32("63BEDWCQZKTQWPESARIERL5DTTQFCJTK").unwrap();
    let entry = Entry {
        kind: Kind::Steam {
            period: Period::DEFAULT,
        },
        ..Entry::totp("Steam", "alice", key)
    };
    for (time, code) in [(1_511_200_518, "FR8RV"), (1_511_200_714, "9P3VP")] {
        assert_eq!(entry.code_at(UnixTime(time)).expose(), code, "at {time}");
    }
}

#[test]
fn steam_codes_are_the_same_number_in_base_26() {
    // The numbers are the decimal column of RFC 4226 appendix D for count 0 and count 7.
    let entry = Entry {
        kind: Kind::Steam {
            period: Period::DEFAULT,
        },
        ..Entry::totp("", "", seed(b"12345678901234567890"))
    };
    for (time, number) in [(0, 1_284_755_224_u32), (7 * 30, 82_162_583)] {
        let alphabet = "23456789BCDFGHJKMNPQRTVWXY";
        let value = entry
            .code_at(UnixTime(time))
            .expose()
            .chars()
            .rev()
            .fold(0, |sum, letter| {
                sum * 26 + alphabet.find(letter).unwrap() as u32
            });
        assert_eq!(value, number % 26_u32.pow(5), "at {time}");
    }
}
