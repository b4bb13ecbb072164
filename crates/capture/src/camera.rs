//! Cameras: which there are, and their newest frame.
//!
//! A camera is read on a thread of its own, which keeps the newest frame only. Whoever wants frames takes them with
//! [`Camera::next`], decodes on its own thread, and never waits for ever: a camera that stops delivering is told as
//! [`CameraError::Stalled`]. Frames are wiped when they are dropped; none is ever written to a file.
//!
//! ```no_run
//! use deskfob_capture::camera::{Camera, choose, list};
//! # fn main() -> Result<(), deskfob_capture::camera::CameraError> {
//! let mut camera = Camera::start(&choose(&list()?, None)?);
//! while let Some(frame) = camera.next(None)? {
//!     println!("{} x {}", frame.width(), frame.height());
//! }
//! # Ok(())
//! # }
//! ```

mod error;
mod preview;
mod shared;
mod source;
mod stream;

#[cfg(any(not(target_os = "linux"), test))]
mod native;
#[cfg(target_os = "linux")]
mod v4l2;
#[cfg(all(test, target_os = "linux"))]
#[path = "../tests/video/mod.rs"]
mod video;

pub use error::CameraError;
pub use preview::Preview;
pub use stream::{Camera, Stop};

#[cfg(not(target_os = "linux"))]
use native as system;
#[cfg(target_os = "linux")]
use v4l2 as system;

/// A camera of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraInfo {
    /// What the system calls it, such as `/dev/video0`. May change when it is plugged in again.
    pub id: String,
    /// Its name, as its maker gave it.
    pub name: String,
}

/// The cameras that are plugged in, in the system's order. Those that cannot be opened now are there, too; nodes that
/// capture nothing are not.
///
/// # Errors
/// [`CameraError::Failed`] where the system does not tell.
pub fn list() -> Result<Vec<CameraInfo>, CameraError> {
    system::list()
}

/// The camera that `wanted` names: by its id, its name, or a part of its name that no other camera has. Without a wish
/// the first one.
///
/// # Errors
/// [`CameraError::None`] without any camera, [`CameraError::Unknown`] and [`CameraError::Ambiguous`].
pub fn choose(cameras: &[CameraInfo], wanted: Option<&str>) -> Result<CameraInfo, CameraError> {
    let first = cameras.first().ok_or(CameraError::None)?;
    let Some(wanted) = wanted else {
        return Ok(first.clone());
    };
    let same = |one: &&CameraInfo| one.id == wanted || one.name == wanted;
    if let Some(camera) = cameras.iter().find(same) {
        return Ok(camera.clone());
    }
    let part = wanted.to_lowercase();
    let mut named = cameras
        .iter()
        .filter(|one| one.name.to_lowercase().contains(&part));
    match (named.next(), named.next()) {
        (Some(camera), None) => Ok(camera.clone()),
        (None, _) => Err(CameraError::Unknown {
            wanted: wanted.to_owned(),
            names: names(cameras),
        }),
        (Some(_), Some(_)) => Err(CameraError::Ambiguous {
            wanted: wanted.to_owned(),
            names: names(cameras),
        }),
    }
}

fn names(cameras: &[CameraInfo]) -> Vec<String> {
    cameras.iter().map(|one| one.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_is_chosen_by_id_name_or_a_part_of_its_name() {
        let camera = |id: &str, name: &str| CameraInfo {
            id: id.into(),
            name: name.into(),
        };
        let cameras = [
            camera("/dev/video0", "Integrated Camera"),
            camera("/dev/video2", "Logitech HD Camera"),
            camera("/dev/video4", "Camera"),
        ];
        let cases = [
            ("the first", None, Ok("/dev/video0")),
            ("by id", Some("/dev/video2"), Ok("/dev/video2")),
            ("by a part", Some("logitech"), Ok("/dev/video2")),
            ("by the whole name", Some("Camera"), Ok("/dev/video4")),
            ("of several", Some("cam"), Err("camera_ambiguous")),
            ("of none", Some("scanner"), Err("camera_unknown")),
        ];
        for (name, wanted, expected) in cases {
            let got = choose(&cameras, wanted);
            let got = got.as_ref().map(|one| one.id.as_str());
            assert_eq!(got.map_err(CameraError::code), expected, "{name}");
        }
        assert_eq!(choose(&[], None).unwrap_err().code(), "camera_none");
        assert_eq!(choose(&[], Some("x")).unwrap_err().code(), "camera_none");
    }
}
