//! What a camera sends, in every form, to brightness.
#![no_main]

use deskfob_scan::{FrameLayout, Picture, PixelFormat};
use image::codecs::jpeg::JpegEncoder;
use libfuzzer_sys::fuzz_target;

const FORMATS: [PixelFormat; 6] = [
    PixelFormat::Jpeg,
    PixelFormat::LumaFirst,
    PixelFormat::LumaSecond,
    PixelFormat::LumaPlane,
    PixelFormat::Rgb,
    PixelFormat::Bgr,
];

/// Format, width, height and stride, as a driver tells them.
const HEAD: usize = 8;

fuzz_target!(init: deskfob_fuzz::begin(seeds), |data: &[u8]| {
    let Some((head, bytes)) = data.split_at_checked(HEAD) else {
        return;
    };
    let short = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]));
    let layout = FrameLayout {
        format: FORMATS[usize::from(head[0]) % FORMATS.len()],
        width: short(2),
        height: short(4),
        // Also the sizes that no frame has.
        stride: if head[1] == u8::MAX { u32::MAX } else { short(6) },
    };
    if let Ok(picture) = Picture::from_frame(bytes, &layout) {
        let (width, height) = (picture.width(), picture.height());
        assert_eq!(picture.as_luma().len() as u64, u64::from(width) * u64::from(height));
        if layout.format != PixelFormat::Jpeg {
            assert_eq!((width, height), (layout.width, layout.height));
        }
    }
});

fn seeds() -> Vec<Vec<u8>> {
    let (width, height) = (24_u16, 16_u16);
    let pixels: Vec<u8> = (0..u32::from(width) * u32::from(height) * 3)
        .map(|at| (at * 37 % 251) as u8)
        .collect();
    let of = |format: u8, stride: u16, bytes: &[u8]| {
        let mut seed = vec![format, 0];
        for number in [width, height, stride] {
            seed.extend(number.to_le_bytes());
        }
        seed.extend_from_slice(bytes);
        seed
    };
    let mut jpeg = Vec::new();
    JpegEncoder::new(&mut jpeg)
        .encode(&pixels, width.into(), height.into(), image::ExtendedColorType::Rgb8)
        .expect("pixels of that number");
    let plain = (1..6).map(|format| of(format, 0, &pixels));
    plain
        .chain([of(3, 32, &pixels), of(0, 0, &jpeg), of(0, 0, &jpeg[..jpeg.len() / 2])])
        .collect()
}
