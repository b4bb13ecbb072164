//! An otpauth URI, the same text as a QR code's payload, and as a text of several lines.
#![no_main]

use deskfob_otp::{Entry, ExposeSecret, UnixTime};
use deskfob_scan::{Found, Payload, enrolments, scan_text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: deskfob_fuzz::begin(|| deskfob_fuzz::uris().into_iter().map(String::into_bytes)),
    |text: &str| {
        let read = Entry::from_uri(text);
        let payloads = enrolments(&[Found {
            payload: text.into(),
            corners: [(0.0, 0.0); 4],
        }]);
        assert_eq!(
            matches!(payloads[..], [Payload::Enrolment(_)]),
            read.is_ok(),
            "a QR code is taken for what its text is"
        );
        let lines = scan_text(text).expect("no text of this target is long");
        assert!(lines.len() <= text.lines().count(), "a line says one thing");
        for line in &lines {
            let line = line.expose_secret();
            assert!(text.contains(line) && !line.trim().is_empty(), "what stands there");
        }
        let Ok(parsed) = read else { return };
        let entry = parsed.entry;
        for now in [0, 59, 1_741_011_285, u64::MAX] {
            let window = entry.window_at(UnixTime(now));
            assert_eq!(window.code.expose(), entry.code_at(UnixTime(now)).expose());
        }
        let written = entry.to_uri();
        let again = Entry::from_uri(written.expose_secret())
            .expect("what was written can be read")
            .entry;
        assert!(entry.seed.ct_eq(&again.seed), "the key comes back");
        assert_eq!(
            (&entry.issuer, &entry.account, entry.algorithm, entry.digits, entry.kind),
            (&again.issuer, &again.account, again.algorithm, again.digits, again.kind),
            "and all the rest"
        );
    }
);
