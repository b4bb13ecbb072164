//! A camera on its thread, and its newest frame.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use deskfob_scan::{FrameLayout, Picture};
use zeroize::{Zeroize, Zeroizing};

use super::source::FrameSource;
use super::{CameraError, CameraInfo, system};

/// A camera that has sent nothing for so long is called stalled. The slowest to start take two or three seconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// How soon the camera's thread sees that it is to stop.
const POLL: Duration = Duration::from_millis(40);

/// How long [`Camera`]'s end waits for the device to be released; a driver that hangs is left alone with its thread.
const RELEASE: Duration = Duration::from_secs(1);

/// The largest frame taken, in bytes: three for each of the most pixels that a picture may have.
const MAX_FRAME: usize = 3 * deskfob_scan::MAX_PIXELS as usize;

/// Until a person has answered the system's question whether the camera may be used.
const LEAVE: Duration = Duration::from_secs(if cfg!(target_os = "macos") { 60 } else { 0 });

/// A camera that is read. It is released when this is dropped.
#[derive(Debug)]
pub struct Camera {
    info: CameraInfo,
    shared: Arc<Shared>,
    patience: Duration,
    /// When a frame that could be decoded was had last.
    good: Instant,
    /// Frames that could not be decoded came since.
    damaged: bool,
}

/// Ends a camera's stream from anywhere; the device is released at once, and [`Camera::next`] returns.
#[derive(Debug, Clone)]
pub struct Stop(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
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

struct Frame {
    bytes: Zeroizing<Vec<u8>>,
    layout: FrameLayout,
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

impl Camera {
    /// Starts reading a camera. What goes wrong is told by [`Self::next`].
    pub fn start(info: &CameraInfo) -> Self {
        Self::start_with(info, PATIENCE, system::Source::open)
    }

    fn start_with<S: FrameSource>(
        info: &CameraInfo,
        patience: Duration,
        open: impl FnOnce(&CameraInfo) -> Result<S, CameraError> + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared::default());
        let (theirs, camera) = (Arc::clone(&shared), info.clone());
        let thread = thread::Builder::new()
            .name("camera".into())
            .spawn(move || theirs.run(&camera, open));
        if let Err(error) = thread {
            let mut state = shared.lock();
            state.released = true;
            state.failed = Some(CameraError::Failed {
                name: info.name.clone(),
                reason: error.to_string(),
            });
        }
        Self {
            info: info.clone(),
            shared,
            patience,
            good: Instant::now() + LEAVE,
            damaged: false,
        }
    }

    /// Which camera it is.
    pub fn info(&self) -> &CameraInfo {
        &self.info
    }

    /// What ends the stream from another thread.
    pub fn stop(&self) -> Stop {
        Stop(Arc::clone(&self.shared))
    }

    /// The newest frame, once there is one that was not taken yet; damaged ones are passed over. `None` when the stream
    /// was stopped, or at `until`.
    ///
    /// # Errors
    /// Every [`CameraError`] of a camera that is known: busy, denied, unplugged, stalled, damaged, no usable format, failed.
    pub fn next(&mut self, until: Option<Instant>) -> Result<Option<Picture>, CameraError> {
        let given_up = self.good + self.patience;
        loop {
            let wait_until = until.map_or(given_up, |end| end.min(given_up));
            match self.shared.wait(wait_until)? {
                Newest::Frame(frame) => match Picture::from_frame(&frame.bytes, &frame.layout) {
                    Ok(picture) => {
                        (self.good, self.damaged) = (Instant::now(), false);
                        return Ok(Some(picture));
                    }
                    Err(error) => {
                        self.damaged = true;
                        tracing::debug!(camera = self.info.name, %error, "a frame is passed over");
                    }
                },
                Newest::Stopped => return Ok(None),
                Newest::NotYet => {}
            }
            let now = Instant::now();
            if now >= given_up {
                return Err(self.nothing());
            }
            if until.is_some_and(|end| now >= end) {
                return Ok(None);
            }
        }
    }

    /// Why there was nothing for so long.
    fn nothing(&self) -> CameraError {
        let name = self.info.name.clone();
        if self.damaged {
            CameraError::Damaged { name }
        } else {
            CameraError::Stalled { name }
        }
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.stop().stop();
        self.shared.until_released(RELEASE);
    }
}

impl Stop {
    /// Ends the stream.
    pub fn stop(&self) {
        let mut state = self.0.lock();
        state.stopped = true;
        state.newest = None;
        drop(state);
        self.0.changed.notify_all();
    }

    /// Whether it was ended.
    pub fn is_stopped(&self) -> bool {
        self.0.lock().stopped
    }

    /// Waits until the device is released, at most so long: a driver may hang.
    pub fn until_released(&self, at_most: Duration) {
        self.0.until_released(at_most);
    }
}

enum Newest {
    Frame(Frame),
    Stopped,
    NotYet,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change to the state is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The camera's thread.
    fn run<S: FrameSource>(
        &self,
        camera: &CameraInfo,
        open: impl FnOnce(&CameraInfo) -> Result<S, CameraError>,
    ) {
        let ended = catch_unwind(AssertUnwindSafe(|| self.read(camera, open)));
        let failed = ended.unwrap_or_else(|_| {
            Err(CameraError::Failed {
                name: camera.name.clone(),
                reason: "its driver gives an answer that makes no sense".into(),
            })
        });
        let mut state = self.lock();
        state.failed = failed.err();
        state.released = true;
        drop(state);
        self.changed.notify_all();
    }

    fn read<S: FrameSource>(
        &self,
        camera: &CameraInfo,
        open: impl FnOnce(&CameraInfo) -> Result<S, CameraError>,
    ) -> Result<(), CameraError> {
        let mut source = open(camera)?;
        let mut spare = Zeroizing::new(Vec::new());
        while !self.lock().stopped {
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
    fn wait(&self, until: Instant) -> Result<Newest, CameraError> {
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

    fn until_released(&self, at_most: Duration) {
        let hanging = |state: &mut State| !state.released;
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), at_most, hanging);
        if waited.unwrap_or_else(PoisonError::into_inner).1.timed_out() {
            tracing::warn!("a camera is not released; its driver does not answer");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use deskfob_scan::PixelFormat;

    use super::*;

    const LAYOUT: FrameLayout = FrameLayout {
        format: PixelFormat::LumaPlane,
        width: 2,
        height: 1,
        stride: 0,
    };

    fn info() -> CameraInfo {
        CameraInfo {
            id: "0".into(),
            name: "Camera".into(),
        }
    }

    /// Gives what it is sent; hangs while nothing is sent, whatever it is asked; gone when the sender is.
    struct Sent(mpsc::Receiver<Vec<u8>>);

    impl FrameSource for Sent {
        fn next(
            &mut self,
            _wait: Duration,
            take: &mut dyn FnMut(&[u8], FrameLayout),
        ) -> Result<bool, CameraError> {
            match self.0.recv() {
                Ok(bytes) if bytes == b"panic" => panic!("as a driver's binding does"),
                Ok(bytes) => take(&bytes, LAYOUT),
                Err(_) => {
                    return Err(CameraError::Unplugged {
                        name: "Camera".into(),
                    });
                }
            }
            Ok(true)
        }
    }

    fn start(patience: Duration) -> (Camera, mpsc::Sender<Vec<u8>>) {
        let (send, receive) = mpsc::channel();
        let camera = Camera::start_with(&info(), patience, |_| Ok(Sent(receive)));
        (camera, send)
    }

    const LONG: Duration = Duration::from_secs(30);
    const SHORT: Duration = Duration::from_millis(50);

    #[test]
    fn the_newest_frame_wins() {
        let (mut camera, send) = start(LONG);
        for number in 0..50_u8 {
            send.send(vec![number, number]).unwrap();
        }
        let mut newest = 0;
        let mut taken = 0;
        while newest < 49 {
            let frame = camera.next(None).unwrap().unwrap();
            assert!(taken == 0 || frame.as_luma()[0] > newest, "in their order");
            newest = frame.as_luma()[0];
            taken += 1;
            // As long as it takes to decode one, others come and go.
            thread::sleep(Duration::from_millis(2));
        }
        assert!(taken <= 50);
        drop(send);
        assert_eq!(camera.next(None).err().unwrap().code(), "camera_unplugged");
        assert!(camera.shared.lock().released);
    }

    #[test]
    fn a_source_that_hangs_holds_nobody_up() {
        let (mut camera, send) = start(SHORT);
        assert_eq!(camera.next(None).err().unwrap().code(), "camera_stalled");
        let began = Instant::now();
        drop(camera);
        assert!(began.elapsed() < 10 * RELEASE, "its thread is left alone");
        drop(send);
    }

    #[test]
    fn damaged_frames_are_passed_over_unless_there_are_no_others() {
        let (mut camera, send) = start(LONG);
        send.send(vec![1]).unwrap();
        send.send(vec![7, 7]).unwrap();
        assert_eq!(camera.next(None).unwrap().unwrap().as_luma(), [7, 7]);

        let (mut camera, send) = start(SHORT);
        send.send(vec![1]).unwrap();
        assert_eq!(camera.next(None).err().unwrap().code(), "camera_damaged");
        drop(send);
    }

    #[test]
    fn it_ends_when_it_is_told_or_the_time_is_up() {
        let (mut camera, _send) = start(LONG);
        let soon = Instant::now() + SHORT;
        assert!(camera.next(Some(soon)).unwrap().is_none(), "the time is up");
        let stop = camera.stop();
        let stopping = thread::spawn(move || {
            thread::sleep(SHORT);
            stop.stop();
        });
        assert!(camera.next(None).unwrap().is_none(), "stopped");
        stopping.join().unwrap();
        drop(_send);
    }

    #[test]
    fn a_panic_in_a_driver_is_an_error() {
        let (mut camera, send) = start(LONG);
        send.send(b"panic".to_vec()).unwrap();
        assert_eq!(camera.next(None).err().unwrap().code(), "camera_failed");
    }

    #[test]
    fn debug_shows_no_pixel() {
        let (camera, send) = start(LONG);
        send.send(vec![123, 45]).unwrap();
        while camera.shared.lock().newest.is_none() {
            thread::yield_now();
        }
        let shown = format!("{:?}", camera.shared);
        assert!(!shown.contains("123") && !shown.contains("45"), "{shown}");
        drop(send);
    }
}
