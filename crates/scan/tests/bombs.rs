//! Picture files that claim more than they have, and what they cost. A program of its own: its memory is measured.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::time::{Duration, Instant};

use deskfob_scan::{Picture, PictureError};
use image::{DynamicImage, GrayImage, ImageFormat};
use support::encoded;

/// The most memory that this process held at a time since it was asked last, and what it holds now, bytes.
#[cfg(target_os = "linux")]
fn peak_and_now() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let of = |name: &str| -> u64 {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let answer = (of("VmHWM:") * 1024, of("VmRSS:") * 1024);
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    answer
}

#[cfg(not(target_os = "linux"))]
fn peak_and_now() -> (u64, u64) {
    (0, 0)
}

/// What a refused bomb may cost: far more than it takes, far less than what it claims, which is gigabytes.
const BOUND: u64 = 24 * 1024 * 1024;

// One after another: they are measured.
#[test]
fn what_bombs_cost() {
    bombs_are_refused_before_they_go_off();
    files_that_claim_as_much_as_is_allowed_and_have_nothing_end();
}

fn bombs_are_refused_before_they_go_off() {
    let cases = [
        ("PNG of 60000 x 60000", png_claiming(60_000, 60_000)),
        ("PNG of 2^31 x 2^31", png_claiming(0x7fff_ffff, 0x7fff_ffff)),
        ("PNG of one row", png_claiming(0x7fff_ffff, 1)),
        ("JPEG of 65500 x 65500", jpeg_claiming(65_500, 65_500)),
        ("WebP of 16383 x 16383", webp_claiming(16_383, 16_383)),
        ("GIF of 65535 x 65535", gif_claiming(65_535, 65_535)),
        ("BMP of 60000 x 60000", bmp_claiming(60_000, 60_000)),
        ("TIFF of 60000 x 60000", tiff_claiming(60_000, 60_000)),
    ];
    for (name, bytes) in cases {
        let (_, before) = peak_and_now();
        let start = Instant::now();
        let error = Picture::from_encoded(&bytes).map(|_| ()).unwrap_err();
        assert!(
            matches!(error, PictureError::TooLarge { .. }),
            "{name}: {error:?}"
        );
        assert!(
            start.elapsed() < Duration::from_millis(100),
            "{name} took {:?}",
            start.elapsed()
        );
        let (peak, _) = peak_and_now();
        assert!(
            peak.saturating_sub(before) < BOUND,
            "{name} took {peak} bytes, {before} were there"
        );
    }
    let long = vec![0_u8; deskfob_scan::MAX_ENCODED_BYTES + 1];
    assert_eq!(
        Picture::from_encoded(&long).map(|_| ()),
        Err(PictureError::TooLong {
            length: long.len(),
            max: deskfob_scan::MAX_ENCODED_BYTES
        })
    );
}

fn files_that_claim_as_much_as_is_allowed_and_have_nothing_end() {
    let cases = [
        ("PNG", png_claiming(8000, 8000)),
        ("JPEG", jpeg_claiming(8000, 8000)),
        ("WebP", webp_claiming(8000, 8000)),
        ("GIF", gif_claiming(8000, 8000)),
        ("BMP", bmp_claiming(8000, 8000)),
        ("TIFF", tiff_claiming(8000, 8000)),
    ];
    for (name, bytes) in cases {
        let start = Instant::now();
        let result = Picture::from_encoded(&bytes).map(|_| ());
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "{name} took {:?}",
            start.elapsed()
        );
        assert!(
            matches!(result, Ok(()) | Err(PictureError::Damaged { .. })),
            "{name}: {result:?}"
        );
    }
}

/// A PNG as the encoder writes it, with other dimensions in its header.
fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(GrayImage::new(8, 8), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    // The checksum covers the chunk's type and data.
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

fn jpeg_claiming(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = encoded(GrayImage::new(8, 8), ImageFormat::Jpeg);
    // The frame header: marker, length, precision, height, width.
    let frame = bytes
        .windows(2)
        .position(|window| window == [0xff, 0xc0])
        .unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// The start of a lossless WebP: container, chunk, signature, 14 bits of each dimension less one.
fn webp_claiming(width: u32, height: u32) -> Vec<u8> {
    let dimensions = ((width - 1) | (height - 1) << 14).to_le_bytes();
    let stream = [&[0x2f][..], &dimensions, &[0; 5]].concat();
    let length = |length: usize| (length as u32).to_le_bytes();
    [
        &b"RIFF"[..],
        &length(12 + stream.len()),
        b"WEBPVP8L",
        &length(stream.len()),
        &stream,
    ]
    .concat()
}

fn gif_claiming(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = encoded(DynamicImage::new_rgba8(8, 8), ImageFormat::Gif);
    bytes[6..8].copy_from_slice(&width.to_le_bytes());
    bytes[8..10].copy_from_slice(&height.to_le_bytes());
    bytes
}

fn bmp_claiming(width: i32, height: i32) -> Vec<u8> {
    let mut bytes = encoded(DynamicImage::new_rgb8(8, 8), ImageFormat::Bmp);
    bytes[18..22].copy_from_slice(&width.to_le_bytes());
    bytes[22..26].copy_from_slice(&height.to_le_bytes());
    bytes
}

fn tiff_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(GrayImage::new(8, 8), ImageFormat::Tiff);
    // Entries of twelve bytes: tag, type, count, value.
    for (tag, value) in [(256_u16, width), (257, height)] {
        let entry = [tag.to_le_bytes(), 4_u16.to_le_bytes(), [1, 0], [0, 0]].concat();
        let at = bytes.windows(8).position(|window| window == entry).unwrap();
        bytes[at + 8..at + 12].copy_from_slice(&value.to_le_bytes());
    }
    bytes
}
