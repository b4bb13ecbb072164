//! Frames of a camera: little time for each, and another one soon.

use crate::Picture;
use crate::chain::{Finds, Found};
use crate::look::{Look, Region};

/// Looks that take turns where the quick one finds nothing, dearest kinds in parts. What they cost at 1280 x 720 pixels
/// is near 10 ms each, so that a frame is done before the next one comes.
const TURNS: [(Look, Part); 12] = [
    (Look::Plain, Part::Whole),
    (
        Look::QuickSharp {
            sigma: 1.5,
            strength: 3,
        },
        Part::Tiles,
    ),
    (Look::Second, Part::Small),
    (Look::QuickSoft { sigma: 1.2 }, Part::Whole),
    (Look::QuickDoubled, Part::Tiles),
    (Look::Plain, Part::Whole),
    (
        Look::QuickSharp {
            sigma: 2.0,
            strength: 5,
        },
        Part::Tiles,
    ),
    (Look::QuickLevelled, Part::Whole),
    (Look::SecondInverted, Part::Small),
    (Look::Doubled, Part::Middle),
    (Look::Halved, Part::Whole),
    (
        Look::Along {
            step: (1, 0),
            reach: 3,
        },
        Part::Middle,
    ),
];

/// What of a frame a look is taken at.
#[derive(Clone, Copy)]
enum Part {
    /// All of it.
    Whole,
    /// All of it if it is as small as 1280 x 720, else its middle.
    Small,
    /// One of the tiles that cover it, another one each time round.
    Tiles,
    /// Its middle third, where people hold what they show.
    Middle,
}

/// A tile's side and what neighbours share, in pixels.
const TILE: (u32, u32) = (800, 320);

/// The widest and highest middle, in pixels.
const MIDDLE: (u32, u32) = (720, 560);

/// The largest frame that the second reader looks at as a whole.
const SMALL: (u32, u32) = (1280, 720);

/// The QR codes in one frame of a stream, on the caller's thread: one quick look, and if that finds nothing, one of
/// twelve others.
///
/// Count the frames up as `turn`.
pub fn scan_frame(picture: &Picture, turn: usize) -> Vec<Found> {
    let plane = &picture.luma;
    let mut found = Finds::default();
    found.add(Look::Quick.at(plane).found);
    if found.0.is_empty() {
        let (look, part) = TURNS[turn % TURNS.len()];
        let region = part.region(plane.width(), plane.height(), turn / TURNS.len());
        found.add(region.look(look, plane).found);
    }
    found.0
}

impl Part {
    fn region(self, width: u32, height: u32, round: usize) -> Region {
        match self {
            Self::Whole => centred(width, height, (width, height)),
            Self::Small => centred(width, height, SMALL),
            Self::Middle => centred(width, height, MIDDLE),
            Self::Tiles => {
                let tiles = Region::tiles(width, height, TILE.0, TILE.1);
                tiles[round % tiles.len()]
            }
        }
    }
}

fn centred(width: u32, height: u32, most: (u32, u32)) -> Region {
    let (inner, high) = (width.min(most.0), height.min(most.1));
    Region {
        left: (width - inner) / 2,
        top: (height - high) / 2,
        width: inner,
        height: high,
    }
}
