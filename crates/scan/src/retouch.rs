//! Other looks at the same picture, for codes that do not read as they are.

mod soft;

use image::{DynamicImage, GrayImage};

pub(crate) use soft::quickly_softened;

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
pub(crate) fn sharpened(image: GrayImage, blurred: &GrayImage, strength: i32) -> GrayImage {
    let mut sharp = image;
    for (pixel, blurred) in sharp.iter_mut().zip(blurred.iter()) {
        let plain = i32::from(*pixel);
        let more = plain + strength * (plain - i32::from(*blurred));
        *pixel = more.clamp(0, 255) as u8;
    }
    sharp
}

/// Sharpened against a movement along `step` (columns and rows a pixel) over `2 * reach + 1` pixels.
pub(crate) fn sharpened_along(
    image: &GrayImage,
    step: (i32, i32),
    reach: u32,
    strength: i32,
) -> GrayImage {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let source = image.as_raw();
    let count = 2 * reach + 1;
    let mut blurred = Vec::with_capacity(source.len());
    let mut sums = vec![0_u32; width];
    // How far to the side of a column the line through it is, some rows off.
    let inside = |at: usize, offset: i64, end: usize| {
        let at = i64::try_from(at).unwrap_or(0) + offset;
        usize::try_from(at.max(0)).unwrap_or(0).min(end - 1)
    };
    for row in 0..height {
        sums.fill(0);
        for along in 0..count {
            let along = i64::from(along) - i64::from(reach);
            let (aside, down) = (along * i64::from(step.0), along * i64::from(step.1));
            let line = &source[inside(row, down, height) * width..][..width];
            for (column, sum) in sums.iter_mut().enumerate() {
                *sum += u32::from(line[inside(column, aside, width)]);
            }
        }
        // The mean of bytes is a byte.
        blurred.extend(sums.iter().map(|sum| (sum / count) as u8));
    }
    let blurred = GrayImage::from_raw(image.width(), image.height(), blurred).unwrap_or_default();
    sharpened(image.clone(), &blurred, strength)
}

/// A Gaussian blur of `sigma` pixels undone in so many rounds (Van Cittert's iteration): each adds what the blurred guess
/// still lacks. Sharpening is its first round.
pub(crate) fn deblurred(image: &GrayImage, sigma: f32, rounds: usize) -> GrayImage {
    let seen: Vec<f32> = image.iter().copied().map(f32::from).collect();
    let width = image.width() as usize;
    if width == 0 {
        return GrayImage::default();
    }
    // Casting clamps to what an integer holds.
    let reach = (sigma * 2.5).ceil() as usize;
    let weights: Vec<f32> = (0..=reach)
        .map(|at| (-((at * at) as f32) / (2.0 * sigma * sigma)).exp())
        .collect();
    let all = 2.0 * weights.iter().sum::<f32>() - weights[0];
    let weights: Vec<f32> = weights.iter().map(|weight| weight / all).collect();
    let mut guess = seen.clone();
    let mut wide = vec![0.0; seen.len()];
    let mut line = vec![0.0; width];
    for _ in 0..rounds {
        for (from, to) in guess.chunks_exact(width).zip(wide.chunks_exact_mut(width)) {
            for (column, sum) in to.iter_mut().enumerate() {
                *sum = from[column] * weights[0];
            }
            for (at, weight) in weights.iter().enumerate().skip(1) {
                for (column, sum) in to.iter_mut().enumerate() {
                    let (left, right) = (column.saturating_sub(at), (column + at).min(width - 1));
                    *sum += (from[left] + from[right]) * weight;
                }
            }
        }
        let height = seen.len() / width;
        for row in 0..height {
            line.fill(0.0);
            for (at, weight) in weights.iter().enumerate() {
                let (above, below) = (row.saturating_sub(at), (row + at).min(height - 1));
                let (above, below) = (&wide[above * width..], &wide[below * width..]);
                let half = if at == 0 { weight / 2.0 } else { *weight };
                for ((sum, above), below) in line.iter_mut().zip(above).zip(below) {
                    *sum += (above + below) * half;
                }
            }
            let pixels = &mut guess[row * width..][..width];
            for ((pixel, seen), blurred) in pixels.iter_mut().zip(&seen[row * width..]).zip(&line) {
                *pixel = (*pixel + seen - blurred).clamp(0.0, 255.0);
            }
        }
    }
    let pixels = guess.iter().map(|light| light.round() as u8).collect();
    GrayImage::from_raw(image.width(), image.height(), pixels).unwrap_or_default()
}

/// Dark becomes light.
pub(crate) fn inverted(image: &GrayImage) -> GrayImage {
    let mut negative = image.clone();
    image::imageops::invert(&mut negative);
    negative
}

/// Every part brought to the full range of brightness: its darkest pixel nearby becomes black and its lightest white.
///
/// The first reader takes a part with less than a tenth of the range for blank paper.
pub(crate) fn levelled(image: &GrayImage) -> GrayImage {
    const BLOCK: usize = 24;
    let (width, height) = (image.width() as usize, image.height() as usize);
    if width == 0 || height == 0 {
        return GrayImage::default();
    }
    let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
    let mut ranges = vec![(u8::MAX, u8::MIN); columns * rows];
    for (row, line) in image.as_raw().chunks_exact(width).enumerate() {
        let ranges = &mut ranges[row / BLOCK * columns..][..columns];
        for (pixels, (low, high)) in line.chunks(BLOCK).zip(ranges) {
            for pixel in pixels {
                *low = (*low).min(*pixel);
                *high = (*high).max(*pixel);
            }
        }
    }
    // Neighbours count, so that a block within a large module has both colours.
    let around = |row: usize, column: usize| {
        let mut range = (u8::MAX, u8::MIN);
        for row in row.saturating_sub(1)..(row + 2).min(rows) {
            for column in column.saturating_sub(1)..(column + 2).min(columns) {
                let (low, high) = ranges[row * columns + column];
                range = (range.0.min(low), range.1.max(high));
            }
        }
        range
    };
    let mut level = image.clone();
    for (row, line) in level.chunks_exact_mut(width).enumerate() {
        for (column, pixels) in line.chunks_mut(BLOCK).enumerate() {
            let (low, high) = around(row / BLOCK, column);
            let range = u32::from(high - low).max(6);
            for pixel in pixels {
                // At most 255: the pixel is within the range.
                *pixel = (u32::from(*pixel - low) * 255 / range) as u8;
            }
        }
    }
    level
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
        let sharp = sharpened(step.clone(), &softened(&step, 2.0), 3);
        assert_eq!(sharp.get_pixel(2, 2).0, [100], "far from the step");
        assert!(
            sharp.get_pixel(19, 2).0[0] < 60 && sharp.get_pixel(20, 2).0[0] > 190,
            "at the step"
        );
    }

    #[test]
    fn a_blur_is_undone() {
        let checks = GrayImage::from_fn(60, 60, |x, y| {
            image::Luma([if (x / 5 + y / 5) % 2 == 0 { 30 } else { 220 }])
        });
        let blurred = image::imageops::blur(&checks, 2.0);
        let error = |image: &GrayImage| {
            let inner =
                |image: &GrayImage| image::imageops::crop_imm(image, 10, 10, 40, 40).to_image();
            let (image, checks) = (inner(image), inner(&checks));
            image
                .iter()
                .zip(checks.iter())
                .map(|(one, other)| usize::from(one.abs_diff(*other)))
                .sum::<usize>()
                / 1600
        };
        let (before, after) = (error(&blurred), error(&deblurred(&blurred, 2.0, 12)));
        assert!(after * 3 < before * 2, "{before} to {after} levels off");
        assert_eq!(
            deblurred(&GrayImage::default(), 2.0, 3).dimensions(),
            (0, 0)
        );
    }

    #[test]
    fn sharpening_along_a_line_leaves_the_other_direction_alone() {
        let step = GrayImage::from_fn(40, 40, |x, _| image::Luma([if x < 20 { 100 } else { 150 }]));
        let along = sharpened_along(&step, (1, 0), 2, 3);
        assert!(along.get_pixel(19, 9).0[0] < 60 && along.get_pixel(20, 9).0[0] > 190);
        assert_eq!(sharpened_along(&step, (0, 1), 2, 3), step, "no edge across");
    }

    #[test]
    fn levelling_spreads_a_faint_and_uneven_pattern() {
        let faint = GrayImage::from_fn(300, 200, |x, y| {
            image::Luma([(100 + x / 4 + 12 * ((x / 3 + y / 3) % 2)) as u8])
        });
        let level = levelled(&faint);
        for (x, y) in [(10, 10), (290, 190), (150, 100)] {
            let area = image::imageops::crop_imm(&level, x - 9, y - 9, 19, 19).to_image();
            let (low, high) = area.iter().fold((255, 0), |(low, high), pixel| {
                (low.min(*pixel), high.max(*pixel))
            });
            assert!(high - low > 90, "at {x}, {y}: {low} to {high}");
        }
        let plain = GrayImage::from_pixel(50, 50, image::Luma([77]));
        assert!(
            levelled(&plain).iter().all(|pixel| *pixel == 0),
            "noise is not made of nothing"
        );
        assert_eq!(levelled(&GrayImage::default()).dimensions(), (0, 0));
    }

    #[test]
    fn halving_rounds_up() {
        assert_eq!(halved(&GrayImage::new(5, 1)).dimensions(), (3, 1));
    }
}
