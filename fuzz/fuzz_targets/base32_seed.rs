//! A key as a person types it.
#![no_main]

use deskfob_otp::{ExposeSecret, Seed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: deskfob_fuzz::begin(seeds), |text: &str| {
    match Seed::from_base32(text) {
        Ok(seed) => {
            assert!((1..=Seed::MAX_BYTES).contains(&seed.expose_bytes().len()));
            let again = Seed::from_base32(seed.to_base32().expose_secret())
                .expect("what was written can be read");
            assert!(seed.ct_eq(&again), "the key comes back");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

fn seeds() -> Vec<Vec<u8>> {
    [
        "JBSWY3DPEHPK3PXP",
        "jbsw y3dp-ehpk 3pxp====",
        "QWERTY0",
        "A",
        "",
        "grüße",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
