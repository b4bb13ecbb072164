//! Pictures to scan, drawn by the tests.
#![allow(dead_code, reason = "no test file draws everything")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

pub(crate) mod conditions;
pub(crate) mod scene;

use std::io::Cursor;

use deskfob_scan::{Effort, Found, Picture, scan_with};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use qrcode::QrCode;
use secrecy::ExposeSecret;

/// A QR code of square modules on white, with its quiet zone.
pub(crate) fn qr(text: &str, pixels_a_module: u32) -> GrayImage {
    QrCode::new(text)
        .unwrap()
        .render::<Luma<u8>>()
        .module_dimensions(pixels_a_module, pixels_a_module)
        .build()
}

pub(crate) fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub(crate) fn picture(image: &GrayImage) -> Picture {
    Picture::from_luma(image.as_raw().clone(), image.width(), image.height()).unwrap()
}

pub(crate) fn texts(found: &[Found]) -> Vec<&str> {
    found
        .iter()
        .map(|one| one.payload.expose_secret())
        .collect()
}

pub(crate) fn scanned(image: &GrayImage) -> Vec<String> {
    texts(&scan_with(&picture(image), &Effort::thorough()))
        .into_iter()
        .map(ToOwned::to_owned)
        .collect()
}

/// A small generator of numbers that look random and are the same at every run.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as u32 % end
    }
}

/// A page of windows, lines and letter-like specks.
pub(crate) fn clutter(width: u32, height: u32, seed: u64) -> GrayImage {
    let mut numbers = Numbers(seed);
    let mut page = GrayImage::from_pixel(width, height, Luma([244]));
    let fill = |page: &mut GrayImage, x: u32, y: u32, w: u32, h: u32, shade: u8| {
        for row in y..(y + h).min(height) {
            for column in x..(x + w).min(width) {
                page.put_pixel(column, row, Luma([shade]));
            }
        }
    };
    for _ in 0..12 {
        let (x, y) = (numbers.below(width), numbers.below(height));
        let (w, h, shade) = (
            numbers.below(600),
            numbers.below(400),
            numbers.below(256) as u8,
        );
        fill(&mut page, x, y, w, h, shade);
    }
    for y in (8..height.saturating_sub(16)).step_by(16) {
        let mut x = numbers.below(40);
        while x < width {
            let (w, h) = (1 + numbers.below(6), 2 + numbers.below(9));
            let shade = (numbers.below(2) * 200) as u8;
            fill(&mut page, x, y, w, h, shade);
            x += w + 1 + numbers.below(9);
        }
    }
    page
}

pub(crate) fn paste(page: &mut GrayImage, image: &GrayImage, x: u32, y: u32) {
    image::imageops::replace(page, image, x.into(), y.into());
}
