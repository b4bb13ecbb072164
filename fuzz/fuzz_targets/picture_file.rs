//! A picture file, from its first byte to its pixels.
#![no_main]

use std::io::Cursor;

use deskfob_scan::{MAX_PIXELS, Picture};
use image::{DynamicImage, ImageFormat, Luma};
use libfuzzer_sys::fuzz_target;
use qrcode::QrCode;

fuzz_target!(init: deskfob_fuzz::begin(seeds), |data: &[u8]| {
    match Picture::from_encoded(data) {
        Ok(picture) => {
            let pixels = u64::from(picture.width()) * u64::from(picture.height());
            assert!((1..=MAX_PIXELS).contains(&pixels), "{pixels} pixels");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

/// A small QR code as each kind of file, in grey and in colour.
fn seeds() -> Vec<Vec<u8>> {
    let code = QrCode::new("A").expect("a text that fits");
    let grey = DynamicImage::from(code.render::<Luma<u8>>().module_dimensions(1, 1).build());
    let colour = DynamicImage::from(grey.to_rgba8());
    let opaque = DynamicImage::from(grey.to_rgb8());
    [
        (&grey, ImageFormat::Png),
        (&colour, ImageFormat::Png),
        (&grey, ImageFormat::Jpeg),
        (&opaque, ImageFormat::Jpeg),
        (&opaque, ImageFormat::WebP),
        (&colour, ImageFormat::WebP),
        (&opaque, ImageFormat::Gif),
        (&opaque, ImageFormat::Bmp),
        (&grey, ImageFormat::Tiff),
    ]
    .into_iter()
    .map(|(picture, format)| {
        let mut file = Cursor::new(Vec::new());
        picture
            .write_to(&mut file, format)
            .expect("memory takes any picture");
        file.into_inner()
    })
    .collect()
}
