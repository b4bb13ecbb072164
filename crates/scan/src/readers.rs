//! The two QR readers, each behind a fence: what a picture does to one of them must not reach the program.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::GrayImage;
use rxing::helpers::detect_multiple_in_luma_with_hints;
use rxing::{BarcodeFormat, DecodeHints};
use secrecy::SecretString;
use zxingcpp::{ImageFormat, ImageView, TextMode};

use crate::Found;

/// The first reader: fast, and finds any number of codes.
pub(crate) fn zxing(image: &GrayImage) -> Vec<Found> {
    if image.is_empty() {
        return Vec::new();
    }
    fenced("zxing-cpp", || {
        let (width, height) = image.dimensions();
        let view = ImageView::from_slice(image.as_raw(), width, height, ImageFormat::Lum).ok()?;
        let barcodes = zxingcpp::read()
            .formats(zxingcpp::BarcodeFormat::QRCode)
            .text_mode(TextMode::Plain)
            .try_harder(true)
            .try_invert(true)
            .try_rotate(true)
            .try_downscale(true)
            .from(view)
            .ok()?;
        Some(
            barcodes
                .iter()
                .filter(|barcode| barcode.is_valid())
                .map(seen_by_zxing)
                .collect(),
        )
    })
}

fn seen_by_zxing(barcode: &zxingcpp::Barcode) -> Found {
    // A code that declares no character set holds UTF-8 if its bytes are UTF-8; only then is guessing left to the reader.
    let declared = barcode.has_eci();
    let text = Some(barcode.bytes())
        .filter(|_| !declared)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_else(|| barcode.text());
    let position = barcode.position();
    let corners = [
        position.top_left,
        position.top_right,
        position.bottom_right,
        position.bottom_left,
    ]
    .map(|point| (point.x as f32, point.y as f32));
    Found {
        payload: SecretString::from(text),
        corners,
    }
}

/// The second reader: slower, and it reads some codes that the first does not.
pub(crate) fn rxing(image: &GrayImage) -> Vec<Found> {
    fenced("rxing", || {
        let mut hints = DecodeHints {
            PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
            TryHarder: Some(true),
            AlsoInverted: Some(true),
            ..DecodeHints::default()
        };
        let (width, height) = image.dimensions();
        let results =
            detect_multiple_in_luma_with_hints(image.as_raw().clone(), width, height, &mut hints)
                .ok()?;
        Some(results.iter().map(seen_by_rxing).collect())
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

fn fenced(reader: &'static str, read: impl FnOnce() -> Option<Vec<Found>>) -> Vec<Found> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(found) => found.unwrap_or_default(),
        Err(_) => {
            tracing::warn!(reader, "a QR reader gave up on a picture");
            Vec::new()
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
            for (look, image) in [("light", drawn(text)), ("dark", dark)] {
                for (name, reader) in [
                    ("zxing", zxing as fn(&GrayImage) -> Vec<Found>),
                    ("rxing", rxing),
                ] {
                    let found = reader(&image);
                    let payloads: Vec<&str> = found
                        .iter()
                        .map(|one| one.payload.expose_secret())
                        .collect();
                    assert_eq!(payloads, [text], "{name}, {look}");
                }
            }
        }
    }

    #[test]
    fn corners_are_around_the_code() {
        let image = drawn("corners");
        let (width, height) = (image.width() as f32, image.height() as f32);
        for reader in [zxing, rxing] {
            let [(left, top), .., (_, bottom)] = reader(&image)[0].corners;
            assert!(left < width / 3.0 && top < height / 3.0 && bottom > height * 2.0 / 3.0);
        }
    }

    #[test]
    fn a_panic_stops_at_the_fence() {
        std::panic::set_hook(Box::new(|_| {}));
        let found = fenced("broken", || panic!("a reader's own mistake"));
        let _ = std::panic::take_hook();
        assert!(found.is_empty());
    }
}
