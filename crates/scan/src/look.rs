//! The ways to look at pixels, and which part of a picture a look is taken at.

use image::{GrayImage, imageops};

use crate::finder::finders;
use crate::readers::{Seen, Zxing, rxing, zxing};
use crate::retouch::{
    deblurred, doubled, halved, inverted, levelled, quickly_softened, sharpened, sharpened_along,
    softened,
};

/// One way to look at a part of a picture. Blurs are in pixels of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Look {
    /// As it is, light codes only, not every row.
    Quick,
    /// As it is, light and inverted, also at a third of its size.
    Plain,
    /// At twice its size: modules of two pixels and less.
    Doubled,
    /// At twice its size, light codes only, not every row.
    QuickDoubled,
    /// At twice its size and sharpened: out of focus, and very small modules.
    Sharp { sigma: f32, strength: i32 },
    /// The same, light codes only, not every row.
    QuickSharp { sigma: f32, strength: i32 },
    /// At four times its size and sharpened.
    Sharpest,
    /// Focused by computing, as it is: well out of focus.
    Focused { sigma: f32 },
    /// Sharpened in one direction: moved while it was taken.
    Along { step: (i32, i32), reach: u32 },
    /// Blurred: noise, moire, logos.
    Soft { sigma: f32 },
    /// The same, blurred in little time.
    QuickSoft { sigma: f32 },
    /// Blurred at twice its size.
    SoftDoubled,
    /// At half its size: far more pixels than the code needs.
    Halved,
    /// Every part brought to the full range of brightness: faint and uneven light.
    Levelled,
    /// The same, blurred in little time.
    QuickLevelled,
    /// The second reader.
    Second,
    /// The second reader on the inverted picture.
    SecondInverted,
    /// The second reader on the sharpened picture at twice its size.
    SecondSharp,
}

/// The most pixels that the second reader, an order slower, looks at.
const MAX_SECOND: u64 = 16 * 1024 * 1024;

/// The most finder patterns in a picture for the second reader: of a dozen codes.
const MAX_SECOND_FINDERS: usize = 40;

impl Look {
    /// What is seen, in pixels of `plane`.
    pub(crate) fn at(self, plane: &GrayImage) -> Seen {
        match self {
            Self::Quick => zxing(plane, Zxing::Quick),
            Self::Plain => zxing(plane, Zxing::Full),
            Self::Doubled => zxing(&doubled(plane), Zxing::Full).scaled(0.5),
            Self::QuickDoubled => zxing(&doubled(plane), Zxing::Quick).scaled(0.5),
            Self::Sharp { sigma, strength } => {
                zxing(&sharp(plane, sigma, strength), Zxing::Full).scaled(0.5)
            }
            Self::QuickSharp { sigma, strength } => {
                let blurred = doubled(&quickly_softened(plane, sigma));
                let sharp = sharpened(doubled(plane), &blurred, strength);
                zxing(&sharp, Zxing::Quick).scaled(0.5)
            }
            Self::Sharpest => {
                let blurred = doubled(&doubled(&softened(plane, 1.5)));
                let large = doubled(&doubled(plane));
                zxing(&sharpened(large, &blurred, 4), Zxing::Full).scaled(0.25)
            }
            Self::Focused { sigma } => zxing(&deblurred(plane, sigma, 12), Zxing::Full),
            Self::Along { step, reach } => {
                let clear = sharpened_along(plane, step, reach, 3);
                zxing(&doubled(&clear), Zxing::Full).scaled(0.5)
            }
            Self::Soft { sigma } => zxing(&softened(plane, sigma), Zxing::Full),
            Self::QuickSoft { sigma } => zxing(&quickly_softened(plane, sigma), Zxing::Full),
            Self::SoftDoubled => zxing(&softened(&doubled(plane), 1.2), Zxing::Full).scaled(0.5),
            Self::Halved => zxing(&halved(plane), Zxing::Full).scaled(2.0),
            Self::Levelled => zxing(&levelled(&softened(plane, 0.8)), Zxing::Full),
            Self::QuickLevelled => zxing(&levelled(&quickly_softened(plane, 0.8)), Zxing::Full),
            Self::Second => second(plane),
            Self::SecondInverted => second(&inverted(plane)),
            Self::SecondSharp => second(&sharp(plane, 1.5, 3)).scaled(0.5),
        }
    }
}

/// Sharpened at twice its size. Blurring before doubling is a quarter of the work.
fn sharp(plane: &GrayImage, sigma: f32, strength: i32) -> GrayImage {
    sharpened(doubled(plane), &doubled(&softened(plane, sigma)), strength)
}

fn second(plane: &GrayImage) -> Seen {
    if u64::from(plane.width()) * u64::from(plane.height()) > MAX_SECOND {
        return second(&halved(plane)).scaled(2.0);
    }
    // It tries every three of them: a page of rings took 2.3 s.
    if finders(plane, false).len() > MAX_SECOND_FINDERS {
        return Seen::default();
    }
    rxing(plane)
}

/// A rectangle of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Region {
    pub(crate) fn all(plane: &GrayImage) -> Self {
        Self {
            left: 0,
            top: 0,
            width: plane.width(),
            height: plane.height(),
        }
    }

    /// What is seen in this part of `plane`, in pixels of all of it.
    pub(crate) fn look(self, look: Look, plane: &GrayImage) -> Seen {
        if self == Self::all(plane) {
            return look.at(plane);
        }
        let part =
            imageops::crop_imm(plane, self.left, self.top, self.width, self.height).to_image();
        look.at(&part).moved(self.left as f32, self.top as f32)
    }

    /// The parts that cover a picture, at most `side` pixels wide and high. Neighbours share `shared` pixels, so that a
    /// code of that size is in one of them as a whole.
    pub(crate) fn tiles(width: u32, height: u32, side: u32, shared: u32) -> Vec<Self> {
        let columns = spans(width, side, shared);
        spans(height, side, shared)
            .into_iter()
            .flat_map(|(top, height)| {
                columns.iter().map(move |(left, width)| Self {
                    left: *left,
                    top,
                    width: *width,
                    height,
                })
            })
            .collect()
    }

    /// The rectangle around `corners` with a margin of a fifth, if the picture has it.
    pub(crate) fn around(corners: &[(f32, f32); 4], plane: &GrayImage) -> Option<Self> {
        let span = |of: fn(&(f32, f32)) -> f32, end: u32| {
            let low = corners.iter().map(of).fold(f32::INFINITY, f32::min);
            let high = corners.iter().map(of).fold(f32::NEG_INFINITY, f32::max);
            let margin = (high - low) / 5.0 + 4.0;
            // Casting clamps to what an integer holds.
            let (low, high) = ((low - margin) as u32, ((high + margin) as u32).min(end));
            (high > low.saturating_add(MIN_SIDE)).then(|| (low, high - low))
        };
        let (left, width) = span(|point| point.0, plane.width())?;
        let (top, height) = span(|point| point.1, plane.height())?;
        Some(Self {
            left,
            top,
            width,
            height,
        })
    }

    pub(crate) fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    pub(crate) fn holds(self, (x, y): (f32, f32)) -> bool {
        let inside =
            |at: f32, from: u32, length: u32| at >= from as f32 && at < from as f32 + length as f32;
        inside(x, self.left, self.width) && inside(y, self.top, self.height)
    }
}

/// The smallest code has 21 modules a side, and one pixel a module is the least.
const MIN_SIDE: u32 = 21;

fn spans(length: u32, side: u32, shared: u32) -> Vec<(u32, u32)> {
    if length <= side {
        return vec![(0, length)];
    }
    let count = (length - shared).div_ceil(side - shared);
    let each = (length - shared).div_ceil(count) + shared;
    (0..count)
        .map(|at| {
            let start = (at * (each - shared)).min(length - each);
            (start, each)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_everything_and_share_enough() {
        for (width, height) in [
            (100, 100),
            (1920, 1080),
            (3840, 2160),
            (8000, 30),
            (2049, 2047),
        ] {
            let tiles = Region::tiles(width, height, 1000, 300);
            for tile in &tiles {
                assert!(tile.width <= 1000 && tile.height <= 1000, "{tile:?}");
                assert!(
                    tile.left + tile.width <= width && tile.top + tile.height <= height,
                    "{tile:?} within {width} x {height}"
                );
            }
            // Any square of the shared size is in one tile as a whole.
            let side = 300.min(width).min(height);
            for x in (0..=width - side).step_by(7).chain([width - side]) {
                for y in (0..=height - side).step_by(7).chain([height - side]) {
                    let held = |tile: &&Region| {
                        tile.left <= x
                            && tile.top <= y
                            && x + side <= tile.left + tile.width
                            && y + side <= tile.top + tile.height
                    };
                    assert!(
                        tiles.iter().any(|tile| held(&tile)),
                        "{x}, {y} in {width} x {height}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_region_around_corners_stays_in_the_picture() {
        let plane = GrayImage::new(200, 100);
        let corners = [(-5.0, 10.0), (90.0, 8.0), (95.0, 99.0), (2.0, 130.0)];
        let region = Region::around(&corners, &plane).unwrap();
        assert!(region.left == 0 && region.top == 0 && region.height == 100);
        assert!((110..130).contains(&region.width), "{region:?}");
        let outside = [(300.0, 300.0); 4];
        assert_eq!(Region::around(&outside, &plane), None);
        assert_eq!(Region::around(&[(f32::NAN, 0.0); 4], &plane), None);
    }

    #[test]
    fn what_is_seen_in_a_part_is_told_in_pixels_of_the_whole() {
        let code = qrcode::QrCode::new("somewhere").unwrap();
        let code = code
            .render::<image::Luma<u8>>()
            .module_dimensions(3, 3)
            .build();
        let mut page = GrayImage::from_pixel(600, 400, image::Luma([255]));
        imageops::replace(&mut page, &code, 300, 200);
        let region = Region {
            left: 250,
            top: 150,
            width: 300,
            height: 200,
        };
        for look in [
            Look::Quick,
            Look::Plain,
            Look::Doubled,
            Look::QuickDoubled,
            Look::Sharp {
                sigma: 1.5,
                strength: 3,
            },
            Look::QuickSharp {
                sigma: 1.5,
                strength: 3,
            },
            Look::Sharpest,
            Look::Focused { sigma: 1.0 },
            Look::Along {
                step: (1, 0),
                reach: 2,
            },
            Look::Soft { sigma: 1.0 },
            Look::SoftDoubled,
            Look::Levelled,
            Look::QuickSoft { sigma: 1.0 },
            Look::QuickLevelled,
            Look::Second,
            Look::SecondSharp,
        ] {
            let seen = region.look(look, &page);
            assert_eq!(seen.found.len(), 1, "{look:?}");
            let (x, y) = seen.found[0].corners[0];
            assert!(
                (300.0..330.0).contains(&x) && (200.0..230.0).contains(&y),
                "{look:?}: {x}, {y}"
            );
        }
    }
}
