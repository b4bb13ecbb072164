//! The screen.

use deskfob_capture::screen::Region;
use serde::Deserialize;
use ts_rs::TS;

/// A part of the picture of the screen, in its pixels.
#[derive(Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct ScreenRegion {
    /// Of its left edge.
    pub x: u32,
    /// Of its upper edge.
    pub y: u32,
    /// From its left edge to the right.
    pub width: u32,
    /// From its upper edge downwards.
    pub height: u32,
}

impl From<ScreenRegion> for Region {
    fn from(region: ScreenRegion) -> Self {
        let ScreenRegion {
            x,
            y,
            width,
            height,
        } = region;
        Self {
            x,
            y,
            width,
            height,
        }
    }
}
