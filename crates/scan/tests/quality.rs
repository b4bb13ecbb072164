//! How many codes are read in frames as a camera takes them: small, out of focus, noisy, faint, turned.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use image::{DynamicImage, GrayImage, Luma};
use support::{Numbers, qr, scanned};

const WIDTH: u32 = 400;
const HEIGHT: u32 = 300;

/// What is wrong with a frame.
struct Frame {
    /// Pixels a module.
    size: f32,
    /// Standard deviation of the blur, in modules.
    blur: f32,
    /// Standard deviation of the noise, in grey levels.
    noise: f32,
    /// How far the code is turned, in radians.
    turn: f32,
    /// What is left of the contrast.
    contrast: f32,
}

impl Frame {
    fn of(&self, text: &str, numbers: &mut Numbers) -> GrayImage {
        let code = qr(text, 16);
        let (sine, cosine) = self.turn.sin_cos();
        let middle = code.width() as f32 / 2.0;
        let ink = |x: f32, y: f32| {
            let (x, y) = (x - WIDTH as f32 / 2.0, y - HEIGHT as f32 / 2.0);
            let scale = 16.0 / self.size;
            let column = (x * cosine - y * sine) * scale + middle;
            let row = (x * sine + y * cosine) * scale + middle;
            if column < 0.0 || row < 0.0 {
                return 200.0;
            }
            code.get_pixel_checked(column as u32, row as u32)
                .map_or(200.0, |pixel| f32::from(pixel.0[0]))
        };
        let sharp = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
            let (x, y) = (x as f32, y as f32);
            let mean =
                (ink(x, y) + ink(x + 0.5, y) + ink(x, y + 0.5) + ink(x + 0.5, y + 0.5)) / 4.0;
            Luma([(128.0 + (mean - 128.0) * self.contrast) as u8])
        });
        let mut frame = match self.blur * self.size {
            sigma if sigma > 0.1 => DynamicImage::ImageLuma8(sharp).blur(sigma).into_luma8(),
            _ => sharp,
        };
        for pixel in frame.iter_mut() {
            // The sum of three even numbers is near enough to a normal distribution, with the deviation of 1/2.
            let even: u32 = (0..3).map(|_| numbers.below(1000)).sum();
            let more = (even as f32 / 1000.0 - 1.5) * 2.0 * self.noise;
            *pixel = (f32::from(*pixel) + more).clamp(0.0, 255.0) as u8;
        }
        frame
    }
}

#[test]
fn camera_frames() {
    let mut numbers = Numbers(77);
    let mut even =
        |low: f32, high: f32| low + (high - low) * numbers.below(10_000) as f32 / 10_000.0;
    type Make<'a> = &'a dyn Fn(&mut dyn FnMut(f32, f32) -> f32) -> Frame;
    let plain = Frame {
        size: 4.0,
        blur: 0.0,
        noise: 3.0,
        turn: 0.0,
        contrast: 1.0,
    };
    let sets: [(&str, usize, Make); 4] = [
        ("small", 11, &|even| Frame {
            size: even(1.3, 2.4),
            turn: even(-0.7, 0.7),
            ..plain
        }),
        ("out of focus", 11, &|even| Frame {
            size: even(3.0, 5.0),
            blur: even(0.3, 0.6),
            contrast: even(0.5, 1.0),
            ..plain
        }),
        ("noisy", 11, &|even| Frame {
            size: even(2.5, 5.0),
            noise: even(10.0, 50.0),
            turn: even(-0.7, 0.7),
            ..plain
        }),
        ("all of it", 11, &|even| Frame {
            size: even(2.0, 4.0),
            blur: even(0.1, 0.4),
            noise: even(3.0, 20.0),
            turn: even(-0.7, 0.7),
            contrast: even(0.4, 1.0),
        }),
    ];
    let mut noise = Numbers(78);
    for (name, least, make) in sets {
        let mut read = 0;
        for index in 0..12 {
            let text = format!(
                "otpauth://totp/Service{index}:alice@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DP"
            );
            let frame = make(&mut even).of(&text, &mut noise);
            let texts = scanned(&frame);
            assert!(
                texts.iter().all(|other| *other == text),
                "{name} {index}: read as something else"
            );
            read += texts.len();
        }
        println!("{name}: {read} of 12");
        assert!(read >= least, "{name}: {read} of 12 read");
    }
}
