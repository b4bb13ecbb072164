//! Cameras on macOS and Windows, through nokhwa. The tests compile and drive it on Linux.
//!
//! Its calls cannot be told to stop waiting: on these systems a camera that stops delivering keeps its thread until it
//! delivers again or the program ends. It tells errors by their texts only.

use std::time::Duration;

use deskfob_scan::{FrameLayout, PixelFormat};
use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType,
    Resolution,
};
use nokhwa::{Camera, NokhwaError};

use super::source::{FrameSource, WANTED_SIZE};
use super::{CameraError, CameraInfo};

/// In the order in which they are asked for.
const FORMATS: [(FrameFormat, PixelFormat); 6] = [
    (FrameFormat::MJPEG, PixelFormat::Jpeg),
    (FrameFormat::YUYV, PixelFormat::LumaFirst),
    (FrameFormat::NV12, PixelFormat::LumaPlane),
    (FrameFormat::GRAY, PixelFormat::LumaPlane),
    (FrameFormat::RAWRGB, PixelFormat::Rgb),
    (FrameFormat::RAWBGR, PixelFormat::Bgr),
];

/// Frames a second that are asked for.
const WANTED_RATE: u32 = 30;

#[cfg_attr(
    target_os = "linux",
    allow(dead_code, reason = "panics on a node without a number there")
)]
pub(super) fn list() -> Result<Vec<CameraInfo>, CameraError> {
    let cameras = nokhwa::query(ApiBackend::Auto).map_err(|error| known("the system", &error))?;
    Ok(cameras
        .into_iter()
        .map(|camera| CameraInfo {
            id: camera.index().as_string(),
            name: camera.human_name(),
        })
        .collect())
}

/// A streaming camera.
pub(super) struct Source {
    name: String,
    camera: Camera,
}

impl Source {
    /// Opens a camera and starts it; on macOS the person is asked for leave first.
    pub(super) fn open(info: &CameraInfo) -> Result<Self, CameraError> {
        ask_leave(&info.name)?;
        let index = match info.id.parse() {
            Ok(number) => CameraIndex::Index(number),
            Err(_) => CameraIndex::String(info.id.clone()),
        };
        let mut refused = None;
        for requested in requests() {
            match Camera::new(index.clone(), requested) {
                Ok(mut camera) => {
                    camera
                        .open_stream()
                        .map_err(|error| known(&info.name, &error))?;
                    return Ok(Self {
                        name: info.name.clone(),
                        camera,
                    });
                }
                // It does not have that format.
                Err(error @ NokhwaError::GetPropertyError { .. }) => refused = Some(error),
                Err(error) => return Err(known(&info.name, &error)),
            }
        }
        Err(match refused {
            Some(error) if error_number(&error).is_some() => known(&info.name, &error),
            _ => CameraError::NoUsableFormat {
                name: info.name.clone(),
                offered: vec!["others".into()],
            },
        })
    }
}

/// A wish for a format fails as a whole where the camera has none of that kind: so one after another, then any.
fn requests() -> impl Iterator<Item = RequestedFormat<'static>> {
    const ALL: [FrameFormat; 6] = [
        FrameFormat::MJPEG,
        FrameFormat::YUYV,
        FrameFormat::NV12,
        FrameFormat::GRAY,
        FrameFormat::RAWRGB,
        FrameFormat::RAWBGR,
    ];
    let size = Resolution::new(WANTED_SIZE.0, WANTED_SIZE.1);
    let closest = FORMATS.iter().map(move |(format, _)| {
        let format = CameraFormat::new(size, *format, WANTED_RATE);
        RequestedFormat::with_formats(RequestedFormatType::Closest(format), &ALL)
    });
    let any = RequestedFormat::with_formats(RequestedFormatType::None, &ALL);
    closest.chain([any])
}

impl FrameSource for Source {
    fn next(
        &mut self,
        _wait: Duration,
        take: &mut dyn FnMut(&[u8], FrameLayout),
    ) -> Result<bool, CameraError> {
        let (format, size) = (self.camera.frame_format(), self.camera.resolution());
        let frame = self
            .camera
            .frame_raw()
            .map_err(|error| known(&self.name, &error))?;
        if let Some((_, pixels)) = FORMATS.iter().find(|(known, _)| *known == format) {
            take(
                &frame,
                FrameLayout {
                    format: *pixels,
                    width: size.width(),
                    height: size.height(),
                    stride: 0,
                },
            );
        }
        Ok(true)
    }
}

#[cfg(target_os = "macos")]
fn ask_leave(name: &str) -> Result<(), CameraError> {
    /// How long a person may take over the system's question.
    const ANSWER: Duration = Duration::from_secs(60);
    if nokhwa::nokhwa_check() {
        return Ok(());
    }
    let (told, answer) = std::sync::mpsc::channel();
    nokhwa::nokhwa_initialize(move |granted| {
        // Nobody waits any more where the answer comes late.
        let _ = told.send(granted);
    });
    match answer.recv_timeout(ANSWER) {
        Ok(true) => Ok(()),
        _ => Err(CameraError::Denied {
            name: name.to_owned(),
        }),
    }
}

#[cfg(not(target_os = "macos"))]
fn ask_leave(_name: &str) -> Result<(), CameraError> {
    Ok(())
}

/// The system's error number, where the text has one.
fn error_number(error: &NokhwaError) -> Option<i32> {
    let text = error.to_string();
    let (_, number) = text.rsplit_once("(os error ")?;
    number.split(')').next()?.parse().ok()
}

fn known(name: &str, error: &NokhwaError) -> CameraError {
    // Those of Linux; macOS and Windows have words instead.
    let number = error_number(error);
    let text = error.to_string();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let name = name.to_owned();
    if number == Some(16) || says(&["in use", "InUse", "0xC00D3704"]) {
        CameraError::Busy { name }
    } else if number == Some(13) || says(&["denied", "Denied", "0x80070005", "not authorized"]) {
        CameraError::Denied { name }
    } else if matches!(number, Some(2 | 6 | 19)) || says(&["disconnected", "0xC00D3EA2"]) {
        CameraError::Unplugged { name }
    } else {
        CameraError::Failed { name, reason: text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart_by_their_texts() {
        let read = |text: &str| known("Camera", &NokhwaError::ReadFrameError(text.into())).code();
        for (text, code) in [
            ("Device or resource busy (os error 16)", "camera_busy"),
            ("Permission denied (os error 13)", "camera_denied"),
            ("Access is denied. (0x80070005)", "camera_denied"),
            ("No such device (os error 19)", "camera_unplugged"),
            ("something else (os error 71)", "camera_failed"),
        ] {
            assert_eq!(read(text), code, "{text}");
        }
    }

    const WISH: &str = "DESKFOB_TEST_NATIVE";

    /// In a process of its own, whose cameras are folders.
    #[test]
    #[ignore = "started by the next test"]
    fn reader() {
        let wish = std::env::var(WISH).unwrap();
        let info = CameraInfo {
            id: "0".into(),
            name: "Camera".into(),
        };
        let seen = match Source::open(&info) {
            Ok(mut source) => first_code(&mut source),
            Err(error) => error.code().to_owned(),
        };
        assert_eq!(seen, wish);
    }

    fn first_code(source: &mut Source) -> String {
        use deskfob_scan::Picture;
        for turn in 0..30 {
            let mut found = None;
            let mut take = |bytes: &[u8], layout| {
                let picture = Picture::from_frame(bytes, &layout).unwrap();
                found = deskfob_scan::scan_frame(&picture, turn).pop();
            };
            if let Err(error) = source.next(Duration::ZERO, &mut take) {
                return error.code().to_owned();
            }
            if found.is_some() {
                return "read".into();
            }
        }
        "not read".into()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn it_reads_and_fails_as_it_should() {
        use super::super::video::{Frame, Video};
        for (format, fault, expected) in [
            ("MJPG", None, "read"),
            ("NV12", None, "read"),
            ("MJPG", Some("open 13"), "camera_denied"),
            ("MJPG", Some("streamon 16"), "camera_busy"),
            ("Z16_", None, "camera_format"),
        ] {
            let video = Video::new();
            let camera = video.plug(0, "Camera", format);
            camera.show(&Frame::of("a text", 12));
            if let Some(fault) = fault {
                camera.fail(fault);
            }
            let ran = std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "camera::native::tests::reader", "--ignored"])
                .envs(video.environment())
                .env(WISH, expected)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&ran.stdout);
            assert!(ran.status.success(), "{format} {fault:?}: {said}");
            assert!(said.contains("1 passed"), "{said}");
        }
    }

    #[test]
    fn every_format_is_asked_for_before_any() {
        let all: Vec<_> = requests().collect();
        assert_eq!(all.len(), FORMATS.len() + 1);
        let have = [CameraFormat::new_from(640, 480, FrameFormat::YUYV, 30)];
        let granted = all.iter().find_map(|wish| wish.fulfill(&have));
        assert_eq!(granted, Some(have[0]), "the one format that it has");
    }
}
