//! What a system's way to its cameras has to do.

use std::time::Duration;

use deskfob_scan::{FrameLayout, PixelFormat};

use super::CameraError;

/// The size that is asked for: a code of 25 modules across a fifth of it has six pixels a module.
pub(super) const WANTED_SIZE: (u32, u32) = (1280, 720);

/// A camera that is streaming. It lives on its thread and is released when it is dropped.
pub(super) trait FrameSource {
    /// The next frame, given to `take`; false when there was none within `wait`. An implementation that cannot stop
    /// waiting says so.
    ///
    /// # Errors
    /// Everything after which no frame comes any more.
    fn next(
        &mut self,
        wait: Duration,
        take: &mut dyn FnMut(&[u8], FrameLayout),
    ) -> Result<bool, CameraError>;
}

/// The formats that can be read, the best first, by the four characters that Linux has for them. A compressed one is
/// first because a camera on USB 2 sends others only a few times a second at that size.
pub(super) const FORMATS: [(&[u8; 4], PixelFormat); 14] = [
    (b"MJPG", PixelFormat::Jpeg),
    (b"YUYV", PixelFormat::LumaFirst),
    (b"NV12", PixelFormat::LumaPlane),
    (b"GREY", PixelFormat::LumaPlane),
    (b"JPEG", PixelFormat::Jpeg),
    (b"UYVY", PixelFormat::LumaSecond),
    (b"YVYU", PixelFormat::LumaFirst),
    (b"VYUY", PixelFormat::LumaSecond),
    (b"YU12", PixelFormat::LumaPlane),
    (b"YV12", PixelFormat::LumaPlane),
    (b"NV21", PixelFormat::LumaPlane),
    (b"NV16", PixelFormat::LumaPlane),
    (b"RGB3", PixelFormat::Rgb),
    (b"BGR3", PixelFormat::Bgr),
];
