//! The picture of the screen that a region is marked in.

use std::any::Any;
use std::sync::Arc;

use deskfob_capture::screen::Capture;

/// The picture, and the window that fills the screen to show it. Both end with this.
pub(crate) struct ShownScreen {
    capture: Arc<Capture>,
    _filling: Box<dyn Any + Send>,
}

impl ShownScreen {
    pub(crate) fn new(capture: Capture, filling: impl Any + Send) -> Self {
        Self {
            capture: Arc::new(capture),
            _filling: Box::new(filling),
        }
    }

    pub(crate) fn capture(&self) -> Arc<Capture> {
        Arc::clone(&self.capture)
    }
}
