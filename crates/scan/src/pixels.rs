//! Frames as cameras deliver them, to brightness.

use zeroize::Zeroizing;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::picture::check_dimensions;
use crate::{Picture, PictureError};

/// How a camera lays out the pixels of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelFormat {
    /// A JPEG file a frame, also without its Huffman tables. Such a frame tells its own size.
    Jpeg,
    /// Two bytes a pixel, brightness first: YUYV, YVYU.
    LumaFirst,
    /// Two bytes a pixel, brightness second: UYVY, VYUY.
    LumaSecond,
    /// A plane of brightness, and others behind it or none: NV12, NV21, YU12, YV12, GREY.
    LumaPlane,
    /// Three bytes a pixel: red, green, blue.
    Rgb,
    /// Three bytes a pixel: blue, green, red.
    Bgr,
}

/// The form of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameLayout {
    /// How its pixels are laid out.
    pub format: PixelFormat,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Bytes from one row to the next; 0 where nothing stands between them. Unused for [`PixelFormat::Jpeg`].
    pub stride: u32,
}

/// Why a frame cannot be looked at. The next one may be better.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// It has fewer bytes than its form needs.
    #[error("a frame of {expected} bytes has {actual}")]
    CutOff {
        /// Bytes that its form needs at the least.
        expected: u64,
        /// Bytes that are there.
        actual: usize,
    },
    /// Its rows are longer than the way from one to the next.
    #[error("a row of {row} bytes does not go into {stride}")]
    Stride {
        /// Bytes of a row.
        row: u64,
        /// Bytes from one row to the next.
        stride: u32,
    },
    /// It is no JPEG picture, or a damaged one.
    #[error("a frame is no whole JPEG picture")]
    Jpeg,
    /// It has no pixel, or too many.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

/// A progressive JPEG with more passes than this is made to take long.
const MAX_JPEG_SCANS: usize = 32;

impl Picture {
    /// The brightness of a camera's frame. Bytes behind those that `layout` asks for are left alone: drivers hand over
    /// whole buffers.
    ///
    /// # Errors
    /// Every [`FrameError`]; nothing is read beyond `bytes`, and no frame costs more than
    /// [`MAX_PIXELS`](crate::MAX_PIXELS) of memory.
    pub fn from_frame(bytes: &[u8], layout: &FrameLayout) -> Result<Self, FrameError> {
        match layout.format {
            PixelFormat::Jpeg => from_jpeg(bytes),
            PixelFormat::LumaFirst => from_rows(bytes, layout, 2, |pixel: &[u8; 2]| pixel[0]),
            PixelFormat::LumaSecond => from_rows(bytes, layout, 2, |pixel: &[u8; 2]| pixel[1]),
            PixelFormat::LumaPlane => from_rows(bytes, layout, 1, |pixel: &[u8; 1]| pixel[0]),
            PixelFormat::Rgb => from_rows(bytes, layout, 3, |&[red, green, blue]| {
                brightness(red, green, blue)
            }),
            PixelFormat::Bgr => from_rows(bytes, layout, 3, |&[blue, green, red]| {
                brightness(red, green, blue)
            }),
        }
    }
}

fn from_rows<const BYTES: usize>(
    bytes: &[u8],
    layout: &FrameLayout,
    pixel_bytes: u64,
    luma_of: impl Fn(&[u8; BYTES]) -> u8,
) -> Result<Picture, FrameError> {
    let FrameLayout { width, height, .. } = *layout;
    check_dimensions(width, height)?;
    let row = u64::from(width) * pixel_bytes;
    let stride = match layout.stride {
        0 => row,
        stride if u64::from(stride) < row => return Err(FrameError::Stride { row, stride }),
        stride => u64::from(stride),
    };
    // The last row may end where its pixels do.
    let expected = match u64::from(height).checked_sub(1) {
        Some(others) => others * stride + row,
        None => 0,
    };
    let cut_off = FrameError::CutOff {
        expected,
        actual: bytes.len(),
    };
    if (bytes.len() as u64) < expected {
        return Err(cut_off);
    }
    let (Ok(row), Ok(stride)) = (usize::try_from(row), usize::try_from(stride)) else {
        return Err(cut_off);
    };
    let mut luma = Vec::with_capacity(width as usize * height as usize);
    for line in bytes.chunks(stride.max(1)).take(height as usize) {
        let pixels = line.get(..row).unwrap_or(line).as_chunks::<BYTES>().0;
        luma.extend(pixels.iter().map(&luma_of));
    }
    Ok(Picture::from_luma(luma, width, height)?)
}

fn from_jpeg(bytes: &[u8]) -> Result<Picture, FrameError> {
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::Luma)
        .jpeg_set_max_scans(MAX_JPEG_SCANS)
        .set_strict_mode(false);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| FrameError::Jpeg)?;
    let info = decoder.info().ok_or(FrameError::Jpeg)?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_dimensions(width, height)?;
    // A camera's frame has brightness and colour, or brightness alone.
    let colours = decoder.input_colorspace();
    if !matches!(colours, Some(ColorSpace::YCbCr | ColorSpace::Luma)) {
        return Err(FrameError::Jpeg);
    }
    let mut luma = Zeroizing::new(decoder.decode().map_err(|_| FrameError::Jpeg)?);
    Ok(Picture::from_luma(
        std::mem::take(&mut *luma),
        width,
        height,
    )?)
}

/// Weights of ITU-R BT.709.
fn brightness(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 2126 * u32::from(red) + 7152 * u32::from(green) + 722 * u32::from(blue);
    // A weighted mean of bytes is a byte.
    (sum / 10_000) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(format: PixelFormat, stride: u32) -> FrameLayout {
        FrameLayout {
            format,
            width: 2,
            height: 2,
            stride,
        }
    }

    #[test]
    fn brightness_is_taken_from_where_it_stands() {
        use PixelFormat::{Bgr, LumaFirst, LumaPlane, LumaSecond, Rgb};
        type Case<'a> = (&'a str, PixelFormat, u32, &'a [u8], [u8; 4]);
        let cases: &[Case<'_>] = &[
            (
                "YUYV",
                LumaFirst,
                0,
                &[1, 9, 2, 9, 3, 9, 4, 9],
                [1, 2, 3, 4],
            ),
            (
                "UYVY",
                LumaSecond,
                4,
                &[9, 1, 9, 2, 9, 3, 9, 4],
                [1, 2, 3, 4],
            ),
            ("NV12", LumaPlane, 2, &[1, 2, 3, 4, 9, 9], [1, 2, 3, 4]),
            (
                "GREY with a gap",
                LumaPlane,
                3,
                &[1, 2, 9, 3, 4],
                [1, 2, 3, 4],
            ),
            (
                "YUYV with a gap",
                LumaFirst,
                6,
                &[1, 9, 2, 9, 8, 8, 3, 9, 4, 9, 8, 8, 7, 7],
                [1, 2, 3, 4],
            ),
            (
                "RGB",
                Rgb,
                0,
                &[255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255],
                [54, 182, 18, 255],
            ),
            (
                "BGR",
                Bgr,
                0,
                &[0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255],
                [54, 182, 18, 255],
            ),
        ];
        for (name, format, stride, bytes, expected) in cases {
            let picture = Picture::from_frame(bytes, &layout(*format, *stride)).unwrap();
            assert_eq!(picture.as_luma(), expected, "{name}");
        }
    }

    #[test]
    fn what_is_too_short_or_too_large_is_refused() {
        let frame = |format, stride| Picture::from_frame(&[0; 7], &layout(format, stride));
        for (name, answer, expected) in [
            (
                "cut off",
                frame(PixelFormat::LumaFirst, 0),
                FrameError::CutOff {
                    expected: 8,
                    actual: 7,
                },
            ),
            (
                "a gap that is not there",
                frame(PixelFormat::LumaPlane, u32::MAX),
                FrameError::CutOff {
                    expected: u64::from(u32::MAX) + 2,
                    actual: 7,
                },
            ),
            (
                "rows over each other",
                frame(PixelFormat::LumaFirst, 3),
                FrameError::Stride { row: 4, stride: 3 },
            ),
            ("no JPEG", frame(PixelFormat::Jpeg, 0), FrameError::Jpeg),
        ] {
            assert_eq!(answer.err(), Some(expected), "{name}");
        }
        for (width, height) in [(u32::MAX, u32::MAX), (0, 0), (0, 5), (5, 0)] {
            let layout = FrameLayout {
                width,
                height,
                ..layout(PixelFormat::LumaPlane, 0)
            };
            let refused = Picture::from_frame(&[0; 7], &layout);
            assert!(refused.is_err(), "{width} x {height}");
        }
    }

    #[test]
    fn a_jpeg_frame_may_have_bytes_behind_its_end_and_is_refused_in_pieces() {
        let mut file = Vec::new();
        image::codecs::jpeg::JpegEncoder::new(&mut file)
            .encode(&[200; 64 * 48 * 3], 64, 48, image::ExtendedColorType::Rgb8)
            .unwrap();
        let whole = file.len();
        file.extend([0x5a; 300]);
        let layout = layout(PixelFormat::Jpeg, 0);
        let picture = Picture::from_frame(&file, &layout).unwrap();
        assert_eq!(
            (picture.width(), picture.height()),
            (64, 48),
            "its own size"
        );
        assert!(picture.as_luma().iter().all(|luma| luma.abs_diff(200) < 4));
        for length in [0, 1, 2, 20, 150] {
            let refused = Picture::from_frame(&file[..length.min(whole)], &layout);
            assert_eq!(refused.err(), Some(FrameError::Jpeg), "{length} bytes");
        }
    }
}
