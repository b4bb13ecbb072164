//! Cameras on Linux: Video4Linux, through the `v4l` crate.
//!
//! Two habits of that crate are worked around here. Its `next` gives a buffer back before it waits, and gives it back
//! once more when that wait came to nothing, which the kernel refuses: so the wait is done first, and `next` is called
//! when a frame is there. And it panics on a few answers of drivers, such as a name that is no UTF-8; every such call is
//! on the camera's thread or behind [`told`], where a panic is an error.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use deskfob_scan::{FrameLayout, PixelFormat};
use v4l::buffer::{Flags, Type};
use v4l::io::mmap::Stream;
use v4l::io::traits::{CaptureStream, Stream as _};
use v4l::video::Capture;
use v4l::{Device, Format, FourCC};

use super::source::{FORMATS, FrameSource, WANTED_SIZE};
use super::{CameraError, CameraInfo};

const NODES: &str = "/dev";

/// `poll` has something to read.
const POLLIN: i16 = 1;

/// Buffers asked for: one is read while the others are filled.
const BUFFERS: u32 = 4;

/// The most buffers a driver may make of that.
const MAX_BUFFERS: usize = 32;

// Error numbers of Linux, the same on all its architectures that Deskfob is made for.
const ENOENT: i32 = 2;
const EIO: i32 = 5;
const ENXIO: i32 = 6;
const EAGAIN: i32 = 11;
const EBUSY: i32 = 16;
const ENODEV: i32 = 19;

pub(super) fn list() -> Result<Vec<CameraInfo>, CameraError> {
    let nodes = match fs::read_dir(NODES) {
        Ok(nodes) => nodes,
        Err(error) => return Err(failed(NODES, &error)),
    };
    let mut numbers: Vec<u32> = nodes
        .filter_map(|node| number(node.ok()?.file_name().to_str()?))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers.into_iter().filter_map(camera).collect())
}

/// The number of a camera's node; a node may also be called `video` alone, or `video-enc`.
fn number(name: &str) -> Option<u32> {
    name.strip_prefix("video")?.parse().ok()
}

/// The camera behind a node. Not one that captures nothing, such as the second node of a webcam, which tells of its
/// frames.
fn camera(number: u32) -> Option<CameraInfo> {
    let id = format!("{NODES}/video{number}");
    match Device::with_path(&id) {
        Ok(device) => {
            // A driver whose words cannot be read has formats nevertheless.
            let captures = told(|| {
                device
                    .enum_formats()
                    .is_ok_and(|formats| !formats.is_empty())
            });
            if captures == Some(false) {
                return None;
            }
        }
        // Gone meanwhile. One that is used or forbidden is there, and opening it will tell which.
        Err(error) if is_gone(&error) => return None,
        Err(_) => {}
    }
    let file = format!("/sys/class/video4linux/video{number}/name");
    let name = fs::read(file).map(|name| String::from_utf8_lossy(&name).trim().to_owned());
    Some(CameraInfo {
        name: match name {
            Ok(name) if !name.is_empty() => name,
            _ => format!("Camera {number}"),
        },
        id,
    })
}

/// What the crate answers; `None` when it panicked.
fn told<T>(ask: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(ask)).ok()
}

/// A streaming camera.
pub(super) struct Source {
    name: String,
    device: Device,
    layout: FrameLayout,
    /// Taken only when it is dropped.
    stream: Option<Stream<'static>>,
    /// The buffer that `next` would give back is with the driver already.
    astray: bool,
}

impl Source {
    /// Opens a camera and starts it.
    pub(super) fn open(camera: &CameraInfo) -> Result<Self, CameraError> {
        let name = &camera.name;
        let device =
            Device::with_path(Path::new(&camera.id)).map_err(|error| known(name, &error))?;
        let layout = negotiate(name, &device)?;
        let mut stream = Stream::with_buffers(&device, Type::VideoCapture, BUFFERS)
            .map_err(|error| known(name, &error))?;
        // What follows waits by itself first; this is for a frame that was there and is not any more.
        stream.set_timeout(Duration::from_secs(1));
        // The first buffer counts as the one being read; the driver gets the others.
        let queued = (1..MAX_BUFFERS)
            .take_while(|index| CaptureStream::queue(&mut stream, *index).is_ok())
            .count();
        tracing::debug!(
            camera = name,
            ?layout,
            buffers = queued + 1,
            "a camera starts"
        );
        let mut source = Self {
            name: name.clone(),
            device,
            layout,
            stream: Some(stream),
            astray: false,
        };
        let started = source.stream.as_mut().map(|stream| stream.start());
        match started {
            Some(Err(error)) => Err(known(name, &error)),
            _ => Ok(source),
        }
    }
}

/// Agrees on a format: drivers put another one in the place of one that they do not have.
fn negotiate(name: &str, device: &Device) -> Result<FrameLayout, CameraError> {
    let offered: Vec<FourCC> = device
        .enum_formats()
        .map_err(|error| known(name, &error))?
        .iter()
        .map(|format| format.fourcc)
        .collect();
    let (width, height) = WANTED_SIZE;
    let usable = FORMATS
        .iter()
        .filter(|(fourcc, _)| offered.contains(&FourCC::new(fourcc)));
    for (fourcc, _) in usable {
        match device.set_format(&Format::new(width, height, FourCC::new(fourcc))) {
            Ok(agreed) => {
                if let Some(layout) = layout_of(&agreed) {
                    return Ok(layout);
                }
            }
            // It lists a format that it does not have now; the next one may do.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {}
            Err(error) => return Err(known(name, &error)),
        }
    }
    Err(CameraError::NoUsableFormat {
        name: name.to_owned(),
        offered: offered.iter().map(ToString::to_string).collect(),
    })
}

fn layout_of(agreed: &Format) -> Option<FrameLayout> {
    let (_, format) = FORMATS
        .iter()
        .find(|(fourcc, _)| FourCC::new(fourcc) == agreed.fourcc)?;
    Some(FrameLayout {
        format: *format,
        width: agreed.width,
        height: agreed.height,
        stride: match format {
            PixelFormat::Jpeg => 0,
            _ => agreed.stride,
        },
    })
}

impl FrameSource for Source {
    fn next(
        &mut self,
        wait: Duration,
        take: &mut dyn FnMut(&[u8], FrameLayout),
    ) -> Result<bool, CameraError> {
        let Some(stream) = &mut self.stream else {
            return Ok(false);
        };
        let wait = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        match self.device.handle().poll(POLLIN, wait) {
            Ok(0) => return Ok(false),
            Ok(_) => {}
            Err(error) => return passing(&self.name, &error),
        }
        if self.astray {
            // Its frame is lost: its buffer is the one to give back next.
            return match CaptureStream::dequeue(stream) {
                Ok(_) => {
                    self.astray = false;
                    Ok(false)
                }
                Err(error) => passing(&self.name, &error),
            };
        }
        match CaptureStream::next(stream) {
            Ok((buffer, meta)) => {
                let used = buffer.len().min(meta.bytesused as usize);
                if used > 0 && !meta.flags.contains(Flags::ERROR) {
                    take(&buffer[..used], self.layout);
                }
                Ok(true)
            }
            Err(error) => {
                self.astray = true;
                passing(&self.name, &error)
            }
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        let Some(mut stream) = self.stream.take() else {
            return;
        };
        match stream.stop() {
            Err(error) if !is_gone(&error) => {
                // The crate would panic over it, once for each thing that it drops.
                tracing::warn!(camera = self.name, %error, "a camera does not stop");
                std::mem::forget(stream);
            }
            _ => drop(stream),
        }
    }
}

/// An error after which there may be frames again is no more than no frame.
fn passing(name: &str, error: &io::Error) -> Result<bool, CameraError> {
    match error.raw_os_error() {
        Some(EAGAIN | EIO) => {
            // It may say so over and over.
            std::thread::sleep(Duration::from_millis(5));
            Ok(false)
        }
        _ if matches!(
            error.kind(),
            io::ErrorKind::Interrupted | io::ErrorKind::TimedOut
        ) =>
        {
            Ok(false)
        }
        _ => Err(known(name, error)),
    }
}

fn is_gone(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(ENODEV | ENXIO | ENOENT))
}

fn known(name: &str, error: &io::Error) -> CameraError {
    let name = name.to_owned();
    match error.raw_os_error() {
        Some(EBUSY) => CameraError::Busy { name },
        _ if error.kind() == io::ErrorKind::PermissionDenied => CameraError::Denied { name },
        _ if is_gone(error) => CameraError::Unplugged { name },
        _ => failed(&name, error),
    }
}

fn failed(name: &str, error: &io::Error) -> CameraError {
    CameraError::Failed {
        name: name.to_owned(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbered_nodes_are_cameras() {
        for (name, expected) in [
            ("video0", Some(0)),
            ("video12", Some(12)),
            ("video", None),
            ("video-dec0", None),
            ("video0p", None),
            ("vbi0", None),
        ] {
            assert_eq!(number(name), expected, "{name}");
        }
    }
}
