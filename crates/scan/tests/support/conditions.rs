//! The robustness set: what a code goes through between a screen and the reader, one row each.
//!
//! Lengths are in modules where they can be, so that the same row asks as much of a dense code as of a short one.

use data_encoding::BASE64;
use image::{GrayImage, Luma, RgbImage, imageops};
use qrcode::EcLevel;

use super::scene::{Code, Plane, View, brightness, chroma_subsampled, coloured};
use super::{Numbers, clutter, paste};

/// What a picture is made of.
pub(crate) enum Shot {
    Grey(GrayImage),
    Colour(RgbImage),
}

impl Shot {
    pub(crate) fn grey(&self) -> GrayImage {
        match self {
            Self::Grey(image) => image.clone(),
            Self::Colour(image) => brightness(image),
        }
    }

    pub(crate) fn picture(&self) -> deskfob_scan::Picture {
        match self {
            Self::Grey(image) => super::picture(image),
            Self::Colour(image) => {
                let rgba = image::DynamicImage::ImageRgb8(image.clone()).into_rgba8();
                deskfob_scan::Picture::from_rgba(rgba.as_raw(), rgba.width(), rgba.height())
                    .unwrap()
            }
        }
    }
}

/// How long the text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Size {
    /// One enrolment.
    Short,
    /// Ten enrolments to move to another telephone.
    Dense,
}

/// What goes into a picture.
pub(crate) struct Order {
    pub(crate) text: String,
    pub(crate) size: Size,
    pub(crate) seed: u64,
}

impl Order {
    pub(crate) fn new(size: Size, seed: u64) -> Self {
        let text = match size {
            Size::Short => short(seed),
            Size::Dense => transfer(seed),
        };
        Self { text, size, seed }
    }

    fn code(&self) -> Code {
        Code::new(&self.text, EcLevel::L)
    }

    fn strong_code(&self) -> Code {
        Code::new(&self.text, EcLevel::H)
    }

    fn numbers(&self) -> Numbers {
        Numbers(self.seed * 2 + 0x9e37_79b9)
    }
}

/// An enrolment as services show it.
pub(crate) fn short(seed: u64) -> String {
    let mut numbers = Numbers(seed * 2 + 77);
    format!(
        "otpauth://totp/Service%20{seed}:alice%40example.com?secret={}&issuer=Service%20{seed}&digits=6&period=30",
        letters(&mut numbers, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32)
    )
}

fn letters(numbers: &mut Numbers, alphabet: &[u8], length: usize) -> String {
    (0..length)
        .map(|_| char::from(alphabet[numbers.below(alphabet.len() as u32) as usize]))
        .collect()
}

/// A transfer of ten enrolments as Google Authenticator shows it.
pub(crate) fn transfer(seed: u64) -> String {
    let mut numbers = Numbers(seed * 2 + 99);
    let mut message = Vec::new();
    for entry in 0..10 {
        let key: Vec<u8> = (0..20).map(|_| numbers.below(256) as u8).collect();
        let name = format!("alice{entry}@example.com");
        let issuer = format!("Service {entry} of {seed}");
        let mut one = Vec::new();
        for (field, bytes) in [(1, key), (2, name.into_bytes()), (3, issuer.into_bytes())] {
            one.extend([field << 3 | 2, bytes.len() as u8]);
            one.extend(bytes);
        }
        // SHA-1, six digits, by time.
        one.extend([4 << 3, 1, 5 << 3, 1, 6 << 3, 2]);
        message.extend([1 << 3 | 2, one.len() as u8]);
        message.extend(one);
    }
    // Version 1, the first of one.
    message.extend([2 << 3, 1, 3 << 3, 1, 4 << 3, 0, 5 << 3, 0x85, 0x01]);
    let data = BASE64
        .encode(&message)
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    format!("otpauth-migration://offline?data={data}")
}

/// What is to be seen in a picture.
pub(crate) enum Expected {
    /// The order's own text.
    Text,
    /// These texts, in any order.
    Texts(Vec<String>),
    /// Nothing: no reader may make something up.
    Nothing,
}

/// Makes the picture of an order.
type Shoot = fn(&Order) -> (Shot, Expected);

/// A row of the set.
pub(crate) struct Condition {
    /// The row of the decode-rate table that it counts for.
    pub(crate) class: &'static str,
    pub(crate) name: &'static str,
    pub(crate) shoot: Shoot,
}

fn seen(plane: &Plane) -> (Shot, Expected) {
    (Shot::Grey(plane.grey()), Expected::Text)
}

fn plain(order: &Order) -> Plane {
    View::PLAIN.of(&order.code())
}

fn viewed(order: &Order, view: View) -> (Shot, Expected) {
    seen(&view.of(&order.code()))
}

fn turned<const DEGREES: u32>(order: &Order) -> (Shot, Expected) {
    viewed(
        order,
        View {
            turn: DEGREES as f32,
            ..View::PLAIN
        },
    )
}

/// Leaning away by `LEVEL` and `UPRIGHT` degrees.
fn tilted<const LEVEL: i32, const UPRIGHT: i32>(order: &Order) -> (Shot, Expected) {
    viewed(
        order,
        View {
            tilt: (LEVEL as f32, UPRIGHT as f32),
            turn: 8.0,
            module: 5.0,
            ..View::PLAIN
        },
    )
}

/// Out of focus by `PERCENT` of a module.
fn blurred<const PERCENT: u32>(order: &Order) -> (Shot, Expected) {
    let sigma = PERCENT as f32 / 100.0 * 4.0;
    seen(&plain(order).blurred(sigma).noisy(2.0, &mut order.numbers()))
}

/// Moved by `PERCENT` of a module, in a direction in degrees.
fn moved<const PERCENT: u32, const DEGREES: u32>(order: &Order) -> (Shot, Expected) {
    let length = PERCENT as f32 / 100.0 * 4.0;
    seen(
        &plain(order)
            .moved(length, DEGREES as f32)
            .noisy(2.0, &mut order.numbers()),
    )
}

/// `PERCENT` hundredths of a pixel a module, as a page scaled down.
fn tiny<const PERCENT: u32>(order: &Order) -> (Shot, Expected) {
    let view = View {
        module: 8.0,
        ..View::PLAIN
    };
    seen(&view.of(&order.code()).shrunk(PERCENT as f32 / 800.0))
}

/// So small in the camera's frame, and not straight.
fn far<const PERCENT: u32>(order: &Order) -> (Shot, Expected) {
    let view = View {
        module: PERCENT as f32 / 100.0,
        turn: 11.0,
        ..View::PLAIN
    };
    seen(&view.of(&order.code()).noisy(2.0, &mut order.numbers()))
}

fn contrast<const BLACK: u32, const WHITE: u32, const NOISE: u32>(
    order: &Order,
) -> (Shot, Expected) {
    let plane = plain(order).levels(BLACK as f32, WHITE as f32);
    let noise = NOISE as f32 / 10.0;
    seen(&plane.noisy(noise, &mut order.numbers()))
}

fn noisy<const DEVIATION: u32>(order: &Order) -> (Shot, Expected) {
    seen(&plain(order).noisy(DEVIATION as f32, &mut order.numbers()))
}

fn jpeg<const QUALITY: u8>(order: &Order) -> (Shot, Expected) {
    (Shot::Grey(plain(order).as_jpeg(QUALITY)), Expected::Text)
}

/// On a page of `WIDTH` x `HEIGHT` pixels full of text.
fn on_a_page<const WIDTH: u32, const HEIGHT: u32, const MODULE: u32, const DARK: bool>(
    order: &Order,
) -> (Shot, Expected) {
    let code = order.code();
    let view = View {
        module: MODULE as f32 / 10.0,
        ground: 255.0,
        ink: 0.0,
        paper: 255.0,
        frame: fitting(&code, MODULE as f32 / 10.0, 4.0),
        ..View::PLAIN
    };
    let code = view.of(&code).grey();
    let mut page = clutter(WIDTH, HEIGHT, order.seed * 2 + 1);
    let mut numbers = order.numbers();
    let (x, y) = (
        numbers.below(WIDTH - code.width()),
        numbers.below(HEIGHT - code.height()),
    );
    paste(&mut page, &code, x, y);
    if DARK {
        imageops::invert(&mut page);
    }
    (Shot::Grey(page), Expected::Text)
}

fn fitting(code: &Code, module: f32, quiet: f32) -> (u32, u32) {
    let side = ((code.modules as f32 + 2.0 * quiet) * module).ceil() as u32;
    (side, side)
}

/// Several codes in one picture, of different sizes.
fn several<const COUNT: u64>(order: &Order) -> (Shot, Expected) {
    let orders: Vec<Order> = (0..COUNT)
        .map(|at| Order::new(order.size, order.seed * 100 + at))
        .collect();
    let codes: Vec<GrayImage> = (0_u32..)
        .zip(&orders)
        .map(|(at, order)| {
            let view = View {
                module: 2.5 + 0.5 * (at % 3) as f32,
                ..View::PLAIN
            };
            view.of(&order.code()).grey()
        })
        .collect();
    let cell = codes.iter().map(|code| code.width()).max().unwrap() + 8;
    let across = 3_u32.min(COUNT as u32);
    let rows = (COUNT as u32).div_ceil(across);
    let mut page = GrayImage::from_pixel(cell * across, cell * rows, Luma([228]));
    for (at, code) in (0..).zip(&codes) {
        paste(
            &mut page,
            code,
            at % across * cell + 4,
            at / across * cell + 4,
        );
    }
    let texts = orders.into_iter().map(|order| order.text).collect();
    (Shot::Grey(page), Expected::Texts(texts))
}

/// In colours given as 0xRRGGBB.
fn in_colours<const INK: u32, const PAPER: u32>(order: &Order) -> (Shot, Expected) {
    let view = View {
        ink: 0.0,
        paper: 255.0,
        ground: 255.0,
        ..View::PLAIN
    };
    let plane = view.of(&order.code());
    let image = coloured(&plane, rgb(INK), rgb(PAPER));
    (Shot::Colour(image), Expected::Text)
}

fn rgb(colour: u32) -> [u8; 3] {
    let [_, red, green, blue] = colour.to_be_bytes();
    [red, green, blue]
}

/// Something lies on part of it (left, top, right, bottom in percent).
fn covered<const LEFT: u32, const TOP: u32, const RIGHT: u32, const BOTTOM: u32>(
    order: &Order,
) -> (Shot, Expected) {
    let part = |percent: u32| percent as f32 / 100.0;
    let view = View {
        covered: Some((part(LEFT), part(TOP), part(RIGHT), part(BOTTOM))),
        ..View::PLAIN
    };
    seen(&view.of(&order.strong_code()))
}

fn nothing<const LEFT: u32, const TOP: u32, const RIGHT: u32, const BOTTOM: u32>(
    order: &Order,
) -> (Shot, Expected) {
    (
        covered::<LEFT, TOP, RIGHT, BOTTOM>(order).0,
        Expected::Nothing,
    )
}

/// What no reader here reads, with the reason. Left out of [`CONDITIONS`], so that it stays known.
pub(crate) const BEYOND_REACH: &[(&str, Size, &str, Shoot)] = &[(
    "on a thin cup",
    Size::Short,
    "rolled by 80 degrees, and only dense codes have alignment patterns enough to follow it",
    |order| {
        viewed(
            order,
            View {
                rolled: 80.0,
                module: 5.0,
                ..View::PLAIN
            },
        )
    },
)];

/// Every condition. Readable by error correction, unless the row expects nothing.
pub(crate) const CONDITIONS: &[Condition] = &[
    row("plain", "as drawn", |order| viewed(order, View::PLAIN)),
    row("plain", "large", |order| {
        viewed(
            order,
            View {
                module: 11.0,
                ..View::PLAIN
            },
        )
    }),
    row("plain", "round modules", |order| {
        viewed(
            order,
            View {
                dots: true,
                module: 6.0,
                ..View::PLAIN
            },
        )
    }),
    row("plain", "anamorphic", |order| {
        viewed(
            order,
            View {
                aspect: 1.33,
                ..View::PLAIN
            },
        )
    }),
    row("inverted", "inverted", |order| {
        viewed(
            order,
            View {
                ink: 235.0,
                paper: 20.0,
                ground: 45.0,
                ..View::PLAIN
            },
        )
    }),
    row("inverted", "dark card, one module of quiet zone", |order| {
        viewed(
            order,
            View {
                ink: 240.0,
                paper: 32.0,
                ground: 90.0,
                quiet: 1.0,
                ..View::PLAIN
            },
        )
    }),
    row("inverted", "dark grey on black", |order| {
        viewed(
            order,
            View {
                ink: 70.0,
                paper: 8.0,
                ground: 0.0,
                ..View::PLAIN
            },
        )
    }),
    row("inverted", "inverted and turned", |order| {
        viewed(
            order,
            View {
                ink: 235.0,
                paper: 20.0,
                ground: 45.0,
                turn: 33.0,
                ..View::PLAIN
            },
        )
    }),
    row("mirrored", "mirrored", |order| {
        viewed(
            order,
            View {
                mirrored: true,
                ..View::PLAIN
            },
        )
    }),
    row("mirrored", "mirrored and turned", |order| {
        viewed(
            order,
            View {
                mirrored: true,
                turn: 71.0,
                ..View::PLAIN
            },
        )
    }),
    row("mirrored", "mirrored and inverted", |order| {
        viewed(
            order,
            View {
                mirrored: true,
                ink: 235.0,
                paper: 20.0,
                ground: 45.0,
                ..View::PLAIN
            },
        )
    }),
    row("turned", "turned 15", turned::<15>),
    row("turned", "turned 30", turned::<30>),
    row("turned", "turned 45", turned::<45>),
    row("turned", "turned 60", turned::<60>),
    row("turned", "turned 75", turned::<75>),
    row("turned", "turned 90", turned::<90>),
    row("turned", "turned 120", turned::<120>),
    row("turned", "turned 165", turned::<165>),
    row("turned", "turned 180", turned::<180>),
    row("turned", "turned 225", turned::<225>),
    row("turned", "turned 285", turned::<285>),
    row("turned", "turned 345", turned::<345>),
    row("tilted", "leaning back", tilted::<30, 0>),
    row("tilted", "leaning forward", tilted::<-40, 0>),
    row("tilted", "leaning aside", tilted::<0, 40>),
    row("tilted", "leaning both ways", tilted::<25, -30>),
    row("bent", "barrel", |order| {
        viewed(
            order,
            View {
                barrel: 0.18,
                ..View::PLAIN
            },
        )
    }),
    row("bent", "pincushion", |order| {
        viewed(
            order,
            View {
                barrel: -0.1,
                ..View::PLAIN
            },
        )
    }),
    row("bent", "on a cup", |order| {
        viewed(
            order,
            View {
                rolled: 55.0,
                module: 5.0,
                ..View::PLAIN
            },
        )
    }),
    row("bent", "rolling shutter", |order| {
        viewed(
            order,
            View {
                shear: 0.15,
                ..View::PLAIN
            },
        )
    }),
    row("blurred", "slightly out of focus", blurred::<40>),
    row("blurred", "out of focus", blurred::<55>),
    row("blurred", "well out of focus", blurred::<65>),
    row("moved", "moved sideways", moved::<120, 0>),
    row("moved", "moved down", moved::<120, 90>),
    row("moved", "moved aslant", moved::<120, 35>),
    row("faint", "low contrast", contrast::<110, 140, 10>),
    row("faint", "hardly any contrast", contrast::<120, 134, 5>),
    row("faint", "washed out", contrast::<200, 250, 20>),
    row("dark", "low light", contrast::<4, 40, 30>),
    row("dark", "almost night", contrast::<2, 20, 15>),
    row("noisy", "noisy", noisy::<30>),
    row("noisy", "very noisy", noisy::<60>),
    row("noisy", "salt and pepper", |order| {
        seen(&plain(order).speckled(40, &mut order.numbers()))
    }),
    row("uneven", "light from one side", |order| {
        seen(&plain(order).map(|x, _, light| light * (0.12 + 0.88 * x)))
    }),
    row("uneven", "a shadow's edge", |order| {
        seen(&plain(order).map(|x, y, light| {
            if x + 0.4 * y < 0.7 {
                light * 0.3
            } else {
                light
            }
        }))
    }),
    row("uneven", "vignette", |order| {
        seen(
            &plain(order)
                .map(|x, y, light| light * (1.0 - 1.5 * ((x - 0.5).powi(2) + (y - 0.5).powi(2)))),
        )
    }),
    row("uneven", "glare", |order| {
        seen(&plain(order).map(|x, y, light| {
            let near = (-((x - 0.55).powi(2) + (y - 0.55).powi(2)) / 0.01).exp();
            (light + 190.0 * near).min(255.0)
        }))
    }),
    row("uneven", "overexposed", |order| {
        seen(
            &plain(order)
                .blurred(1.0)
                .map(|_, _, light| (light * 2.6 + 60.0).min(255.0)),
        )
    }),
    row("uneven", "stripes of a lamp", |order| {
        seen(&plain(order).map(|_, y, light| light * (0.65 + 0.35 * (y * 40.0).sin())))
    }),
    row("file", "JPEG quality 20", jpeg::<20>),
    row("file", "JPEG quality 8", jpeg::<8>),
    row("file", "16 shades of grey", |order| {
        seen(
            &plain(order)
                .blurred(1.2)
                .map(|_, _, light| (light / 16.0).floor() * 16.0),
        )
    }),
    row("file", "black and white", |order| {
        let plane = plain(order).blurred(1.4).noisy(30.0, &mut order.numbers());
        seen(&plane.map(|_, _, light| if light > 120.0 { 255.0 } else { 0.0 }))
    }),
    row(
        "file",
        "narrow range of a video frame",
        contrast::<16, 235, 20>,
    ),
    row("file", "interlaced", |order| {
        let plane = plain(order);
        let shifted = |x: u32, y: u32| plane.between(x as f32 + 2.0 * (y % 2) as f32, y as f32);
        seen(&Plane::from_fn(plane.width, plane.height, shifted))
    }),
    row("file", "screenshot scaled to 60 %", |order| {
        seen(&plain(order).shrunk(0.6))
    }),
    row("file", "scaled up and blurred", |order| {
        let small = plain(order).shrunk(0.5);
        let wide = Plane::from_fn(small.width * 3, small.height * 3, |x, y| {
            small.between(x as f32 / 3.0 - 0.33, y as f32 / 3.0 - 0.33)
        });
        seen(&wide)
    }),
    row("tiny", "two pixels a module", tiny::<200>),
    row("tiny", "1.7 pixels a module", tiny::<170>),
    row("tiny", "1.5 pixels a module", tiny::<150>),
    row("tiny", "far away, 2 pixels", far::<200>),
    row("tiny", "far away, 1.7 pixels", far::<170>),
    row(
        "page",
        "on a full HD page",
        on_a_page::<1920, 1080, 20, false>,
    ),
    row(
        "page",
        "on a dark full HD page",
        on_a_page::<1920, 1080, 20, true>,
    ),
    row("page", "on a 4K page", on_a_page::<3840, 2160, 20, false>),
    row(
        "page",
        "on a dark 4K page",
        on_a_page::<3840, 2160, 30, true>,
    ),
    row(
        "page",
        "1.6 pixels a module on a 4K page",
        on_a_page::<3840, 2160, 16, false>,
    ),
    row("several", "two", several::<2>),
    row("several", "six", several::<6>),
    row(
        "colour",
        "navy on yellow",
        in_colours::<0x10_20_70, 0xf5_d0_30>,
    ),
    row(
        "colour",
        "red on white",
        in_colours::<0xd0_10_20, 0xff_ff_ff>,
    ),
    row(
        "colour",
        "white on a brand's purple",
        in_colours::<0xff_ff_ff, 0x60_40_b0>,
    ),
    row(
        "colour",
        "green on blue of the same brightness",
        in_colours::<0x20_80_20, 0x40_70_f0>,
    ),
    row("colour", "4:2:0", |order| {
        let (shot, expected) = in_colours::<0xb0_20_60, 0xe0_f0_ff>(order);
        match shot {
            Shot::Colour(image) => (Shot::Colour(chroma_subsampled(&image)), expected),
            grey => (grey, expected),
        }
    }),
    row("screen", "photo of a screen", |order| {
        seen(
            &plain(order)
                .of_a_screen(0.6)
                .blurred(0.6)
                .noisy(4.0, &mut order.numbers()),
        )
    }),
    row("screen", "photo of a screen, turned", |order| {
        let view = View {
            turn: 9.0,
            tilt: (12.0, 8.0),
            ..View::PLAIN
        };
        seen(
            &view
                .of(&order.code())
                .of_a_screen(0.8)
                .blurred(0.7)
                .noisy(6.0, &mut order.numbers()),
        )
    }),
    row("covered", "a logo", covered::<38, 38, 62, 62>),
    row("covered", "a thumb", covered::<65, 70, 101, 101>),
    row("covered", "a corner torn off", |order| {
        let view = View {
            covered: Some((0.8, 0.8, 1.1, 1.1)),
            cover: 190.0,
            ..View::PLAIN
        };
        seen(&view.of(&order.strong_code()))
    }),
    row("covered", "a scratch", covered::<0, 52, 100, 55>),
    row("beyond", "half of it cut off", nothing::<0, 50, 110, 110>),
    row("beyond", "right half hidden", nothing::<45, 0, 110, 110>),
    row(
        "beyond",
        "most of the data hidden",
        nothing::<25, 25, 110, 110>,
    ),
    row("combined", "tilted, dim and noisy", |order| {
        let view = View {
            tilt: (18.0, -22.0),
            turn: 24.0,
            module: 5.0,
            ..View::PLAIN
        };
        seen(
            &view
                .of(&order.code())
                .blurred(1.4)
                .levels(20.0, 120.0)
                .noisy(8.0, &mut order.numbers()),
        )
    }),
    row("combined", "small, blurred and noisy", |order| {
        let view = View {
            module: 3.0,
            turn: -13.0,
            ..View::PLAIN
        };
        seen(
            &view
                .of(&order.code())
                .blurred(1.1)
                .noisy(8.0, &mut order.numbers()),
        )
    }),
    row("combined", "inverted, uneven and moved", |order| {
        let view = View {
            ink: 225.0,
            paper: 25.0,
            ground: 60.0,
            turn: 5.0,
            ..View::PLAIN
        };
        let plane = view.of(&order.code()).moved(2.5, 20.0);
        seen(
            &plane
                .map(|x, _, light| light * (0.4 + 0.6 * x))
                .noisy(4.0, &mut order.numbers()),
        )
    }),
];

const fn row(
    class: &'static str,
    name: &'static str,
    shoot: fn(&Order) -> (Shot, Expected),
) -> Condition {
    Condition { class, name, shoot }
}
