//! Every monitor of macOS and Windows, side by side.

use deskfob_scan::{MAX_PIXELS, PictureError};
use xcap::Monitor;
use xcap::image::RgbaImage;
use zeroize::{Zeroize, Zeroizing};

use super::{Capture, ScreenError};

pub(super) fn capture() -> Result<Capture, ScreenError> {
    // Without the permission macOS gives pictures that show no other program's windows.
    #[cfg(target_os = "macos")]
    if !permitted() {
        return Err(ScreenError::Denied);
    }
    let mut monitors = Monitor::all().map_err(failed)?;
    // From left to right, as the person sees them; one that does not say where it is comes first.
    monitors.sort_by_key(|monitor| (monitor.x().unwrap_or(i32::MIN), monitor.y().unwrap_or(0)));
    let images = monitors.iter().map(Monitor::capture_image);
    let mut images = images.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    images.retain(|image| image.width() > 0 && image.height() > 0);
    if images.is_empty() {
        return Err(ScreenError::NoDisplay);
    }
    side_by_side(images)
}

/// Asks the person the first time.
#[cfg(target_os = "macos")]
fn permitted() -> bool {
    use objc2_core_graphics::{CGPreflightScreenCaptureAccess, CGRequestScreenCaptureAccess};
    CGPreflightScreenCaptureAccess() || CGRequestScreenCaptureAccess()
}

fn failed(error: xcap::XCapError) -> ScreenError {
    ScreenError::Display {
        cause: error.to_string(),
    }
}

/// Their positions are in units that differ from monitor to monitor, and no code goes over an edge: so they are only put
/// next to each other, the lower ones on white.
fn side_by_side(images: Vec<RgbaImage>) -> Result<Capture, ScreenError> {
    let width = images
        .iter()
        .map(RgbaImage::width)
        .fold(0, u32::saturating_add);
    let height = images.iter().map(RgbaImage::height).max().unwrap_or(0);
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge { width, height }.into());
    }
    let row = width as usize * 4;
    let mut rgba = Zeroizing::new(vec![u8::MAX; row * height as usize]);
    let mut left = 0;
    for image in images {
        let bytes = image.width() as usize * 4;
        let mut pixels = image.into_raw();
        for (to, from) in rgba.chunks_exact_mut(row).zip(pixels.chunks_exact(bytes)) {
            to[left..left + bytes].copy_from_slice(from);
        }
        pixels.zeroize();
        left += bytes;
    }
    Ok(Capture {
        width,
        height,
        rgba,
    })
}
