//! Pixels to scan.

use std::fmt;

use image::{GrayImage, RgbaImage};
use zeroize::Zeroize;

use crate::PictureError;

/// The most pixels taken: about what the largest phone cameras and a wall of 4K screens have.
pub const MAX_PIXELS: u64 = 64 * 1024 * 1024;

/// A picture as brightness, 1 byte a pixel, rows from the top.
#[derive(Clone)]
pub struct Picture {
    pub(crate) luma: GrayImage,
    /// The same on a black ground, if any of it is transparent.
    pub(crate) on_black: Option<GrayImage>,
}

impl Picture {
    /// A picture of brightness values, such as the Y plane of a camera frame.
    ///
    /// # Errors
    /// [`PictureError::WrongLength`] unless there are `width * height` bytes and at least one;
    /// [`PictureError::TooLarge`] for more than [`MAX_PIXELS`].
    pub fn from_luma(luma: Vec<u8>, width: u32, height: u32) -> Result<Self, PictureError> {
        check_length(luma.len(), 1, width, height)?;
        let actual = luma.len();
        let luma = GrayImage::from_raw(width, height, luma).ok_or(PictureError::WrongLength {
            expected: 0,
            actual,
        })?;
        Ok(Self {
            luma,
            on_black: None,
        })
    }

    /// A picture of red, green, blue and (not premultiplied) alpha bytes, such as a screenshot.
    ///
    /// # Errors
    /// [`PictureError::WrongLength`] unless there are `4 * width * height` bytes and at least one;
    /// [`PictureError::TooLarge`] for more than [`MAX_PIXELS`].
    pub fn from_rgba(rgba: &[u8], width: u32, height: u32) -> Result<Self, PictureError> {
        check_length(rgba.len(), 4, width, height)?;
        Ok(Self::flattened(rgba, width, height))
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.luma.width()
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.luma.height()
    }

    /// The brightness of its pixels, rows from the top.
    pub fn as_luma(&self) -> &[u8] {
        self.luma.as_raw()
    }

    /// A picture that is known to have no transparency.
    pub(crate) fn opaque(luma: GrayImage) -> Self {
        Self {
            luma,
            on_black: None,
        }
    }

    pub(crate) fn from_rgba_image(image: &RgbaImage) -> Self {
        Self::flattened(image.as_raw(), image.width(), image.height())
    }

    /// Puts the pixels on a white ground and, if the ground shows, on a black one: a code drawn on nothing can be meant
    /// for either.
    fn flattened(rgba: &[u8], width: u32, height: u32) -> Self {
        let (pixels, _) = rgba.as_chunks::<4>();
        let on = |ground: u32| {
            let luma = pixels.iter().map(|pixel| blended(*pixel, ground)).collect();
            GrayImage::from_raw(width, height, luma).unwrap_or_default()
        };
        let transparent = pixels.iter().any(|pixel| pixel[3] != u8::MAX);
        Self {
            luma: on(255),
            on_black: transparent.then(|| on(0)),
        }
    }
}

impl Drop for Picture {
    /// It may show a secret.
    fn drop(&mut self) {
        self.luma.zeroize();
        if let Some(on_black) = &mut self.on_black {
            on_black.zeroize();
        }
    }
}

impl fmt::Debug for Picture {
    /// The dimensions only: the pixels may show a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture")
            .field("width", &self.width())
            .field("height", &self.height())
            .finish_non_exhaustive()
    }
}

/// # Errors
/// [`PictureError::TooLarge`] for more than [`MAX_PIXELS`].
pub(crate) fn check_dimensions(width: u32, height: u32) -> Result<(), PictureError> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge { width, height });
    }
    Ok(())
}

fn check_length(actual: usize, channels: u64, width: u32, height: u32) -> Result<(), PictureError> {
    check_dimensions(width, height)?;
    let expected = u64::from(width) * u64::from(height) * channels;
    if expected == 0 || actual as u64 != expected {
        return Err(PictureError::WrongLength { expected, actual });
    }
    Ok(())
}

/// The brightness of one pixel (weights of ITU-R BT.709) on a ground of the given brightness.
fn blended([red, green, blue, alpha]: [u8; 4], ground: u32) -> u8 {
    let alpha = u32::from(alpha);
    let luma = (2126 * u32::from(red) + 7152 * u32::from(green) + 722 * u32::from(blue)) / 10_000;
    // A weighted mean of two bytes is a byte.
    ((luma * alpha + ground * (255 - alpha)) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_must_fit() {
        let wrong = |expected, actual| Err(PictureError::WrongLength { expected, actual });
        let cases = [
            ("fits", 6, 3, 2, Ok(())),
            ("short", 5, 3, 2, wrong(6, 5)),
            ("long", 7, 3, 2, wrong(6, 7)),
            ("no width", 0, 0, 2, wrong(0, 0)),
            ("no height", 0, 2, 0, wrong(0, 0)),
        ];
        for (name, length, width, height, expected) in cases {
            let got = Picture::from_luma(vec![0; length], width, height).map(|_| ());
            assert_eq!(got, expected, "{name}");
        }
        assert_eq!(
            Picture::from_rgba(&[0; 7], 2, 1).map(|_| ()),
            wrong(8, 7),
            "four bytes a pixel"
        );
        assert_eq!(
            Picture::from_luma(Vec::new(), u32::MAX, u32::MAX).map(|_| ()),
            Err(PictureError::TooLarge {
                width: u32::MAX,
                height: u32::MAX
            }),
            "no overflow"
        );
    }

    #[test]
    fn grounds() {
        let rgba = [
            [0, 0, 0, 255],
            [0, 0, 0, 0],
            [255, 255, 255, 0],
            [255, 255, 255, 128],
        ]
        .concat();
        let picture = Picture::from_rgba(&rgba, 4, 1).unwrap();
        assert_eq!(picture.luma.as_raw(), &[0, 255, 255, 255], "on white");
        assert_eq!(
            picture.on_black.as_ref().unwrap().as_raw(),
            &[0, 0, 0, 128],
            "on black"
        );
        let opaque = Picture::from_rgba(&[255, 0, 0, 255], 1, 1).unwrap();
        assert!(opaque.on_black.is_none(), "nothing shows through");
    }

    #[test]
    fn debug_shows_no_pixel() {
        let picture = Picture::from_luma(vec![123], 1, 1).unwrap();
        assert_eq!(
            format!("{picture:?}"),
            "Picture { width: 1, height: 1, .. }"
        );
    }
}
