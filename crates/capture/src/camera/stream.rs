//! A camera that is read: its frames one after another, and its end.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use deskfob_scan::Picture;

use super::shared::{Newest, Shared};
use super::source::FrameSource;
use super::{CameraError, CameraInfo, system};

/// A camera that has sent nothing for so long is called stalled. The slowest to start take two or three seconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long [`Camera`]'s end waits for the device to be released; a driver that hangs is left alone with its thread.
const RELEASE: Duration = Duration::from_secs(1);

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
            shared.end(Err(CameraError::Failed {
                name: info.name.clone(),
                reason: error.to_string(),
            }));
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
        let stop = self.stop();
        stop.stop();
        stop.until_released(RELEASE);
    }
}

impl Stop {
    /// Ends the stream.
    pub fn stop(&self) {
        self.0.stop();
    }

    /// Whether it was ended.
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped()
    }

    /// Waits until the device is released, at most so long: a driver may hang.
    pub fn until_released(&self, at_most: Duration) {
        if !self.0.until_released(at_most) {
            tracing::warn!("a camera is not released; its driver does not answer");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use deskfob_scan::{FrameLayout, PixelFormat};

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
        assert!(camera.shared.until_released(Duration::ZERO));
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
}
