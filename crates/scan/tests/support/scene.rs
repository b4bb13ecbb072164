//! A QR code seen by a lens: drawn through a camera's geometry, then spoiled as cameras, screens and files spoil it.

use image::{DynamicImage, GrayImage, Luma, RgbImage};
use qrcode::{Color, EcLevel, QrCode};

use super::Numbers;

/// A QR code as a square of dark and light modules.
pub(crate) struct Code {
    pub(crate) modules: usize,
    dark: Vec<bool>,
}

impl Code {
    pub(crate) fn new(text: &str, level: EcLevel) -> Self {
        let code = QrCode::with_error_correction_level(text, level).unwrap();
        Self {
            modules: code.width(),
            dark: code
                .to_colors()
                .iter()
                .map(|color| *color == Color::Dark)
                .collect(),
        }
    }

    fn is_dark(&self, column: usize, row: usize) -> bool {
        self.dark[row * self.modules + column]
    }
}

/// How the code lies in front of the camera. Lengths are in pixels unless said otherwise, brightness is 0 to 255.
#[derive(Clone, Copy)]
pub(crate) struct View {
    /// Pixels a module.
    pub(crate) module: f32,
    /// Turned clockwise, in degrees.
    pub(crate) turn: f32,
    /// Leaning away from the camera about the level and about the upright axis, in degrees.
    pub(crate) tilt: (f32, f32),
    /// Barrel distortion of the lens (pincushion below 0) at the corner of the frame.
    pub(crate) barrel: f32,
    /// How far the paper is rolled round an upright axis, in degrees from edge to edge.
    pub(crate) rolled: f32,
    /// Every row is shifted by this much against the one above it.
    pub(crate) shear: f32,
    /// How much wider than high a pixel shows a square.
    pub(crate) aspect: f32,
    pub(crate) mirrored: bool,
    /// Round modules with gaps, as fashion has it.
    pub(crate) dots: bool,
    /// Quiet zone, in modules.
    pub(crate) quiet: f32,
    pub(crate) ink: f32,
    pub(crate) paper: f32,
    /// Brightness around the quiet zone.
    pub(crate) ground: f32,
    /// Part of the code's width and height that something lies on: left, top, right, bottom from 0 to 1.
    pub(crate) covered: Option<(f32, f32, f32, f32)>,
    /// Brightness of what lies on it.
    pub(crate) cover: f32,
    /// Width and height of the frame; 0 for as large as the code needs.
    pub(crate) frame: (u32, u32),
}

impl View {
    pub(crate) const PLAIN: Self = Self {
        module: 4.0,
        turn: 0.0,
        tilt: (0.0, 0.0),
        barrel: 0.0,
        rolled: 0.0,
        shear: 0.0,
        aspect: 1.0,
        mirrored: false,
        dots: false,
        quiet: 4.0,
        ink: 20.0,
        paper: 235.0,
        ground: 190.0,
        covered: None,
        cover: 150.0,
        frame: (0, 0),
    };

    pub(crate) fn of(&self, code: &Code) -> Plane {
        let side = (code.modules as f32 + 2.0 * self.quiet) * self.module;
        let (width, height) = match self.frame {
            (0, _) => {
                let room = (side * 1.45) as u32;
                (room.max(320), room.max(240))
            }
            frame => frame,
        };
        let lens = Lens::new(self, code, side, width, height);
        // Small modules need finer steps for their mean.
        let steps = if self.module < 2.5 { 5 } else { 3 };
        Plane::from_fn(width, height, |x, y| {
            let mut sum = 0.0;
            for row in 0..steps {
                for column in 0..steps {
                    let at = |step: usize| (step as f32 + 0.5) / steps as f32;
                    sum += lens.brightness(x as f32 + at(column), y as f32 + at(row));
                }
            }
            sum / (steps * steps) as f32
        })
    }
}

/// What is computed once for all rays.
struct Lens<'a> {
    view: &'a View,
    code: &'a Code,
    middle: (f32, f32),
    corner: f32,
    distance: f32,
    across: [f32; 3],
    down: [f32; 3],
    normal: [f32; 3],
    turn: (f32, f32),
}

impl<'a> Lens<'a> {
    fn new(view: &'a View, code: &'a Code, side: f32, width: u32, height: u32) -> Self {
        let (level, upright) = (view.tilt.0.to_radians(), view.tilt.1.to_radians());
        let across = [upright.cos(), 0.0, upright.sin()];
        let down = [
            -level.sin() * upright.sin(),
            level.cos(),
            level.sin() * upright.cos(),
        ];
        let normal = [
            across[1] * down[2] - across[2] * down[1],
            across[2] * down[0] - across[0] * down[2],
            across[0] * down[1] - across[1] * down[0],
        ];
        let middle = (width as f32 / 2.0, height as f32 / 2.0);
        Self {
            view,
            code,
            middle,
            corner: middle.0.hypot(middle.1),
            distance: 2.2 * side,
            across,
            down,
            normal,
            turn: view.turn.to_radians().sin_cos(),
        }
    }

    fn brightness(&self, x: f32, y: f32) -> f32 {
        let view = self.view;
        let (mut x, mut y) = (x - self.middle.0, y - self.middle.1);
        x = x / view.aspect + y * view.shear;
        let radius = x.hypot(y) / self.corner;
        let bent = 1.0 + view.barrel * radius * radius;
        (x, y) = (x * bent, y * bent);

        // Where the ray through this pixel meets the plane of the paper.
        let dot = |a: [f32; 3], b: [f32; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let ray = [x, y, self.distance];
        let along = self.normal[2] * self.distance / dot(self.normal, ray);
        let point = [
            ray[0] * along,
            ray[1] * along,
            ray[2] * along - self.distance,
        ];
        (x, y) = (dot(point, self.across), dot(point, self.down));

        let (sine, cosine) = self.turn;
        (x, y) = (x * cosine + y * sine, y * cosine - x * sine);
        let half = self.code.modules as f32 / 2.0;
        if view.rolled > 0.0 {
            let most = (view.rolled / 2.0).to_radians();
            let round = half * view.module / most.sin();
            let angle = (x / round).clamp(-1.0, 1.0).asin();
            x = angle / most * half * view.module;
        }
        if view.mirrored {
            x = -x;
        }
        let (column, row) = (x / view.module + half, y / view.module + half);
        let modules = self.code.modules as f32;
        let inside = |margin: f32| {
            column >= -margin
                && row >= -margin
                && column < modules + margin
                && row < modules + margin
        };
        if !inside(view.quiet) {
            return view.ground;
        }
        if let Some((left, top, right, bottom)) = view.covered
            && (left..right).contains(&(column / modules))
            && (top..bottom).contains(&(row / modules))
        {
            return view.cover;
        }
        if !inside(0.0) {
            return view.paper;
        }
        let dark = self.code.is_dark(column as usize, row as usize);
        let gap = view.dots && (column.fract() - 0.5).hypot(row.fract() - 0.5) > 0.42;
        if dark && !gap { view.ink } else { view.paper }
    }
}

/// Brightness that has not been rounded to bytes yet.
#[derive(Clone)]
pub(crate) struct Plane {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) light: Vec<f32>,
}

impl Plane {
    pub(crate) fn from_fn(width: u32, height: u32, mut light: impl FnMut(u32, u32) -> f32) -> Self {
        let mut all = Vec::with_capacity((width * height) as usize);
        for y in 0..height {
            for x in 0..width {
                all.push(light(x, y));
            }
        }
        Self {
            width,
            height,
            light: all,
        }
    }

    pub(crate) fn of(image: &GrayImage) -> Self {
        Self::from_fn(image.width(), image.height(), |x, y| {
            f32::from(image.get_pixel(x, y).0[0])
        })
    }

    fn at(&self, x: i64, y: i64) -> f32 {
        let x = x.clamp(0, i64::from(self.width) - 1) as usize;
        let y = y.clamp(0, i64::from(self.height) - 1) as usize;
        self.light[y * self.width as usize + x]
    }

    pub(crate) fn grey(&self) -> GrayImage {
        GrayImage::from_fn(self.width, self.height, |x, y| {
            Luma([self.at(x.into(), y.into()).round().clamp(0.0, 255.0) as u8])
        })
    }

    /// Every pixel from its place (0 to 1 on both axes) and its brightness.
    pub(crate) fn map(mut self, new: impl Fn(f32, f32, f32) -> f32) -> Self {
        let (width, height) = (self.width as usize, self.height as usize);
        for (index, light) in self.light.iter_mut().enumerate() {
            let (x, y) = (index % width, index / width);
            *light = new(x as f32 / width as f32, y as f32 / height as f32, *light);
        }
        self
    }

    /// Black becomes `black` and white `white`.
    pub(crate) fn levels(self, black: f32, white: f32) -> Self {
        self.map(|_, _, light| black + light / 255.0 * (white - black))
    }

    /// Gaussian blur; sigma in pixels.
    pub(crate) fn blurred(&self, sigma: f32) -> Self {
        let reach = (sigma * 3.0).ceil() as i64;
        let weights: Vec<f32> = (-reach..=reach)
            .map(|at| (-(at as f32).powi(2) / (2.0 * sigma * sigma)).exp())
            .collect();
        let all: f32 = weights.iter().sum();
        let pass = |plane: &Self, dx: i64, dy: i64| {
            Self::from_fn(plane.width, plane.height, |x, y| {
                let sum: f32 = weights
                    .iter()
                    .zip(-reach..)
                    .map(|(weight, at)| {
                        weight * plane.at(i64::from(x) + at * dx, i64::from(y) + at * dy)
                    })
                    .sum();
                sum / all
            })
        };
        pass(&pass(self, 1, 0), 0, 1)
    }

    /// Smeared along a line of this length in pixels; degrees clockwise from level.
    pub(crate) fn moved(&self, length: f32, degrees: f32) -> Self {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let steps = (length * 2.0).ceil() as i64 + 1;
        Self::from_fn(self.width, self.height, |x, y| {
            let sum: f32 = (0..steps)
                .map(|step| {
                    let along = (step as f32 / (steps - 1) as f32 - 0.5) * length;
                    self.between(x as f32 + along * cosine, y as f32 + along * sine)
                })
                .sum();
            sum / steps as f32
        })
    }

    /// Brightness between pixels.
    pub(crate) fn between(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let (right, bottom) = (x - left, y - top);
        let (left, top) = (left as i64, top as i64);
        let row = |row: i64| self.at(left, row) * (1.0 - right) + self.at(left + 1, row) * right;
        row(top) * (1.0 - bottom) + row(top + 1) * bottom
    }

    /// Normally distributed noise of this standard deviation.
    pub(crate) fn noisy(mut self, deviation: f32, numbers: &mut Numbers) -> Self {
        for light in &mut self.light {
            // The sum of three even numbers is near enough, with the deviation of 1/2.
            let even: u32 = (0..3).map(|_| numbers.below(1000)).sum();
            *light += (even as f32 / 1000.0 - 1.5) * 2.0 * deviation;
        }
        self
    }

    /// This share of the pixels, in a thousand, black or white.
    pub(crate) fn speckled(mut self, share: u32, numbers: &mut Numbers) -> Self {
        for light in &mut self.light {
            if numbers.below(1000) < share {
                *light = if numbers.below(2) == 0 { 0.0 } else { 255.0 };
            }
        }
        self
    }

    /// Resized to this part of its size, every new pixel the mean of what it covers.
    pub(crate) fn shrunk(&self, part: f32) -> Self {
        let (width, height) = (
            (self.width as f32 * part) as u32,
            (self.height as f32 * part) as u32,
        );
        let steps = (2.0 / part).ceil() as usize;
        Self::from_fn(width, height, |x, y| {
            let mut sum = 0.0;
            for row in 0..steps {
                for column in 0..steps {
                    let at = |pixel: u32, step: usize| {
                        (pixel as f32 + (step as f32 + 0.5) / steps as f32) / part
                    };
                    sum += self.at(at(x, column) as i64, at(y, row) as i64);
                }
            }
            sum / (steps * steps) as f32
        })
    }

    /// A screen's grid of red, green and blue stripes photographed by a sensor that does not line up with it.
    pub(crate) fn of_a_screen(self, strength: f32) -> Self {
        let (width, height) = (self.width as f32, self.height as f32);
        self.map(|x, y, light| {
            let (x, y) = (x * width, y * height);
            let wave = |along: f32, pitch: f32| (along * std::f32::consts::TAU / pitch).sin();
            let grid = wave(x * 0.97 + y * 0.12, 2.13) + wave(y * 0.98 - x * 0.1, 2.31);
            let beats = wave(x + y * 0.3, 37.0) + wave(y - x * 0.2, 29.0);
            light * (1.0 - strength) + strength * light * (1.0 + 0.45 * grid + 0.35 * beats)
        })
    }

    /// Written as JPEG of this quality and read again.
    pub(crate) fn as_jpeg(&self, quality: u8) -> GrayImage {
        let mut bytes = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality);
        self.grey().write_with_encoder(encoder).unwrap();
        image::load_from_memory(&bytes).unwrap().into_luma8()
    }
}

/// Ink and paper in colours, with the light of `plane` (0 is ink, 255 paper).
pub(crate) fn coloured(plane: &Plane, ink: [u8; 3], paper: [u8; 3]) -> RgbImage {
    RgbImage::from_fn(plane.width, plane.height, |x, y| {
        let share = (plane.at(x.into(), y.into()) / 255.0).clamp(0.0, 1.0);
        let mut pixel = [0; 3];
        for (value, (ink, paper)) in pixel.iter_mut().zip(ink.into_iter().zip(paper)) {
            *value = (f32::from(ink) + (f32::from(paper) - f32::from(ink)) * share).round() as u8;
        }
        image::Rgb(pixel)
    })
}

/// As a camera or a video stream keeps colour: brightness for every pixel, colour for every four (4:2:0), both in the
/// narrow range of ITU-R BT.601.
pub(crate) fn chroma_subsampled(image: &RgbImage) -> RgbImage {
    let split = |pixel: [u8; 3]| {
        let [red, green, blue] = pixel.map(f32::from);
        let luma = 0.299 * red + 0.587 * green + 0.114 * blue;
        (luma, (blue - luma) * 0.564, (red - luma) * 0.713)
    };
    let narrow = |luma: f32| (16.0 + luma * 219.0 / 255.0).round();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let (mut blue, mut red) = (0.0, 0.0);
        for (column, row) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let (column, row) = (
                ((x & !1) + column).min(image.width() - 1),
                ((y & !1) + row).min(image.height() - 1),
            );
            let (_, one_blue, one_red) = split(image.get_pixel(column, row).0);
            blue += one_blue / 4.0;
            red += one_red / 4.0;
        }
        let luma = (narrow(split(image.get_pixel(x, y).0).0) - 16.0) * 255.0 / 219.0;
        let byte = |value: f32| value.round().clamp(0.0, 255.0) as u8;
        let (r, b) = (luma + red / 0.713, luma + blue / 0.564);
        image::Rgb([
            byte(r),
            byte((luma - 0.299 * r - 0.114 * b) / 0.587),
            byte(b),
        ])
    })
}

/// The brightness of a coloured picture.
pub(crate) fn brightness(image: &RgbImage) -> GrayImage {
    DynamicImage::ImageRgb8(image.clone()).into_luma8()
}
