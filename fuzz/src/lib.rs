//! What the fuzz targets share: the inputs that they start from.

use std::path::Path;

/// The folder that a target is to put its first inputs in. Without it a target starts from what its corpus holds.
const SEEDS: &str = "DESKFOB_FUZZ_SEEDS";

/// Puts the inputs that `make` gives into the corpus that libFuzzer is about to read, if they are wanted.
pub fn begin<I>(make: impl FnOnce() -> I)
where
    I: IntoIterator<Item = Vec<u8>>,
{
    // A panic behind one of the product's own fences is no finding; libFuzzer's wrapper sees all others by itself, and
    // would stop at the fenced ones too.
    std::panic::set_hook(Box::new(|info| eprintln!("{info}")));
    let Some(folder) = std::env::var_os(SEEDS) else {
        return;
    };
    for (number, seed) in make().into_iter().enumerate() {
        let file = Path::new(&folder).join(format!("seed-{number:02}"));
        std::fs::write(&file, seed).expect("the corpus can be written");
    }
}

/// An otpauth URI of every kind of entry, as the product and others write them.
pub fn uris() -> Vec<String> {
    let own = |text: &str| {
        use secrecy::ExposeSecret;
        let parsed = deskfob_otp::Entry::from_uri(text).expect("a URI that is right");
        parsed.entry.to_uri().expose_secret().to_owned()
    };
    let known = [
        "otpauth://totp/Example:alice@example.com?secret=JBSWY3DPEHPK3PXP&issuer=Example",
        "otpauth://totp/Upsun%3Aada?secret=QWERTYUIOPASDFGH&algorithm=SHA256&digits=8&period=60",
        "otpauth://hotp/Bank:bob?secret=JBSWY3DPEHPK3PXP&counter=18446744073709551615&algorithm=SHA512",
        "otpauth://steam/Steam:gabe?secret=JBSWY3DPEHPK3PXP",
        "otpauth://totp/gr%C3%BC%C3%9Fe?secret=jbsw%20y3dp-ehpk&issuer=%E2%80%AE&digits=6&period=30",
    ];
    let others = [
        "otpauth://totp/a:b?secret=QWERTY0",
        "otpauth://totp/?secret=JBSWY3DPEHPK3PXP&secret=QWERTYUIOP",
        "otpauth-migration://offline?data=CjEKCkhlbGxv",
        "motp://a:b?secret=0123456789abcdef",
        "WIFI:T:WPA;S:net;P:password;;",
    ];
    known
        .map(own)
        .into_iter()
        .chain(known.map(str::to_owned))
        .chain(others.map(str::to_owned))
        .collect()
}
