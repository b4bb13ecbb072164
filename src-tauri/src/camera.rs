//! A camera that is read for the page: frames to what they say, small pictures of them for the person who aims.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use deskfob_capture::camera::{Camera, Preview, Stop};
use deskfob_scan::{Corners, FrameReader, Payload, Picture, Progress, Seen};
use secrecy::SecretString;
use tauri::ipc::{Channel, InvokeResponseBody, IpcResponse};

use crate::error::CommandError;
use crate::view::CameraEvent;

/// From one picture to the next at the least: 15 a second.
const PICTURE_EVERY: Duration = Duration::from_millis(66);

/// A page that drew nothing for so long is gone, or nobody sees it.
const PAGE_PATIENCE: Duration = Duration::from_secs(10);

/// How often the page is looked after while the camera gives no frame.
const LOOK: Duration = Duration::from_millis(500);

/// Frames without anything to tell of, after which the last word no longer holds: a code that is held up is missed in
/// single ones.
const FORGET_AFTER: u32 = 20;

/// How long a new camera waits for the one before to be released, which may be the same.
const RELEASE: Duration = Duration::from_secs(2);

/// What other threads may do to a camera that is read.
pub(crate) struct Watching {
    stop: Stop,
    /// Pictures that the page has drawn.
    drawn: AtomicU64,
}

/// The camera that an open vault has, if any.
#[derive(Default)]
pub(crate) enum CameraSlot {
    #[default]
    Free,
    Taken(Arc<Watching>),
    /// The vault is being locked: no camera is started.
    Over,
}

impl CameraSlot {
    /// Puts a new camera in the place of the one before, which is released first.
    pub(crate) fn start(
        &mut self,
        start: impl FnOnce() -> Camera,
    ) -> Result<(Camera, Arc<Watching>), CommandError> {
        match self {
            Self::Over => return Err(CommandError::locked()),
            Self::Taken(before) => {
                before.stop.stop();
                before.stop.until_released(RELEASE);
            }
            Self::Free => {}
        }
        let camera = start();
        let watching = Arc::new(Watching {
            stop: camera.stop(),
            drawn: AtomicU64::new(0),
        });
        *self = Self::Taken(Arc::clone(&watching));
        Ok((camera, watching))
    }

    /// Releases the camera.
    pub(crate) fn stop(&mut self) {
        if let Self::Taken(watching) = self {
            watching.stop.stop();
            *self = Self::Free;
        }
    }

    /// Releases the camera, and no other is started.
    pub(crate) fn end(&mut self) {
        self.stop();
        *self = Self::Over;
    }

    /// The page has drawn a picture.
    pub(crate) fn drawn(&self) {
        if let Self::Taken(watching) = self {
            watching.drawn.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Reads the camera until it has shown an enrolment, whose texts are given back; by then it is released. `None` when it
/// was stopped, failed, or nobody looks any more; the page is told.
///
/// `collect` gets each new code of a transfer and says how far that is: others of it may have been read elsewhere.
pub(crate) fn watch(
    mut camera: Camera,
    watching: &Watching,
    channel: Channel<InvokeResponseBody>,
    collect: impl Fn(&SecretString) -> Option<Progress>,
) -> Option<Vec<SecretString>> {
    let mut reader = FrameReader::default();
    let mut page = Page::new(watching, channel, PAGE_PATIENCE);
    let mut nothing = 0;
    loop {
        match camera.next(Some(Instant::now() + LOOK)) {
            Ok(Some(frame)) => {
                let mut sight = reader.look(&frame);
                let held_up = matches!(&sight.seen, Seen::Part(progress) if progress.repeated);
                if let (false, Seen::Part(_), Some(text)) =
                    (held_up, &sight.seen, reader.parts().last())
                    && let Some(known) = collect(text)
                {
                    sight.seen = if known.is_complete() {
                        Seen::Done
                    } else {
                        Seen::Part(known)
                    };
                }
                let done = matches!(sight.seen, Seen::Done);
                page.show(&frame, &sight.corners, done);
                if done {
                    drop(camera);
                    page.send(&CameraEvent::Found);
                    return Some(reader.finish(&frame));
                }
                nothing = match sight.seen {
                    Seen::Nothing(None) => nothing + 1,
                    _ => 0,
                };
                if !held_up && (nothing == 0 || nothing >= FORGET_AFTER) {
                    page.tell(event_of(&sight.seen));
                }
            }
            Ok(None) if watching.stop.is_stopped() => return None,
            Ok(None) => {}
            Err(error) => {
                page.send(&CameraEvent::Failed {
                    error: error.into(),
                });
                return None;
            }
        }
        if page.is_gone() {
            page.send(&CameraEvent::Paused);
            return None;
        }
    }
}

fn event_of(seen: &Seen) -> CameraEvent {
    match seen {
        Seen::Nothing(hint) => CameraEvent::Hint {
            hint: hint.map(Into::into),
        },
        Seen::Part(progress) => CameraEvent::Part {
            text: progress.to_string(),
        },
        Seen::Unusable(Payload::Invalid(error)) => CameraEvent::Unusable {
            error: error.clone().into(),
        },
        Seen::Unusable(Payload::InvalidMigration(error)) => CameraEvent::Unusable {
            error: error.clone().into(),
        },
        Seen::Unusable(payload) => CameraEvent::Unusable {
            error: CommandError::new(
                "not_an_enrolment",
                "that QR code is not for an authenticator",
                payload.hint(),
            ),
        },
        Seen::Done => CameraEvent::Found,
    }
}

/// The page, which gets the next picture when it has drawn the one before.
struct Page<'a> {
    watching: &'a Watching,
    channel: Channel<InvokeResponseBody>,
    patience: Duration,
    sent: u64,
    sent_at: Instant,
    told: Option<CameraEvent>,
}

impl<'a> Page<'a> {
    fn new(
        watching: &'a Watching,
        channel: Channel<InvokeResponseBody>,
        patience: Duration,
    ) -> Self {
        Self {
            watching,
            channel,
            patience,
            sent: 0,
            sent_at: Instant::now(),
            told: None,
        }
    }

    fn waits(&self) -> bool {
        self.watching.drawn.load(Ordering::Relaxed) >= self.sent
    }

    fn is_gone(&self) -> bool {
        !self.waits() && self.sent_at.elapsed() > self.patience
    }

    /// Sends a picture of the frame, if it is time for one; the `last` one always.
    fn show(&mut self, frame: &Picture, codes: &[Corners], last: bool) {
        let due = self.waits() && (self.sent == 0 || self.sent_at.elapsed() >= PICTURE_EVERY);
        if !due && !last {
            return;
        }
        let preview = Preview::of(frame, codes);
        self.sent += 1;
        self.sent_at = Instant::now();
        self.pass(InvokeResponseBody::Raw(message(frame, &preview, codes)));
    }

    /// Tells what is new.
    fn tell(&mut self, event: CameraEvent) {
        if self.told.as_ref() != Some(&event) {
            self.send(&event);
            self.told = Some(event);
        }
    }

    fn send(&self, event: &CameraEvent) {
        if let Ok(body) = event.clone().body() {
            self.pass(body);
        }
    }

    fn pass(&self, body: InvokeResponseBody) {
        if let Err(error) = self.channel.send(body) {
            tracing::debug!(%error, "the page is not there");
        }
    }
}

/// A picture as the page reads it, all numbers little-endian: width and height (16 bits each), the number of codes that
/// were read (8), for each of them its four corners (x and y, 16 bits each), then a byte of brightness a pixel.
fn message(frame: &Picture, preview: &Preview, codes: &[Corners]) -> Vec<u8> {
    let codes = codes.get(..usize::from(u8::MAX)).unwrap_or(codes);
    let mut bytes = Vec::with_capacity(5 + 16 * codes.len() + preview.luma().len());
    // A preview has at most 640 x 480 pixels.
    let short = |length: u32| u16::try_from(length).unwrap_or(u16::MAX);
    bytes.extend(short(preview.width()).to_le_bytes());
    bytes.extend(short(preview.height()).to_le_bytes());
    bytes.push(u8::try_from(codes.len()).unwrap_or(u8::MAX));
    let across = preview.width() as f32 / frame.width() as f32;
    let down = preview.height() as f32 / frame.height() as f32;
    for (x, y) in codes.iter().flatten() {
        // Out of range is the nearest that is in it.
        bytes.extend(((x * across).max(0.0) as u16).to_le_bytes());
        bytes.extend(((y * down).max(0.0) as u16).to_le_bytes());
    }
    bytes.extend_from_slice(preview.luma());
    bytes
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use deskfob_capture::camera::CameraInfo;

    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    /// A page that never draws a picture by itself, and what it is sent.
    fn page_of(watching: &Watching) -> (Page<'_>, mpsc::Receiver<InvokeResponseBody>) {
        let (send, sent) = mpsc::channel();
        let channel = Channel::new(move |body| {
            send.send(body).map_err(std::io::Error::other)?;
            Ok(())
        });
        (Page::new(watching, channel, SHORT), sent)
    }

    fn watching() -> Watching {
        // Without a device; only what the page does is looked at.
        let camera = Camera::start(&CameraInfo {
            id: "/nowhere".into(),
            name: "Camera".into(),
        });
        Watching {
            stop: camera.stop(),
            drawn: AtomicU64::new(0),
        }
    }

    #[test]
    fn a_page_that_draws_nothing_gets_no_other_picture_and_is_gone() {
        let watching = watching();
        let (mut page, sent) = page_of(&watching);
        let frame = Picture::from_luma(vec![7; 8 * 8], 8, 8).unwrap();
        std::thread::sleep(2 * SHORT);
        assert!(!page.is_gone(), "it was sent nothing to draw");
        page.show(&frame, &[], false);
        assert!(!page.is_gone(), "it has some time");
        std::thread::sleep(PICTURE_EVERY.max(2 * SHORT));
        page.show(&frame, &[], false);
        assert_eq!(sent.try_iter().count(), 1, "it has not drawn the first one");
        assert!(page.is_gone());

        watching.drawn.fetch_add(1, Ordering::Relaxed);
        assert!(!page.is_gone(), "it draws after all");
        page.show(&frame, &[], false);
        page.show(&frame, &[], true);
        assert_eq!(sent.try_iter().count(), 2, "the last one always");
    }

    #[test]
    fn a_message_holds_size_corners_and_brightness() {
        let frame = Picture::from_luma(vec![7; 1280 * 720], 1280, 720).unwrap();
        let corners = [(100.0, 50.0), (300.0, 50.0), (300.0, 250.0), (-4.0, 9e9)];
        let bytes = message(&frame, &Preview::of(&frame, &[corners]), &[corners]);
        let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        assert_eq!((short(0), short(2), bytes[4]), (640, 360, 1));
        let corners: Vec<u16> = (0..8).map(|at| short(5 + 2 * at)).collect();
        assert_eq!(corners, [50, 25, 150, 25, 150, 125, 0, u16::MAX]);
        assert_eq!(bytes.len(), 5 + 16 + 640 * 360);
    }
}
