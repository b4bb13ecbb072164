//! QR codes held in front of a camera.

use std::time::{Duration, Instant};

use deskfob_capture::camera::{self, Camera};
use deskfob_scan::{FrameHint, FrameReader, Payload, Seen};

use super::Texts;
use crate::error::CommandError;
use crate::output::{Output, plain};

/// A camera to read, until it has shown what is wanted.
pub(super) struct Watch<'a> {
    /// A name, a part of one or an id; none: the first camera.
    pub(super) wanted: Option<&'a str>,
    /// After how long to give up.
    pub(super) timeout: Option<Duration>,
    /// Any code will do.
    pub(super) raw: bool,
}

impl Watch<'_> {
    /// The camera's name, and what it showed. It is released before this returns.
    pub(super) fn read(&self, out: &Output) -> (String, Texts) {
        let wished = self.wanted.unwrap_or("camera").to_owned();
        match camera::list().and_then(|all| camera::choose(&all, self.wanted)) {
            Ok(info) => {
                let texts = self.texts(Camera::start(&info), out);
                (info.name, texts)
            }
            Err(error) => (wished, Err(error.into())),
        }
    }

    fn texts(&self, mut camera: Camera, out: &Output) -> Texts {
        let until = self.timeout.map(|timeout| Instant::now() + timeout);
        let mut reader = if self.raw {
            FrameReader::of_any_code()
        } else {
            FrameReader::default()
        };
        let name = camera.info().name.clone();
        out.note(&format!("hold the code in front of {name}; Ctrl+C ends"));
        let mut told = None;
        while let Some(frame) = camera.next(until)? {
            let seen = reader.look(&frame).seen;
            if let Seen::Done = seen {
                drop(camera);
                return Ok(reader.finish(&frame));
            }
            // Each word once, until there is another.
            if let Some(word) = word(&seen)
                && told.as_ref() != Some(&word)
            {
                out.note(&plain(&word));
                told = Some(word);
            }
        }
        let texts = reader.give_up();
        if texts.is_empty() {
            return Err(CommandError::NothingShown);
        }
        Ok(texts)
    }
}

/// What to tell the person who holds the code.
fn word(seen: &Seen) -> Option<String> {
    match seen {
        Seen::Nothing(hint) => hint.map(FrameHint::hint).map(str::to_owned),
        Seen::Part(progress) => Some(progress.to_string()),
        Seen::Unusable(Payload::Invalid(error)) => Some(error.to_string()),
        Seen::Unusable(Payload::InvalidMigration(error)) => Some(error.to_string()),
        Seen::Unusable(payload) => payload
            .hint()
            .map(|hint| format!("not for an authenticator: {hint}")),
        Seen::Done => None,
    }
}
