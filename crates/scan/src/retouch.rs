//! Other looks at the same picture, for codes that do not read as they are.

use image::{DynamicImage, GrayImage};

/// Twice as wide and high, interpolated linearly: modules of less than two pixels become readable.
///
/// A general resampler spent 143 ms on 1280 x 720 pixels of which this needs a few: for the factor two every output
/// pixel is 9/16, 3/16, 3/16 and 1/16 of its four neighbours.
pub(crate) fn doubled(image: &GrayImage) -> GrayImage {
    let (width, height) = (image.width() as usize, image.height() as usize);
    if width == 0 || height == 0 {
        return GrayImage::default();
    }
    let source = image.as_raw();
    let widened_row =
        |row: usize, wide: &mut Vec<u16>| widen(&source[row * width..][..width], wide);
    let mut above = Vec::with_capacity(width * 2);
    widened_row(0, &mut above);
    let mut here = above.clone();
    let mut below = Vec::with_capacity(width * 2);
    let mut pixels = Vec::with_capacity(source.len() * 4);
    for row in 0..height {
        widened_row((row + 1).min(height - 1), &mut below);
        for other in [&above, &below] {
            // Sixteen times the mean, rounded: at most 255 again.
            pixels.extend(
                here.iter()
                    .zip(other)
                    .map(|(near, far)| ((3 * near + far + 8) / 16) as u8),
            );
        }
        std::mem::swap(&mut above, &mut here);
        std::mem::swap(&mut here, &mut below);
    }
    GrayImage::from_raw(image.width() * 2, image.height() * 2, pixels).unwrap_or_default()
}

/// Twice as many pixels, each four times as bright.
fn widen(row: &[u8], wide: &mut Vec<u16>) {
    wide.clear();
    let last = row.len() - 1;
    for (column, pixel) in row.iter().enumerate() {
        let near = 3 * u16::from(*pixel);
        wide.push(near + u16::from(row[column.saturating_sub(1)]));
        wide.push(near + u16::from(row[(column + 1).min(last)]));
    }
}

/// Half as wide and high, averaged: against pictures far larger than their code needs, and moire.
pub(crate) fn halved(image: &GrayImage) -> GrayImage {
    let (width, height) = (image.width().div_ceil(2), image.height().div_ceil(2));
    DynamicImage::ImageLuma8(image.clone())
        .thumbnail_exact(width, height)
        .into_luma8()
}

/// Blurred: against noise, logos and modules drawn as dots. `sigma` is in pixels.
pub(crate) fn softened(image: &GrayImage, sigma: f32) -> GrayImage {
    DynamicImage::ImageLuma8(image.clone())
        .fast_blur(sigma)
        .into_luma8()
}

/// `image` sharpened by `strength` times what a blur took away: against a lens out of focus.
pub(crate) fn sharpened(image: &GrayImage, blurred: &GrayImage, strength: i32) -> GrayImage {
    let mut sharp = image.clone();
    for (pixel, blurred) in sharp.iter_mut().zip(blurred.iter()) {
        let plain = i32::from(*pixel);
        let more = plain + strength * (plain - i32::from(*blurred));
        *pixel = more.clamp(0, 255) as u8;
    }
    sharp
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubling_interpolates_and_keeps_the_edges() {
        let image = GrayImage::from_raw(2, 2, vec![0, 160, 0, 160]).unwrap();
        let doubled = doubled(&image);
        assert_eq!(doubled.dimensions(), (4, 4));
        for row in doubled.as_raw().chunks(4) {
            assert_eq!(
                row,
                [0, 40, 120, 160],
                "a quarter of the way to each neighbour"
            );
        }
        let white = GrayImage::from_raw(3, 1, vec![255; 3]).unwrap();
        assert!(
            super::doubled(&white).iter().all(|pixel| *pixel == 255),
            "white stays white"
        );
        assert_eq!(super::doubled(&GrayImage::default()).dimensions(), (0, 0));
    }

    #[test]
    fn sharpening_widens_a_step_and_keeps_a_plain() {
        let step = GrayImage::from_fn(40, 5, |x, _| image::Luma([if x < 20 { 100 } else { 150 }]));
        let sharp = sharpened(&step, &softened(&step, 2.0), 3);
        assert_eq!(sharp.get_pixel(2, 2).0, [100], "far from the step");
        assert!(
            sharp.get_pixel(19, 2).0[0] < 60 && sharp.get_pixel(20, 2).0[0] > 190,
            "at the step"
        );
    }

    #[test]
    fn halving_rounds_up() {
        assert_eq!(halved(&GrayImage::new(5, 1)).dimensions(), (3, 1));
    }
}
