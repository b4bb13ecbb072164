//! Cameras, and what the page hears of the one that is read.

use deskfob_capture::camera::CameraInfo;
use deskfob_scan::FrameHint;
use serde::Serialize;
use ts_rs::TS;

use crate::error::CommandError;

/// A camera of this computer.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct CameraView {
    /// Names it in later calls; may be another one when it is plugged in again.
    pub id: String,
    /// What its maker calls it.
    pub name: String,
}

impl From<CameraInfo> for CameraView {
    fn from(info: CameraInfo) -> Self {
        Self {
            id: info.id,
            name: info.name,
        }
    }
}

/// What would help to read a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum CameraHint {
    /// It is too dark.
    MoreLight,
    /// The code is too small.
    Closer,
    /// Everything is blurred.
    HoldStill,
}

impl From<FrameHint> for CameraHint {
    fn from(hint: FrameHint) -> Self {
        match hint {
            FrameHint::MoreLight => Self::MoreLight,
            FrameHint::Closer => Self::Closer,
            FrameHint::HoldStill => Self::HoldStill,
        }
    }
}

/// What the page hears of a camera, besides its pictures.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum CameraEvent {
    /// No code is read.
    Hint {
        /// What would help; null when nothing is known to.
        hint: Option<CameraHint>,
    },
    /// A code of a transfer was read, and others of it are missing.
    Part {
        /// Which, such as "2 of 3 codes scanned, missing number 2".
        text: String,
    },
    /// A code was read that no entry can be made from.
    Unusable {
        /// What it is instead.
        error: CommandError,
    },
    /// An enrolment was read, and the camera is released. What it is comes as that of a dropped picture does.
    Found,
    /// The camera gives no more frames.
    Failed {
        /// Why.
        error: CommandError,
    },
    /// The page drew nothing for a while, so the camera was released.
    Paused,
}
