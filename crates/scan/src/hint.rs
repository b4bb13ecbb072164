//! What to tell a person in front of the camera while nothing is read.

use image::GrayImage;

use crate::Picture;
use crate::finder::{code_module, finders};

/// What would help, from what a frame shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameHint {
    /// Too dark to see anything.
    MoreLight,
    /// A code is there, too small to be read.
    Closer,
    /// Nothing in the frame has a sharp edge: it moves, or the lens has not found it yet.
    HoldStill,
}

/// The largest modules called too small, in pixels. Below this, reading depends on luck.
const SMALL_MODULE: f32 = 2.6;

/// Of the pixels, one in this many is lighter than what is called the lightest: a lamp in the picture is no light on
/// the code.
const FEW: usize = 50;

/// How light the lightest part of a frame must be, of 255.
const DARK: u8 = 48;

/// A frame with less between dark and light shows a wall.
const FLAT: u8 = 40;

/// The steepest step between neighbours in a sharp frame is at least this part of the range of brightness, in percent.
const SHARP_PERCENT: usize = 20;

/// And at least this much, which noise does not reach.
const SHARP_LEAST: usize = 30;

impl FrameHint {
    /// A stable name for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MoreLight => "more_light",
            Self::Closer => "closer",
            Self::HoldStill => "hold_still",
        }
    }

    /// What to do, in plain words.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::MoreLight => "more light",
            Self::Closer => "closer",
            Self::HoldStill => "hold still",
        }
    }
}

/// What would help to read a code in this frame; `None` where nothing in it tells.
///
/// For a frame that [`scan_frame`](crate::scan_frame) read nothing in, a few times a second: at 1280 x 720 pixels it
/// took 4 ms of processor time.
pub fn frame_hint(picture: &Picture) -> Option<FrameHint> {
    let plane = &picture.luma;
    let (darkest, lightest) = range(plane);
    if lightest < DARK {
        return Some(FrameHint::MoreLight);
    }
    let module = [false, true]
        .into_iter()
        .find_map(|dark| code_module(&finders(plane, dark)));
    let contrast = lightest - darkest;
    match module {
        Some(module) if module < SMALL_MODULE => Some(FrameHint::Closer),
        _ if contrast >= FLAT && is_blurred(plane, contrast) => Some(FrameHint::HoldStill),
        _ => None,
    }
}

/// How dark and how light it gets, but for a few pixels. Every fourth row is enough.
fn range(plane: &GrayImage) -> (u8, u8) {
    let mut counts = [0_usize; 256];
    let mut all = 0;
    for row in plane.chunks_exact(plane.width().max(1) as usize).step_by(4) {
        for pixel in row {
            counts[usize::from(*pixel)] += 1;
        }
        all += row.len();
    }
    let at = |mut few: usize, mut levels: Box<dyn Iterator<Item = u8>>| {
        levels
            .find(|level| {
                let here = counts[usize::from(*level)];
                let found = here > few;
                few = few.saturating_sub(here);
                found
            })
            .unwrap_or(0)
    };
    let few = all / FEW;
    (
        at(few, Box::new(0..=255)),
        at(few, Box::new((0..=255).rev())),
    )
}

/// Whether hardly any pixel differs from its second neighbour as much as an edge in focus does.
fn is_blurred(plane: &GrayImage, contrast: u8) -> bool {
    let step = (usize::from(contrast) * SHARP_PERCENT / 100).max(SHARP_LEAST);
    let width = plane.width().max(1) as usize;
    let (mut sharp, mut all) = (0_usize, 0_usize);
    for row in plane.chunks_exact(width).step_by(2) {
        for pixels in row.windows(3) {
            sharp += usize::from(usize::from(pixels[0].abs_diff(pixels[2])) > step);
        }
        all += width;
    }
    // An edge through the frame is one pixel in a thousand of it.
    sharp * 1000 < all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_leaves_out_a_few_pixels() {
        let mut plane = GrayImage::from_pixel(100, 100, image::Luma([90]));
        for x in 0..100 {
            plane.put_pixel(x, 0, image::Luma([255]));
        }
        assert_eq!(
            range(&plane),
            (90, 255),
            "a row of a hundred, and every fourth is counted"
        );
        plane.put_pixel(5, 8, image::Luma([0]));
        assert_eq!(range(&plane).0, 90, "one pixel is none");
        assert_eq!(
            range(&GrayImage::from_pixel(1, 1, image::Luma([7]))),
            (7, 7)
        );
    }
}
