//! Finder patterns: the three squares in the corners of a QR code, found without reading it.
//!
//! The readers do not say what they saw of a code that is too small to read; this tells a person to come closer.

use image::GrayImage;

/// The middle of a finder pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Finder {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Pixels a module.
    pub(crate) module: f32,
}

/// The most finder patterns told of; a picture full of them is a pattern of its own.
const MAX_FINDERS: usize = 64;

/// The width of the strips that have one threshold each, in pixels.
const STRIP: usize = 40;

/// The least difference between dark and light within a strip: more than a camera's noise on plain paper.
const LEAST_CONTRAST: u8 = 28;

/// The smallest module looked for, in pixels: runs of noise are shorter.
const LEAST_MODULE: f32 = 1.3;

/// Finder patterns of light codes and, with `dark`, of inverted ones.
pub(crate) fn finders(plane: &GrayImage, dark: bool) -> Vec<Finder> {
    let (width, height) = (plane.width() as usize, plane.height() as usize);
    let mut found: Vec<Finder> = Vec::new();
    let mut runs = Vec::new();
    for row in (1..height).step_by(2) {
        let line = &plane.as_raw()[row * width..][..width];
        split(line.iter().copied(), dark, &mut runs);
        for (x, module) in middles(&runs) {
            let near = |other: &Finder| {
                (other.x - x).abs() < 3.0 * module && (other.y - row as f32).abs() < 4.0 * module
            };
            if found.iter().any(near) {
                continue;
            }
            if let Some(finder) = checked(plane, dark, x, row, module) {
                found.push(finder);
            }
            if found.len() >= MAX_FINDERS {
                return found;
            }
        }
    }
    found
}

/// Whether the column through the middle shows the same pattern.
fn checked(plane: &GrayImage, dark: bool, x: f32, row: usize, module: f32) -> Option<Finder> {
    let (width, height) = (plane.width() as usize, plane.height() as usize);
    let reach = (module * 7.0) as usize + 4;
    let (top, bottom) = (row.saturating_sub(reach), (row + reach).min(height));
    let column = (x as usize).min(width - 1);
    let mut runs = Vec::new();
    let line = (top..bottom).map(|row| plane.as_raw()[row * width + column]);
    split(line, dark, &mut runs);
    middles(&runs)
        .map(|(y, other)| Finder {
            x,
            y: top as f32 + y,
            module: (module + other) / 2.0,
        })
        .find(|finder| {
            let other = finder.module * 2.0 - module;
            (finder.y - row as f32).abs() <= 2.0 * module && (0.5..2.0).contains(&(other / module))
        })
}

/// The lengths of dark and light runs; the first is light and may be empty.
///
/// Where a run ends is told to a part of a pixel, by how near the pixels on both sides are to the threshold: modules of
/// two pixels are measured by it.
fn split(line: impl Iterator<Item = u8>, dark: bool, runs: &mut Vec<f32>) {
    runs.clear();
    let line: Vec<u8> = line.collect();
    let (mut ink, mut start, mut before) = (false, 0.0, None);
    for (strip, pixels) in line.chunks(STRIP).enumerate() {
        // The neighbours count, so that a strip within a large module has both colours.
        let around = &line
            [(strip * STRIP).saturating_sub(STRIP)..(strip * STRIP + 2 * STRIP).min(line.len())];
        let (low, high) = around
            .iter()
            .fold((u8::MAX, u8::MIN), |(low, high), pixel| {
                (low.min(*pixel), high.max(*pixel))
            });
        if high - low < LEAST_CONTRAST {
            before = None;
            continue;
        }
        let threshold = (f32::from(low) + f32::from(high)) / 2.0;
        for (at, pixel) in (strip * STRIP..).zip(pixels) {
            let depth = if dark {
                f32::from(*pixel) - threshold
            } else {
                threshold - f32::from(*pixel)
            };
            if (depth > 0.0) != ink {
                let part: f32 = match before {
                    Some(other) if other != depth => depth / (depth - other),
                    _ => 0.0,
                };
                let edge = at as f32 - part.clamp(0.0, 1.0);
                runs.push(edge - start);
                (ink, start) = (!ink, edge);
            }
            before = Some(depth);
        }
    }
    runs.push(line.len() as f32 - start);
}

/// Where the runs are as 1 : 1 : 3 : 1 : 1, dark first, and the length of one.
fn middles(runs: &[f32]) -> impl Iterator<Item = (f32, f32)> {
    let mut start = 0.0;
    runs.windows(5).enumerate().filter_map(move |(at, five)| {
        let from = start;
        start += five[0];
        let module = five.iter().sum::<f32>() / 7.0;
        let fits =
            |length: f32, modules: f32| (length - modules * module).abs() < 0.5 * module.max(1.0);
        let pattern = at % 2 == 1
            && module >= LEAST_MODULE
            && fits(five[2], 3.0)
            && [0, 1, 3, 4].into_iter().all(|side| fits(five[side], 1.0));
        pattern.then(|| (from + five[0] + five[1] + five[2] / 2.0, module))
    })
}

/// Pixels a module of what is likely a code: three finder patterns of about the same size, two of them as far from the
/// third as a code's side is.
pub(crate) fn code_module(finders: &[Finder]) -> Option<f32> {
    let alike = |one: &Finder, other: &Finder| (0.7..1.4).contains(&(one.module / other.module));
    for corner in finders {
        let legs: Vec<(f32, f32)> = finders
            .iter()
            .filter(|other| *other != corner && alike(corner, other))
            .map(|other| (other.x - corner.x, other.y - corner.y))
            // 14 modules lie between the middles in the smallest code, 170 in the largest.
            .filter(|(x, y)| (10.0..190.0).contains(&(x.hypot(*y) / corner.module)))
            .collect();
        for (at, one) in legs.iter().enumerate() {
            for other in &legs[at + 1..] {
                let (long, short) = (one.0.hypot(one.1), other.0.hypot(other.1));
                let cosine = (one.0 * other.0 + one.1 * other.1) / (long * short);
                if (0.7..1.4).contains(&(long / short)) && cosine.abs() < 0.4 {
                    return Some(corner.module);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use image::{Luma, imageops};

    use super::*;

    fn page(module: u32, shrink: f32, invert: bool) -> GrayImage {
        let code =
            qrcode::QrCode::new("otpauth://totp/a:b?secret=QWERTYUIOP&issuer=somebody").unwrap();
        let code = code
            .render::<Luma<u8>>()
            .module_dimensions(module, module)
            .build();
        let side = (code.width() as f32 * shrink) as u32;
        let code = imageops::resize(&code, side, side, imageops::FilterType::Triangle);
        let mut page = GrayImage::from_pixel(640, 480, Luma([200]));
        imageops::replace(&mut page, &code, 211, 97);
        if invert {
            imageops::invert(&mut page);
        }
        page
    }

    #[test]
    fn the_module_is_measured() {
        for (module, shrink) in [(8, 1.0), (4, 1.0), (3, 1.0), (8, 0.25), (10, 0.17)] {
            let expected = module as f32 * shrink;
            for invert in [false, true] {
                let finders = finders(&page(module, shrink, invert), invert);
                let got =
                    code_module(&finders).unwrap_or_else(|| panic!("{expected}: {finders:?}"));
                assert!((got / expected - 1.0).abs() < 0.2, "{expected}: {got}");
            }
        }
    }

    #[test]
    fn no_code_no_module() {
        let blank = GrayImage::from_pixel(640, 480, Luma([90]));
        let stripes = GrayImage::from_fn(640, 480, |x, _| Luma([if x % 6 < 3 { 0 } else { 255 }]));
        for image in [blank, stripes, GrayImage::new(1, 1), GrayImage::new(3, 700)] {
            assert_eq!(code_module(&finders(&image, false)), None);
            assert_eq!(code_module(&finders(&image, true)), None);
        }
    }
}
