//! The two QR readers, each behind a fence: what a picture does to one of them must not reach the program.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::GrayImage;
use rxing::helpers::detect_multiple_in_luma_with_hints;
use rxing::{BarcodeFormat, DecodeHints};
use secrecy::SecretString;
use zxingcpp::{ImageFormat, ImageView, TextMode};

use crate::Found;

/// What a reader saw.
#[derive(Default)]
pub(crate) struct Seen {
    /// Codes that were read.
    pub(crate) found: Vec<Found>,
    /// The corners of what looked like a code and could not be read.
    pub(crate) glimpses: Vec<[(f32, f32); 4]>,
}

impl Seen {
    /// From pixels of an enlarged or reduced picture.
    pub(crate) fn scaled(self, by: f32) -> Self {
        self.mapped(|(x, y)| (x * by, y * by))
    }

    /// From pixels of a part that begins at this place.
    pub(crate) fn moved(self, left: f32, top: f32) -> Self {
        self.mapped(|(x, y)| (x + left, y + top))
    }

    fn mapped(mut self, to: impl Fn((f32, f32)) -> (f32, f32)) -> Self {
        let read = self.found.iter_mut().map(|one| &mut one.corners);
        for corners in read.chain(&mut self.glimpses) {
            *corners = corners.map(&to);
        }
        self
    }
}

/// How much the first reader tries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zxing {
    /// Light codes, not every row.
    Quick,
    /// Light and inverted codes, every row, and the same at a third of the size. Tells what it could not read.
    Full,
}

/// The first reader: fast, and finds any number of codes.
pub(crate) fn zxing(image: &GrayImage, tries: Zxing) -> Seen {
    if image.is_empty() {
        return Seen::default();
    }
    fenced("zxing-cpp", || {
        let (width, height) = image.dimensions();
        let view = ImageView::from_slice(image.as_raw(), width, height, ImageFormat::Lum).ok()?;
        let full = tries == Zxing::Full;
        let barcodes = zxingcpp::read()
            .formats(zxingcpp::BarcodeFormat::QRCode)
            .text_mode(TextMode::Plain)
            .try_harder(full)
            .try_invert(full)
            .try_rotate(true)
            .try_downscale(full)
            .return_errors(full)
            .from(view)
            .ok()?;
        let mut seen = Seen::default();
        for barcode in &barcodes {
            if barcode.is_valid() {
                seen.found.push(seen_by_zxing(barcode));
            } else {
                seen.glimpses.push(corners_by_zxing(barcode));
            }
        }
        Some(seen)
    })
}

fn seen_by_zxing(barcode: &zxingcpp::Barcode) -> Found {
    // A code that declares no character set holds UTF-8 if its bytes are UTF-8; only then is guessing left to the reader.
    let declared = barcode.has_eci();
    let text = Some(barcode.bytes())
        .filter(|_| !declared)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_else(|| barcode.text());
    Found {
        payload: SecretString::from(text),
        corners: corners_by_zxing(barcode),
    }
}

fn corners_by_zxing(barcode: &zxingcpp::Barcode) -> [(f32, f32); 4] {
    let position = barcode.position();
    [
        position.top_left,
        position.top_right,
        position.bottom_right,
        position.bottom_left,
    ]
    .map(|point| (point.x as f32, point.y as f32))
}

/// The second reader: slower, and it reads some codes that the first does not.
pub(crate) fn rxing(image: &GrayImage) -> Seen {
    if image.is_empty() {
        return Seen::default();
    }
    fenced("rxing", || {
        let mut hints = DecodeHints {
            PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
            TryHarder: Some(true),
            AlsoInverted: Some(false),
            ..DecodeHints::default()
        };
        let (width, height) = image.dimensions();
        let results =
            detect_multiple_in_luma_with_hints(image.as_raw().clone(), width, height, &mut hints)
                .ok()?;
        Some(Seen {
            found: results.iter().map(seen_by_rxing).collect(),
            glimpses: Vec::new(),
        })
    })
}

fn seen_by_rxing(result: &rxing::RXingResult) -> Found {
    // Which points it reports depends on how it found the code, so their bounding box stands for the corners.
    let points = result.getPoints();
    let bound = |of: fn(&rxing::Point) -> f32, pick: fn(f32, f32) -> f32| {
        points.iter().map(of).reduce(pick).unwrap_or_default()
    };
    let (left, right) = (
        bound(|point| point.x, f32::min),
        bound(|point| point.x, f32::max),
    );
    let (top, bottom) = (
        bound(|point| point.y, f32::min),
        bound(|point| point.y, f32::max),
    );
    Found {
        payload: SecretString::from(result.getText()),
        corners: [(left, top), (right, top), (right, bottom), (left, bottom)],
    }
}

fn fenced(reader: &'static str, read: impl FnOnce() -> Option<Seen>) -> Seen {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(seen) => seen.unwrap_or_default(),
        Err(_) => {
            tracing::warn!(reader, "a QR reader gave up on a picture");
            Seen::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use qrcode::QrCode;
    use secrecy::ExposeSecret;

    use super::*;

    fn drawn(text: &str) -> GrayImage {
        let code = QrCode::new(text).unwrap();
        code.render::<image::Luma<u8>>()
            .module_dimensions(4, 4)
            .build()
    }

    #[test]
    fn each_reader_reads_on_its_own() {
        for text in [
            "otpauth://totp/a:b?secret=QWERTYUIOP",
            "HELLO 123",
            "grüße, 莎士比亚 🏳️🌈",
        ] {
            let mut dark = drawn(text);
            image::imageops::invert(&mut dark);
            let light = drawn(text);
            for (name, seen) in [
                ("quick", zxing(&light, Zxing::Quick)),
                ("full", zxing(&light, Zxing::Full)),
                ("full, dark", zxing(&dark, Zxing::Full)),
                ("second", rxing(&light)),
            ] {
                let payloads: Vec<&str> = seen
                    .found
                    .iter()
                    .map(|one| one.payload.expose_secret())
                    .collect();
                assert_eq!(payloads, [text], "{name}");
            }
        }
    }

    #[test]
    fn corners_are_around_the_code() {
        let image = drawn("corners");
        let (width, height) = (image.width() as f32, image.height() as f32);
        for seen in [
            zxing(&image, Zxing::Quick),
            zxing(&image, Zxing::Full),
            rxing(&image),
        ] {
            let [(left, top), .., (_, bottom)] = seen.found[0].corners;
            assert!(left < width / 3.0 && top < height / 3.0 && bottom > height * 2.0 / 3.0);
        }
    }

    #[test]
    fn a_panic_stops_at_the_fence() {
        std::panic::set_hook(Box::new(|_| {}));
        let seen = fenced("broken", || panic!("a reader's own mistake"));
        let _ = std::panic::take_hook();
        assert!(seen.found.is_empty());
    }
}
