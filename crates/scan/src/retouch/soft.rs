//! Blurring grey pixels in little time.

use image::GrayImage;

/// Boxes that make up for a Gaussian blur.
const BOXES: usize = 3;

/// Blurred: against noise, logos and modules drawn as dots. `sigma` is in pixels.
///
/// By boxes of integers: the other blur took four times as long, for which a camera's frame has no time. It reads a little
/// more, for which a still picture has.
pub(crate) fn quickly_softened(image: &GrayImage, sigma: f32) -> GrayImage {
    let (width, height) = (image.width() as usize, image.height() as usize);
    if width == 0 || height == 0 {
        return GrayImage::default();
    }
    let mut pixels = image.as_raw().clone();
    let mut line = Vec::with_capacity(width + 1);
    for reach in reaches(sigma) {
        for row in pixels.chunks_exact_mut(width) {
            along_row(row, reach, &mut line);
        }
        pixels = along_columns(&pixels, width, height, reach);
    }
    GrayImage::from_raw(image.width(), image.height(), pixels).unwrap_or_default()
}

/// How far the boxes reach to either side, pixels: those whose blur one after another is nearest to a Gaussian one
/// (Kutskir, "Fastest Gaussian blur").
fn reaches(sigma: f32) -> impl Iterator<Item = usize> {
    let boxes = BOXES as f32;
    let variance = 12.0 * sigma * sigma;
    let ideal = (variance / boxes + 1.0).sqrt();
    let mut small = ideal.floor().max(1.0);
    if small % 2.0 == 0.0 {
        small -= 1.0;
    }
    let narrow = (variance - boxes * small * small - 4.0 * boxes * small - 3.0 * boxes)
        / (-4.0 * small - 4.0);
    let narrow = narrow.round().clamp(0.0, boxes) as usize;
    let small = small as usize / 2;
    (0..BOXES)
        .map(move |number| if number < narrow { small } else { small + 1 })
        .filter(|reach| *reach > 0)
}

/// The mean of each pixel and its neighbours in a row, whose ends go on beyond it. `sums` is for the work.
fn along_row(row: &mut [u8], reach: usize, sums: &mut Vec<u32>) {
    let last = row.len() - 1;
    let size = (2 * reach + 1) as u32;
    let at = |row: &[u8], column: usize| u32::from(row[column.min(last)]);
    sums.clear();
    let mut sum = at(row, 0) * (reach as u32 + 1);
    sum += (1..=reach).map(|column| at(row, column)).sum::<u32>();
    for column in 0..row.len() {
        sums.push(sum);
        sum += at(row, column + reach + 1);
        sum -= at(row, column.saturating_sub(reach));
    }
    for (pixel, sum) in row.iter_mut().zip(sums) {
        *pixel = ((*sum + size / 2) / size) as u8;
    }
}

/// The same for columns, all of a row at a time.
fn along_columns(pixels: &[u8], width: usize, height: usize, reach: usize) -> Vec<u8> {
    let size = (2 * reach + 1) as u32;
    let row = |row: usize| &pixels[row.min(height - 1) * width..][..width];
    let mut sums: Vec<u32> = row(0)
        .iter()
        .map(|pixel| u32::from(*pixel) * (reach as u32 + 1))
        .collect();
    let add = |sums: &mut [u32], line: &[u8]| {
        for (sum, pixel) in sums.iter_mut().zip(line) {
            *sum += u32::from(*pixel);
        }
    };
    for below in 1..=reach {
        add(&mut sums, row(below));
    }
    let mut soft = Vec::with_capacity(pixels.len());
    for at in 0..height {
        soft.extend(sums.iter().map(|sum| ((sum + size / 2) / size) as u8));
        add(&mut sums, row(at + reach + 1));
        for (sum, pixel) in sums.iter_mut().zip(row(at.saturating_sub(reach))) {
            *sum -= u32::from(*pixel);
        }
    }
    soft
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::*;

    /// What an edge becomes, either way, has the variance that was asked for.
    #[test]
    fn an_edge_is_as_soft_as_asked_for() {
        const MIDDLE: u32 = 30;
        let edge = |at: u32| Luma([if at < MIDDLE { 0 } else { 240 }]);
        let upright = GrayImage::from_fn(2 * MIDDLE, 5, |x, _| edge(x));
        let lying = GrayImage::from_fn(5, 2 * MIDDLE, |_, y| edge(y));
        for sigma in [0.8, 1.2, 1.5, 2.0, 3.0] {
            let across = quickly_softened(&upright, sigma);
            let down = quickly_softened(&lying, sigma);
            let line: Vec<f32> = (0..2 * MIDDLE)
                .map(|at| f32::from(across.get_pixel(at, 2).0[0]))
                .collect();
            for at in 0..2 * MIDDLE {
                assert_eq!(across.get_pixel(at, 0), down.get_pixel(3, at), "{sigma}");
            }
            let steps = line.windows(2).enumerate().map(|(at, pair)| {
                let far = at as f32 + 1.0 - MIDDLE as f32;
                (pair[1] - pair[0], far * far)
            });
            let variance = steps.map(|(step, far)| step * far).sum::<f32>() / 240.0;
            let wanted = sigma * sigma;
            let near = (0.8 * wanted..1.2 * wanted).contains(&variance);
            assert!(near, "{sigma}: {variance}");
        }
    }

    #[test]
    fn the_smallest_pictures_have_a_blur() {
        for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 3)] {
            let image = GrayImage::from_pixel(width, height, Luma([9]));
            assert_eq!(quickly_softened(&image, 3.0), image, "{width} x {height}");
        }
        assert!(quickly_softened(&GrayImage::default(), 3.0).is_empty());
    }

    #[test]
    fn one_colour_stays_that() {
        for colour in [0, 1, 128, 255] {
            let plain = GrayImage::from_pixel(20, 10, Luma([colour]));
            assert_eq!(quickly_softened(&plain, 2.0), plain);
        }
    }
}
