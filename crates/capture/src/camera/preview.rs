//! A small picture of what the camera sees, for a person to aim by.

use deskfob_scan::{Corners, Picture};
use zeroize::Zeroize;

/// The widest preview, in pixels.
const MAX_WIDTH: u32 = 640;

/// The highest preview, in pixels.
const MAX_HEIGHT: u32 = 480;

/// Side of the squares that a code is hidden by, in parts of its own: too coarse for any module to be told.
const COVER_PARTS: u32 = 6;

/// A frame made smaller, its brightness only. What is in front of a camera may be secret, so it is wiped when dropped.
pub struct Preview {
    width: u32,
    height: u32,
    luma: Vec<u8>,
}

impl Preview {
    /// A frame made small enough to show, in which `codes` that were read are too coarse to be read again.
    pub fn of(frame: &Picture, codes: &[Corners]) -> Self {
        let (width, height) = (frame.width(), frame.height());
        let factor = width
            .div_ceil(MAX_WIDTH)
            .max(height.div_ceil(MAX_HEIGHT))
            .max(1);
        let mut preview = Self {
            width: (width / factor).max(1),
            height: (height / factor).max(1),
            luma: Vec::new(),
        };
        preview.luma = preview.shrunk(frame, factor);
        for corners in codes {
            preview.cover(corners, factor);
        }
        preview
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Brightness, rows from the top.
    pub fn luma(&self) -> &[u8] {
        &self.luma
    }

    /// The mean of every `factor` by `factor` pixels.
    fn shrunk(&self, frame: &Picture, factor: u32) -> Vec<u8> {
        let (factor, row) = (factor as usize, frame.width() as usize);
        let luma = frame.as_luma();
        let mut small = Vec::with_capacity(self.width as usize * self.height as usize);
        let mut sums = vec![0_u32; self.width as usize];
        // A frame lower than the factor has one row of what there is.
        for y in 0..self.height as usize {
            sums.fill(0);
            let rows = luma.chunks_exact(row).skip(y * factor).take(factor);
            let mut pixels = 0;
            for line in rows {
                for (sum, part) in sums.iter_mut().zip(line.chunks(factor)) {
                    *sum += part.iter().map(|pixel| u32::from(*pixel)).sum::<u32>();
                }
                pixels += factor.min(row) as u32;
            }
            let pixels = pixels.max(1);
            small.extend(sums.iter().map(|sum| (sum / pixels).min(255) as u8));
        }
        small
    }

    /// Makes the box around a code coarse.
    fn cover(&mut self, corners: &Corners, factor: u32) {
        let shrink = |at: f32| (at.max(0.0) as u32) / factor;
        let (xs, ys) = (
            corners.map(|(x, _)| shrink(x)),
            corners.map(|(_, y)| shrink(y)),
        );
        let least = |all: [u32; 4]| all.into_iter().fold(u32::MAX, u32::min);
        let most = |all: [u32; 4], end: u32| (all.into_iter().fold(0, u32::max) + 1).min(end);
        let (left, right) = (least(xs), most(xs, self.width));
        let (top, bottom) = (least(ys), most(ys, self.height));
        let side =
            (right.saturating_sub(left).max(bottom.saturating_sub(top)) / COVER_PARTS).max(1);
        for y in (top..bottom).step_by(side as usize) {
            for x in (left..right).step_by(side as usize) {
                self.level(x..(x + side).min(right), y..(y + side).min(bottom));
            }
        }
    }

    /// Puts their mean in the place of some pixels.
    fn level(&mut self, xs: std::ops::Range<u32>, ys: std::ops::Range<u32>) {
        let row = self.width as usize;
        let (xs, ys) = (
            xs.start as usize..xs.end as usize,
            ys.start as usize..ys.end as usize,
        );
        let area = (xs.len() * ys.len()).max(1);
        let sum: usize = ys
            .clone()
            .flat_map(|y| &self.luma[y * row + xs.start..y * row + xs.end])
            .map(|pixel| usize::from(*pixel))
            .sum();
        for y in ys {
            // A mean of bytes is a byte.
            self.luma[y * row + xs.start..y * row + xs.end].fill((sum / area) as u8);
        }
    }
}

impl std::fmt::Debug for Preview {
    /// Its size only: the pixels may show a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Preview")
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.luma.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_small_and_shows_the_same() {
        for (name, width, height, expected) in [
            ("as it is", 320, 240, (320, 240)),
            ("720p", 1280, 720, (640, 360)),
            ("high", 480, 1600, (120, 400)),
            ("4K", 3840, 2160, (640, 360)),
            ("a line", 9000, 1, (600, 1)),
            ("one pixel", 1, 1, (1, 1)),
        ] {
            let luma = (0..width * height)
                .map(|at| if at % width < width / 2 { 40 } else { 200 })
                .collect();
            let preview = Preview::of(&Picture::from_luma(luma, width, height).unwrap(), &[]);
            assert_eq!((preview.width(), preview.height()), expected, "{name}");
            let row = &preview.luma()[..preview.width() as usize];
            assert_eq!(
                preview.luma().len(),
                row.len() * expected.1 as usize,
                "{name}"
            );
            if width > 1 {
                assert_eq!((row[0], row[row.len() - 1]), (40, 200), "{name}");
            }
        }
    }

    #[test]
    fn a_code_that_was_read_cannot_be_read_from_the_preview() {
        let code = qrcode::QrCode::new("otpauth://totp/Example:ada?secret=QWERTYUIOP").unwrap();
        let (modules, scale, width) = (code.width(), 12_usize, 640_usize);
        let dark = |x: usize, y: usize| code[(x, y)] == qrcode::Color::Dark;
        let luma = (0..width * width)
            .map(|at| {
                let (x, y) = (
                    (at % width / scale).wrapping_sub(4),
                    (at / width / scale).wrapping_sub(4),
                );
                if x < modules && y < modules && dark(x, y) {
                    10
                } else {
                    240
                }
            })
            .collect();
        let frame = Picture::from_luma(luma, 640, 640).unwrap();
        let found = deskfob_scan::scan(&frame);
        let corners: Vec<_> = found.iter().map(|one| one.corners).collect();
        assert_eq!(corners.len(), 1, "the frame shows a code");
        let shown = |codes: &[Corners]| {
            let preview = Preview::of(&frame, codes);
            let (width, height) = (preview.width(), preview.height());
            let picture = Picture::from_luma(preview.luma().to_vec(), width, height).unwrap();
            deskfob_scan::scan(&picture).len()
        };
        assert_eq!(shown(&[]), 1, "uncovered it would be");
        assert_eq!(shown(&corners), 0);
        let outside = [
            (-9.0, -9.0),
            (9999.0, -9.0),
            (9999.0, 9999.0),
            (f32::NAN, 0.0),
        ];
        assert_eq!(shown(&[outside]), 0, "corners beyond the frame");
    }
}
