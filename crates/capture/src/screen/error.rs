//! Why there is no picture of the desktop.

use std::path::PathBuf;

use deskfob_scan::PictureError;

/// Why there is no picture of the desktop.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScreenError {
    /// The program runs outside of any desktop.
    #[error("there is no desktop to look at")]
    NoDisplay,
    /// The display that the session names does not answer, or not as it should.
    #[error("the display cannot be read: {cause}")]
    Display {
        /// What its library says.
        cause: String,
    },
    /// The display keeps its pixels in a form that is not known.
    #[error("the display has an unknown kind of pixels ({depth} bits)")]
    UnknownPixels {
        /// Bits that tell a pixel's colour.
        depth: u8,
    },
    /// The system keeps programs from seeing the screen until the person allows it.
    #[error("the system does not let Deskfob see the screen")]
    Denied,
    /// The desktop has no portal, or none that takes pictures.
    #[error("this desktop lets no program ask for a picture of the screen")]
    PortalMissing,
    /// The person said no, or said so before and the desktop remembers it.
    #[error("a picture of the screen was not allowed")]
    PortalRefused,
    /// The person did not answer.
    #[error("nobody answered whether a picture of the screen may be taken")]
    PortalUnanswered,
    /// The desktop's portal failed.
    #[error("the desktop gave no picture of the screen: {cause}")]
    Portal {
        /// What it says.
        cause: String,
    },
    /// The desktop's portal wrote a picture to a file that cannot be deleted.
    #[error("the desktop wrote a picture of the screen to {}, which cannot be deleted", path.display())]
    LeftBehind {
        /// The file.
        path: PathBuf,
    },
    /// Deskfob's own window is still on the screen.
    #[error("Deskfob's own window does not leave the screen")]
    WindowStays,
    /// The region is not on the desktop.
    #[error("nothing was marked")]
    OutsideRegion,
    /// The desktop has too many pixels, or its portal gave no picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

impl ScreenError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoDisplay => "no_display",
            Self::Display { .. } => "display_unreadable",
            Self::UnknownPixels { .. } => "display_unsupported",
            Self::Denied => "screen_denied",
            Self::PortalMissing => "screen_portal_missing",
            Self::PortalRefused => "screen_refused",
            Self::PortalUnanswered => "screen_unanswered",
            Self::Portal { .. } => "screen_portal_failed",
            Self::LeftBehind { .. } => "screen_left_behind",
            Self::WindowStays => "window_stays",
            Self::OutsideRegion => "region_outside",
            Self::Picture(error) => error.code(),
        }
    }

    /// What to do next, in plain words.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoDisplay => Some("scan a picture of the code instead"),
            Self::Display { .. } => Some(
                "see that DISPLAY names a display that this user may use, or scan a picture of the code",
            ),
            Self::UnknownPixels { .. } => Some("scan a picture of the code instead"),
            Self::Denied => Some(
                "allow it in System Settings, Privacy & Security, Screen & System Audio Recording, then start Deskfob again",
            ),
            Self::PortalMissing => Some(
                "install xdg-desktop-portal and its part for your desktop, such as xdg-desktop-portal-gnome, -kde or -wlr, \
                 or scan a picture of the code",
            ),
            Self::PortalRefused => Some(
                "try again and allow it; some desktops remember a no, and take it back in their settings for apps",
            ),
            Self::PortalUnanswered => Some("try again and allow it, or scan a picture of the code"),
            Self::Portal { .. } => {
                Some("take a screenshot with the desktop's own tool and scan that")
            }
            Self::LeftBehind { .. } => Some("delete it: it shows what was on the screen"),
            Self::WindowStays => Some("move it away from the code, and choose a region"),
            Self::OutsideRegion => Some("mark a region around the code"),
            Self::Picture(error) => error.hint(),
        }
    }
}
