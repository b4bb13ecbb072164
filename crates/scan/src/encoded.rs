//! Picture files.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use crate::picture::check_dimensions;
use crate::{MAX_PIXELS, Picture, PictureError};

/// The longest picture file read, in bytes.
pub const MAX_ENCODED_BYTES: usize = 64 * 1024 * 1024;

/// What a decoder may allocate: [`MAX_PIXELS`] of four bytes, and room to work.
const MAX_DECODER_BYTES: u64 = MAX_PIXELS * 4 + 64 * 1024 * 1024;

impl Picture {
    /// Decodes a PNG, JPEG, WebP, GIF, BMP or TIFF file; which one is told by its content. Of an animation or of several
    /// pages, the first picture counts. What a camera noted about its orientation is not asked: a QR code reads either way.
    ///
    /// # Errors
    /// Every [`PictureError`] but `WrongLength`. Dimensions are checked before a pixel is decoded.
    pub fn from_encoded(bytes: &[u8]) -> Result<Self, PictureError> {
        if bytes.len() > MAX_ENCODED_BYTES {
            return Err(PictureError::TooLong {
                length: bytes.len(),
                max: MAX_ENCODED_BYTES,
            });
        }
        let (format, name) = sniff(bytes)?;
        // Decoders of damaged files have been seen to panic.
        catch_unwind(AssertUnwindSafe(|| decode(bytes, format, name))).unwrap_or_else(|_| {
            Err(PictureError::Damaged {
                format: name,
                cause: "the decoder gave up".to_owned(),
            })
        })
    }
}

fn decode(bytes: &[u8], format: ImageFormat, name: &'static str) -> Result<Picture, PictureError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader
        .into_decoder()
        .map_err(|error| refusal(error, name, (0, 0)))?;

    let dimensions = decoder.dimensions();
    check_dimensions(dimensions.0, dimensions.1)?;
    let refused = |error| refusal(error, name, dimensions);
    limits.reserve(decoder.total_bytes()).map_err(refused)?;
    decoder.set_limits(limits).map_err(refused)?;
    let image = DynamicImage::from_decoder(decoder).map_err(refused)?;

    Ok(if image.color().has_alpha() {
        Picture::from_rgba_image(&image.into_rgba8())
    } else {
        Picture::opaque(image.into_luma8())
    })
}

fn refusal(error: ImageError, format: &'static str, (width, height): (u32, u32)) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooLarge { width, height },
        ImageError::Unsupported(_) => PictureError::UnsupportedKind { format },
        other => PictureError::Damaged {
            format,
            cause: other.to_string(),
        },
    }
}

/// The format that the content says it has, if it is one that is decoded.
fn sniff(bytes: &[u8]) -> Result<(ImageFormat, &'static str), PictureError> {
    let unsupported = |format| Err(PictureError::Unsupported { format });
    match image::guess_format(bytes) {
        Ok(ImageFormat::Png) => return Ok((ImageFormat::Png, "PNG")),
        Ok(ImageFormat::Jpeg) => return Ok((ImageFormat::Jpeg, "JPEG")),
        Ok(ImageFormat::WebP) => return Ok((ImageFormat::WebP, "WebP")),
        Ok(ImageFormat::Gif) => return Ok((ImageFormat::Gif, "GIF")),
        Ok(ImageFormat::Tiff) => return Ok((ImageFormat::Tiff, "TIFF")),
        // The signatures of the others are short enough for a text to begin with.
        Ok(_) | Err(_) => {}
    }
    // What phones and office programs hand out, named so that a person knows what to convert.
    let head = &bytes[..bytes.len().min(1024)];
    if let Some(format) = brand(head) {
        return unsupported(format);
    }
    match head {
        [b'%', b'P', b'D', b'F', b'-', ..] => unsupported("PDF"),
        [0xff, 0x0a, ..] => unsupported("JPEG XL"),
        [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => unsupported("JPEG XL"),
        // Two letters and four bytes that nobody uses.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Ok((ImageFormat::Bmp, "BMP")),
        _ if head.windows(4).any(|window| window == b"<svg") => unsupported("SVG"),
        _ => Err(PictureError::NotAPicture),
    }
}

/// The format of a picture in a container of ISO 14496-12, which names itself and what it can be read as in its first
/// box. Films are in such containers, too.
fn brand(head: &[u8]) -> Option<&'static str> {
    let (length, rest) = head.split_first_chunk::<4>()?;
    let brands = rest.strip_prefix(b"ftyp")?;
    let length = (u32::from_be_bytes(*length) as usize).saturating_sub(8);
    let brands = &brands[..brands.len().min(length)];
    let (brands, _) = brands.as_chunks::<4>();
    let has = |names: &[&[u8; 4]]| brands.iter().any(|brand| names.contains(&brand));
    if has(&[b"avif", b"avis"]) {
        Some("AVIF")
    } else if has(&[
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1",
    ]) {
        Some("HEIC")
    } else {
        None
    }
}
