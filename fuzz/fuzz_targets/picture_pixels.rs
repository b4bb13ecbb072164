//! Pixels through both QR readers to what the codes say.
#![no_main]

use deskfob_scan::{Picture, enrolments, scan};
use image::Luma;
use libfuzzer_sys::fuzz_target;
use qrcode::QrCode;

/// Wider pictures would take the readers most of the time.
const MAX_SIDE: usize = 96;

fuzz_target!(init: deskfob_fuzz::begin(seeds), |data: &[u8]| {
    let Some((&width, pixels)) = data.split_first() else {
        return;
    };
    let width = usize::from(width).clamp(1, MAX_SIDE);
    let height = (pixels.len() / width).min(MAX_SIDE);
    let luma = pixels[..width * height].to_vec();
    let Ok(picture) = Picture::from_luma(luma, width as u32, height as u32) else {
        assert_eq!(height, 0, "any picture with a pixel is taken");
        return;
    };
    let found = scan(&picture);
    for payload in enrolments(&found) {
        assert!(!payload.code().is_empty());
    }
});

/// QR codes whose first byte is their width.
fn seeds() -> Vec<Vec<u8>> {
    deskfob_fuzz::uris()
        .iter()
        .map(String::as_str)
        .chain(["A", "0123456789", "HELLO WORLD"])
        .filter_map(|text| {
            let drawn = QrCode::new(text)
                .ok()?
                .render::<Luma<u8>>()
                .module_dimensions(1, 1)
                .build();
            let width = u8::try_from(drawn.width()).ok()?;
            Some([&[width], drawn.as_raw().as_slice()].concat())
        })
        .collect()
}
