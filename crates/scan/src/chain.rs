//! Which reader looks at what, in which order.
//!
//! Measured on 240 simulated camera frames (small, out of focus, noisy, all of it), the first reader read 161 as they
//! are, 182 at twice the size and 209 at twice the size sharpened; the second reader read 146, 166 and 183. It is behind
//! the first one for the few codes that only it reads.

use std::cell::LazyCell;

use image::GrayImage;
use secrecy::{ExposeSecret, SecretString};

use crate::Picture;
use crate::readers::{rxing, zxing};
use crate::retouch::{doubled, halved, sharpened, softened};

/// A QR code in a picture.
#[derive(Debug, Clone)]
pub struct Found {
    /// What the code says.
    pub payload: SecretString,
    /// Where it is: clockwise from its top left corner, in pixels of the picture. A code that only the second reader
    /// reads is told by a box around its middle.
    pub corners: [(f32, f32); 4],
}

impl Found {
    fn scale(&mut self, by: f32) {
        self.corners = self.corners.map(|(x, y)| (x * by, y * by));
    }
}

/// The most pixels looked at twice their size: a 4K screen.
const MAX_DOUBLED: u32 = 3840 * 2160;

/// The most pixels looked at four times their size: a usual camera frame.
const MAX_QUADRUPLED: u32 = 1280 * 720;

/// The most pixels that the second reader, an order slower, looks at.
const MAX_SECOND: u32 = 16 * 1024 * 1024;

/// Every distinct QR code in a picture, light or inverted, top to bottom.
///
/// For a full HD screenshot that took 66 ms of processor time with a code in it and 0.7 s without any, for then every
/// look is taken; a camera wants [`scan_frame`].
pub fn scan(picture: &Picture) -> Vec<Found> {
    let mut found = scan_plane(&picture.luma);
    if found.is_empty()
        && let Some(on_black) = &picture.on_black
    {
        found = scan_plane(on_black);
    }
    found.sort_by(|one, other| {
        let ((left, top), (other_left, other_top)) = (one.corners[0], other.corners[0]);
        top.total_cmp(&other_top).then(left.total_cmp(&other_left))
    });
    found
}

/// The QR codes in one frame of a stream: one quick look, and if that finds nothing, one of four slower ones.
///
/// Count the frames up as `turn`: four idle frames are looked at in every way. At 1280 x 720 pixels, the quick look took
/// 3 ms of processor time, and a frame 36 ms on average while there was no code.
pub fn scan_frame(picture: &Picture, turn: usize) -> Vec<Found> {
    let frame = &picture.luma;
    let mut found = Finds::default();
    found.add(zxing(frame), 1.0);
    if !found.is_empty() {
        return found.0;
    }
    // A frame too large to be doubled is looked at as it is.
    let twice = (turn % 2 == 1 && pixels(frame) <= MAX_DOUBLED).then(|| doubled(frame));
    let scale = if twice.is_some() { 0.5 } else { 1.0 };
    match turn % 4 {
        0 => found.add(second(frame), 1.0),
        1 => found.add(zxing(&sharp(frame, twice.as_ref(), 1.5, 3)), scale),
        2 => found.add(zxing(&softened(frame, 1.2)), 1.0),
        _ => found.add(zxing(twice.as_ref().unwrap_or(frame)), scale),
    }
    found.0
}

fn scan_plane(plane: &GrayImage) -> Vec<Found> {
    let mut found = Finds::default();
    found.add(zxing(plane), 1.0);
    // Also if something was found already: a small code beside a large one shows only at this size.
    let twice = (pixels(plane) <= MAX_DOUBLED).then(|| doubled(plane));
    if let Some(twice) = &twice {
        found.add(zxing(twice), 0.5);
    }
    let scale = if twice.is_some() { 0.5 } else { 1.0 };
    let sharp_once = LazyCell::new(|| sharp(plane, twice.as_ref(), 1.5, 3));
    found.or(|| zxing(&sharp_once), scale);
    found.or(|| zxing(&sharp(plane, twice.as_ref(), 2.0, 5)), scale);
    found.or(|| zxing(&halved(plane)), 2.0);
    if let Some(twice) = &twice {
        found.or(|| zxing(&softened(twice, 1.2)), scale);
        found.or(|| zxing(&four_times_sharp(plane, twice)), scale / 2.0);
    }
    found.or(|| second(plane), 1.0);
    found.or(|| second(&sharp_once), scale);
    found.0
}

/// The plane sharpened, at twice its size if that is at hand. Blurring before doubling is a quarter of the work.
fn sharp(plane: &GrayImage, twice: Option<&GrayImage>, sigma: f32, strength: i32) -> GrayImage {
    let blurred = softened(plane, sigma);
    match twice {
        Some(twice) => sharpened(twice, &doubled(&blurred), strength),
        None => sharpened(plane, &blurred, strength),
    }
}

/// The plane sharpened at four times its size; nothing of a large one.
fn four_times_sharp(plane: &GrayImage, twice: &GrayImage) -> GrayImage {
    if pixels(plane) > MAX_QUADRUPLED {
        return GrayImage::default();
    }
    let blurred = doubled(&doubled(&softened(plane, 1.5)));
    sharpened(&doubled(twice), &blurred, 4)
}

/// The second reader's look at a picture, at half its size if it is large.
fn second(image: &GrayImage) -> Vec<Found> {
    if pixels(image) <= MAX_SECOND {
        return rxing(image);
    }
    let mut found = second(&halved(image));
    found.iter_mut().for_each(|one| one.scale(2.0));
    found
}

fn pixels(image: &GrayImage) -> u32 {
    // A picture has at most 2^26 pixels, and only small ones are enlarged.
    image.width() * image.height()
}

/// Codes seen so far, each payload once.
#[derive(Default)]
struct Finds(Vec<Found>);

impl Finds {
    /// Adds what was seen at another size; `scale` leads back to pixels of the picture.
    fn add(&mut self, seen: Vec<Found>, scale: f32) {
        for mut one in seen {
            let text = one.payload.expose_secret();
            let known = self
                .0
                .iter()
                .any(|other| other.payload.expose_secret() == text);
            if !text.is_empty() && !known {
                one.scale(scale);
                self.0.push(one);
            }
        }
    }

    /// Looks once more unless something was found.
    fn or(&mut self, look: impl FnOnce() -> Vec<Found>, scale: f32) {
        if self.is_empty() {
            self.add(look(), scale);
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
