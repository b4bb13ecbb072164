//! The root window of an X11 display.

use std::time::{Duration, Instant};

use deskfob_scan::{MAX_PIXELS, PictureError};
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::ErrorKind;
use x11rb::protocol::xproto::{
    ConnectionExt, ImageFormat, ImageOrder, MapState, Screen, Setup, Visualtype, Window,
};
use x11rb::rust_connection::RustConnection;
use zeroize::Zeroizing;

use super::{Capture, ScreenError};

pub(super) fn capture() -> Result<Capture, ScreenError> {
    let (display, screen) = connect()?;
    let screen = &display.setup().roots[screen];
    // All monitors are parts of it.
    let size = display.get_geometry(screen.root).map_err(unreadable)?;
    let size = size.reply().map_err(unreadable)?;
    let (width, height) = (u32::from(size.width), u32::from(size.height));
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge { width, height }.into());
    }
    let format = PixelFormat::of(display.setup(), screen)?;
    let asked = display.get_image(
        ImageFormat::Z_PIXMAP,
        screen.root,
        0,
        0,
        size.width,
        size.height,
        u32::MAX,
    );
    let image = asked.map_err(unreadable)?.reply().map_err(unreadable)?;
    let data = Zeroizing::new(image.data);
    let rgba = format.to_rgba(&data, size.width.into(), size.height.into());
    let rgba = rgba.ok_or(ScreenError::Display {
        cause: "the picture is incomplete".into(),
    })?;
    Ok(Capture {
        width,
        height,
        rgba,
    })
}

/// Waits until nothing of the window is on the display.
pub(super) fn wait_until_unmapped(window: Window, limit: Duration) -> Result<(), ScreenError> {
    let (display, _) = connect()?;
    let began = Instant::now();
    loop {
        let asked = display.get_window_attributes(window).map_err(unreadable)?;
        match asked.reply() {
            Ok(attributes) if attributes.map_state == MapState::VIEWABLE => {}
            Ok(_) => return Ok(()),
            Err(ReplyError::X11Error(error)) if error.error_kind == ErrorKind::Window => {
                return Ok(());
            }
            Err(error) => return Err(unreadable(error)),
        }
        if began.elapsed() >= limit {
            return Err(ScreenError::WindowStays);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn connect() -> Result<(RustConnection, usize), ScreenError> {
    x11rb::connect(None).map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> ScreenError {
    ScreenError::Display {
        cause: error.to_string(),
    }
}

/// How a display's pixels are bytes.
#[derive(Clone, Copy, Debug)]
struct PixelFormat {
    bytes: usize,
    /// Rows end at a multiple of so many bytes.
    row_unit: usize,
    least_first: bool,
    /// Red, green and blue.
    channels: [Channel; 3],
}

/// Where in a pixel the bits of a colour are.
#[derive(Clone, Copy, Debug)]
struct Channel {
    shift: u32,
    bits: u32,
}

impl PixelFormat {
    fn of(setup: &Setup, screen: &Screen) -> Result<Self, ScreenError> {
        let depth = screen.root_depth;
        let unknown = ScreenError::UnknownPixels { depth };
        let format = setup.pixmap_formats.iter().find(|it| it.depth == depth);
        let visual = screen
            .allowed_depths
            .iter()
            .flat_map(|depth| &depth.visuals)
            .find(|visual| visual.visual_id == screen.root_visual);
        let (Some(format), Some(visual)) = (format, visual) else {
            return Err(unknown);
        };
        let least_first = setup.image_byte_order == ImageOrder::LSB_FIRST;
        Self::new(
            format.bits_per_pixel,
            format.scanline_pad,
            least_first,
            visual,
        )
        .ok_or(unknown)
    }

    fn new(bits: u8, row_bits: u8, least_first: bool, visual: &Visualtype) -> Option<Self> {
        let masks = [visual.red_mask, visual.green_mask, visual.blue_mask];
        // A display with a palette has no masks.
        if !matches!(bits, 16 | 24 | 32) || row_bits < 8 || masks.contains(&0) {
            return None;
        }
        Some(Self {
            bytes: usize::from(bits / 8),
            row_unit: usize::from(row_bits / 8),
            least_first,
            channels: masks.map(|mask| Channel {
                shift: mask.trailing_zeros(),
                bits: mask.count_ones(),
            }),
        })
    }

    /// `None` when there are too few bytes.
    fn to_rgba(self, data: &[u8], width: usize, height: usize) -> Option<Zeroizing<Vec<u8>>> {
        let row = (width * self.bytes).next_multiple_of(self.row_unit);
        let data = data.get(..row * height)?;
        let mut rgba = Zeroizing::new(Vec::with_capacity(width * height * 4));
        for row in data.chunks_exact(row) {
            for pixel in row[..width * self.bytes].chunks_exact(self.bytes) {
                let value = self.value(pixel);
                let [red, green, blue] = self.channels.map(|channel| channel.of(value));
                rgba.extend_from_slice(&[red, green, blue, u8::MAX]);
            }
        }
        Some(rgba)
    }

    fn value(self, pixel: &[u8]) -> u32 {
        let add = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
        if self.least_first {
            pixel.iter().rev().fold(0, add)
        } else {
            pixel.iter().fold(0, add)
        }
    }
}

impl Channel {
    /// The colour's share, 0 to 255.
    fn of(self, value: u32) -> u8 {
        let most = u32::MAX >> (32 - self.bits);
        let share = (value >> self.shift) & most;
        if self.bits == 8 {
            return share as u8;
        }
        // At most 255, as the share is at most `most`.
        (u64::from(share) * 255 / u64::from(most)) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visual(red_mask: u32, green_mask: u32, blue_mask: u32) -> Visualtype {
        Visualtype {
            red_mask,
            green_mask,
            blue_mask,
            ..Visualtype::default()
        }
    }

    #[test]
    fn pixels_of_every_kind_of_display() {
        type Case<'a> = (&'a str, u8, u8, bool, &'a Visualtype, &'a [u8], [u8; 3]);
        let usual = visual(0xff_0000, 0xff00, 0xff);
        let turned = visual(0xff, 0xff00, 0xff_0000);
        let small = visual(0xf800, 0x07e0, 0x001f);
        let deep = visual(0x3ff0_0000, 0x000f_fc00, 0x03ff);
        let cases: [Case<'_>; 6] = [
            ("usual", 32, 32, true, &usual, &[3, 2, 1, 9], [1, 2, 3]),
            (
                "most first",
                32,
                32,
                false,
                &usual,
                &[9, 1, 2, 3],
                [1, 2, 3],
            ),
            (
                "blue first",
                32,
                32,
                true,
                &turned,
                &[1, 2, 3, 9],
                [1, 2, 3],
            ),
            (
                "three bytes",
                24,
                32,
                true,
                &usual,
                &[3, 2, 1, 9],
                [1, 2, 3],
            ),
            (
                "16 bits",
                16,
                32,
                true,
                &small,
                &[0xe0, 0xff, 9, 9],
                [255, 255, 0],
            ),
            (
                "30 bits",
                32,
                32,
                true,
                &deep,
                &[0xff, 0x03, 0xf0, 0x3f],
                [255, 0, 255],
            ),
        ];
        for (name, bits, row_bits, least_first, visual, data, rgb) in cases {
            let format = PixelFormat::new(bits, row_bits, least_first, visual).unwrap();
            let rgba = format.to_rgba(data, 1, 1).unwrap();
            assert_eq!(rgba[..], [rgb[0], rgb[1], rgb[2], 255], "{name}");
            let short = &data[..data.len() - 1];
            assert!(format.to_rgba(short, 1, 1).is_none(), "{name}: cut off");
        }
    }

    #[test]
    fn rows_are_padded() {
        let format = PixelFormat::new(16, 32, true, &visual(0xff00, 0xf0, 0x0f)).unwrap();
        let data = [0xff, 1, 9, 9, 0x0f, 2, 9, 9];
        let rgba = format.to_rgba(&data, 1, 2).unwrap();
        assert_eq!(rgba[..], [1, 255, 255, 255, 2, 0, 255, 255]);
    }

    #[test]
    fn a_palette_is_not_guessed() {
        assert!(PixelFormat::new(8, 32, true, &visual(0, 0, 0)).is_none());
        assert!(PixelFormat::new(32, 32, true, &visual(0, 0, 0)).is_none());
    }
}
