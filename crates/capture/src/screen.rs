//! The whole desktop as one picture.
//!
//! | Session | How |
//! | --- | --- |
//! | X11 | the root window, which all monitors are parts of |
//! | Wayland | the desktop's portal, which may ask the person first |
//! | macOS, Windows | every monitor, side by side |

mod error;
#[cfg(any(target_os = "macos", target_os = "windows"))]
mod monitors;
#[cfg(target_os = "linux")]
mod portal;
#[cfg(target_os = "linux")]
mod x11;

use std::fmt;
use std::time::{Duration, Instant};

use deskfob_scan::{Found, Picture};
use zeroize::Zeroizing;

pub use error::ScreenError;
#[cfg(target_os = "linux")]
pub use portal::ask_if_asked_to;

/// The pause between two looks at a desktop that may still be drawing.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// The longest that a window may take to go.
#[cfg(target_os = "linux")]
const GOING: Duration = Duration::from_secs(2);

/// What a desktop needs to draw what a window covered, with the effects that it shows while one goes.
const SETTLING: Duration = Duration::from_millis(250);

/// Pixels of the desktop: red, green, blue and alpha bytes, rows from the top. Wiped when dropped.
pub struct Capture {
    width: u32,
    height: u32,
    rgba: Zeroizing<Vec<u8>>,
}

/// A part of a [`Capture`], in its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Of its left edge.
    pub x: u32,
    /// Of its upper edge.
    pub y: u32,
    /// From its left edge to the right.
    pub width: u32,
    /// From its upper edge downwards.
    pub height: u32,
}

/// Takes a picture of the whole desktop. Blocks, on Wayland for as long as the person is asked.
///
/// # Errors
/// [`ScreenError`] says why there is none.
pub fn capture() -> Result<Capture, ScreenError> {
    #[cfg(target_os = "linux")]
    match Session::here()? {
        Session::X11 => x11::capture(),
        Session::Wayland => portal::capture(),
    }
    #[cfg(any(target_os = "macos", target_os = "windows"))]
    monitors::capture()
}

/// The QR codes on the desktop. When there is none, looks again for as long as `patience`, but for where each look would
/// ask the person.
///
/// # Errors
/// [`ScreenError`] says why there is no picture of the desktop.
pub fn find_codes(patience: Duration) -> Result<Vec<Found>, ScreenError> {
    let began = Instant::now();
    loop {
        let found = deskfob_scan::scan(&capture()?.picture()?);
        if !found.is_empty() || asks_each_time() || began.elapsed() >= patience {
            return Ok(found);
        }
        std::thread::sleep(BETWEEN_LOOKS);
    }
}

/// Waits until a window that was just hidden is in no picture of the desktop any more. `x11_window` is its number, if the
/// session has such.
///
/// # Errors
/// [`ScreenError::WindowStays`] when it does not go.
pub fn wait_until_gone(x11_window: Option<u32>) -> Result<(), ScreenError> {
    #[cfg(target_os = "linux")]
    if let Some(window) = x11_window {
        x11::wait_until_unmapped(window, GOING)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = x11_window;
    std::thread::sleep(SETTLING);
    Ok(())
}

fn asks_each_time() -> bool {
    #[cfg(target_os = "linux")]
    return matches!(Session::here(), Ok(Session::Wayland));
    #[cfg(not(target_os = "linux"))]
    false
}

/// What draws the desktop.
#[cfg(target_os = "linux")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Session {
    X11,
    Wayland,
}

#[cfg(target_os = "linux")]
impl Session {
    fn here() -> Result<Self, ScreenError> {
        Self::of(|name| std::env::var(name).ok())
    }

    /// A Wayland session has an X11 display too, for older programs: it shows nothing but those.
    fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ScreenError> {
        let set = |name| variable(name).is_some_and(|value| !value.is_empty());
        if set("WAYLAND_DISPLAY") || variable("XDG_SESSION_TYPE").as_deref() == Some("wayland") {
            Ok(Self::Wayland)
        } else if set("DISPLAY") {
            Ok(Self::X11)
        } else {
            Err(ScreenError::NoDisplay)
        }
    }
}

impl Capture {
    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The pixels: `4 * width * height` bytes.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// The same for the decoder.
    ///
    /// # Errors
    /// [`ScreenError::Picture`] for more pixels than it takes.
    pub fn picture(&self) -> Result<Picture, ScreenError> {
        Ok(Picture::from_rgba(&self.rgba, self.width, self.height)?)
    }

    /// The QR codes in `region`. One that was cut off by a hair counts: when there is none, its surroundings are looked at.
    ///
    /// # Errors
    /// [`ScreenError::OutsideRegion`] unless some of it is on the desktop.
    pub fn codes_in(&self, region: Region) -> Result<Vec<Found>, ScreenError> {
        let found = deskfob_scan::scan(&self.crop(region)?.picture()?);
        if !found.is_empty() {
            return Ok(found);
        }
        Ok(deskfob_scan::scan(
            &self.crop(region.with_margin())?.picture()?,
        ))
    }

    /// What of `region` is on the desktop.
    ///
    /// # Errors
    /// [`ScreenError::OutsideRegion`] when nothing is.
    pub fn crop(&self, region: Region) -> Result<Self, ScreenError> {
        let right = region.x.saturating_add(region.width).min(self.width);
        let bottom = region.y.saturating_add(region.height).min(self.height);
        if right <= region.x || bottom <= region.y {
            return Err(ScreenError::OutsideRegion);
        }
        let rows = self.rgba.chunks_exact(self.width as usize * 4);
        let columns = region.x as usize * 4..right as usize * 4;
        let mut rgba = Zeroizing::new(Vec::with_capacity(
            columns.len() * (bottom - region.y) as usize,
        ));
        for row in rows
            .skip(region.y as usize)
            .take((bottom - region.y) as usize)
        {
            rgba.extend_from_slice(&row[columns.clone()]);
        }
        Ok(Self {
            width: right - region.x,
            height: bottom - region.y,
            rgba,
        })
    }
}

impl fmt::Debug for Capture {
    /// The dimensions only: the pixels may show a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture")
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

impl Region {
    /// A quarter more on each side, at least a few pixels.
    fn with_margin(self) -> Self {
        let (across, down) = (self.width / 4 + 8, self.height / 4 + 8);
        let (left, up) = (across.min(self.x), down.min(self.y));
        Self {
            x: self.x - left,
            y: self.y - up,
            width: self.width.saturating_add(left).saturating_add(across),
            height: self.height.saturating_add(up).saturating_add(down),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pixel's red is its column, its green its row.
    fn numbered(width: u32, height: u32) -> Capture {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let rgba = pixels.flat_map(|(x, y)| [x as u8, y as u8, 0, 255]);
        Capture {
            width,
            height,
            rgba: Zeroizing::new(rgba.collect()),
        }
    }

    fn region(x: u32, y: u32, width: u32, height: u32) -> Region {
        Region {
            x,
            y,
            width,
            height,
        }
    }

    #[test]
    fn regions_are_cut_to_the_desktop() {
        let desktop = numbered(5, 4);
        let cases = [
            ("within", region(1, 2, 3, 1), Some((3, 1, [1, 2], [3, 2]))),
            (
                "all of it",
                region(0, 0, 5, 4),
                Some((5, 4, [0, 0], [4, 3])),
            ),
            (
                "over the edge",
                region(3, 3, 9, 9),
                Some((2, 1, [3, 3], [4, 3])),
            ),
            (
                "beyond numbers",
                region(4, 0, u32::MAX, u32::MAX),
                Some((1, 4, [4, 0], [4, 3])),
            ),
            ("outside", region(5, 0, 2, 2), None),
            ("nothing", region(1, 1, 0, 2), None),
        ];
        for (name, asked, expected) in cases {
            let Some((width, height, first, last)) = expected else {
                let refused = desktop.crop(asked).unwrap_err();
                assert_eq!(refused.code(), "region_outside", "{name}");
                continue;
            };
            let part = desktop.crop(asked).unwrap();
            assert_eq!((part.width(), part.height()), (width, height), "{name}");
            assert_eq!(part.rgba().len(), (width * height * 4) as usize, "{name}");
            assert_eq!(part.rgba()[..2], first, "{name}: its first pixel");
            let end = part.rgba().len() - 4;
            assert_eq!(part.rgba()[end..end + 2], last, "{name}: its last pixel");
        }
    }

    #[test]
    fn a_margin_is_on_all_sides_and_never_before_the_first_pixel() {
        assert_eq!(region(100, 5, 40, 40).with_margin(), region(82, 0, 76, 63));
        let all = region(0, 0, u32::MAX, u32::MAX).with_margin();
        assert_eq!(all, region(0, 0, u32::MAX, u32::MAX), "no overflow");
    }

    #[test]
    fn debug_shows_no_pixel() {
        let shown = format!("{:?}", numbered(2, 1));
        assert_eq!(shown, "Capture { width: 2, height: 1, .. }");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn sessions() {
        type Variables = &'static [(&'static str, &'static str)];
        let cases: [(&str, Variables, Option<Session>); 7] = [
            ("a terminal", &[], None),
            ("X11", &[("DISPLAY", ":0")], Some(Session::X11)),
            (
                "X11, told",
                &[("DISPLAY", ":0"), ("XDG_SESSION_TYPE", "x11")],
                Some(Session::X11),
            ),
            (
                "Wayland",
                &[("WAYLAND_DISPLAY", "wayland-0")],
                Some(Session::Wayland),
            ),
            (
                "Wayland with older programs",
                &[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0")],
                Some(Session::Wayland),
            ),
            (
                "Wayland, told",
                &[("DISPLAY", ":0"), ("XDG_SESSION_TYPE", "wayland")],
                Some(Session::Wayland),
            ),
            (
                "set to nothing",
                &[("DISPLAY", ""), ("WAYLAND_DISPLAY", "")],
                None,
            ),
        ];
        for (name, variables, expected) in cases {
            let variable = |wanted: &str| {
                let found = variables.iter().find(|(name, _)| *name == wanted)?;
                Some(found.1.to_owned())
            };
            assert_eq!(Session::of(variable).ok(), expected, "{name}");
        }
    }
}
