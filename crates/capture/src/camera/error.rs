//! Why a camera gives no frames.

/// Why a camera gives no frames.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CameraError {
    /// There is none.
    #[error("no camera was found")]
    None,
    /// None has the name that was asked for.
    #[error("no camera is called {wanted}; there are: {}", names.join(", "))]
    Unknown {
        /// What was asked for.
        wanted: String,
        /// The names of those that are there.
        names: Vec<String>,
    },
    /// Several have the part of a name that was asked for.
    #[error("several cameras are called {wanted}: {}", names.join(", "))]
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// The names of those that are there.
        names: Vec<String>,
    },
    /// Another program uses it.
    #[error("{name} is used by another program")]
    Busy {
        /// The camera's name.
        name: String,
    },
    /// The system does not let this program use it.
    #[error("{name} may not be used by this program")]
    Denied {
        /// The camera's name.
        name: String,
    },
    /// It is gone.
    #[error("{name} was unplugged")]
    Unplugged {
        /// The camera's name.
        name: String,
    },
    /// It is there and delivers nothing.
    #[error("{name} sends no pictures")]
    Stalled {
        /// The camera's name.
        name: String,
    },
    /// None of the frames it delivers can be decoded.
    #[error("{name} sends only damaged pictures")]
    Damaged {
        /// The camera's name.
        name: String,
    },
    /// It has no pixel format that can be read here.
    #[error("{name} has no usable picture format; it has: {}", offered.join(", "))]
    NoUsableFormat {
        /// The camera's name.
        name: String,
        /// The formats it has.
        offered: Vec<String>,
    },
    /// The system says something else.
    #[error("{name} cannot be used: {reason}")]
    Failed {
        /// The camera's name.
        name: String,
        /// In the system's words.
        reason: String,
    },
}

impl CameraError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::None => "camera_none",
            Self::Unknown { .. } => "camera_unknown",
            Self::Ambiguous { .. } => "camera_ambiguous",
            Self::Busy { .. } => "camera_busy",
            Self::Denied { .. } => "camera_denied",
            Self::Unplugged { .. } => "camera_unplugged",
            Self::Stalled { .. } => "camera_stalled",
            Self::Damaged { .. } => "camera_damaged",
            Self::NoUsableFormat { .. } => "camera_format",
            Self::Failed { .. } => "camera_failed",
        }
    }

    /// What to do, in plain words.
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::None => "plug one in, or use a picture of the code",
            Self::Unknown { .. } => "give one of these names, or a part of it",
            Self::Ambiguous { .. } => "give more of the name",
            Self::Busy { .. } => {
                "end the video call or whatever else shows its picture, then try again"
            }
            Self::Denied { .. } => DENIED_HINT,
            Self::Unplugged { .. } => "plug it in again",
            Self::Stalled { .. } | Self::Damaged { .. } => {
                "plug it out and in again, or take another camera"
            }
            Self::NoUsableFormat { .. } | Self::Failed { .. } => {
                "take another camera, or use a picture of the code"
            }
        })
    }
}

const DENIED_HINT: &str = if cfg!(target_os = "macos") {
    "allow it in System Settings, Privacy & Security, Camera"
} else if cfg!(windows) {
    "allow it in Settings, Privacy & security, Camera"
} else {
    "join the group that owns the camera, often video: sudo usermod -aG video $USER, then sign in to the desktop again"
};
