//! What a camera's thread and its owner share: the newest frame, and why there is no other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deskfob_scan::FrameLayout;
use zeroize::{Zeroize, Zeroizing};

use super::source::FrameSource;
use super::{CameraError, CameraInfo};

/// How soon the camera's thread sees that it is to stop.
const POLL: Duration = Duration::from_millis(40);

/// The largest frame taken, in bytes: three for each of the most pixels that a picture may have.
const MAX_FRAME: usize = 3 * deskfob_scan::MAX_PIXELS as usize;

/// What both see. The owner waits for frames and says when it wants no more; the thread puts them and says why none comes.
#[derive(Debug, Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The newest frame that nobody has taken.
    newest: Option<Frame>,
    /// Why no other comes.
    failed: Option<CameraError>,
    /// The owner wants no more.
    stopped: bool,
    /// The device is closed.
    released: bool,
}

/// A frame as the camera sent it.
pub(super) struct Frame {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) layout: FrameLayout,
}

impl std::fmt::Debug for State {
    /// No pixel of the frame: it may show a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("failed", &self.failed)
            .field("stopped", &self.stopped)
            .finish_non_exhaustive()
    }
}

/// What waiting for a frame ends with.
pub(super) enum Newest {
    Frame(Frame),
    Stopped,
    NotYet,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change to the state is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The owner wants no more.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stopped = true;
        state.newest = None;
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.lock().stopped
    }

    /// The device is closed.
    pub(super) fn end(&self, why: Result<(), CameraError>) {
        let mut state = self.lock();
        state.failed = why.err();
        state.released = true;
        drop(state);
        self.changed.notify_all();
    }

    /// The camera's thread.
    pub(super) fn run<S: FrameSource>(
        &self,
        camera: &CameraInfo,
        open: impl FnOnce(&CameraInfo) -> Result<S, CameraError>,
    ) {
        let ended = catch_unwind(AssertUnwindSafe(|| self.read(camera, open)));
        self.end(ended.unwrap_or_else(|_| {
            Err(CameraError::Failed {
                name: camera.name.clone(),
                reason: "its driver gives an answer that makes no sense".into(),
            })
        }));
    }

    fn read<S: FrameSource>(
        &self,
        camera: &CameraInfo,
        open: impl FnOnce(&CameraInfo) -> Result<S, CameraError>,
    ) -> Result<(), CameraError> {
        let mut source = open(camera)?;
        let mut spare = Zeroizing::new(Vec::new());
        while !self.is_stopped() {
            source.next(POLL, &mut |bytes, layout| {
                self.put(bytes, layout, &mut spare)
            })?;
        }
        Ok(())
    }

    /// Puts a frame in the place of the one before, whose memory is used again.
    fn put(&self, bytes: &[u8], layout: FrameLayout, spare: &mut Zeroizing<Vec<u8>>) {
        if bytes.len() > MAX_FRAME {
            return;
        }
        spare.zeroize();
        spare.extend_from_slice(bytes);
        let mut state = self.lock();
        if state.stopped {
            return;
        }
        let frame = Frame {
            bytes: std::mem::take(spare),
            layout,
        };
        if let Some(missed) = state.newest.replace(frame) {
            *spare = missed.bytes;
        }
        drop(state);
        self.changed.notify_all();
    }

    /// The newest frame, waited for.
    pub(super) fn wait(&self, until: Instant) -> Result<Newest, CameraError> {
        let mut state = self.lock();
        loop {
            if state.stopped {
                return Ok(Newest::Stopped);
            }
            if let Some(frame) = state.newest.take() {
                return Ok(Newest::Frame(frame));
            }
            if let Some(error) = &state.failed {
                return Err(error.clone());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Newest::NotYet);
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Whether the device is closed, waited for.
    pub(super) fn until_released(&self, at_most: Duration) -> bool {
        let hanging = |state: &mut State| !state.released;
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), at_most, hanging);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

#[cfg(test)]
mod tests {
    use deskfob_scan::PixelFormat;

    use super::*;

    fn layout() -> FrameLayout {
        FrameLayout {
            format: PixelFormat::LumaPlane,
            width: 2,
            height: 1,
            stride: 0,
        }
    }

    #[test]
    fn debug_shows_no_pixel() {
        let shared = Shared::default();
        shared.put(&[123, 45], layout(), &mut Zeroizing::default());
        assert!(shared.lock().newest.is_some());
        let shown = format!("{shared:?}");
        assert!(!shown.contains("123") && !shown.contains("45"), "{shown}");
    }

    #[test]
    fn nothing_is_kept_once_the_owner_wants_no_more() {
        let shared = Shared::default();
        let mut spare = Zeroizing::default();
        shared.put(&[1, 2], layout(), &mut spare);
        shared.stop();
        assert!(shared.lock().newest.is_none(), "what was there is gone");
        shared.put(&[3, 4], layout(), &mut spare);
        assert!(shared.lock().newest.is_none(), "and what comes late");
        assert!(matches!(shared.wait(Instant::now()), Ok(Newest::Stopped)));
        assert!(!shared.until_released(Duration::ZERO), "the device is open");
        shared.end(Ok(()));
        assert!(shared.until_released(Duration::ZERO));
    }

    #[test]
    fn a_frame_that_no_picture_can_have_is_left() {
        let shared = Shared::default();
        let large = vec![0; MAX_FRAME + 1];
        shared.put(&large, layout(), &mut Zeroizing::default());
        assert!(matches!(shared.wait(Instant::now()), Ok(Newest::NotYet)));
    }
}
