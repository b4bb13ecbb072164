//! Scanning of pictures as people have them.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::time::{Duration, Instant};

use deskfob_scan::{Payload, Picture, PictureError, enrolments, scan, scan_frame};
use image::{DynamicImage, GrayImage, ImageFormat, LumaA, Rgba, RgbaImage, imageops};
use proptest::prelude::*;
use support::conditions::transfer;
use support::{Numbers, clutter, encoded, paste, picture, qr, scanned, texts};

const URI: &str = "otpauth://totp/Example:alice@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example";

#[test]
fn every_format() {
    let code = DynamicImage::from(qr(URI, 4));
    let cases = [
        ("grey PNG", encoded(code.clone(), ImageFormat::Png)),
        ("RGB PNG", encoded(code.to_rgb8(), ImageFormat::Png)),
        ("RGBA PNG", encoded(code.to_rgba8(), ImageFormat::Png)),
        (
            "grey and alpha PNG",
            encoded(code.to_luma_alpha8(), ImageFormat::Png),
        ),
        ("16 bit PNG", encoded(code.to_rgba16(), ImageFormat::Png)),
        ("grey JPEG", encoded(code.clone(), ImageFormat::Jpeg)),
        ("RGB JPEG", encoded(code.to_rgb8(), ImageFormat::Jpeg)),
        ("RGB WebP", encoded(code.to_rgb8(), ImageFormat::WebP)),
        ("RGBA WebP", encoded(code.to_rgba8(), ImageFormat::WebP)),
        ("GIF", encoded(code.to_rgba8(), ImageFormat::Gif)),
        ("grey BMP", encoded(code.clone(), ImageFormat::Bmp)),
        ("RGB BMP", encoded(code.to_rgb8(), ImageFormat::Bmp)),
        ("RGBA BMP", encoded(code.to_rgba8(), ImageFormat::Bmp)),
        ("grey TIFF", encoded(code.clone(), ImageFormat::Tiff)),
        ("RGBA TIFF", encoded(code.to_rgba8(), ImageFormat::Tiff)),
        ("16 bit TIFF", encoded(code.to_rgb16(), ImageFormat::Tiff)),
        (
            "a telephone's JPEG, lying on its side",
            jpeg_on_its_side(&code),
        ),
    ];
    for (name, bytes) in cases {
        let picture =
            Picture::from_encoded(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = scan(&picture);
        assert_eq!(texts(&found), [URI], "{name}");
        let payloads = enrolments(&found);
        assert!(
            matches!(&payloads[..], [Payload::Enrolment(parsed)] if parsed.entry.account == "alice@example.com"),
            "{name}: {payloads:?}"
        );
    }
}

/// A JPEG whose EXIF data says that it has to be turned to be looked at.
fn jpeg_on_its_side(code: &DynamicImage) -> Vec<u8> {
    let mut bytes = encoded(code.rotate90(), ImageFormat::Jpeg);
    let exif = [
        &b"\xff\xe1\0\x22Exif\0\0"[..],
        // One entry, at 8: orientation (0x0112), one short, 6. No further directory.
        b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
    ]
    .concat();
    bytes.splice(2..2, exif);
    bytes
}

#[test]
fn a_screenshot_with_a_small_code() {
    for (pixels_a_module, seed) in [(2, 1), (2, 2), (3, 3), (4, 4)] {
        let code = qr(URI, pixels_a_module);
        let mut page = clutter(1920, 1080, seed);
        paste(&mut page, &code, 1303, 517);
        let bytes = encoded(DynamicImage::from(page.clone()).to_rgb8(), ImageFormat::Png);
        let found = scan(&Picture::from_encoded(&bytes).unwrap());
        assert_eq!(
            texts(&found),
            [URI],
            "{pixels_a_module} pixels a module, page {seed}"
        );
        let (left, top) = found[0].corners[0];
        assert!(
            (1303.0..1340.0).contains(&left) && (517.0..554.0).contains(&top),
            "at {left}, {top}: in pixels of the picture"
        );
        imageops::invert(&mut page);
        assert_eq!(
            scanned(&page),
            [URI],
            "dark mode, {pixels_a_module} pixels a module, page {seed}"
        );
    }
}

#[test]
fn turned_mirrored_and_inverted() {
    let code = qr(URI, 3);
    let mut dark = code.clone();
    imageops::invert(&mut dark);
    for (look, code) in [("light", code), ("dark", dark)] {
        let cases = [
            ("upright", code.clone()),
            ("a quarter turn", imageops::rotate90(&code)),
            ("upside down", imageops::rotate180(&code)),
            ("three quarters", imageops::rotate270(&code)),
            ("mirrored", imageops::flip_horizontal(&code)),
        ];
        for (name, image) in cases {
            assert_eq!(scanned(&image), [URI], "{look}, {name}");
        }
    }
}

#[test]
fn several_codes_and_each_once() {
    let codes: Vec<String> = (0..6)
        .map(|n| format!("otpauth://totp/Service{n}:alice?secret=JBSWY3DPEHPK3PX{n}"))
        .collect();
    let mut page = clutter(1920, 1080, 9);
    for (n, text) in (0..).zip(&codes) {
        paste(
            &mut page,
            &qr(text, 2 + n % 3),
            40 + n % 3 * 600,
            30 + n / 3 * 500,
        );
    }
    // The first one again, larger.
    paste(&mut page, &qr(&codes[0], 5), 1500, 700);
    assert_eq!(
        scanned(&page),
        codes,
        "each once, top to bottom and left to right"
    );
}

#[test]
fn nothing_to_find() {
    for seed in 1..4 {
        assert!(
            scanned(&clutter(1280, 720, seed)).is_empty(),
            "clutter {seed}"
        );
    }
    for size in [(1, 1), (1, 5000), (7, 3)] {
        assert!(
            scanned(&GrayImage::new(size.0, size.1)).is_empty(),
            "{size:?}"
        );
    }
    let mut numbers = Numbers(5);
    let noise = GrayImage::from_fn(1280, 720, |_, _| image::Luma([numbers.below(256) as u8]));
    let start = Instant::now();
    assert!(scanned(&noise).is_empty());
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "noise costs {:?}",
        start.elapsed()
    );
}

#[test]
fn transparent_grounds() {
    let code = qr(URI, 4);
    let drawn = |ink: u8, ground: u8| {
        RgbaImage::from_fn(code.width(), code.height(), |x, y| {
            match code.get_pixel(x, y).0 {
                [0] => Rgba([ink, ink, ink, 255]),
                _ => Rgba([ground, ground, ground, 0]),
            }
        })
    };
    let grey = GrayImage::from_fn(code.width(), code.height(), |x, y| *code.get_pixel(x, y));
    let mask = image::ImageBuffer::from_fn(grey.width(), grey.height(), |x, y| {
        LumaA([0, 255 - grey.get_pixel(x, y).0[0]])
    });
    let cases: [(&str, DynamicImage); 4] = [
        ("black on nothing", drawn(0, 0).into()),
        ("white on nothing", drawn(255, 255).into()),
        ("black on transparent white", drawn(0, 255).into()),
        ("grey with alpha", mask.into()),
    ];
    for (name, image) in cases {
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            // The WebP encoder takes no grey with alpha.
            let image = if format == ImageFormat::WebP {
                image.to_rgba8().into()
            } else {
                image.clone()
            };
            let picture = Picture::from_encoded(&encoded(image, format)).unwrap();
            assert_eq!(texts(&scan(&picture)), [URI], "{name}, {format:?}");
        }
    }
}

#[test]
fn hard_to_read() {
    let mut numbers = Numbers(11);
    let framed = |image: &GrayImage| {
        let mut page = GrayImage::from_pixel(640, 480, image::Luma([230]));
        paste(&mut page, image, 200, 120);
        page
    };
    let resized = |pixels: u32, size: f32| {
        let code = qr(URI, pixels);
        let side = (code.width() as f32 * size) as u32;
        imageops::resize(&code, side, side, imageops::FilterType::Triangle)
    };
    let noisy = GrayImage::from_fn(240, 240, |x, y| {
        let code = qr_once()
            .get_pixel_checked(x, y)
            .map_or(255, |pixel| pixel.0[0]);
        image::Luma([(u32::from(code) / 2 + numbers.below(127)) as u8])
    });
    let faint = GrayImage::from_fn(240, 240, |x, y| {
        let code = qr_once()
            .get_pixel_checked(x, y)
            .map_or(255, |pixel| pixel.0[0]);
        image::Luma([118 + code / 16])
    });
    let cases = [
        ("1.5 pixels a module", framed(&resized(3, 0.5))),
        ("2.4 pixels a module", framed(&resized(3, 0.8))),
        (
            "out of focus by half a module",
            imageops::blur(&framed(&qr(URI, 4)), 2.2),
        ),
        ("noisy", framed(&noisy)),
        ("faint", framed(&faint)),
        (
            "a hundred pixels a module",
            qr("otpauth://totp/a?secret=QWERTYUIOP", 100),
        ),
    ];
    for (name, image) in cases {
        assert_eq!(scanned(&image).len(), 1, "{name}");
    }
}

/// The code at four pixels a module, drawn once.
fn qr_once() -> &'static GrayImage {
    static CODE: std::sync::OnceLock<GrayImage> = std::sync::OnceLock::new();
    CODE.get_or_init(|| qr(URI, 4))
}

#[test]
fn a_stream_gets_there_within_twelve_frames() {
    let small = {
        let code = qr(URI, 3);
        let side = code.width() / 2;
        let mut page = GrayImage::from_pixel(1280, 720, image::Luma([230]));
        paste(
            &mut page,
            &imageops::resize(&code, side, side, imageops::FilterType::Triangle),
            500,
            300,
        );
        page
    };
    for (name, frame) in [("plain", qr(URI, 3)), ("small", small)] {
        let frame = picture(&frame);
        let found = (0..12).find_map(|turn| scan_frame(&frame, turn).pop());
        assert_eq!(
            found.as_ref().map(|one| texts(std::slice::from_ref(one))),
            Some(vec![URI]),
            "{name}"
        );
    }
}

#[test]
fn payloads_of_every_size() {
    let found = scan(&picture(&qr(&transfer(1), 3)));
    assert!(
        matches!(&enrolments(&found)[..], [Payload::Migration(part)] if part.entries.len() == 10)
    );
    let unicode = "otpauth://totp/Grüße:莎士比亚?secret=JBSWY3DPEHPK3PXP";
    assert_eq!(
        scanned(&qr(unicode, 3)),
        [unicode],
        "UTF-8 without a declared character set"
    );
}

#[test]
fn damaged_files() {
    let code = DynamicImage::from(qr(URI, 4)).to_rgb8();
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Gif,
        ImageFormat::Bmp,
        ImageFormat::Tiff,
    ] {
        let bytes = encoded(code.clone(), format);
        for part in [0, 1, 8, 16, 33, bytes.len() / 4, bytes.len() / 2] {
            match Picture::from_encoded(&bytes[..part]) {
                Err(PictureError::NotAPicture) => assert!(part < 12, "{format:?} of {part} bytes"),
                Err(PictureError::Damaged { .. }) => {}
                // What there is of it may be shown, but it cannot be read as something else.
                Ok(picture) => assert!(texts(&scan(&picture)).iter().all(|text| *text == URI)),
                Err(other) => panic!("{format:?} of {part} bytes: {other:?}"),
            }
        }
    }
    let mut png = encoded(code, ImageFormat::Png);
    let middle = png.len() / 2;
    png[middle] ^= 0xff;
    let error = Picture::from_encoded(&png).map(|_| ()).unwrap_err();
    assert!(
        matches!(error, PictureError::Damaged { format: "PNG", .. }),
        "a flipped byte: {error:?}"
    );
}

#[test]
fn other_files() {
    let unsupported = |format| PictureError::Unsupported { format };
    let cases: &[(&str, &[u8], PictureError)] = &[
        ("nothing", b"", PictureError::NotAPicture),
        (
            "a text",
            b"otpauth://totp/a?secret=QWERTYUIOP",
            PictureError::NotAPicture,
        ),
        (
            "a text like a portable map",
            b"P1 is the first page",
            PictureError::NotAPicture,
        ),
        (
            "a text like a bitmap",
            b"BMW has new cars",
            PictureError::NotAPicture,
        ),
        (
            "a program",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
            PictureError::NotAPicture,
        ),
        (
            "HEIC",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
            unsupported("HEIC"),
        ),
        (
            "AVIF",
            b"\0\0\0\x20ftypavif\0\0\0\0avifmif1",
            unsupported("AVIF"),
        ),
        (
            "AVIF that calls itself by the name of all such pictures",
            b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf",
            unsupported("AVIF"),
        ),
        (
            "a film",
            b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
            PictureError::NotAPicture,
        ),
        (
            "half a container",
            b"\0\0\0\x20ftypheic",
            unsupported("HEIC"),
        ),
        (
            "JPEG XL",
            b"\0\0\0\x0cJXL \r\n\x87\n",
            unsupported("JPEG XL"),
        ),
        ("JPEG XL alone", b"\xff\x0a\xfa", unsupported("JPEG XL")),
        ("PDF", b"%PDF-1.7\n", unsupported("PDF")),
        (
            "SVG",
            b"<?xml version='1.0'?>\n<svg xmlns='x'/>",
            unsupported("SVG"),
        ),
    ];
    for (name, bytes, expected) in cases {
        let error = Picture::from_encoded(bytes).map(|_| ()).unwrap_err();
        assert_eq!(error, *expected, "{name}");
        assert!(
            error.hint().is_some(),
            "{name}: a person is told what to do"
        );
        if let PictureError::Unsupported { format } = &expected {
            let told = format!("{error}; {}", error.hint().unwrap_or_default());
            assert!(told.starts_with(&format!("{format} files cannot be read; save it as PNG")));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_text_comes_back(text in "[ -~äß莎]{1,200}", pixels in 2..6_u32, dark in any::<bool>()) {
        let mut image = qr(&text, pixels);
        if dark {
            imageops::invert(&mut image);
        }
        prop_assert_eq!(scanned(&image), [text]);
    }

    #[test]
    fn no_file_is_a_panic(noise in prop::collection::vec(any::<u8>(), 0..400), head in 0..7_usize, at in 0..2000_usize) {
        let mut bytes = match head {
            0 => Vec::new(),
            1 => encoded(qr_once().clone(), ImageFormat::Png),
            2 => encoded(qr_once().clone(), ImageFormat::Jpeg),
            3 => encoded(DynamicImage::from(qr_once().clone()).to_rgba8(), ImageFormat::Gif),
            4 => encoded(qr_once().clone(), ImageFormat::Bmp),
            5 => encoded(qr_once().clone(), ImageFormat::Tiff),
            _ => encoded(DynamicImage::from(qr_once().clone()).to_rgb8(), ImageFormat::WebP),
        };
        let at = at.min(bytes.len());
        bytes.splice(at..(at + noise.len()).min(bytes.len()), noise);
        let _ = Picture::from_encoded(&bytes);
    }
}
